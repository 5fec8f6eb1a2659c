/**
 * Who works on what: the next task for a person, locks with expiry, and their release.
 *
 *   POST   /api/tasks/claim                 the most urgent task that is free and theirs, now locked for them
 *   POST   /api/tasks/:documentId/lock      locks or prolongs; 409 LOCKED says who has it; `force` takes it over
 *   DELETE /api/tasks/:documentId/lock      frees it
 *
 * A page prolongs its lock as long as it lives; one that is silent for `lockMs` has lost it. A page
 * may name the document that it has fetched ahead: others are then given another one, as long as
 * there is another one. Where nothing is free, the answer says why: with others, waiting for a
 * second person, not of one's profiles, or really nothing.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { longestDocumentId } from '../../../processors/document/raw.ts'
import type { Queue, TaskSummary, Wanted } from '../../../processors/review/review-queue.ts'
import type { Service } from './context.ts'
import { documentParameter, failure, fullTask, object, summary } from './schemas.ts'
import { actorOf, personOf } from '../security.ts'
import { show, unknownDocument } from './tasks.ts'

export const lockMs = 90_000 // a hidden page may be heard once a minute only
// a document that was fetched ahead is left to its page for so long, if there are others
const aheadMs = 120_000
const mostTried = 500 // locked documents that are passed over in one question
const mostAhead = 1000 // documents

type Document = { readonly documentId: string }
interface Claim {
  readonly holder: string
  readonly reviewer?: string
  readonly skip?: readonly string[]
  readonly prefer?: string | null
  readonly everything?: boolean
  readonly whole?: boolean
}

const holder = {
  type: 'string',
  minLength: 8,
  maxLength: 100,
  pattern: '^\\S+$',
  description: 'A random name of the page that asks, the same with each of its requests.',
} as const
const reviewer = {
  type: 'string',
  maxLength: 200,
  description: 'Who sits at it, where the token doesn’t say so.',
} as const
const ids = {
  type: 'array',
  maxItems: 500,
  items: { type: 'string', maxLength: longestDocumentId },
} as const

export function claimRoutes(app: FastifyInstance, deps: Service): void {
  const { tasks, locks, now } = deps
  const ahead = new Map<string, { readonly id: string; readonly until: number }>()
  const nameOf = (request: FastifyRequest, given: string | undefined): string =>
    personOf(request).name ?? (given === undefined || given === '' ? 'someone' : given)
  const isLeftTo = (documentId: string, id: string): boolean => {
    const kept = ahead.get(documentId)
    return kept === undefined || kept.id === id || kept.until < now()
  }

  app.post<{ Body: Claim }>(
    '/api/tasks/claim',
    {
      schema: {
        summary: 'The next task for this person, locked for them',
        tags: ['tasks'],
        description: `The lock ends ${lockMs / 1000} seconds after the last word of the page that holds it.`,
        body: object(
          {
            holder,
            reviewer,
            skip: { ...ids, description: 'Documents to leave out.' },
            prefer: { type: ['string', 'null'], description: 'This one, where it is still free.' },
            everything: {
              type: 'boolean',
              description: 'Of all profiles and vendors, not only those of the person.',
            },
            whole: {
              type: 'boolean',
              description: 'Answer with the whole task, as `GET /api/tasks/{documentId}` gives it.',
            },
          },
          ['holder'],
        ),
        response: { 200: { anyOf: [summary, fullTask] }, 404: failure },
      },
    },
    async (request, reply) => {
      const { holder: id, skip = [], prefer, everything = false } = request.body
      const name = nameOf(request, request.body.reviewer)
      const person = personOf(request)
      const mine: Wanted = {
        skip: new Set(skip),
        reviewer: name,
        ...(everything ? {} : { profiles: person.profiles, vendors: person.vendors }),
      }
      const give = async (task: TaskSummary): Promise<object> =>
        request.body.whole === true ? await wholeOf(taken(task, name)) : taken(task, name)
      const busy = new Map<string, number>()
      let left: TaskSummary | null = null // fetched ahead by somebody else
      let tried = 0
      for (const task of inTurn(tasks, mine, prefer ?? null)) {
        if (tried++ > mostTried) break
        if (!isLeftTo(task.documentId, id)) {
          left ??= task
          continue
        }
        const other = await locks.take(task.documentId, { id, name, since: now() }, lockMs)
        if (other === null) return give(task)
        busy.set(other.name, (busy.get(other.name) ?? 0) + 1)
      }
      if (left !== null) {
        const other = await locks.take(left.documentId, { id, name, since: now() }, lockMs)
        if (other === null) return give(left)
        busy.set(other.name, (busy.get(other.name) ?? 0) + 1)
      }
      const open = tasks.counts().open
      const all = [...tasks.candidates({ skip: new Set() })].length
      const notMine =
        all - [...tasks.candidates({ ...mine, skip: new Set(), reviewer: undefined })].length
      const second = all - notMine - [...tasks.candidates({ ...mine, skip: new Set() })].length
      return reply.code(404).send({
        code: 'NOTHING_FREE',
        message: open === 0 ? 'no open task' : 'no open task is free for you',
        open,
        withOthers: [...busy].map(([other, count]) => ({ name: other, count })),
        waitForSecond: second,
        notYours: notMine,
        skipped: skip.length,
        ready: deps.ready?.() ?? true,
      })
    },
  )

  /** The task that is next after the present one, not locked: to be fetched ahead. */
  app.post<{ Body: Claim }>(
    '/api/tasks/ahead',
    {
      schema: {
        summary: 'The task that would be next, to be fetched ahead',
        description: 'Others are given another one for a while, as long as there is another one.',
        tags: ['tasks'],
        body: object({ holder, reviewer, skip: ids, everything: { type: 'boolean' } }, ['holder']),
        response: { 200: summary, 404: failure },
      },
    },
    async (request, reply) => {
      const { holder: id, skip = [], everything = false } = request.body
      const person = personOf(request)
      const mine: Wanted = {
        skip: new Set(skip),
        reviewer: nameOf(request, request.body.reviewer),
        ...(everything ? {} : { profiles: person.profiles, vendors: person.vendors }),
      }
      let tried = 0
      for (const task of tasks.candidates(mine)) {
        if (tried++ > mostTried) break
        const held = (await locks.holders([task.documentId])).get(task.documentId)
        if (!isLeftTo(task.documentId, id) || (held !== undefined && held.id !== id)) continue
        for (const [documentId, { until, id: by }] of ahead)
          if (until < now() || by === id || ahead.size > mostAhead) ahead.delete(documentId)
        ahead.set(task.documentId, { id, until: now() + aheadMs })
        return task
      }
      return reply.code(404).send({ code: 'NOTHING_FREE', message: 'no other open task is free' })
    },
  )

  app.post<{ Params: Document; Body: { holder: string; reviewer?: string; force?: boolean } }>(
    '/api/tasks/:documentId/lock',
    {
      schema: {
        summary: 'Lock a task, or prolong the lock',
        tags: ['tasks'],
        params: documentParameter,
        body: object(
          {
            holder,
            reviewer,
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
      const task = tasks.summary(documentId)
      if (task === null) return reply.code(404).send(unknownDocument)
      const name = nameOf(request, request.body.reviewer)
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

  app.delete<{ Params: Document; Querystring: { holder: string } }>(
    '/api/tasks/:documentId/lock',
    {
      schema: {
        summary: 'Free a task',
        tags: ['tasks'],
        params: documentParameter,
        querystring: object({ holder }),
        response: { 204: { type: 'null' } },
      },
    },
    async ({ params, query }, reply) => {
      await locks.release(params.documentId, query.holder)
      deps.signals.emit('freed', { documentId: params.documentId })
      return reply.code(204).send()
    },
  )

  /** The summary alone where the task, or its profile, is gone meanwhile. */
  const wholeOf = async (task: TaskSummary): Promise<object> => {
    const stored = await tasks.get(task.documentId)
    const profile = stored === null ? undefined : deps.profiles.get(stored.task.profile)
    return stored === null || profile === undefined ? task : show(stored, profile)
  }
  const taken = (task: TaskSummary, name: string): TaskSummary => {
    ahead.delete(task.documentId)
    deps.signals.emit('locked', { documentId: task.documentId, by: name })
    return task
  }
}

/** The preferred one first, if it is among them at all; looks no further than it has to. */
function* inTurn(
  tasks: Pick<Queue, 'candidates'>,
  wanted: Wanted,
  prefer: string | null,
): Generator<TaskSummary> {
  if (prefer !== null) yield* tasks.candidates({ ...wanted, only: prefer })
  for (const task of tasks.candidates(wanted)) if (task.documentId !== prefer) yield task
}
