/**
 * What one instance tells the others at once: that a document was locked or freed. Nothing depends
 * on it: while Redis is away nobody hears anything, and whoever looks sees the locks themselves.
 */

import { randomUUID } from 'node:crypto'
import { openRedis, type RedisAddress } from './redis.ts'

export interface SharedSignals {
  /** Tells the other instances; never fails. */
  readonly send: (text: string) => void
  /** Hears what other instances tell, and whatever else is written into the channel. */
  readonly on: (listener: (text: string) => void) => void
  readonly close: () => void
}

const longestSignal = 4_096 // characters

export function openSharedSignals(address: RedisAddress, prefix: string): SharedSignals {
  const channel = `${prefix}signals`
  const own = `${randomUUID()} `
  const [writer, reader] = [openRedis(address), openRedis(address)]
  // each time anew: what was asked for before a connection is not kept
  reader.on('ready', () => void reader.subscribe(channel).catch(() => {}))
  return {
    send: (text) => void writer.publish(channel, own + text).catch(() => {}),
    on(listener) {
      reader.on('message', (_, message: string) => {
        const at = message.indexOf(' ') + 1
        if (message.length <= longestSignal && !message.startsWith(own)) listener(message.slice(at))
      })
    },
    close() {
      writer.disconnect()
      reader.disconnect()
    },
  }
}
