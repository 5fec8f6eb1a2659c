/**
 * What an operator decides: which model reads, which rules hold, which dead letters go back.
 * Everybody may look. Each decision is an event in the log with who and why, as from the command
 * line, and is written to the audit log too.
 */

import { codeOf } from '../../../errors.ts'
import { evidenceOf, provenanceOf } from '../../../processors/model/published-model.ts'
import type { Operate, ReviewDeps } from './context.ts'
import {
  disableRule,
  enableRule,
  listDeadLetters,
  listModels,
  listRules,
  promoteModel,
  replayDeadLetters,
  revertVerdicts,
  rollBackModel,
  trainerNow,
  type modelVersion,
} from '../contract/operate.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { actorOf } from '../security.ts'

const operating = { config: { right: 'operate' } } as const

/** As far as the pages know it. */
type Evidence = NonNullable<Wire<typeof modelVersion>['evidence']>

/** Writes a decision to the audit log. */
type Noted = (
  request: Parameters<typeof actorOf>[0],
  action: string,
  target: string,
  detail: Record<string, string>,
) => void

export function operateRoutes(app: Api, { operate, audit }: ReviewDeps): void {
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

function modelsRoute(app: Api, operate: Operate): void {
  app.get(
    '/api/models',
    {
      schema: listModels,
    },
    async () => ({
      models: operate.models().map((model) => ({
        ...model,
        manifest: { ...provenanceOf(model) },
        evidence: evidenceOf<Evidence>(model),
      })),
    }),
  )
}

function promoteRoute(app: Api, operate: Operate, noted: Noted): void {
  app.post(
    '/api/models/:name/:version/promote',
    {
      ...operating,
      schema: promoteModel,
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

function rollbackRoute(app: Api, operate: Operate, noted: Noted): void {
  app.post(
    '/api/models/:name/rollback',
    {
      ...operating,
      schema: rollBackModel,
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

function trainerRoute(app: Api, operate: Operate): void {
  app.get(
    '/api/trainer',
    {
      schema: trainerNow,
    },
    async () => operate.trainer(),
  )
}

function rulesRoute(app: Api, operate: Operate): void {
  app.get(
    '/api/rules',
    {
      schema: listRules,
    },
    async () => ({ rules: operate.rules() }),
  )
}

const disableRoute = {
  path: 'disable',
  contract: disableRule,
  disabled: true,
  action: 'disabled_rule',
} as const
const enableRoute = {
  path: 'enable',
  contract: enableRule,
  disabled: false,
  action: 'enabled_rule',
} as const

function switchRuleRoute(
  app: Api,
  operate: Operate,
  noted: Noted,
  { path, contract, disabled, action }: typeof disableRoute | typeof enableRoute,
): void {
  app.post(
    `/api/rules/${path}`,
    {
      ...operating,
      schema: contract,
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

function revertRoute(app: Api, operate: Operate, noted: Noted): void {
  app.post(
    '/api/verdicts/revert',
    {
      ...operating,
      schema: revertVerdicts,
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

function deadLettersRoute(app: Api, operate: Operate): void {
  app.get(
    '/api/dead',
    {
      schema: listDeadLetters,
    },
    async () => ({ letters: await operate.letters() }),
  )
}

function replayRoute(app: Api, operate: Operate, noted: Noted): void {
  app.post(
    '/api/dead/replay',
    {
      ...operating,
      schema: replayDeadLetters,
    },
    async (request) => {
      const letters = await operate.replay(request.body.at)
      for (const { at, outcome } of letters) noted(request, 'replayed', at, { outcome })
      return { letters }
    },
  )
}
