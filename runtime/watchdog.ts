/**
 * Detects a state that should be impossible: the broker reports lag, nothing is being processed or
 * retried, and yet the committed offsets don't move. It asks the broker, since a stuck consumer
 * knows of no lag. The process should then end: a new one resumes from the log.
 *
 * A message in progress may take as long as a document may, plus half an hour for processes that
 * have to start. So this limit always exceeds the configured deadline of a document: a document
 * that takes too long becomes a dead letter, and never ends a process that would restart and meet
 * the same document.
 */

import { ErrataError, fateOf } from '../errors.ts'
import type { Leases } from './lease.ts'
import type { StageMetrics } from './metrics.ts'

export interface Watchdog {
  /** The same metrics; every update counts as a sign of life. */
  readonly metrics: StageMetrics
  readonly watch: {
    opened(): void
    failed(code: string): void
    progress(): void
    lag(at: { partition: number }, records: number): void
  }
  readonly inHand: { start(): void; end(): void }
  /** Checks every 15 s; rejects when there is no progress. */
  start(leases: Pick<Leases, 'owned'>): Promise<never>
  /** One check; BUG when there is no progress. */
  look(leases: Pick<Leases, 'owned'>): Promise<void>
  stop(): void
}

const watchEveryMs = 15_000
const stalledAfterMs = 60_000 // with lag and nothing in progress
const graceMs = 1_800_000 // for a message in progress, beyond the deadline of a document

export interface WatchedStage {
  readonly metrics: StageMetrics
  /** The lag of each partition. */
  readonly askLag: () => Promise<ReadonlyMap<number, bigint>>
  /** The deadline of a message. */
  readonly longestMs: number
  /** ms, from an arbitrary origin */
  readonly now?: () => number
}

export function createWatchdog({
  metrics,
  askLag,
  longestMs,
  now = () => performance.now(),
}: WatchedStage): Watchdog {
  let retrying = 0
  let hands = 0
  let moved = now()
  let lastLag = ''
  let timer: NodeJS.Timeout | undefined
  const move = (): void => {
    moved = now()
  }
  const look = async (leases: Pick<Leases, 'owned'>): Promise<void> => {
    const owned = new Set(leases.owned().map(({ partition }) => partition))
    const waiting = [...(await askLag())].filter(
      ([partition, lag]) => owned.has(partition) && lag > 0n,
    )
    const lag = waiting.join(' ')
    if (waiting.length === 0 || lag !== lastLag || retrying > 0) move()
    lastLag = lag
    const still = now() - moved
    if (still > (hands > 0 ? longestMs + graceMs : stalledAfterMs))
      throw new ErrataError(
        'BUG',
        `no progress for ${Math.round(still / 1000)} s with records waiting`,
        { hands, lag },
      )
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
        move() // it is being retried, with its own pauses
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
          look(leases).catch((error: unknown) =>
            fateOf(error) === 'retry' ? move() : reject(error),
          )
        }, watchEveryMs)
        timer.unref()
      }),
    look,
    stop: () => clearInterval(timer),
  }
}
