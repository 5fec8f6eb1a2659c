/**
 * Trainings asked for from outside, by HTTP: what a scheduler such as Airflow needs. And the
 * question to a trainer in another process what it does now.
 *
 *   POST /trainings                {"profile": "invoice"}, header Idempotency-Key: 1 to 200 characters
 *                                  202 and the training; the same key again is the same training, however often it is sent
 *   GET  /trainings                the latest, newest first, and what would begin the next one
 *   GET  /trainings/{key}          the training
 *   GET  /trainings/{key}/outcome  404 for as long as it waits or runs, then the training: for waiting without holding anything
 *
 * A training is {key, profile, state, askedAt, startedAt, endedAt, outcome, version, reasons}:
 * `state` is queued, running, done or failed; `outcome` is promoted, refused (by the gate), known
 * (this snapshot was trained on before) or nothing (there was nothing to learn); times are
 * milliseconds since 1970. `progress` is what one that runs does now: reading the verdicts
 * (snapshot), training (so many of so many taggers) or judging (gate).
 *
 *   400 REQUEST_INVALID, PROFILE_UNKNOWN     401, 403, 429 from the guard: operators ask, readers look
 *   404 TRAINING_UNKNOWN, TRAINING_UNFINISHED     409 KEY_TAKEN: the key belongs to a training of another profile
 *   503 DISK_FULL: nothing was begun, ask again
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { codeOf, fateOf } from '../../errors.ts'

export interface Training {
  readonly key: string
  readonly profile: string
  readonly state: 'queued' | 'running' | 'done' | 'failed'
  readonly askedAt: number // ms since 1970
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly outcome: 'promoted' | 'refused' | 'known' | 'nothing' | null
  readonly version: string | null // name/version
  readonly reasons: readonly string[]
  readonly progress: { readonly step: string; readonly done: number; readonly of: number } | null // null: it doesn't run
}

/** What would begin a training by itself. */
export interface Next {
  // verdicts that no version has seen, by profile
  readonly waiting: Readonly<Record<string, number>>
  readonly wanted: number // of them, for a training; 0: they begin none
  readonly at: number | null // ms since 1970, by cron; null: never
}

export interface Trainings {
  /** The training of this key, begun where there is none, or where it failed. */
  readonly ask: (key: string, profile: string) => Training
  readonly find: (key: string) => Training | null
  readonly list: () => readonly Training[] // newest first
}

export interface TrainerState {
  readonly trainings: readonly Training[] // newest first
  readonly next: Next
}

export interface TrainingsDeps {
  readonly trainings: Trainings
  readonly profiles: ReadonlySet<string>
  readonly next: () => Next
  /** Answers who may not ask (401, 403); lets everyone else through. */
  readonly guard: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
}

const longestKey = 200 // characters
const retryAfterSeconds = 30
const listed = 100
const shownNow = 6 // trainings
const bodyBytes = 4_096

/** Adds the routes to a server. */
export async function trainingsApi(
  app: FastifyInstance,
  { trainings, profiles, next, guard }: TrainingsDeps,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', guard)
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      if (fateOf(error) === 'retry')
        return reply
          .code(503)
          .header('retry-after', retryAfterSeconds)
          .send({ code: codeOf(error), message: error.message })
      const status =
        error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
      return reply.code(status).send({
        code: status < 500 ? 'REQUEST_INVALID' : 'BUG',
        message: status < 500 ? error.message : 'this is a bug of Errata',
      })
    })

    scope.post<{ Body: unknown }>(
      '/trainings',
      { bodyLimit: bodyBytes, config: { role: 'operator' } },
      async (request, reply) => {
        const key = request.headers['idempotency-key']
        const { profile } = (request.body ?? {}) as { profile?: unknown }
        if (typeof key !== 'string' || key.length === 0 || key.length > longestKey)
          return reply.code(400).send({
            code: 'REQUEST_INVALID',
            message: `the header Idempotency-Key is needed, of 1 to ${longestKey} characters`,
          })
        if (typeof profile !== 'string' || !profiles.has(profile))
          return reply.code(400).send({
            code: 'PROFILE_UNKNOWN',
            message: 'no profile of this name',
            known: [...profiles],
          })
        const training = trainings.ask(key, profile)
        if (training.profile !== profile)
          return reply.code(409).send({
            code: 'KEY_TAKEN',
            message: 'the key belongs to a training of another profile',
          })
        return reply
          .code(202)
          .header('location', `/trainings/${encodeURIComponent(key)}`)
          .send(training)
      },
    )
    scope.get('/trainings', async () => ({
      trainings: trainings.list().slice(0, listed),
      next: next(),
    }))
    scope.get<{ Params: { key: string } }>(
      '/trainings/:key',
      async ({ params }, reply) =>
        trainings.find(params.key) ??
        reply.code(404).send({ code: 'TRAINING_UNKNOWN', message: 'no training has this key' }),
    )
    scope.get<{ Params: { key: string } }>('/trainings/:key/outcome', async ({ params }, reply) => {
      const training = trainings.find(params.key)
      if (training === null)
        return reply
          .code(404)
          .send({ code: 'TRAINING_UNKNOWN', message: 'no training has this key' })
      return training.endedAt !== null
        ? training
        : reply
            .code(404)
            .send({ code: 'TRAINING_UNFINISHED', message: `the training is ${training.state}` })
    })
  })
}

const patienceMs = 2_000

/** What the trainer behind an address does now, as it says itself; null where it doesn't answer. */
export async function trainerNow(url: string, token: string | null): Promise<TrainerState | null> {
  try {
    const response = await fetch(new URL('/trainings', url), {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!response.ok) return null
    const { trainings, next } = (await response.json()) as TrainerState
    return { trainings: trainings.slice(0, shownNow), next }
  } catch {
    return null
  }
}
