/**
 * Runs a stage of the topology as a member of its consumer group: each input record below the committed offset has led
 * to its outputs, or to one dead letter, exactly once for readers of committed records. See lease.ts and transaction.ts.
 *
 * What it doesn't promise: that a processor runs once (only that its results appear once); order between partitions; that
 * a record whose cause of failure is the world is ever given up.
 */

import { groupLag, partitionCounts, type Cluster, type Log } from '../../connectors/kafka.ts'
import type { Config } from '../../config.ts'
import { codeOf, ErrataError, fateOf } from '../../errors.ts'
import type { Codec } from '../../schemas/codec.ts'
import type { Stage, TopicName } from '../processor.ts'
import { crashHook } from './crash.ts'
import { openLeases, type Leases } from './lease.ts'
import { metricsOf, type StageMetrics } from './metrics.ts'
import type { StageNames } from './names.ts'
import { openStageLease } from './transaction.ts'

export interface StageOptions<R extends TopicName, W extends TopicName, Use, State> {
  readonly name: string
  readonly stage: Stage<R, W, Use, State>
  /** From names.ts for a stage of the topology. */
  readonly names: StageNames
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
  readonly config: Pick<Config, 'batchRecords' | 'crashAt'>
  /** Asked for each message, so that models and tables can be exchanged between two of them. An error has its code's fate. */
  readonly use: () => Use | Promise<Use>
  /** No record is taken before it resolves: the tables that `use` reads from must be complete. */
  readonly followsReady?: Promise<unknown>
  readonly log: Log
}

export interface RunningStage {
  /** Finishes or gives up the transaction in hand within ten seconds and leaves the group. */
  stop(): Promise<void>
  /** Rejects with what is final: the process should end. */
  readonly failed: Promise<never>
  /** In the group, with all partitions that are ours being worked on. */
  ready(): boolean
}

const watchEveryMs = 15_000
const stalledAfterMs = 60_000 // with lag, without progress, with nothing in hand
const stuckAfterMs = 1_800_000 // a single message in hand for so long

/** TOPOLOGY_MISMATCH where topics are missing or have different numbers of partitions. */
export async function runStage<R extends TopicName, W extends TopicName, Use, State>(options: StageOptions<R, W, Use, State>): Promise<RunningStage> {
  const { name, stage, names, cluster, config, log } = options
  const partitions = await checkTopics(options)
  const metrics = metricsOf(name)
  const at = crashHook(config.crashAt, name)
  const watchdog = createWatchdog(metrics, () => groupLag(cluster, names.group, names.input))
  const work = { name, stage, names, partitions, cluster, codec: options.registry.codec, use: options.use, metrics: watchdog.metrics, inHand: watchdog.inHand, at }

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
    log.error({ stage: name, code: codeOf(error), why: error instanceof Error ? error.message : String(error) }, 'stage failed')
    watchdog.stop()
    void leases.stop(0)
  })
  log.info({ stage: name, group: names.group }, 'stage runs')
  return {
    failed,
    ready: () => {
      const { open, owned, member } = leases.count()
      return member && open === owned
    },
    async stop() {
      watchdog.stop()
      await leases.stop()
    },
  }
}

async function checkTopics<R extends TopicName, W extends TopicName, Use, State>({ stage, names, cluster }: StageOptions<R, W, Use, State>): Promise<number> {
  const wanted = [names.input, names.dead, ...stage.writes.map((topic) => names.output(topic))]
  const counts = await partitionCounts(cluster, wanted)
  const partitions = counts.get(names.input)
  const wrong = wanted.find((topic) => counts.get(topic) === undefined || counts.get(topic) !== partitions)
  if (partitions === undefined || wrong !== undefined) {
    const topic = wrong ?? names.input
    throw new ErrataError('TOPOLOGY_MISMATCH', `${topic} has ${counts.get(topic) ?? 'no'} partitions, ${names.input} has ${partitions ?? 'none'}`, { topic })
  }
  return partitions
}

interface Watchdog {
  readonly metrics: StageMetrics
  readonly watch: { opened(): void; failed(code: string): void; progress(): void; lag(at: { partition: number }, records: number): void }
  readonly inHand: { start(): void; end(): void }
  start(leases: Leases): Promise<never>
  stop(): void
}

/**
 * Notices what shouldn't be possible: the broker says that records wait for us, nothing is in hand, nothing is being tried
 * again, and yet the committed offsets stand still. It asks the broker, since a consumer that is stuck knows of no lag.
 */
function createWatchdog(metrics: StageMetrics, askLag: () => Promise<ReadonlyMap<number, bigint>>): Watchdog {
  let retrying = 0
  let hands = 0
  let moved = performance.now()
  let lastLag = ''
  let timer: NodeJS.Timeout | undefined
  const move = (): void => {
    moved = performance.now()
  }
  const look = async (leases: Leases): Promise<void> => {
    const owned = new Set(leases.owned().map(({ partition }) => partition))
    const waiting = [...(await askLag())].filter(([partition, lag]) => owned.has(partition) && lag > 0n)
    const lag = waiting.join(' ')
    if (waiting.length === 0 || lag !== lastLag || retrying > 0) move()
    lastLag = lag
    const still = performance.now() - moved
    if (still > (hands > 0 ? stuckAfterMs : stalledAfterMs)) throw new ErrataError('BUG', `no progress for ${Math.round(still / 1000)} s with records waiting`, { hands, lag })
  }
  return {
    metrics: {
      ...metrics,
      retrying(change) {
        retrying += change
        move()
        metrics.retrying(change)
      },
    },
    watch: {
      opened: () => {
        move()
        metrics.opened()
      },
      failed: (code) => {
        move() // it is being tried again, with its own pauses
        metrics.reset(code)
      },
      progress: move,
      lag: ({ partition }, records) => metrics.lag(partition, records),
    },
    inHand: {
      start() {
        hands++
        move()
      },
      end() {
        hands--
        move()
      },
    },
    start: (leases) =>
      new Promise((_, reject) => {
        timer = setInterval(() => {
          look(leases).catch((error: unknown) => (fateOf(error) === 'retry' ? move() : reject(error)))
        }, watchEveryMs)
        timer.unref()
      }),
    stop: () => clearInterval(timer),
  }
}
