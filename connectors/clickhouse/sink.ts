/**
 * Writes the topics that the topology lists for analytics, and dead letters, into ClickHouse;
 * consumer group `analytics`.
 *
 * sink-partition.ts stores a partition exactly once, topology.ts and processors/analytics.ts turn a
 * record into rows, the .sql files beside this one define tables and views. This file joins the
 * group; assigned-partitions.ts manages its partitions.
 *
 * At each rebalance every partition restarts at its committed position, also one that stays:
 * another member may have processed it while this one was out of the group without noticing. While
 * ClickHouse is unavailable the sink waits and offsets stay; a partition with a full buffer isn't
 * fetched meanwhile. Rows appear about a second after their record.
 */

import type { Config } from '../../config.ts'
import { codeOf, fateOf, type Problem } from '../../errors.ts'
import type { TopicName } from '../../processors/processor.ts'
import { edges, fullNames, groupName } from '../../topology.ts'
import {
  type Assigned,
  type Cluster,
  type Consumer,
  type Log,
  openConsumer,
} from '../kafka/kafka.ts'
import type { Registry } from '../registry/registry.ts'
import { openClickhouse, StoreRefused, type StoreAddress } from './clickhouse.ts'
import { checkStore } from './requirements.ts'
import { applySchema, storeFormOf, type FormSettings } from './schema.ts'
import { openPartitions, type StoredPosition } from './assigned-partitions.ts'
import { openProgress } from './sink-progress.ts'
import { pause, reasonOf, type SinkContext } from './sink-use.ts'

export interface AnalyticsOptions {
  readonly cluster: Cluster
  readonly registry: Pick<Registry, 'codec'>
  readonly config: Pick<Config, 'topicPrefix'> & FormSettings
  /** A server, or the gateway with its write token. */
  readonly clickhouseUrl: StoreAddress
  readonly log: Log
  /** How often partitions store what they have collected: 1,000 ms. */
  readonly lingerMs?: number
  /** Tests only: called at the named points of each batch. */
  readonly at?: (point: string) => void | Promise<void>
}

export interface Analytics {
  /**
   * Finishes running work, for at most five seconds, and leaves the group; the next owner does the
   * rest.
   */
  stop(): Promise<void>
  /** Rejects on an error that retrying can't solve. */
  readonly failed: Promise<never>
  /** Why records aren't being stored; none where tables exist and the group is joined. */
  problems(): readonly Problem[]
  /** Where each partition is that doesn't wait for the store or the registry. */
  progress(): readonly StoredPosition[]
  /** Records of each topic that are not stored yet, over the assigned partitions. */
  lag(): ReadonlyMap<TopicName, number>
}

const progressEveryMs = 2000
const resumeWaitMs = 1_000 // at most, until a partition is fetched that was paused

/** Returns immediately; tables and group follow as soon as ClickHouse and the broker respond. */
export function startAnalytics(options: AnalyticsOptions): Analytics {
  const { cluster, registry, log, config, at = () => {} } = options
  const form = storeFormOf(config)
  const store = openClickhouse(options.clickhouseUrl, { replicated: form.cluster !== null })
  const makeTables: () => ReturnType<typeof applySchema> = async () => {
    await checkStore(store, form)
    return applySchema(store, form)
  }
  const group = groupName('analytics', config.topicPrefix)
  const topics = topicsRead(config.topicPrefix)
  const stopping = new AbortController()
  let consumer: Consumer | null = null
  let early: readonly Assigned[] | null = null // assigned before the consumer was available
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (error) => {
      partitions.end()
      reject(error)
    }
  })
  failed.catch(() => {})
  const sink: SinkContext = {
    cluster,
    registry,
    store,
    progress: openProgress(store),
    group,
    consumer: () => consumer,
    log,
    at,
  }
  let waitsFor: Problem | null = { code: 'STARTING', why: 'analytics is starting' }
  const partitions = openPartitions(sink, {
    topics,
    lingerMs: options.lingerMs ?? 1_000,
    stopping: stopping.signal,
    fail: (error) => fail(error),
  })
  const patiently = <T>(what: string, act: () => Promise<T>): Promise<T> =>
    untilItAnswers(what, act, sink, stopping.signal, (reason) => (waitsFor = reason))

  const running = (async () => {
    const { version, applied } = await patiently('tables', makeTables)
    log.info({ version, applied }, 'analytics tables are there')
    consumer = await patiently('group', () =>
      openConsumer(cluster, {
        group,
        topics: [...topics.keys()],
        maxWaitMs: resumeWaitMs,
        joined: (assigned) =>
          consumer === null ? void (early = assigned) : partitions.assign(assigned),
        batch: partitions.take,
        left: partitions.leave,
        failed: fail,
      }),
    )
    if (early !== null) partitions.assign(early)
    waitsFor = null
    for (const told = new Map<string, bigint>(); !stopping.signal.aborted;) {
      await pause(progressEveryMs, stopping.signal)
      await partitions.compare(told).catch((error: unknown) => {
        told.clear()
        return isTableMissing(error) ? patiently('tables', makeTables) : undefined
      })
    }
  })().catch((error: unknown) => (stopping.signal.aborted ? undefined : fail(error)))

  return {
    failed,
    problems: () => (waitsFor === null ? partitions.problems() : [waitsFor]),
    progress: () => partitions.progress(),
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

/** The topics of analytics, by full name. */
function topicsRead(prefix: string): ReadonlyMap<string, TopicName> {
  return new Map(
    edges.analytics.reads.flatMap((topic) =>
      fullNames(topic, prefix).map((name) => [name, topic] as const),
    ),
  )
}

/** Retries while the store or the broker is unavailable. */
async function untilItAnswers<T>(
  what: string,
  act: () => Promise<T>,
  { group, log }: Pick<SinkContext, 'group' | 'log'>,
  stopping: AbortSignal,
  waits: (reason: Problem | null) => void,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      const result = await act()
      waits(null)
      return result
    } catch (error) {
      if (stopping.aborted || (fateOf(error) !== 'retry' && !(error instanceof StoreRefused)))
        throw error
      waits(reasonOf(error))
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
