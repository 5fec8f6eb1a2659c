/**
 * A transactional producer and its transactions.
 *
 * After any error the owner discards the producer and opens another with the same id: a commit that
 * failed leaves this one unusable, and after an aborted send a later record may reuse sequence
 * numbers, so that it is acknowledged but not written. Whether the transaction was committed is
 * read from the committed offset, never guessed.
 *
 * ONE PARTITION PER SEND. The library sends to all leaders of a request concurrently. If one fails
 * temporarily, it resends records that another may still write, under new sequence numbers, so the
 * broker can't detect the duplicates. To a single leader it resends under the same sequence
 * numbers.
 */

import { setTimeout as sleep } from 'node:timers/promises'
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

/** Where a record lies. */
export interface Sent {
  readonly partition: number
  readonly offset: bigint
}

export interface Transaction {
  /**
   * One request at a time, in order for each partition. Returns where each record will be once the
   * transaction is committed.
   */
  send(records: readonly Outgoing[]): Promise<readonly Sent[]>
  /**
   * The group's `position` takes effect with the commit, and so does `metadata`: text of at most
   * 4096 bytes.
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
  /** Ends transactions that an earlier owner of the id left open, and fences that owner. */
  fence(): Promise<void>
  begin(): Promise<Transaction>
  /**
   * Final; an open transaction stays open until the next owner fences it or the broker's timeout
   * ends it.
   */
  discard(): void
}

const transactionTimeout = 30_000 // ms; transactions only send, and contain no processing
const largestSend = 4_194_304 // bytes for each produce request, unless a single record is larger
const markersMs = 10_000
const markersPauseMs = 20 // as Java's client
const overhead = 256 // bytes for each record: headers, framing

/**
 * All errors have a code: FENCED, BROKER_UNREACHABLE, TRANSACTION_FAILED (outcome unknown), or
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
        const empty = await producer.transaction() // the first one requests a new epoch
        await empty.abort()
      }),
    begin: () =>
      coded(async () => {
        const open = await producer.transaction()
        return {
          send: (records) =>
            coded(async () => {
              const sent = Array<Sent>(records.length)
              for (const { places, ...request } of requestsOf(records)) {
                const [answer] = await open.send({ acks: -1, ...request })
                const first = BigInt(answer?.baseOffset ?? -1)
                for (const [nth, place] of places.entries()) {
                  const { partition } = records[place] as Outgoing
                  sent[place] = { partition, offset: first + BigInt(nth) }
                }
              }
              return sent
            }),
          offset: (group, { topic, partition }, position, metadata = '') => {
            // the library sends it, but its types lack it
            const committed = { partition, offset: String(position), metadata }
            return coded(() =>
              afterLastCommit(() =>
                open.sendOffsets({
                  consumerGroupId: group,
                  topics: [{ topic, partitions: [committed] }],
                }),
              ),
            )
          },
          commit: () => coded(() => open.commit()),
          abort: () => coded(() => open.abort()),
        }
      }),
    discard: () => void producer.disconnect().catch(() => {}),
  }
}

/**
 * The broker acknowledges a commit before its markers are written everywhere, and until then refuses
 * what belongs to the next transaction with CONCURRENT_TRANSACTIONS, having done nothing. Java's
 * client and this library try again where records are sent, but the library doesn't where a
 * transaction begins with its offsets.
 */
async function afterLastCommit(act: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + markersMs; ; await sleep(markersPauseMs)) {
    try {
      return await act()
    } catch (error) {
      const isBusy = (error as { type?: unknown }).type === 'CONCURRENT_TRANSACTIONS'
      if (!isBusy || performance.now() > end) throw error
    }
  }
}

interface Request {
  readonly topic: string
  readonly messages: LibraryMessage[]
  /** Of each message, which record it is. */
  readonly places: number[]
}

/** Requests of one partition each, small enough for a record batch. */
export function requestsOf(records: readonly Outgoing[]): readonly Request[] {
  const requests: Request[] = []
  const open = new Map<string, { readonly request: Request; bytes: number }>()
  for (const [index, record] of records.entries()) {
    const name = `${record.topic}/${record.partition}`
    const size = (record.value?.length ?? 0) + (record.key?.length ?? 0) + overhead
    const begun = open.get(name)
    if (begun !== undefined && begun.bytes + size <= largestSend) {
      begun.request.messages.push(messageOf(record))
      begun.request.places.push(index)
      begun.bytes += size
      continue
    }
    const request = { topic: record.topic, messages: [messageOf(record)], places: [index] }
    requests.push(request)
    open.set(name, { request, bytes: size })
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
