/**
 * A transactional producer and its transactions.
 *
 * After any error the owner discards the producer and opens another with the same id: a commit that
 * failed leaves this one unusable, and an aborted send may have left sequence numbers behind under
 * which a later record would be acknowledged and not written. Whether the transaction took effect
 * is read from the committed offset, never guessed.
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
  /** In turn, in chunks that fit a record batch; in order for each partition. */
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
              for (const chunk of chunksOf(records))
                await open.sendBatch({ acks: -1, topicMessages: byTopic(chunk) })
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

function chunksOf(records: readonly Outgoing[]): Outgoing[][] {
  const chunks: Outgoing[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const record of records) {
    const size = (record.value?.length ?? 0) + (record.key?.length ?? 0) + overhead
    if (bytes + size > largestSend) {
      chunks.push([])
      bytes = 0
    }
    chunks.at(-1)?.push(record)
    bytes += size
  }
  return chunks
}

export function byTopic(
  records: readonly Outgoing[],
): { topic: string; messages: LibraryMessage[] }[] {
  const topics = new Map<string, LibraryMessage[]>()
  for (const { topic, partition, key, value, headers, timestamp } of records) {
    const messages = topics.get(topic) ?? []
    topics.set(topic, messages)
    messages.push({
      key,
      value,
      partition,
      headers: { ...headers },
      ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
    })
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }))
}

interface LibraryMessage {
  key: Buffer | string | null
  value: Buffer | null
  partition: number
  headers: Record<string, Buffer | string>
  timestamp?: string
}
