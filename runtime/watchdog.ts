/**
 * Notices what shouldn't be possible: the broker says that records wait for us, nothing is in hand,
 * nothing is being tried again, and yet the committed offsets stand still. It asks the broker,
 * since a consumer that is stuck knows of no lag. Then the process should end: a fresh one reads
 * where it was from the log.
 *
 * A message in hand may take as long as a document may, and half an hour more for processes that
 * have to start. So the limit here always lies beyond the one of a document, whatever that is set
 * to: what is read too slowly is a dead letter, and never a process that ends, begins again and
 * meets the same document.
 */

import { ErrataError, fateOf } from '../errors.ts'
import type { Leases } from './lease.ts'
import type { StageMetrics } from './metrics.ts'

export interface Watchdog {
  /** The same metrics; what they are told counts as a sign of life. */
  readonly metrics: StageMetrics
  readonly watch: {
    opened(): void
    failed(code: string): void
    progress(): void
    lag(at: { partition: number }, records: number): void
  }
  readonly inHand: { start(): void; end(): void }
  /** Looks every 15 s; rejects when there is no progress. */
  start(leases: Pick<Leases, 'owned'>): Promise<never>
  /** One look; BUG when there is no progress. */
  look(leases: Pick<Leases, 'owned'>): Promise<void>
  stop(): void
}

const watchEveryMs = 15_000
const stalledAfterMs = 60_000 // with records waiting and nothing in hand
const graceMs = 1_800_000 // for a message in hand, beyond what a document may take

export interface WatchedStage {
  readonly metrics: StageMetrics
  /** The lag of each partition. */
  readonly askLag: () => Promise<ReadonlyMap<number, bigint>>
  /** The longest that a message may take by its own limits. */
  readonly longestMs: number
  /** ms, from any start */
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
