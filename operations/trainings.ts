/**
 * Requested trainings: one at a time, in order, each under a key chosen by the caller. Requests are
 * idempotent: a scheduler that retries with the same key gets the same training, and only a failed
 * one is started again.
 *
 * Each is a record of the topic training-runs, written before the request is answered, so a trainer
 * on another machine knows it too. What is queued or running when a trainer starts, it runs: a
 * training is a function of its snapshot and publishes once, so it does no harm that a trainer that
 * still lives may run it as well. The last thousand are kept.
 */

import type { Log } from '../connectors/kafka/kafka.ts'
import type { Training, Trainings } from '../connectors/http/trainings.ts'
import type { Trained } from './train.ts'
import type { TrainingRun } from '../schemas/types.ts'

/** Where trainings are kept, by key. */
export interface TrainingRecords {
  readonly all: () => ReadonlyMap<string, TrainingRun>
  /** Null forgets it. BROKER_UNREACHABLE and other codes: then nothing has changed. */
  readonly write: (key: string, training: TrainingRun | null) => Promise<void>
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
}

export interface OpenTrainings extends Trainings {
  /** Whether a training of the profile is waiting or running. */
  readonly pending: (profile: string) => boolean
  /** Aborts the running training; it is restarted at the next start. */
  stop(): Promise<void>
}

const mostKept = 1_000 // trainings

export function openTrainings(options: TrainingsOptions): OpenTrainings {
  const { records, now, log } = options
  const kept = openKept(records, log)
  const own = new Set<string>() // keys of those that this trainer is to run
  const asking = new Map<string, Promise<Training>>()
  const stopped = new AbortController()
  const { runOne, shown } = openRunner(options, kept, stopped.signal)
  let working: Promise<void> | null = null

  const nextQueued = (): Training | undefined =>
    inOrder(kept.all()).find(({ key, state }) => state === 'queued' && own.has(key))
  const work = async (): Promise<void> => {
    for (;;) {
      const next = nextQueued()
      if (next === undefined || stopped.signal.aborted) return
      await runOne(next)
      own.delete(next.key)
    }
  }
  const begin = (): void => {
    if (working !== null || stopped.signal.aborted) return
    working = work().finally(() => {
      working = null
      if (nextQueued() !== undefined) begin()
    })
  }
  const askNew = async (key: string, profile: string): Promise<Training> => {
    const asked = await kept.save(newTraining(key, profile, now()))
    own.add(key)
    await kept.dropOldest()
    begin()
    return asked
  }
  for (const training of kept.all().values())
    if (isPending(training)) {
      own.add(training.key)
      kept.show({ ...training, state: 'queued', startedAt: null })
    }
  begin()

  return {
    async ask(key, profile) {
      const known = kept.all().get(key)
      if (known !== undefined && (known.state !== 'failed' || known.profile !== profile))
        return known
      const asked = asking.get(key) ?? askNew(key, profile).finally(() => asking.delete(key))
      asking.set(key, asked)
      return asked
    },
    find(key) {
      const training = kept.all().get(key)
      return training === undefined ? null : shown(training)
    },
    list: () => inOrder(kept.all()).reverse().map(shown),
    pending: (profile) =>
      [...kept.all().values()].some(
        (training) => training.profile === profile && isPending(training),
      ),
    async stop() {
      stopped.abort()
      await working
    },
  }
}

/** Runs one training to its outcome, and knows how far it is. */
function openRunner(
  { run, now, log }: TrainingsOptions,
  kept: Kept,
  stop: AbortSignal,
): {
  readonly runOne: (next: Training) => Promise<void>
  readonly shown: (training: Training) => Training
} {
  // not worth a write
  let progress: { readonly key: string; readonly is: Training['progress'] } | null = null
  return {
    async runOne(next) {
      const { key, profile } = next
      const running = await kept.note({ ...next, state: 'running', startedAt: now() })
      log.info({ key, profile }, 'training starts')
      try {
        const trained = await run(profile, stop, (is) => {
          progress = { key, is }
        })
        const { outcome, key: version, reasons } = trained
        await kept.note({ ...running, state: 'done', endedAt: now(), outcome, version, reasons })
        log.info({ key, profile, outcome, version }, 'training ended')
      } catch (error) {
        if (stop.aborted) return
        const reasons = [error instanceof Error ? error.message : String(error)]
        await kept.note({ ...running, state: 'failed', endedAt: now(), reasons })
        log.error({ key, profile, error }, 'training failed')
      } finally {
        progress = null
      }
    },
    shown: (training) =>
      training.key === progress?.key ? { ...training, progress: progress.is } : training,
  }
}

const isPending = ({ state }: Training): boolean => state === 'queued' || state === 'running'

function newTraining(key: string, profile: string, askedAt: number): Training {
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

/** The trainings as this trainer knows them. */
interface Kept {
  readonly all: () => ReadonlyMap<string, Training>
  /** BROKER_UNREACHABLE and other errors: then nothing has changed. */
  readonly save: (training: Training) => Promise<Training>
  /**
   * What a training has come to; where it can't be kept, a restart begins the training again, which
   * is safe.
   */
  readonly note: (training: Training) => Promise<Training>
  /** Known from now on, and not written. */
  readonly show: (training: Training) => void
  /** Forgets the oldest finished ones above the limit. */
  readonly dropOldest: () => Promise<void>
}

function openKept(records: TrainingRecords, log: Log): Kept {
  // What this trainer wrote last: its own records come back later than it writes the next ones
  const own = new Map<string, Training>()
  const show = (training: Training): void => void own.set(training.key, training)
  const all = (): ReadonlyMap<string, Training> => {
    const others = [...records.all()].map(([key, run]): readonly [string, Training] => [
      key,
      { ...run, progress: null },
    ])
    return new Map([...others, ...own])
  }
  const save = async (training: Training): Promise<Training> => {
    const { progress: _, ...run } = training
    await records.write(training.key, run)
    show(training)
    return training
  }
  return {
    all,
    save,
    show,
    async note(training) {
      try {
        return await save(training)
      } catch (error) {
        log.error({ key: training.key, error }, 'the training could not be kept')
        show(training)
        return training
      }
    },
    async dropOldest() {
      const finished = inOrder(all()).filter((training) => !isPending(training))
      for (const { key } of finished.slice(0, Math.max(0, all().size - mostKept))) {
        await records.write(key, null)
        own.delete(key)
      }
    },
  }
}

function inOrder(trainings: ReadonlyMap<string, Training>): Training[] {
  return [...trainings.values()].sort((a, b) => a.askedAt - b.askedAt || (a.key < b.key ? -1 : 1))
}
