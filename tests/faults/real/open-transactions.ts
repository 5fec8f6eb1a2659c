/**
 * The transactions that brokers hold open, asked for on the wire: the client library has no call
 * for it.
 *
 *   ListTransactions Request (Version: 0) => [state_filters] [producer_id_filters] TAGS
 *   ListTransactions Response (Version: 0) => throttle_time_ms error_code [unknown_state_filters]
 *     [transaction_states: transactional_id producer_id transaction_state TAGS] TAGS
 *
 * Strings and arrays are compact: a varint of the length and one more comes first.
 */

import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const listTransactions = 66
const open = new Set(['Ongoing', 'PrepareCommit', 'PrepareAbort', 'PrepareEpochFence'])
const patienceMs = 15_000
const startMs = 120_000 // of a broker, on a busy machine

/** Transactional ids that begin with `prefix` and have a transaction open at one of the brokers. */
export async function openTransactionsOf(brokers: string, prefix: string): Promise<string[]> {
  const found = await Promise.all(brokers.split(',').map((broker) => onceUp(broker, prefix)))
  return found.flat()
}

/** A broker that was killed may still be starting, while the others have done all the work. */
async function onceUp(broker: string, prefix: string): Promise<string[]> {
  for (const end = performance.now() + startMs; ; await sleep(500)) {
    try {
      return await openAt(broker, prefix)
    } catch (error) {
      if (performance.now() > end) throw error
    }
  }
}

async function openAt(broker: string, prefix: string): Promise<string[]> {
  const response = await exchange(broker, requestOf())
  let at = 8 // length and correlation id
  const varint = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = response.readUInt8(at++)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const text = (): string => {
    const length = varint() - 1
    at += length
    return response.toString('utf8', at - length, at)
  }
  varint() // tags of the header
  at += 4 // throttle time
  const error = response.readInt16BE(at)
  at += 2
  if (error !== 0) throw new Error(`ListTransactions: error ${error}`)
  for (let left = varint() - 1; left > 0; left--) text()
  const found: string[] = []
  for (let left = varint() - 1; left > 0; left--) {
    const id = text()
    at += 8 // producer id
    const state = text()
    varint() // tags
    if (id.startsWith(prefix) && open.has(state)) found.push(id)
  }
  return found
}

function requestOf(): Buffer {
  const client = 'errata-test'
  const header = Buffer.alloc(10)
  header.writeInt16BE(listTransactions, 0)
  header.writeInt16BE(0, 2) // version
  header.writeInt32BE(1, 4) // correlation id
  header.writeInt16BE(client.length, 8)
  const noTags = Buffer.from([0])
  const noFilters = Buffer.from([1, 1])
  const body = Buffer.concat([header, Buffer.from(client), noTags, noFilters, noTags])
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

function exchange(broker: string, request: Buffer): Promise<Buffer> {
  const [host = '', port = ''] = broker.split(':')
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(request))
    let received = Buffer.alloc(0)
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('the broker does not answer')))
    socket.once('error', reject)
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      socket.destroy()
      resolve(received)
    })
  })
}
