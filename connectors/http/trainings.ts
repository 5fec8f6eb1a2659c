/**
 * Trainings asked for from outside, by HTTP: what a scheduler such as Airflow needs.
 *
 *   POST /trainings                {"profile": "invoice"}, header Idempotency-Key: 1 to 200 characters
 *                                  202 and the training; the same key again is the same training, however often it is sent
 *   GET  /trainings                the latest, newest first, and what would begin the next one
 *   GET  /trainings/{key}          the training
 *   GET  /trainings/{key}/outcome  404 for as long as it waits or runs, then the training: for waiting without holding anything
 *
 * What a training is says contract/trainings.ts.
 *
 *   400 REQUEST_INVALID, PROFILE_UNKNOWN     401, 403, 429 from the guard: operators ask, readers look
 *   404 TRAINING_UNKNOWN, TRAINING_UNFINISHED     409 KEY_TAKEN: the key belongs to a training of another profile
 *   503 BROKER_UNREACHABLE: nothing was begun, ask again
 */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { codeOf, fateOf } from '../../errors.ts'
import type { trainerStatus } from './contract/operate.ts'
import type { Api, ContractTypes, Wire } from './contract/schema.ts'
import {
  askTraining,
  getTraining,
  listTrainings,
  trainingOutcome,
  type nextTraining,
  type training,
} from './contract/trainings.ts'
import { badRequestOf, bug } from './problems.ts'

export type Training = Wire<typeof training>
/** What would begin a training by itself. */
export type Next = Wire<typeof nextTraining>
/** What the pages show of the trainer. */
export type TrainerStatus = Wire<typeof trainerStatus>

export interface Trainings {
  /** The training of this key, begun where there is none, or where it failed. */
  readonly ask: (key: string, profile: string) => Promise<Training>
  readonly find: (key: string) => Training | null
  readonly list: () => readonly Training[] // newest first
}

export interface TrainingsDeps {
  readonly trainings: Trainings
  /** Those that there are; asked with the name of one. */
  readonly profiles: (name: string) => Promise<ReadonlyMap<string, unknown>>
  readonly next: () => Next
  /** Answers who may not ask (401, 403); lets everyone else through. */
  readonly guard: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
}

const retryAfterSeconds = 30
const listed = 100
const bodyBytes = 4_096

/** Adds the routes to a server. */
export async function trainingsApi(
  app: FastifyInstance,
  { trainings, profiles, next, guard }: TrainingsDeps,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', guard)
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      if (fateOf(error) === 'retry')
        return reply
          .code(503)
          .header('retry-after', retryAfterSeconds)
          .send({ code: codeOf(error), message: error.message })
      const bad = badRequestOf(error)
      return reply.code(bad?.status ?? 500).send(bad?.failure ?? bug)
    })
    const routes = scope.withTypeProvider<ContractTypes>()
    askRoute(routes, trainings, profiles)
    routes.get('/trainings', { schema: listTrainings }, async () => ({
      trainings: trainings.list().slice(0, listed),
      next: next(),
    }))
    routes.get(
      '/trainings/:key',
      { schema: getTraining },
      async ({ params }, reply) => trainings.find(params.key) ?? reply.code(404).send(unknown),
    )
    outcomeRoute(routes, trainings)
  })
}

const unknown = { code: 'TRAINING_UNKNOWN', message: 'no training has this key' } as const

function askRoute(app: Api, trainings: Trainings, profiles: TrainingsDeps['profiles']): void {
  app.post(
    '/trainings',
    { bodyLimit: bodyBytes, config: { right: 'operate' }, schema: askTraining },
    async ({ headers, body: { profile } }, reply) => {
      const key = headers['idempotency-key']
      const known = await profiles(profile)
      if (!known.has(profile))
        return reply.code(400).send({
          code: 'PROFILE_UNKNOWN',
          message: 'no profile of this name',
          known: [...known.keys()],
        })
      const asked = await trainings.ask(key, profile)
      if (asked.profile !== profile)
        return reply.code(409).send({
          code: 'KEY_TAKEN',
          message: 'the key belongs to a training of another profile',
        })
      return reply
        .code(202)
        .header('location', `/trainings/${encodeURIComponent(key)}`)
        .send(asked)
    },
  )
}

function outcomeRoute(app: Api, trainings: Trainings): void {
  app.get('/trainings/:key/outcome', { schema: trainingOutcome }, async ({ params }, reply) => {
    const found = trainings.find(params.key)
    if (found === null) return reply.code(404).send(unknown)
    return found.endedAt !== null
      ? found
      : reply
          .code(404)
          .send({ code: 'TRAINING_UNFINISHED', message: `the training is ${found.state}` })
  })
}
