/**
 * Requested trainings: one at a time, in order, each under a key chosen by the caller. Requests are
 * idempotent: a scheduler that retries with the same key gets the same training, and only a failed
 * one is started again.
 *
 * Each is a small file below ERRATA_HOME/trainings, written before the request is answered. What
 * was queued or running when the process died starts again with it: a training is a function of its
 * snapshot and publishes once, so that is safe. The last thousand files are kept. They are local to
 * the machine; the models topic is what all share.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../connectors/kafka/kafka.ts'
import type { Training, Trainings } from '../connectors/http/trainings.ts'
import type { Trained } from './train.ts'
import { writeWhole } from '../connectors/files/atomic-file.ts'

export interface TrainingsOptions {
  readonly folder: string
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

const mostKept = 1_000 // files

export function openTrainings({ folder, run, now, log }: TrainingsOptions): OpenTrainings {
  const kept = openRecords(folder, log)
  const { trainings } = kept
  const stopped = new AbortController()
  let working: Promise<void> | null = null
  // not worth a write
  let progress: { readonly key: string; readonly is: Training['progress'] } | null = null
  const shown = (training: Training): Training =>
    training.key === progress?.key ? { ...training, progress: progress.is } : training

  const runOne = async (next: Training): Promise<void> => {
    const { key, profile } = next
    const running = kept.note({ ...next, state: 'running', startedAt: now() })
    log.info({ key, profile }, 'training starts')
    try {
      const trained = await run(profile, stopped.signal, (is) => {
        progress = { key, is }
      })
      progress = null
      const { outcome, key: version, reasons } = trained
      kept.note({ ...running, state: 'done', endedAt: now(), outcome, version, reasons })
      log.info({ key, profile, outcome, version }, 'training ended')
    } catch (error) {
      progress = null
      if (stopped.signal.aborted) return
      const reasons = [error instanceof Error ? error.message : String(error)]
      kept.note({ ...running, state: 'failed', endedAt: now(), reasons })
      log.error({ key, profile, error }, 'training failed')
    }
  }
  const nextQueued = (): Training | undefined =>
    inOrder(trainings).find(({ state }) => state === 'queued')
  const work = async (): Promise<void> => {
    for (;;) {
      const next = nextQueued()
      if (next === undefined || stopped.signal.aborted) return
      await runOne(next)
    }
  }
  const begin = (): void => {
    if (working !== null || stopped.signal.aborted) return
    working = work().finally(() => {
      working = null
      if (nextQueued() !== undefined) begin()
    })
  }
  for (const training of [...trainings.values()])
    if (training.state === 'running') kept.note({ ...training, state: 'queued', startedAt: null })
  begin()

  return {
    ask(key, profile) {
      const known = trainings.get(key)
      if (known !== undefined && (known.state !== 'failed' || known.profile !== profile))
        return known
      const asked = kept.save(newTraining(key, profile, now()))
      kept.dropOldest()
      begin()
      return asked
    },
    find(key) {
      const training = trainings.get(key)
      return training === undefined ? null : shown(training)
    },
    list: () => inOrder(trainings).reverse().map(shown),
    pending: (profile) =>
      [...trainings.values()].some(
        (training) =>
          training.profile === profile &&
          (training.state === 'queued' || training.state === 'running'),
      ),
    async stop() {
      stopped.abort()
      await working
    },
  }
}

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

/** The trainings of a folder, a file each. */
interface Records {
  readonly trainings: ReadonlyMap<string, Training>
  /** DISK_FULL and other errors: then nothing has changed. */
  readonly save: (training: Training) => Training
  /**
   * What a training has come to; where it can't be kept, a restart begins the training again, which
   * is safe.
   */
  readonly note: (training: Training) => Training
  /** Removes the oldest finished ones above the limit. */
  readonly dropOldest: () => void
}

function openRecords(folder: string, log: Log): Records {
  mkdirSync(folder, { recursive: true })
  const trainings = load(folder)
  const save = (training: Training): Training => {
    const path = join(folder, nameOf(training.key))
    writeWhole(path, `${JSON.stringify(training, null, 2)}\n`)
    trainings.set(training.key, training)
    return training
  }
  return {
    trainings,
    save,
    note(training) {
      try {
        return save(training)
      } catch (error) {
        log.error({ key: training.key, error }, 'the training could not be kept')
        trainings.set(training.key, training)
        return training
      }
    },
    dropOldest() {
      for (const old of inOrder(trainings)
        .filter(({ state }) => state === 'done' || state === 'failed')
        .slice(0, Math.max(0, trainings.size - mostKept))) {
        trainings.delete(old.key)
        rmSync(join(folder, nameOf(old.key)), { force: true })
      }
    },
  }
}

function inOrder(trainings: ReadonlyMap<string, Training>): Training[] {
  return [...trainings.values()].sort((a, b) => a.askedAt - b.askedAt || (a.key < b.key ? -1 : 1))
}

/** A key may hold anything, so a file is named by its hash. */
function nameOf(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`
}

function load(folder: string): Map<string, Training> {
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({
        ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Training),
        progress: null,
      }))
      .map((training) => [training.key, training]),
  )
}
