/** Who I am, and what was done: for the pages, and for whoever has to know. */

import type { FastifyInstance } from 'fastify'
import type { ReviewDeps } from './context.ts'
import { failure, object } from './schemas.ts'
import { personOf } from '../security.ts'

const text = { type: 'string' } as const
const textOrNull = { type: ['string', 'null'] } as const
const texts = { type: 'array', items: text } as const
const mostListed = 1000 // entries in one answer
const entry = object({
  at: { type: 'integer' },
  actor: text,
  role: textOrNull,
  action: text,
  target: textOrNull,
  detail: { type: 'object', additionalProperties: text },
})

export function accountRoutes(app: FastifyInstance, deps: ReviewDeps): void {
  app.get(
    '/api/me',
    {
      schema: {
        summary: 'Who this token belongs to',
        tags: ['accounts'],
        response: {
          200: object({
            name: { ...textOrNull, description: 'null: say the name with each answer.' },
            role: { enum: ['reader', 'reviewer', 'operator'] },
            kind: text,
            profiles: texts,
            vendors: texts,
          }),
        },
      },
    },
    async (request) => personOf(request),
  )

  app.get<{
    Querystring: {
      actor?: string
      action?: string
      target?: string
      before?: number
      limit: number
    }
  }>(
    '/api/audit',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'The audit log, newest first',
        tags: ['accounts'],
        querystring: object(
          {
            actor: text,
            action: text,
            target: text,
            before: { type: 'integer', description: 'Milliseconds since 1970.' },
            limit: { type: 'integer', minimum: 1, maximum: mostListed, default: 100 },
          },
          [],
        ),
        response: { 200: object({ entries: { type: 'array', items: entry } }), 404: failure },
      },
    },
    async ({ query }, reply) => {
      if (deps.auditLog === undefined)
        return reply
          .code(404)
          .send({ code: 'NO_AUDIT', message: 'this process does not follow the audit log' })
      const { actor, action, target, before = Number.POSITIVE_INFINITY, limit } = query
      const isWanted = (one: {
        readonly at: number
        readonly actor: string
        readonly action: string
        readonly target: string | null
      }): boolean =>
        one.at < before &&
        (actor === undefined || one.actor === actor) &&
        (action === undefined || one.action === action) &&
        (target === undefined || one.target === target)
      return { entries: deps.auditLog().filter(isWanted).slice(0, limit) }
    },
  )
}
