/**
 * A member of a consumer group with synchronous handlers: `joined` before the first fetch of a
 * generation, `batch` for every fetched batch in order of offset, also for empty ones.
 *
 * It commits nothing by itself. Offsets are committed in a transaction, or by `commit` with
 * metadata, which the broker rejects for a member of an old generation. `batch` should return at
 * once: the fetch loop, and with it the heartbeat, waits for it. A handler that must wait longer
 * calls `heartbeat` meanwhile.
 *
 * The caller manages positions. The library loses its own at each rebalance, so `joined` must seek
 * or pause every assigned partition.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer as LibraryConsumer, EachBatchPayload, IHeaders } from 'kafkajs'
import { ErrataError, fateOf } from '../../errors.ts'
import type { Cluster } from './cluster.ts'
import { asErrataError } from './failures.ts'

export type Headers = Readonly<Record<string, Buffer>>

export interface KafkaRecord {
  readonly topic: string // full name
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Of a repeated header, the last. */
  readonly headers: Headers
  readonly timestamp: number // milliseconds since 1970
}

export interface FetchedBatch {
  readonly topic: string
  readonly partition: number
  /** The position that was fetched. */
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
  /** How long an empty fetch waits at the broker, at most until a heartbeat; the cluster's if not set. */
  readonly maxWaitMs?: number
  readonly joined: (assigned: readonly Assigned[], consumer: Consumer) => void
  readonly batch: (batch: FetchedBatch, heartbeat: () => Promise<void>) => void | Promise<void>
  readonly beat?: () => void
  /** Out of the group, until `joined`. */
  readonly left?: () => void
  /** Final: the consumer has stopped and won't restart. */
  readonly failed: (error: ErrataError) => void
}

export interface Consumer {
  seek(at: Assigned, position: bigint): void
  pause(at: Assigned): void
  resume(at: Assigned): void
  /** Commits as a member of this generation; metadata is stored beside the offset. */
  commit(at: Assigned, position: bigint, metadata?: string): Promise<void>
  /** Leaves the group. */
  stop(): Promise<void>
}

// bytes: above the largest record batch, since a truncated batch would never be read
const largestBatch = 12_582_912
const largestFetch = 50_331_648 // bytes over all partitions
const heartbeatsPerSession = 3 // as the protocol recommends
const leaveTimeoutMs = 5_000
const shortestPause = 500 // ms
const longestPause = 5_000 // ms

function openLibrary(cluster: Cluster, options: ConsumerOptions): LibraryConsumer {
  const sessionTimeout = cluster.sessionTimeoutMs
  const heartbeatInterval = Math.max(200, Math.floor(sessionTimeout / heartbeatsPerSession))
  return cluster.client(`errata-${options.group}`).consumer({
    groupId: options.group,
    sessionTimeout,
    rebalanceTimeout: Math.max(sessionTimeout, 15_000),
    heartbeatInterval,
    // the library sends no heartbeat while all its brokers are waited for
    maxWaitTimeInMs: Math.min(options.maxWaitMs ?? cluster.fetchWaitMs, heartbeatInterval),
    minBytes: 1,
    maxBytesPerPartition: largestBatch,
    maxBytes: largestFetch,
    readUncommitted: false,
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 50,
      maxRetryTime: 2_000,
      multiplier: 2,
      factor: 0.2,
      retries: Number.MAX_SAFE_INTEGER,
    },
  })
}

/** BROKER_UNREACHABLE where nothing was committed. `committed`: from `commitsOf` this consumer. */
async function commit(
  library: LibraryConsumer | null,
  committed: Set<string>,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  position: bigint,
  metadata: string | undefined,
): Promise<void> {
  const offset = String(position)
  try {
    await library?.commitOffsets([
      { topic, partition, offset, ...(metadata === undefined ? {} : { metadata }) },
    ])
  } catch (error) {
    throw asErrataError(error)
  }
  // The library ignores commits silently while it is about to restart
  if (!committed.delete(commitKey(topic, partition, offset)))
    throw new ErrataError(
      'BROKER_UNREACHABLE',
      'the offset was not committed: the consumer is restarting',
      { topic, partition },
    )
}

/** Keys of the commits that the broker took and nobody has asked about yet, as they come. */
function commitsOf(library: LibraryConsumer): Set<string> {
  const committed = new Set<string>()
  library.on(library.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics)
      for (const { partition, offset } of partitions)
        committed.add(commitKey(topic, partition, String(offset)))
  })
  return committed
}

const commitKey = (topic: string, partition: number, offset: string): string =>
  `${topic}/${partition}/${offset}`

/**
 * Resolves when the consumer runs. BROKER_UNREACHABLE where the broker is unavailable at the start;
 * later outages are waited out.
 */
export async function openConsumer(cluster: Cluster, options: ConsumerOptions): Promise<Consumer> {
  let library: LibraryConsumer | null = null
  let committed = new Set<string>()
  let stopped = false

  const connect = async (): Promise<void> => {
    const consumer = openLibrary(cluster, options)
    const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (!stopped) options.joined(assignedOf(payload.memberAssignment), handle)
    })
    consumer.on(HEARTBEAT, () => options.beat?.())
    consumer.on(CRASH, ({ payload }) => {
      if (stopped) return
      options.left?.()
      const error = asErrataError(payload.error)
      if (fateOf(error) !== 'retry') return options.failed(error)
      cluster.log.warn(
        { group: options.group, code: error.code, why: error.message },
        'consumer restarts',
      )
      if (!payload.restart) void reconnect()
    })
    library = consumer
    committed = commitsOf(consumer)
    try {
      await consumer.connect()
      await consumer.subscribe({ topics: [...options.topics], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 16,
        eachBatch: async (payload) => options.batch(batchOf(payload), () => payload.heartbeat()),
      })
      if (stopped) await consumer.disconnect()
    } catch (error) {
      await consumer.disconnect().catch(() => {})
      throw asErrataError(error)
    }
  }

  /**
   * The library gives up on some errors of a hanging broker, such as a coordinator that doesn't
   * respond; this restarts it.
   */
  const reconnect = async (): Promise<void> => {
    for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
      await sleep(pause, undefined, { ref: false })
      if (stopped) return
      try {
        return await connect()
      } catch (error) {
        if (fateOf(error) !== 'retry') return options.failed(error as ErrataError)
      }
    }
  }

  // While the library restarts there is no group to act on. The following join calls `joined` for
  // all partitions.
  const whileInGroup = (act: (consumer: LibraryConsumer) => void): void => {
    try {
      if (library !== null) act(library)
    } catch (error) {
      if (!String((error as Error).message).includes('not initialized')) throw error
    }
  }
  const handle: Consumer = {
    seek: ({ topic, partition }, position) =>
      whileInGroup((consumer) => consumer.seek({ topic, partition, offset: String(position) })),
    pause: ({ topic, partition }) =>
      whileInGroup((consumer) => consumer.pause([{ topic, partitions: [partition] }])),
    resume: ({ topic, partition }) =>
      whileInGroup((consumer) => consumer.resume([{ topic, partitions: [partition] }])),
    commit: (of, position, metadata) => commit(library, committed, of, position, metadata),
    async stop() {
      stopped = true
      // If the broker is unavailable, the library waits for its response before it leaves the group
      await Promise.race([library?.disconnect(), sleep(leaveTimeoutMs, undefined, { ref: false })])
    },
  }
  await connect()
  return handle
}

function assignedOf(assignment: Readonly<Record<string, readonly number[]>>): Assigned[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  )
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
