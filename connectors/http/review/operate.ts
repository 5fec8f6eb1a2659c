/**
 * What an operator decides: which model reads, which rules hold, which dead letters go back.
 * Everybody may look. Each decision is an event in the log with who and why, as from the command
 * line, and is written to the audit log too.
 */

import type { FastifyInstance } from 'fastify'
import { codeOf } from '../../../errors.ts'
import { evidenceOf, provenanceOf } from '../../../processors/model/published-model.ts'
import type { Operate, ReviewDeps } from './context.ts'
import { trainerAnswer } from './events.ts'
import {
  letter,
  modelVersion,
  nextSchema,
  outcome,
  reverted,
  rule,
  training,
} from './schemas-operate.ts'
import { failure, object } from './schemas.ts'
import { actorOf } from '../security.ts'

const text = { type: 'string', minLength: 1, maxLength: 500 } as const
const why = { ...text, description: 'Kept in the log.' } as const
const list = (items: object) => ({ type: 'array', items }) as const
const mostReplayed = 1000 // letters in one request

const role = { config: { role: 'operator' } } as const

/** Writes a decision to the audit log. */
type Noted = (
  request: Parameters<typeof actorOf>[0],
  action: string,
  target: string,
  detail: Record<string, string>,
) => void

export function operateRoutes(app: FastifyInstance, { operate, audit }: ReviewDeps): void {
  if (operate === undefined) return
  const noted: Noted = (request, action, target, detail) =>
    void audit?.({ ...actorOf(request), action, target, detail })
  modelsRoute(app, operate)
  promoteRoute(app, operate, noted)
  rollbackRoute(app, operate, noted)
  trainerRoute(app, operate)
  rulesRoute(app, operate)
  for (const route of [disableRoute, enableRoute]) switchRuleRoute(app, operate, noted, route)
  revertRoute(app, operate, noted)
  deadLettersRoute(app, operate)
  replayRoute(app, operate, noted)
}

function modelsRoute(app: FastifyInstance, operate: Operate): void {
  app.get(
    '/api/models',
    {
      schema: {
        summary: 'Model versions with their evidence',
        tags: ['operate'],
        response: { 200: object({ models: list(modelVersion) }) },
      },
    },
    async () => ({
      models: operate
        .models()
        .map((model) => ({ ...model, manifest: provenanceOf(model), evidence: evidenceOf(model) })),
    }),
  )
}

function promoteRoute(app: FastifyInstance, operate: Operate, noted: Noted): void {
  app.post<{ Params: { name: string; version: string }; Body: { why: string } }>(
    '/api/models/:name/:version/promote',
    {
      ...role,
      schema: {
        summary: 'Make a version the champion',
        tags: ['operate'],
        params: object({ name: text, version: text }),
        body: object({ why }),
        response: { 200: object({ champion: text }), 404: failure, 409: failure },
      },
    },
    async (request, reply) => {
      const key = `${request.params.name}/${request.params.version}`
      try {
        await operate.promote(key, request.body.why, actorOf(request).actor)
      } catch (error) {
        if (codeOf(error) === 'MODEL_UNUSABLE')
          return reply
            .code(409)
            .send({ code: 'MODEL_UNUSABLE', message: 'the version can not be used' })
        if (codeOf(error) !== 'MODEL_UNKNOWN') throw error
        return reply.code(404).send({ code: 'MODEL_UNKNOWN', message: 'no such version' })
      }
      noted(request, 'promoted', key, { why: request.body.why })
      return { champion: key }
    },
  )
}

function rollbackRoute(app: FastifyInstance, operate: Operate, noted: Noted): void {
  app.post<{ Params: { name: string }; Body: { why: string } }>(
    '/api/models/:name/rollback',
    {
      ...role,
      schema: {
        summary: 'Back to the champion before',
        tags: ['operate'],
        params: object({ name: text }),
        body: object({ why }),
        response: { 200: object({ champion: text }), 404: failure, 409: failure },
      },
    },
    async (request, reply) => {
      try {
        const champion = await operate.rollback(
          request.params.name,
          request.body.why,
          actorOf(request).actor,
        )
        noted(request, 'rolled_back', champion, { why: request.body.why })
        return { champion }
      } catch (error) {
        if (codeOf(error) === 'MODEL_UNUSABLE')
          return reply
            .code(409)
            .send({ code: 'MODEL_UNUSABLE', message: 'no earlier champion can be used' })
        if (codeOf(error) !== 'MODEL_UNKNOWN') throw error
        return reply
          .code(404)
          .send({ code: 'MODEL_UNKNOWN', message: 'there is no earlier champion' })
      }
    },
  )
}

function trainerRoute(app: FastifyInstance, operate: Operate): void {
  app.get(
    '/api/trainer',
    {
      schema: {
        summary: 'What the trainer does now',
        tags: ['operate'],
        description:
          '`trainings` are the latest, newest first: `state` is queued, running, done or failed; one that runs has `progress` with a `step` (snapshot, training, gate). `next` says what would begin the next one by itself. `reachable` is false where no trainer answers.',
        response: {
          200: object({
            reachable: { type: 'boolean' },
            trainings: list(training),
            next: { anyOf: [nextSchema, { type: 'null' }] },
          }),
        },
      },
    },
    async () => trainerAnswer(await operate.trainer()),
  )
}

function rulesRoute(app: FastifyInstance, operate: Operate): void {
  app.get(
    '/api/rules',
    {
      schema: {
        summary: 'What corrections taught',
        tags: ['operate'],
        response: { 200: object({ rules: list(rule) }) },
      },
    },
    async () => ({ rules: operate.rules() }),
  )
}

const disableRoute = {
  path: 'disable',
  summary: 'Switch a rule off: the model is believed again',
  disabled: true,
  action: 'disabled_rule',
} as const
const enableRoute = {
  path: 'enable',
  summary: 'Let corrections decide again',
  disabled: false,
  action: 'enabled_rule',
} as const

function switchRuleRoute(
  app: FastifyInstance,
  operate: Operate,
  noted: Noted,
  { path, summary, disabled, action }: typeof disableRoute | typeof enableRoute,
): void {
  app.post<{ Body: { vendor: string; field: string; why: string } }>(
    `/api/rules/${path}`,
    {
      ...role,
      schema: {
        summary,
        tags: ['operate'],
        body: object({ vendor: text, field: text, why }),
        response: { 200: object({ vendor: text, field: text }), 404: failure },
      },
    },
    async (request, reply) => {
      const { vendor, field, why: reason } = request.body
      if (!(await operate.setRule(vendor, field, disabled, actorOf(request).actor, reason)))
        return reply.code(404).send({ code: 'NOT_FOUND', message: 'no such rule' })
      noted(request, action, `${vendor}/${field}`, { why: reason })
      return { vendor, field }
    },
  )
}

function revertRoute(app: FastifyInstance, operate: Operate, noted: Noted): void {
  app.post<{ Body: { reviewer: string; since: number; why: string; dryRun: boolean } }>(
    '/api/verdicts/revert',
    {
      ...role,
      schema: {
        summary: 'Take back what a person taught since a moment',
        tags: ['operate'],
        description:
          'Answers that stand are withdrawn, or give way to what somebody else had said before; rules and training follow. Rules that the person made or switched by hand go too. Nothing is erased from the log. Done twice it finds nothing left.',
        body: object({
          reviewer: text,
          since: {
            type: 'integer',
            minimum: 0,
            description: 'Milliseconds since 1970, by the time of the answer.',
          },
          why,
          dryRun: { type: 'boolean', description: 'Only count.' },
        }),
        response: { 200: reverted },
      },
    },
    async (request) => {
      const { reviewer, since, why: reason, dryRun } = request.body
      const counts = await operate.revert({
        reviewer,
        since,
        by: actorOf(request).actor,
        why: reason,
        dryRun,
      })
      if (!dryRun)
        noted(request, 'took_back', reviewer, {
          since: new Date(since).toISOString(),
          why: reason,
          ...Object.fromEntries(
            Object.entries(counts).map(([name, count]) => [name, String(count)]),
          ),
        })
      return counts
    },
  )
}

function deadLettersRoute(app: FastifyInstance, operate: Operate): void {
  app.get(
    '/api/dead',
    {
      schema: {
        summary: 'Records that could not be processed',
        description: 'Without their contents.',
        tags: ['operate'],
        response: { 200: object({ letters: list(letter) }) },
      },
    },
    async () => ({ letters: await operate.letters() }),
  )
}

function replayRoute(app: FastifyInstance, operate: Operate, noted: Noted): void {
  app.post<{ Body: { at: string[] } }>(
    '/api/dead/replay',
    {
      ...role,
      schema: {
        summary: 'Send dead letters to their topic again',
        description: 'Each at most once.',
        tags: ['operate'],
        body: object({ at: { type: 'array', minItems: 1, maxItems: mostReplayed, items: text } }),
        response: { 200: object({ letters: list(outcome) }) },
      },
    },
    async (request) => {
      const letters = await operate.replay(request.body.at)
      for (const { at, outcome } of letters) noted(request, 'replayed', at, { outcome })
      return { letters }
    },
  )
}
