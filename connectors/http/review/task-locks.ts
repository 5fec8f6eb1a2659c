/**
 * Locks on tasks, so that two people don't work on the same document.
 *
 *   POST   /api/tasks/:documentId/lock      locks or prolongs; 409 LOCKED says who has it; `force` takes it over
 *   DELETE /api/tasks/:documentId/lock      frees it
 *
 * A page prolongs its lock as long as it lives; one that is silent for `lockMs` has lost it.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Service } from './context.ts'
import { documentParameter, failure, object } from './schemas.ts'
import { actorOf, personOf } from '../security.ts'
import { unknownDocument } from './tasks.ts'

export const lockMs = 90_000 // a hidden page may be heard once a minute only

type Document = { readonly documentId: string }

export const holderSchema = {
  type: 'string',
  minLength: 8,
  maxLength: 100,
  pattern: '^\\S+$',
  description: 'A random name of the page that asks, the same with each of its requests.',
} as const
export const reviewerSchema = {
  type: 'string',
  maxLength: 200,
  description: 'Who sits at it, where the token doesn’t say so.',
} as const

/** Who asks: the account's name, else what the page says. */
export const lockName = (request: FastifyRequest, given: string | undefined): string =>
  personOf(request).name ?? (given === undefined || given === '' ? 'someone' : given)

export function lockRoutes(app: FastifyInstance, deps: Service): void {
  lockRoute(app, deps)
  unlockRoute(app, deps)
}

function lockRoute(app: FastifyInstance, deps: Service): void {
  const { locks, now } = deps
  app.post<{ Params: Document; Body: { holder: string; reviewer?: string; force?: boolean } }>(
    '/api/tasks/:documentId/lock',
    {
      schema: {
        summary: 'Lock a task, or prolong the lock',
        tags: ['tasks'],
        params: documentParameter,
        body: object(
          {
            holder: holderSchema,
            reviewer: reviewerSchema,
            force: {
              type: 'boolean',
              description: 'Take it over from whoever has it; this is written down.',
            },
          },
          ['holder'],
        ),
        response: { 200: object({ forMs: { type: 'integer' } }), 404: failure, 409: failure },
      },
    },
    async (request, reply) => {
      const { documentId } = request.params
      if (deps.tasks.summary(documentId) === null) return reply.code(404).send(unknownDocument)
      const name = lockName(request, request.body.reviewer)
      const { holder: id, force = false } = request.body
      const before = force ? (await locks.holders([documentId])).get(documentId) : undefined
      const other = await locks.take(documentId, { id, name, since: now() }, lockMs, force)
      if (other !== null)
        return reply.code(409).send({
          code: 'LOCKED',
          message: `${other.name} has this document open`,
          by: other.name,
          since: other.since,
        })
      if (before !== undefined && before.id !== id)
        void deps.audit?.({
          ...actorOf(request),
          actor: name,
          action: 'took_over',
          target: documentId,
          detail: { from: before.name },
        })
      if (force) deps.signals.emit('locked', { documentId, by: name, over: 'true' })
      return { forMs: lockMs }
    },
  )
}

function unlockRoute(app: FastifyInstance, { locks, signals }: Service): void {
  app.delete<{ Params: Document; Querystring: { holder: string } }>(
    '/api/tasks/:documentId/lock',
    {
      schema: {
        summary: 'Free a task',
        tags: ['tasks'],
        params: documentParameter,
        querystring: object({ holder: holderSchema }),
        response: { 204: { type: 'null' } },
      },
    },
    async ({ params, query }, reply) => {
      await locks.release(params.documentId, query.holder)
      signals.emit('freed', { documentId: params.documentId })
      return reply.code(204).send()
    },
  )
}
