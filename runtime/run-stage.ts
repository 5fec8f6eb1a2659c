/**
 * Runs a stage of the topology as a member of its consumer group. Guaranteed: each input record
 * below the committed offset has produced its outputs, or one dead letter, exactly once for readers
 * of committed records. See lease.ts and transaction.ts.
 *
 * Not guaranteed: that a processor runs only once (its results appear only once); order between
 * partitions; that a record failing because of an outside system is ever given up.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import {
  groupProgress,
  partitionCounts,
  type Cluster,
  type Log,
} from '../connectors/kafka/kafka.ts'
import type { Config } from '../config.ts'
import { codeOf, ErrataError, type Problem } from '../errors.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Message, Stage, TopicName } from '../processors/processor.ts'
import { crashHook } from './crash-points.ts'
import { openLeases } from './lease.ts'
import { metricsOf } from './metrics.ts'
import type { StageNames } from './names.ts'
import { openStageLease } from './transaction.ts'
import { createWatchdog } from './watchdog.ts'

export interface StageOptions<R extends TopicName, W extends TopicName, Use, State> {
  readonly name: string
  readonly stage: Stage<R, W, Use, State>
  /** From names.ts for a stage of the topology. */
  readonly names: StageNames
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
  readonly config: Pick<Config, 'batchRecords' | 'crashAt' | 'documentTimeoutMs'>
  /**
   * Called for each message, so that models and tables can be replaced between two messages. An
   * error has its code's fate.
   */
  readonly use: (message: Message<R>) => Use | Promise<Use>
  /**
   * No record is processed before it resolves: the tables that `use` reads from must be complete.
   */
  readonly followsReady?: Promise<unknown>
  /** Those that outcomes are counted by. */
  readonly profiles?: { has(name: string): boolean }
  readonly log: Log
}

export interface RunningStage {
  /** Finishes or gives up the current transaction within ten seconds and leaves the group. */
  stop(): Promise<void>
  /** Rejects on a final error: the process should end. */
  readonly failed: Promise<never>
  /**
   * Why it isn't ready; none where it is in the group, has an open lease for every assigned
   * partition, and no record has waited for long.
   */
  problems(): readonly Problem[]
}

/** TOPOLOGY_MISMATCH where topics are missing or have different numbers of partitions. */
export async function runStage<R extends TopicName, W extends TopicName, Use, State>(
  options: StageOptions<R, W, Use, State>,
): Promise<RunningStage> {
  const { name, stage, names, cluster, config, log } = options
  const partitions = await checkTopics(options)
  const metrics = metricsOf(name, options.profiles)
  const at = crashHook(config.crashAt, name)
  const watchdog = createWatchdog({
    name,
    metrics,
    askProgress: () => groupProgress(cluster, names.group, names.input),
    longestMs: config.documentTimeoutMs,
  })
  const work = {
    name,
    stage,
    names,
    partitions,
    cluster,
    codec: options.registry.codec,
    use: options.use,
    metrics,
    inHand: watchdog.inHand,
    now: Date.now,
    at,
  }

  const leases = await openLeases({
    cluster,
    group: names.group,
    topics: [names.input],
    batchRecords: config.batchRecords,
    log,
    at,
    watch: watchdog.watch,
    open: async (lease) => {
      await options.followsReady
      return openStageLease(work, lease)
    },
  })
  const stalled = watchdog.start(leases)
  const failed = Promise.race([leases.failed, stalled])
  failed.catch((error: unknown) => {
    log.error(
      {
        stage: name,
        code: codeOf(error),
        why: error instanceof Error ? error.message : String(error),
      },
      'stage failed',
    )
    watchdog.stop()
    void leases.stop(0)
  })
  log.info({ stage: name, group: names.group }, 'stage runs')
  return {
    failed,
    problems: () => watchdog.problems(leases),
    async stop() {
      watchdog.stop()
      await leases.stop()
    },
  }
}

async function checkTopics<R extends TopicName, W extends TopicName, Use, State>({
  stage,
  names,
  cluster,
}: StageOptions<R, W, Use, State>): Promise<number> {
  const wanted = [names.input, names.dead, ...stage.writes.map((topic) => names.output(topic))]
  const counts = await knownCounts(cluster, wanted)
  const partitions = counts.get(names.input)
  const wrong = wanted.find(
    (topic) => counts.get(topic) === undefined || counts.get(topic) !== partitions,
  )
  if (partitions === undefined || wrong !== undefined) {
    const topic = wrong ?? names.input
    throw new ErrataError(
      'TOPOLOGY_MISMATCH',
      `${topic} has ${counts.get(topic) ?? 'no'} partitions, ${names.input} has ${partitions ?? 'none'}`,
      { topic },
    )
  }
  return partitions
}

const patienceMs = 3_000 // until each broker has heard of a new topic
const pauseMs = 100

async function knownCounts(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  for (const end = performance.now() + patienceMs; ; await sleep(pauseMs)) {
    const counts = await partitionCounts(cluster, topics)
    if (topics.every((topic) => counts.has(topic)) || performance.now() > end) return counts
  }
}
