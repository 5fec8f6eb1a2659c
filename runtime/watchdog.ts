/**
 * Detects a state that should be impossible: the broker reports lag in a partition, nothing of it
 * is being processed or retried, and yet its committed offset doesn't move. It asks the broker,
 * since a stuck consumer knows of no lag. The process should then end: a new one resumes from the
 * log.
 *
 * A message in progress may take as long as a document may, plus half an hour for processes that
 * have to start. So this limit always exceeds the configured deadline of a document: a document
 * that takes too long becomes a dead letter, and never ends a process that would restart and meet
 * the same document.
 *
 * It also knows what keeps a stage from being ready: partitions without a lease, and records that
 * have waited for an outside system for longer than a moment.
 */

import { codeOf, ErrataError, fateOf, type Problem } from '../errors.ts'
import type { Leases, LeaseWatch, OwnedPartition } from './lease.ts'
import type { StageMetrics } from './metrics.ts'
import { createProgress, type Place, type Progress } from './progress.ts'

export interface Watchdog {
  readonly watch: Required<LeaseWatch>
  readonly inHand: InHand
  /** Checks every 15 s; rejects when there is no progress. */
  start(leases: Watched): Promise<never>
  /** One check; STALLED when there is no progress. */
  look(leases: Watched): Promise<void>
  /** Why the stage isn't ready; none where it is. */
  problems(leases: Watched): readonly Problem[]
  stop(): void
}

/** What is being done with the records of a partition. */
export interface InHand {
  /** Begins with a record; the result ends it. */
  start(partition: number): () => void
  /** A record waits for an outside system, until the result is called. */
  waits(partition: number, error: unknown): () => void
}

type Watched = Pick<Leases, 'owned' | 'count'>

const watchEveryMs = 15_000
const stalledAfterMs = 60_000 // with lag and nothing in progress
const outAfterMs = 300_000 // without membership in the group, although the broker answers
const graceMs = 1_800_000 // for a message in progress, beyond the deadline of a document
const momentMs = 10_000 // a record that waits no longer than this is no problem

export interface WatchedStage {
  readonly name: string
  readonly metrics: StageMetrics
  /** Where the group is in each partition. */
  readonly askProgress: () => Promise<ReadonlyMap<number, Place>>
  /** The deadline of a message. */
  readonly longestMs: number
  /** ms, from an arbitrary origin */
  readonly now?: () => number
}

/** What goes on in a partition. */
interface Doings {
  hands: number
  waiting: number
  /** Since when records have waited without a pause, and for what. */
  since: number
  error: unknown
  /** With which error its lease failed last; null while it is open. */
  failure: string | null
}

export function createWatchdog(stage: WatchedStage): Watchdog {
  const { name, askProgress, longestMs, now = () => performance.now() } = stage
  const progress = createProgress<number>(now)
  const partitions = new Map<number, Doings>()
  let inGroupAt = now()
  let timer: NodeJS.Timeout | undefined

  const look = async (leases: Watched): Promise<void> => {
    const places = await askProgress().catch((error: unknown) => {
      progress.moveAll()
      inGroupAt = now()
      throw error
    })
    const owned = new Set(leases.owned().map(({ partition }) => partition))
    progress.note(new Map([...places].filter(([partition]) => owned.has(partition))))
    if (leases.count().member) inGroupAt = now()
    if (now() - inGroupAt > outAfterMs)
      throw new ErrataError('STALLED', `${name} is not in its group, and does not come back`)
    for (const partition of owned) {
      const { hands = 0, waiting = 0 } = partitions.get(partition) ?? {}
      if (waiting > 0) progress.move(partition)
      const still = progress.stillMs(partition)
      if (still > (hands > 0 ? longestMs + graceMs : stalledAfterMs))
        throw new ErrataError('STALLED', stillText(name, partition, still), {
          partition,
          hands,
          lag: String(progress.lag(partition)),
        })
    }
  }

  return {
    ...listeners(stage, partitions, progress, now),
    start: (leases) =>
      new Promise((_, reject) => {
        timer = setInterval(() => {
          look(leases).catch((error: unknown) => {
            if (fateOf(error) !== 'retry') reject(error as Error)
          })
        }, watchEveryMs)
        timer.unref()
      }),
    look,
    problems(leases) {
      if (!leases.count().member)
        return [{ code: 'STARTING', why: `${name} is not in its consumer group` }]
      return leases
        .owned()
        .flatMap((at) => [
          ...problemsOf(name, at, partitions.get(at.partition), now()),
          ...stillProblem(name, at, progress.stillMs(at.partition), longestMs),
        ])
    },
    stop: () => clearInterval(timer),
  }
}

/** Everything that is heard of a partition is a sign of life. */
function listeners(
  { metrics }: Pick<WatchedStage, 'metrics'>,
  partitions: Map<number, Doings>,
  progress: Progress<number>,
  now: () => number,
): Pick<Watchdog, 'watch' | 'inHand'> {
  const at = (partition: number): Doings => {
    const nothing = { hands: 0, waiting: 0, since: 0, error: null, failure: null }
    const doings = partitions.get(partition) ?? nothing
    partitions.set(partition, doings)
    progress.move(partition)
    return doings
  }
  return {
    watch: {
      opened({ partition }) {
        at(partition).failure = null
        metrics.opened()
      },
      failed({ partition }, error) {
        const doings = at(partition) // it is being retried, with its own pauses
        doings.error = error
        doings.failure = textOf(error)
        metrics.reset(codeOf(error))
      },
      progress: ({ partition }) => void at(partition),
      lag: ({ partition }, records) => metrics.lag(partition, records),
      oldest: ({ partition }, writtenMs) => metrics.oldest(partition, writtenMs),
      lost({ partition }) {
        partitions.delete(partition)
        metrics.lost(partition)
      },
    },
    inHand: {
      start(partition) {
        const doings = at(partition)
        doings.hands++
        return () => {
          progress.move(partition)
          doings.hands--
        }
      },
      waits(partition, error) {
        const doings = at(partition)
        if (doings.waiting++ === 0) doings.since = now()
        doings.error = error
        metrics.retrying(1)
        return () => {
          progress.move(partition)
          doings.waiting--
          metrics.retrying(-1)
        }
      },
    },
  }
}

/** A lease that isn't open, and records that wait. */
function problemsOf(
  name: string,
  { partition, isOpen }: OwnedPartition,
  { waiting, since, error, failure }: Partial<Doings> = {},
  now: number,
): Problem[] {
  const found: Problem[] = []
  const place = `partition ${partition} of ${name}`
  if (!isOpen && failure == null) found.push({ code: 'STARTING', why: `${place} is not open yet` })
  if (!isOpen && failure != null)
    found.push({ code: codeOf(error), why: `${place} is not open yet: ${failure}` })
  const waitedMs = now - (since ?? now)
  if ((waiting ?? 0) > 0 && waitedMs > momentMs) {
    const why = `a record in ${place} has waited for ${secondsOf(waitedMs)}: ${textOf(error)}`
    found.push({ code: codeOf(error), why })
  }
  return found
}

function stillProblem(
  name: string,
  { partition }: OwnedPartition,
  stillMs: number,
  longestMs: number,
): Problem[] {
  if (stillMs <= longestMs + stalledAfterMs) return []
  return [{ code: 'STALLED', why: stillText(name, partition, stillMs) }]
}

function stillText(name: string, partition: number, ms: number): string {
  return `partition ${partition} of ${name} has not moved for ${secondsOf(ms)} although records wait`
}

const secondsOf = (ms: number): string => `${Math.round(ms / 1000)} s`

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
