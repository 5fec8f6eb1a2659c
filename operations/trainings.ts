/**
 * Trainings that were asked for: one at a time, in order, each under a key that its asker chose.
 * The same key again is the same training, so whoever lost the answer (a scheduler that tries
 * again, a task that is cleared) may just ask again; only one that failed is begun anew.
 *
 * Each is a small file below ERRATA_HOME/trainings, written before it is answered for. What was
 * waiting or running when the process died begins again at the next start: a training is a function
 * of its snapshot and publishes once, so that is safe. Files of the last thousand are kept. Another
 * machine doesn't see them; the models topic is what all share.
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
  /** Trains a profile; rejects where no outcome came of it. `stop` ends it. */
  readonly run: (
    profile: string,
    stop: AbortSignal,
    onProgress: (progress: Training['progress']) => void,
  ) => Promise<Trained>
  readonly now: () => number // ms since 1970
  readonly log: Log
}

export interface OpenTrainings extends Trainings {
  /** Whether a training of the profile waits or runs. */
  readonly pending: (profile: string) => boolean
  /** Ends what runs; it begins again at the next start. */
  stop(): Promise<void>
}

const kept = 1_000 // files

export function openTrainings({ folder, run, now, log }: TrainingsOptions): OpenTrainings {
  mkdirSync(folder, { recursive: true })
  const trainings = load(folder)
  const stopped = new AbortController()
  let working: Promise<void> | null = null
  // not worth a write
  let progress: { readonly key: string; readonly is: Training['progress'] } | null = null
  const shown = (training: Training): Training =>
    training.key === progress?.key ? { ...training, progress: progress.is } : training

  const save = (training: Training): Training => {
    const path = join(folder, nameOf(training.key))
    writeWhole(path, `${JSON.stringify(training, null, 2)}\n`)
    trainings.set(training.key, training)
    return training
  }
  /**
   * What a training has come to; where it can't be kept, a restart begins the training again, which
   * is safe.
   */
  const note = (training: Training): Training => {
    try {
      return save(training)
    } catch (error) {
      log.error({ key: training.key, error }, 'the training could not be kept')
      trainings.set(training.key, training)
      return training
    }
  }
  const work = async (): Promise<void> => {
    for (;;) {
      const next = inOrder(trainings).find(({ state }) => state === 'queued')
      if (next === undefined || stopped.signal.aborted) return
      const running = note({ ...next, state: 'running', startedAt: now() })
      log.info({ key: next.key, profile: next.profile }, 'training starts')
      try {
        const {
          outcome,
          key: version,
          reasons,
        } = await run(next.profile, stopped.signal, (is) => {
          progress = { key: next.key, is }
        })
        progress = null
        note({ ...running, state: 'done', endedAt: now(), outcome, version, reasons })
        log.info({ key: next.key, profile: next.profile, outcome, version }, 'training ended')
      } catch (error) {
        progress = null
        if (stopped.signal.aborted) return
        note({
          ...running,
          state: 'failed',
          endedAt: now(),
          reasons: [error instanceof Error ? error.message : String(error)],
        })
        log.error({ key: next.key, profile: next.profile, error }, 'training failed')
      }
    }
  }
  const begin = (): void => {
    if (working !== null || stopped.signal.aborted) return
    working = work().finally(() => {
      working = null
      if (inOrder(trainings).some(({ state }) => state === 'queued')) begin()
    })
  }
  for (const training of [...trainings.values()])
    if (training.state === 'running') note({ ...training, state: 'queued', startedAt: null })
  begin()

  return {
    ask(key, profile) {
      const known = trainings.get(key)
      if (known !== undefined && (known.state !== 'failed' || known.profile !== profile))
        return known
      const asked = save({
        key,
        profile,
        state: 'queued',
        askedAt: now(),
        startedAt: null,
        endedAt: null,
        outcome: null,
        version: null,
        reasons: [],
        progress: null,
      })
      for (const old of inOrder(trainings)
        .filter(({ state }) => state === 'done' || state === 'failed')
        .slice(0, Math.max(0, trainings.size - kept))) {
        trainings.delete(old.key)
        rmSync(join(folder, nameOf(old.key)), { force: true })
      }
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
