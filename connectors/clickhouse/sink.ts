/**
 * The topics that the topology names for analytics into ClickHouse: consumer group `analytics`,
 * dead letters included.
 *
 * How a partition is stored exactly once stands in sink-partition.ts, what a record becomes in
 * topology.ts and processors/analytics.ts, tables and views in the .sql files beside this one. Here the group is
 * joined; assigned-partitions.ts deals out its partitions.
 *
 * At each rebalance every partition begins again at its committed position, also one that stays:
 * while we were out of the group unnoticed, somebody else may have gone on with it. ClickHouse away
 * means waiting, with the offsets where they are; a partition whose memory is full isn't fetched
 * meanwhile. Rows are there about a second after their record.
 */

import type { Config } from '../../config.ts'
import { codeOf, fateOf } from '../../errors.ts'
import type { TopicName } from '../../processors/processor.ts'
import { allTopics, edges, groupName } from '../../topology.ts'
import {
  type Assigned,
  type Cluster,
  type Consumer,
  type Log,
  openConsumer,
} from '../kafka/kafka.ts'
import type { Registry } from '../registry/registry.ts'
import { openClickhouse, StoreRefused } from './clickhouse.ts'
import { applySchema } from './schema.ts'
import { openPartitions } from './assigned-partitions.ts'
import { pause, type SinkContext } from './sink-use.ts'

export interface AnalyticsOptions {
  readonly cluster: Cluster
  readonly registry: Pick<Registry, 'codec'>
  readonly config: Pick<Config, 'topicPrefix'>
  /** A server, or the gateway with its write token. */
  readonly clickhouseUrl: string
  readonly log: Log
  /** How long a partition gathers records before it stores them. */
  readonly lingerMs?: number
  /** Tests only: called at the named points of each batch. */
  readonly at?: (point: string) => void | Promise<void>
}

export interface Analytics {
  /**
   * Concludes what is in hand, for at most five seconds, and leaves the group; the rest is the next
   * owner's.
   */
  stop(): Promise<void>
  /** Rejects with what waiting can't repair. */
  readonly failed: Promise<never>
  /** Tables are there and the group is joined. */
  ready(): boolean
  /** Records that are in the topics and not stored, over the partitions that are ours. */
  lag(): number
}

const progressEveryMs = 2000

/**
 * Begins at once and returns; tables and group follow as soon as ClickHouse and the broker answer.
 */
export function startAnalytics(options: AnalyticsOptions): Analytics {
  const { cluster, registry, log, config, at = () => {} } = options
  const store = openClickhouse(options.clickhouseUrl)
  const group = groupName('analytics', config.topicPrefix)
  const topics = topicsRead(config.topicPrefix)
  const stopping = new AbortController()
  let consumer: Consumer | null = null
  let early: readonly Assigned[] | null = null // assigned before the consumer was ours to command
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (error) => {
      partitions.end()
      reject(error)
    }
  })
  failed.catch(() => {})
  const sink: SinkContext = { cluster, registry, store, group, consumer: () => consumer, log, at }
  const partitions = openPartitions(sink, {
    topics,
    lingerMs: options.lingerMs ?? 500,
    stopping: stopping.signal,
    fail: (error) => fail(error),
  })
  const patiently = <T>(what: string, act: () => Promise<T>): Promise<T> =>
    untilItAnswers(what, act, sink, stopping.signal)

  const running = (async () => {
    const { version, applied } = await patiently('tables', () => applySchema(store))
    log.info({ version, applied }, 'analytics tables are there')
    consumer = await patiently('group', () =>
      openConsumer(cluster, {
        group,
        topics: [...topics.keys()],
        joined: (assigned) =>
          consumer === null ? void (early = assigned) : partitions.assign(assigned),
        batch: partitions.take,
        failed: fail,
      }),
    )
    partitions.assign(early ?? [])
    for (const told = new Map<string, bigint>(); !stopping.signal.aborted;) {
      await pause(progressEveryMs, stopping.signal)
      await partitions.compare(told).catch((error: unknown) => {
        told.clear()
        return isTableMissing(error) ? patiently('tables', () => applySchema(store)) : undefined
      })
    }
  })().catch((error: unknown) => (stopping.signal.aborted ? undefined : fail(error)))

  return {
    failed,
    ready: partitions.ready,
    lag: partitions.lag,
    async stop() {
      stopping.abort()
      await partitions.conclude()
      await running
      await consumer?.stop()
      await store.close()
    },
  }
}

/** What analytics reads, by full topic name. */
function topicsRead(prefix: string): ReadonlyMap<string, TopicName> {
  const read = allTopics(prefix).filter(({ topic }) => edges.analytics.reads.includes(topic))
  return new Map(read.map(({ name, topic }) => [name, topic]))
}

/** Tries again for as long as the store or the broker is away. */
async function untilItAnswers<T>(
  what: string,
  act: () => Promise<T>,
  { group, log }: Pick<SinkContext, 'group' | 'log'>,
  stopping: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await act()
    } catch (error) {
      if (stopping.aborted || (fateOf(error) !== 'retry' && !(error instanceof StoreRefused)))
        throw error
      log.warn(
        {
          group,
          what,
          failures,
          code: error instanceof StoreRefused ? error.label : codeOf(error),
          why: (error as Error).message.slice(0, 300),
        },
        'analytics waits',
      )
      await pause(Math.min(5000, 100 * 2 ** Math.min(failures, 6)), stopping)
      if (stopping.aborted) throw error
    }
  }
}

const isTableMissing = (error: unknown): boolean =>
  error instanceof StoreRefused && error.number === 60
