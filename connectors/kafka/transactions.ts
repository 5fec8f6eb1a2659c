/**
 * A transactional producer and its transactions.
 *
 * After any error the owner discards the producer and opens another with the same id: a commit that
 * failed leaves this one unusable, and an aborted send may have left sequence numbers behind under
 * which a later record would be acknowledged and not written. Whether the transaction took effect
 * is read from the committed offset, never guessed.
 *
 * ONE PARTITION A SEND. The library sends to all leaders of a request side by side, and where one
 * fails in passing it sends again what another may still write, under new sequence numbers that the
 * broker can't know for a repetition: records stand twice. To one leader it repeats under the same
 * sequence numbers.
 */

import type { Cluster } from './cluster.ts'
import { asErrataError } from './failures.ts'

export interface Outgoing {
  readonly topic: string // full name
  readonly partition: number
  readonly key: Buffer | string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | string>>
  readonly timestamp?: number // milliseconds since 1970
}

export interface Transaction {
  /** One request after the other, in order for each partition. */
  send(records: readonly Outgoing[]): Promise<void>
  /**
   * `position` of the group becomes effective with the commit, and `metadata` with it: text of at
   * most 4096 bytes.
   */
  offset(
    group: string,
    at: { readonly topic: string; readonly partition: number },
    position: bigint,
    metadata?: string,
  ): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}

export interface TransactionalProducer {
  /** Ends whatever an earlier owner of the id left open and shuts that owner out. */
  fence(): Promise<void>
  begin(): Promise<Transaction>
  /**
   * Final; what is open stays open until the next owner fences it or the broker's timeout ends it.
   */
  discard(): void
}

const transactionTimeout = 30_000 // ms; transactions hold no work, only sends
const largestSend = 4_194_304 // bytes for each produce request, unless a single record is larger
const overhead = 256 // bytes for each record: headers, framing

/**
 * All failures are coded: FENCED, BROKER_UNREACHABLE, TRANSACTION_FAILED (outcome unknown), or
 * final ones.
 */
export async function openTransactions(
  cluster: Cluster,
  transactionalId: string,
): Promise<TransactionalProducer> {
  const facts = { transactionalId }
  const producer = cluster
    .client(`errata-${transactionalId}`, { maxRetryTime: 300, retries: 30 })
    .producer({
      transactionalId,
      transactionTimeout,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
  const coded = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      throw asErrataError(error, 'TRANSACTION_FAILED', facts)
    }
  }
  await coded(() => producer.connect())
  return {
    fence: () =>
      coded(async () => {
        const empty = await producer.transaction() // the first one asks for a new epoch
        await empty.abort()
      }),
    begin: () =>
      coded(async () => {
        const open = await producer.transaction()
        return {
          send: (records) =>
            coded(async () => {
              for (const request of requestsOf(records)) await open.send({ acks: -1, ...request })
            }),
          offset: (group, { topic, partition }, position, metadata = '') => {
            const committed = { partition, offset: String(position), metadata } // the library sends it, and its types don't know
            return coded(() =>
              open.sendOffsets({
                consumerGroupId: group,
                topics: [{ topic, partitions: [committed] }],
              }),
            )
          },
          commit: () => coded(() => open.commit()),
          abort: () => coded(() => open.abort()),
        }
      }),
    discard: () => void producer.disconnect().catch(() => {}),
  }
}

interface Request {
  readonly topic: string
  readonly messages: LibraryMessage[]
}

/** Requests of one partition each, small enough for a record batch. */
export function requestsOf(records: readonly Outgoing[]): readonly Request[] {
  const requests: Request[] = []
  const open = new Map<string, { readonly request: Request; bytes: number }>()
  for (const record of records) {
    const place = `${record.topic}/${record.partition}`
    const size = (record.value?.length ?? 0) + (record.key?.length ?? 0) + overhead
    const begun = open.get(place)
    if (begun !== undefined && begun.bytes + size <= largestSend) {
      begun.request.messages.push(messageOf(record))
      begun.bytes += size
      continue
    }
    const request = { topic: record.topic, messages: [messageOf(record)] }
    requests.push(request)
    open.set(place, { request, bytes: size })
  }
  return requests
}

function messageOf({ partition, key, value, headers, timestamp }: Outgoing): LibraryMessage {
  const time = timestamp === undefined ? {} : { timestamp: String(timestamp) }
  return { key, value, partition, headers: { ...headers }, ...time }
}

interface LibraryMessage {
  key: Buffer | string | null
  value: Buffer | null
  partition: number
  headers: Record<string, Buffer | string>
  timestamp?: string
}
