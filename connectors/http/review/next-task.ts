/**
 * The next task for a person.
 *
 *   POST   /api/tasks/claim                 the most urgent task that is free and theirs, now locked for them
 *   POST   /api/tasks/ahead                 the one that would follow, not locked: to be fetched ahead
 *
 * A document that a page has fetched ahead is left to that page for a while: others are given
 * another one, as long as there is another one. Where nothing is free, the answer says why: with
 * others, waiting for a second person, not of one's profiles, or really nothing.
 */

import type { FastifyRequest } from 'fastify'
import type {
  ReviewQueue,
  TaskSummary,
  TaskFilter,
} from '../../../processors/review/review-queue.ts'
import type { Service } from './context.ts'
import type { Failure } from '../contract/problem.ts'
import type { fullTask, summary } from '../contract/documents.ts'
import { mayDo } from '../../../processors/review/accounts.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { claimTask, fetchAhead, lockMs, type nothingFree } from '../contract/tasks.ts'
import { personOf } from '../security.ts'
import { lockName } from './task-locks.ts'
import { taskView } from './tasks.ts'

// a document that was fetched ahead is left to its page for so long, if there are others
const aheadMs = 120_000
const mostTried = 500 // locked documents that are passed over in one question
const mostAhead = 1000 // documents

type Claim = Wire<typeof fetchAhead.body>

export function nextTaskRoutes(app: Api, deps: Service): void {
  const fetched = fetchedAhead(deps.now)
  claimRoute(app, deps, fetched)
  aheadRoute(app, deps, fetched)
}

function claimRoute(app: Api, deps: Service, fetched: FetchedAhead): void {
  app.post(
    '/api/tasks/claim',
    {
      schema: claimTask,
    },
    async (request, reply) => {
      const { skip = [], prefer = null, whole = false } = request.body
      const person = claimantOf(request)
      const { task, busy } = await claimFirst(deps, fetched, person, prefer)
      if (task === null)
        return reply.code(404).send({
          ...whyNothingFree(deps, person, busy),
          skipped: skip.length,
          ready: deps.ready?.() ?? true,
        })
      fetched.forget(task.documentId)
      deps.signals.emit('locked', { documentId: task.documentId, by: person.name })
      return whole ? await wholeOf(task, deps) : task
    },
  )
}

function aheadRoute(app: Api, { tasks, locks }: Service, fetched: FetchedAhead): void {
  app.post(
    '/api/tasks/ahead',
    {
      schema: fetchAhead,
    },
    async (request, reply) => {
      const { id, wanted } = claimantOf(request)
      let tried = 0
      for (const task of tasks.candidates(wanted)) {
        if (tried++ > mostTried) break
        const held = (await locks.holders([task.documentId])).get(task.documentId)
        if (!fetched.isFreeFor(id, task.documentId) || (held !== undefined && held.id !== id))
          continue
        fetched.note(task.documentId, id)
        return task
      }
      return reply.code(404).send({ code: 'NOTHING_FREE', message: 'no other open task is free' })
    },
  )
}

/** Who asks, and for which tasks. */
interface Claimant {
  readonly id: string // of the page
  readonly name: string
  readonly wanted: TaskFilter
}

function claimantOf(request: FastifyRequest<{ Body: Claim }>): Claimant {
  const { holder: id, skip = [], everything = false } = request.body
  const name = lockName(request, request.body.reviewer)
  const person = personOf(request)
  const { profiles, vendors } = person
  const wanted = {
    skip: new Set(skip),
    reviewer: name,
    approves: mayDo(person, 'approve'),
    ...(everything ? {} : { profiles, vendors }),
  }
  return { id, name, wanted }
}

/**
 * Locks the first task that is free, one that others have fetched ahead only where there is no
 * other. `busy`: how many tasks were found locked, by who has them.
 */
async function claimFirst(
  { tasks, locks, now }: Service,
  fetched: FetchedAhead,
  { id, name, wanted }: Claimant,
  prefer: string | null,
): Promise<{ readonly task: TaskSummary | null; readonly busy: ReadonlyMap<string, number> }> {
  const busy = new Map<string, number>()
  const lock = async ({ documentId }: TaskSummary): Promise<boolean> => {
    const other = await locks.take(documentId, { id, name, since: now() }, lockMs)
    if (other !== null) busy.set(other.name, (busy.get(other.name) ?? 0) + 1)
    return other === null
  }
  let left: TaskSummary | null = null // fetched ahead by somebody else
  let tried = 0
  for (const task of inTurn(tasks, wanted, prefer)) {
    if (tried++ > mostTried) break
    if (!fetched.isFreeFor(id, task.documentId)) left ??= task
    else if (await lock(task)) return { task, busy }
  }
  return { task: left !== null && (await lock(left)) ? left : null, busy }
}

/** Why nobody could be given a task. */
function whyNothingFree(
  { tasks }: Service,
  { wanted }: Claimant,
  busy: ReadonlyMap<string, number>,
): Failure & Wire<typeof nothingFree> {
  const count = (which: TaskFilter): number => [...tasks.candidates(which)].length
  const { open } = tasks.counts()
  const skip = new Set<string>()
  const all = count({ skip })
  const notMine = all - count({ ...wanted, skip, reviewer: undefined, approves: true })
  return {
    code: 'NOTHING_FREE',
    message: open === 0 ? 'no open task' : 'no open task is free for you',
    open,
    withOthers: [...busy].map(([name, tasksOf]) => ({ name, count: tasksOf })),
    waitForSecond: all - notMine - count({ ...wanted, skip }),
    notYours: notMine,
  }
}

/** The summary alone where the task, or its profile, is gone meanwhile. */
async function wholeOf(
  task: TaskSummary,
  { tasks, profiles }: Service,
): Promise<Wire<typeof summary> | Wire<typeof fullTask>> {
  const stored = await tasks.get(task.documentId)
  const profile = stored === null ? undefined : profiles().get(stored.task.profile)
  return stored === null || profile === undefined ? task : taskView(stored, profile)
}

/** The preferred one first, if it is among them at all; looks no further than it has to. */
function* inTurn(
  tasks: Pick<ReviewQueue, 'candidates'>,
  wanted: TaskFilter,
  prefer: string | null,
): Generator<TaskSummary> {
  if (prefer !== null) yield* tasks.candidates({ ...wanted, only: prefer })
  for (const task of tasks.candidates(wanted)) if (task.documentId !== prefer) yield task
}

/** Documents that pages have fetched ahead, by the page. */
interface FetchedAhead {
  readonly isFreeFor: (id: string, documentId: string) => boolean
  /** Of a page the last one alone. */
  readonly note: (documentId: string, id: string) => void
  readonly forget: (documentId: string) => void
}

function fetchedAhead(now: () => number): FetchedAhead {
  const ahead = new Map<string, { readonly id: string; readonly until: number }>()
  return {
    isFreeFor(id, documentId) {
      const kept = ahead.get(documentId)
      return kept === undefined || kept.id === id || kept.until < now()
    },
    note(documentId, id) {
      for (const [other, { until, id: by }] of ahead)
        if (until < now() || by === id || ahead.size > mostAhead) ahead.delete(other)
      ahead.set(documentId, { id, until: now() + aheadMs })
    },
    forget: (documentId) => void ahead.delete(documentId),
  }
}
