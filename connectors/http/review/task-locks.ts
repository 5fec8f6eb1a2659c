/**
 * Locks on tasks, so that two people don't work on the same document.
 *
 *   POST   /api/tasks/:documentId/lock      locks or prolongs; 409 LOCKED says who has it; `force` takes it over
 *   DELETE /api/tasks/:documentId/lock      frees it
 *
 * A page prolongs its lock as long as it lives; one that is silent for `lockMs` has lost it.
 */

import type { FastifyRequest } from 'fastify'
import type { Service } from './context.ts'
import type { Api } from '../contract/schema.ts'
import { lockMs, lockTask, unlockTask } from '../contract/tasks.ts'
import { actorOf, personOf } from '../security.ts'
import { unknownDocument } from './tasks.ts'

/** Who asks: the account's name, else what the page says. */
export const lockName = (request: FastifyRequest, given: string | undefined): string =>
  personOf(request).name ?? (given === undefined || given === '' ? 'someone' : given)

export function lockRoutes(app: Api, deps: Service): void {
  lockRoute(app, deps)
  unlockRoute(app, deps)
}

function lockRoute(app: Api, deps: Service): void {
  const { locks, now } = deps
  app.post(
    '/api/tasks/:documentId/lock',
    {
      schema: lockTask,
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

function unlockRoute(app: Api, { locks, signals }: Service): void {
  app.delete(
    '/api/tasks/:documentId/lock',
    {
      schema: unlockTask,
    },
    async ({ params, query }, reply) => {
      await locks.release(params.documentId, query.holder)
      signals.emit('freed', { documentId: params.documentId })
      return reply.code(204).send(null)
    },
  )
}
