/** Taking in verdicts. See review.ts for what is promised. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { normaliserOf } from '../../../processors/review/interpret-input.ts'
import { documentContext } from '../../../processors/values/normalise.ts'
import { judge, type Answer } from '../../../processors/review/verdicts.ts'
import { unpackWords } from '../../../processors/document/words.ts'
import type { Field } from '../../../schemas/types.ts'
import type { ReviewDeps } from './context.ts'
import { accepted, answer, documentParameter, failure } from './schemas.ts'
import { actorOf, personOf } from '../security.ts'
import { unknownDocument } from './tasks.ts'

type Body = Answer & { readonly basedOn?: string | null; readonly holder?: string }
type Asked = FastifyRequest<{ Params: { documentId: string }; Body: Body }>

export function verdictRoutes(app: FastifyInstance, deps: ReviewDeps, bodyLimit: number): void {
  const inTurn = turns()
  const schema = {
    tags: ['verdicts'],
    params: documentParameter,
    body: answer,
    response: {
      201: accepted,
      404: failure,
      409: failure,
      422: failure,
      429: failure,
      503: failure,
    },
  }
  app.post<{ Params: { documentId: string }; Body: Body }>(
    '/api/tasks/:documentId/verdict',
    {
      bodyLimit,
      schema: {
        ...schema,
        summary: 'Answer an open task',
        description: '201 once the broker has it from all replicas in sync.',
      },
    },
    (request, reply) =>
      inTurn(request.params.documentId, () => take(request as Asked, 'task', deps, reply)),
  )
  app.post<{ Params: { documentId: string }; Body: Body }>(
    '/api/documents/:documentId/verdict',
    {
      bodyLimit,
      schema: {
        ...schema,
        summary: 'Correct a document that has a verdict',
        description: 'Its basis is `correction`.',
      },
    },
    (request, reply) =>
      inTurn(request.params.documentId, () => take(request as Asked, 'correction', deps, reply)),
  )
}

async function take(
  request: Asked,
  basis: 'task' | 'correction',
  deps: ReviewDeps,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const {
    params: { documentId },
    body,
  } = request
  const reviewer = personOf(request).name ?? body.reviewer
  if (deps.ready?.() === false)
    return reply
      .code(503)
      .send({ code: 'NOT_READY', message: 'the log is still being read; try again in a moment' })
  const wait = deps.quota?.take(reviewer) ?? 0
  if (wait > 0) {
    const message = `${reviewer} has given too many answers in a minute`
    return reply.code(429).header('retry-after', wait).send({ code: 'TOO_MANY', message })
  }
  const stored = await deps.tasks.get(documentId)
  const profile = stored === null ? undefined : deps.profiles.get(stored.task.profile)
  if (stored === null || profile === undefined) return reply.code(404).send(unknownDocument)
  const latest = stored.summary.nextRevision - 1
  const stale = (message: string) =>
    reply.code(409).send({
      code: 'VERDICT_STALE',
      message,
      latest: { ...stored.summary.verdict, revision: latest },
    })
  if (body.revision !== latest + 1)
    return stale(`the next revision is ${latest + 1}, not ${body.revision}`)
  if (basis === 'task' && stored.summary.state === 'closed')
    return stale('the task is closed; correct the document instead')
  if (body.basedOn != null && body.basedOn !== stored.version)
    return stale('the document has been read again since')

  const { second, verdict: before } = stored.summary
  if (second && before?.reviewer === reviewer)
    return reply
      .code(409)
      .send({ code: 'SAME_PERSON', message: 'a second person has to look at this document' })
  const other =
    body.holder === undefined ? undefined : (await deps.locks.holders([documentId])).get(documentId)
  if (other !== undefined && other.id !== body.holder)
    return reply.code(409).send({
      code: 'LOCKED',
      message: `${other.name} has this document open`,
      by: other.name,
      since: other.since,
    })

  const { task } = stored
  const context = documentContext({ pages: task.pages, words: unpackWords(task.words) })
  const result = judge({
    task,
    profile,
    answer: { ...body, reviewer },
    basis,
    now: deps.now(),
    normalise: normaliserOf(context),
    wantsSecond: (fields) => basis === 'task' && !second && isAbove(fields, deps.secondAbove ?? 0),
  })
  if ('problems' in result)
    return reply.code(422).send({
      code: 'VERDICT_INVALID',
      message: 'some values are not right',
      problems: result.problems,
    })
  try {
    const { partition, offset } = await deps.publishVerdict(result.verdict)
    deps.tasks.addVerdict(documentId, result.verdict) // the follower brings it again, later
    if (body.holder !== undefined) await deps.locks.release(documentId, body.holder)
    void deps.audit?.({
      ...actorOf(request),
      actor: reviewer,
      action:
        result.verdict.decision === 'rejected'
          ? 'rejected'
          : second
            ? 'answered_second'
            : 'answered',
      target: documentId,
      detail: { revision: String(body.revision), decision: result.verdict.decision },
    })
    return reply.code(201).send({
      documentId,
      revision: body.revision,
      decision: result.verdict.decision,
      partition,
      offset: String(offset),
    })
  } catch (error) {
    deps.log?.warn({ error, documentId }, 'a verdict was not published')
    return reply.code(503).header('retry-after', '5').send({
      code: 'BROKER_UNREACHABLE',
      message: 'the verdict is not saved: the broker did not take it',
    })
  }
}

/** Whether the document is about as much money as a second person has to see. */
function isAbove(fields: readonly Field[], amount: number): boolean {
  return (
    amount > 0 &&
    fields.some(
      ({ name, value }) =>
        (name === 'grand_total' || name === 'due_payable') &&
        Math.abs(Number(value ?? 0)) >= amount,
    )
  )
}

/** Runs work on the same key one after the other. */
function turns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, turn)
    const done = (): void => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(done, done)
    return turn
  }
}
