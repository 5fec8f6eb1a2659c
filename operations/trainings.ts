/**
 * Requested trainings: one at a time, in order, each under a key chosen by the caller. Requests are
 * idempotent: a scheduler that retries with the same key gets the same training, and only a failed
 * one is started again.
 *
 * Each is a record of the topic training-runs, whichever trainer was asked. Of several trainers one
 * leads (runtime/leadership.ts): it runs what waits, and what another had begun that is no more, from
 * the beginning; a training is a function of its snapshot and publishes once. Every step is decided
 * on what the topic says then, so a trainer that was frozen and is no longer the one can't replace
 * what its successor wrote. The last thousand are kept.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../connectors/kafka/kafka.ts'
import type { Training, Trainings } from '../connectors/http/trainings.ts'
import type { Trained } from './train.ts'
import type { TrainingRun } from '../schemas/types.ts'

/** Where trainings are kept, by key. */
export interface TrainingRecords {
  readonly all: () => ReadonlyMap<string, TrainingRun>
  /**
   * Decides what a key says next, by what it says when everything before is known: null forgets it,
   * undefined leaves it. Resolves with what it says then. BROKER_UNREACHABLE and other codes: then
   * nothing has changed.
   */
  readonly change: (
    key: string,
    decide: (known: TrainingRun | undefined) => TrainingRun | null | undefined,
  ) => Promise<TrainingRun | undefined>
  /** Resolves when every record that was there at the call is known. Codes as above. */
  readonly caughtUp: () => Promise<void>
  /** Hears of every record, whoever wrote it. */
  readonly onChange: (listener: () => void) => void
}

export interface TrainingsOptions {
  readonly records: TrainingRecords
  /** Trains a profile; rejects if there is no outcome. `stop` aborts it. */
  readonly run: (
    profile: string,
    stop: AbortSignal,
    onProgress: (progress: Training['progress']) => void,
  ) => Promise<Trained>
  readonly now: () => number // ms since 1970
  readonly log: Log
  /** Between two attempts to write what a training has come to, and two words on how far it is. */
  readonly pauseMs?: number
}

export interface OpenTrainings extends Trainings {
  /** Whether a training of the profile is waiting or running. */
  readonly pending: (profile: string) => boolean
  /** From now on this trainer runs them. */
  readonly lead: () => void
  /** Another one does. Aborts the running training, which that one starts again. */
  readonly rest: () => void
  /** The same, for good. */
  stop(): Promise<void>
}

const mostKept = 1_000 // trainings
const defaultPause = 3_000 // ms

export function openTrainings(options: TrainingsOptions): OpenTrainings {
  const { records, now } = options
  const asking = new Set<string>() // profiles
  let turn: Turn | null = null // while this trainer leads
  let working: Promise<void> | null = null

  const begin = (): void => {
    if (working !== null || turn === null || nextIn(turn, records) === undefined) return
    working = work(options, turn).finally(() => {
      working = null
      begin()
    })
  }
  records.onChange(begin)
  const lead = async (own: Turn): Promise<void> => {
    await insisting(options, own.end.signal, records.caughtUp)
    const running = [...records.all().values()].filter(({ state }) => state === 'running')
    own.leftovers = new Set(running.map(({ key }) => key))
    begin()
  }
  const rest = (): void => {
    turn?.end.abort()
    turn = null
  }

  return {
    async ask(key, profile) {
      asking.add(profile)
      try {
        const asked = newTraining(key, profile, now())
        const known = await records.change(key, (before) =>
          before === undefined || (before.state === 'failed' && before.profile === profile)
            ? asked
            : undefined,
        )
        await dropOldest(records)
        return known ?? asked
      } finally {
        asking.delete(profile)
      }
    },
    find: (key) => records.all().get(key) ?? null,
    list: () => inOrder(records.all()).reverse(),
    pending: (profile) =>
      asking.has(profile) ||
      [...records.all().values()].some((run) => run.profile === profile && isPending(run)),
    lead() {
      if (turn !== null) return
      turn = { end: new AbortController(), leftovers: null }
      void lead(turn)
    },
    rest,
    async stop() {
      rest()
      await working
    },
  }
}

/** The time in which a trainer leads. */
interface Turn {
  readonly end: AbortController
  /** Keys that the one before had begun; null until the topic is read that far. */
  leftovers: Set<string> | null
}

/** What runs but was no leftover is begun by a later leader: this turn is over, and doesn't know. */
function nextIn({ leftovers }: Turn, records: TrainingRecords): TrainingRun | undefined {
  if (leftovers === null) return undefined
  return inOrder(records.all()).find(
    ({ key, state }) => state === 'queued' || (state === 'running' && leftovers.has(key)),
  )
}

async function work(options: TrainingsOptions, turn: Turn): Promise<void> {
  await Promise.resolve() // whoever began it knows first that it runs
  for (;;) {
    const next = nextIn(turn, options.records)
    if (next === undefined || turn.end.signal.aborted) return
    turn.leftovers?.delete(next.key)
    await runOne(options, next, turn.end.signal)
  }
}

/** Again and again while an outside system is at fault; undefined where the turn ends before. */
async function insisting<T>(
  { log, pauseMs = defaultPause }: TrainingsOptions,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    if (signal.aborted) return undefined
    try {
      return await act()
    } catch (error) {
      log.error({ error }, 'what trainings come to can not be kept, and is tried again')
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** Runs one training to its outcome, and tells how far it is. */
async function runOne(
  options: TrainingsOptions,
  { key, profile }: TrainingRun,
  signal: AbortSignal,
): Promise<void> {
  const { records, run, now, log, pauseMs = defaultPause } = options
  const startedAt = now()
  const isOurs = (known: TrainingRun | undefined): known is TrainingRun =>
    known?.state === 'running' && known.startedAt === startedAt
  const insist = (decide: Parameters<TrainingRecords['change']>[1]) =>
    insisting(options, signal, () => records.change(key, decide))
  const end = async (what: Partial<TrainingRun>): Promise<void> =>
    void (await insist((known) =>
      isOurs(known) ? { ...known, endedAt: now(), progress: null, ...what } : undefined,
    ))

  const begun = await insist((known) =>
    known !== undefined && isPending(known)
      ? { ...known, state: 'running', startedAt, progress: null }
      : undefined,
  )
  if (!isOurs(begun)) return
  log.info({ key, profile }, 'training starts')
  const teller = openTeller(pauseMs, (progress) =>
    records.change(key, (known) => (isOurs(known) ? { ...known, progress } : undefined)),
  )
  try {
    const { outcome, key: version, reasons } = await run(profile, signal, teller.tell)
    await end({ state: 'done', outcome, version, reasons })
    log.info({ key, profile, outcome, version }, 'training ended')
  } catch (error) {
    if (signal.aborted) return
    await end({
      state: 'failed',
      reasons: [error instanceof Error ? error.message : String(error)],
    })
    log.error({ key, profile, error }, 'training failed')
  } finally {
    teller.stop()
  }
}

/** Writes the latest word on how far a training is, not oftener than every `pauseMs`. */
function openTeller(
  pauseMs: number,
  write: (progress: Training['progress']) => Promise<unknown>,
): { readonly tell: (progress: Training['progress']) => void; readonly stop: () => void } {
  let latest: Training['progress'] = null
  let timer: NodeJS.Timeout | null = null
  const send = (): void => {
    const progress = latest
    timer = setTimeout(() => {
      timer = null
      if (latest !== progress) send()
    }, pauseMs).unref()
    void write(progress).catch(() => {}) // the next word may come through
  }
  return {
    tell(progress) {
      latest = progress
      if (timer === null) send()
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
      latest = null
    },
  }
}

/** Forgets the oldest finished ones above the limit. */
async function dropOldest(records: TrainingRecords): Promise<void> {
  const finished = inOrder(records.all()).filter((run) => !isPending(run))
  for (const { key } of finished.slice(0, Math.max(0, records.all().size - mostKept)))
    await records.change(key, (known) =>
      known === undefined || isPending(known) ? undefined : null,
    )
}

const isPending = ({ state }: TrainingRun): boolean => state === 'queued' || state === 'running'

function newTraining(key: string, profile: string, askedAt: number): TrainingRun {
  return {
    key,
    profile,
    state: 'queued',
    askedAt,
    startedAt: null,
    endedAt: null,
    outcome: null,
    version: null,
    reasons: [],
    progress: null,
  }
}

/** As they were asked for. */
export function inOrder(trainings: ReadonlyMap<string, TrainingRun>): TrainingRun[] {
  return [...trainings.values()].sort((a, b) => a.askedAt - b.askedAt || (a.key < b.key ? -1 : 1))
}
