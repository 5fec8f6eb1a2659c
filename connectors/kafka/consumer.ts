/**
 * A member of a consumer group whose handlers run synchronously at the points that matter: `joined` before the first
 * fetch of a generation, `batch` for every fetched batch in order of offset, also for those without a record.
 *
 * It commits nothing by itself. Offsets are committed in a transaction, or by `commit` with metadata, which the broker
 * refuses to a member of an old generation. `batch` should return at once: the fetch loop, and with it the heartbeat,
 * waits for it. A handler that must await long calls `heartbeat` meanwhile.
 *
 * Positions belong to the caller. The library forgets its own at each rebalance, so `joined` has to seek or pause every
 * partition that it is given.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer as LibraryConsumer, EachBatchPayload, IHeaders } from 'kafkajs'
import { codeOf, ErrataError } from '../../errors.ts'
import type { Cluster } from './cluster.ts'
import { asErrataError } from './failures.ts'

export type Headers = Readonly<Record<string, Buffer>>

export interface KafkaRecord {
  readonly topic: string // full name
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Of a header that is repeated, the last. */
  readonly headers: Headers
  readonly timestamp: number // milliseconds since 1970
}

export interface FetchedBatch {
  readonly topic: string
  readonly partition: number
  /** The position that it was asked from. */
  readonly from: bigint
  /** The position after it, past control and aborted records. */
  readonly next: bigint
  /** Of the partition, control records included. */
  readonly highWatermark: bigint
  readonly records: readonly KafkaRecord[]
}

export interface Assigned {
  readonly topic: string
  readonly partition: number
}

export interface ConsumerOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** How long a fetch waits at the broker; also how long a partition that was just resumed may have to wait. */
  readonly maxWaitMs?: number
  readonly joined: (assigned: readonly Assigned[], consumer: Consumer) => void
  readonly batch: (batch: FetchedBatch, heartbeat: () => Promise<void>) => void | Promise<void>
  readonly beat?: () => void
  /** Final: the consumer has stopped and won't come back. */
  readonly failed: (error: ErrataError) => void
}

export interface Consumer {
  seek(at: Assigned, position: bigint): void
  pause(at: Assigned): void
  resume(at: Assigned): void
  /** As the member of this generation; metadata is kept beside the offset. */
  commit(at: Assigned, position: bigint, metadata?: string): Promise<void>
  /** Leaves the group. */
  stop(): Promise<void>
}

const largestBatch = 12_582_912 // bytes: above the largest record batch, since a batch cut off at its end would never be read
const largestFetch = 50_331_648 // bytes over all partitions
const heartbeatsPerSession = 5
const leaveTimeoutMs = 5_000

/** Resolves when the consumer runs. BROKER_UNREACHABLE where the broker is away at the start; later it retries for ever. */
export async function openConsumer(cluster: Cluster, options: ConsumerOptions): Promise<Consumer> {
  const sessionTimeout = cluster.sessionTimeoutMs
  const consumer = cluster.client(`errata-${options.group}`).consumer({
    groupId: options.group,
    sessionTimeout,
    rebalanceTimeout: Math.max(sessionTimeout, 15_000),
    heartbeatInterval: Math.max(200, Math.floor(sessionTimeout / heartbeatsPerSession)),
    maxWaitTimeInMs: options.maxWaitMs ?? 250,
    minBytes: 1,
    maxBytesPerPartition: largestBatch,
    maxBytes: largestFetch,
    readUncommitted: false,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 50, maxRetryTime: 2_000, multiplier: 2, factor: 0.2, retries: Number.MAX_SAFE_INTEGER },
  })
  const wrapped = wrap(consumer)
  const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events
  consumer.on(GROUP_JOIN, ({ payload }) => options.joined(assignedOf(payload.memberAssignment), wrapped))
  consumer.on(HEARTBEAT, () => options.beat?.())
  consumer.on(CRASH, ({ payload }) => {
    const error = asErrataError(payload.error)
    if (codeOf(error) === 'OFFSET_LOST' || !payload.restart) options.failed(error)
    else cluster.log.warn({ group: options.group, code: error.code }, 'consumer restarts')
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 16,
      eachBatch: async (payload) => options.batch(batchOf(payload), payload.heartbeat),
    })
  } catch (error) {
    await consumer.disconnect().catch(() => {})
    throw asErrataError(error)
  }
  return wrapped
}

function wrap(consumer: LibraryConsumer): Consumer {
  // While the library restarts after an error there is no group to act on. The join that follows calls `joined` for all.
  const whileInGroup = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      if (!String((error as Error).message).includes('not initialized')) throw error
    }
  }
  return {
    seek: ({ topic, partition }, position) => whileInGroup(() => consumer.seek({ topic, partition, offset: String(position) })),
    pause: ({ topic, partition }) => whileInGroup(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: ({ topic, partition }) => whileInGroup(() => consumer.resume([{ topic, partitions: [partition] }])),
    commit: async ({ topic, partition }, position, metadata) => {
      try {
        await consumer.commitOffsets([{ topic, partition, offset: String(position), ...(metadata === undefined ? {} : { metadata }) }])
      } catch (error) {
        throw asErrataError(error)
      }
    },
    // With the broker away, the library waits for its answer before it leaves the group.
    stop: () => Promise.race([consumer.disconnect(), sleep(leaveTimeoutMs, undefined, { ref: false })]),
  }
}

function assignedOf(assignment: Readonly<Record<string, readonly number[]>>): Assigned[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
}

function batchOf({ batch }: EachBatchPayload): FetchedBatch {
  const { topic, partition } = batch
  return {
    topic,
    partition,
    from: BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset),
    next: BigInt(batch.lastOffset()) + 1n,
    highWatermark: BigInt(batch.highWatermark),
    records: batch.messages.map((message) => ({
      topic,
      partition,
      offset: BigInt(message.offset),
      key: message.key,
      value: message.value,
      headers: headersOf(message.headers),
      timestamp: Number(message.timestamp),
    })),
  }
}

function headersOf(headers: IHeaders | undefined): Headers {
  if (headers === undefined) return {}
  const last = (value: IHeaders[string]): Buffer => {
    const one = Array.isArray(value) ? value.at(-1) : value
    return one === undefined ? Buffer.alloc(0) : Buffer.from(one)
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, last(value)]))
}
