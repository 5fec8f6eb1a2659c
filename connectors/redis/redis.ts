/**
 * The Redis client of this folder: commands fail immediately while Redis is unavailable instead of
 * being queued.
 */

import { Redis } from 'ioredis'
import { ErrataError } from '../../errors.ts'

export type { Redis } from 'ioredis'

const patienceMs = 1_000 // slower responses cost more than they save

export function openRedis(url: string): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    retryStrategy: (times) => Math.min(30_000, 200 * 2 ** times),
  })
  // it reconnects by itself, and every command reports its own error
  client.on('error', () => undefined)
  return client
}

/** Asks whether Redis answers, by a connection of its own. STORE_UNREACHABLE. */
export function openRedisPing(url: string): { ping(): Promise<void>; close(): void } {
  const client = openRedis(url)
  return {
    async ping() {
      await client.ping().catch((cause: unknown) => {
        throw new ErrataError('STORE_UNREACHABLE', 'Redis does not answer', {}, cause)
      })
    },
    close: () => client.disconnect(),
  }
}
