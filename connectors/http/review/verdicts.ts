/** Taking in verdicts. See review.ts for what is promised. */

import type { FastifyRequest } from 'fastify'
import { normaliserOf } from '../../../processors/review/interpret-input.ts'
import { documentContext } from '../../../processors/document/context.ts'
import { verdictOfAnswer } from '../../../processors/review/verdicts.ts'
import { unpackWords } from '../../../processors/document/words.ts'
import { accountOf } from '../../../processors/rules/payees.ts'
import { askedAccounts } from '../../../processors/review/asked-accounts.ts'
import { foldedName } from '../../../processors/review/account-name.ts'
import { mayDo } from '../../../processors/review/accounts.ts'
import { rights, rolesWith } from '../../../processors/review/roles.ts'
import type { Field, Task, Verdict } from '../../../schemas/types.ts'
import type { ReviewDeps } from './context.ts'
import { answerTask, correctDocument, type accepted, type answer } from '../contract/answers.ts'
import type { Failure } from '../contract/problem.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { traceOfRequest } from '../request-spans.ts'
import { actorOf, personOf } from '../security.ts'
import type { StoredTask } from './store.ts'
import { unknownDocument } from './tasks.ts'

type Body = Wire<typeof answer>
type Accepted = Wire<typeof accepted>
type Asked = FastifyRequest<{ Params: { documentId: string }; Body: Body }>

export function verdictRoutes(app: Api, deps: ReviewDeps, bodyLimit: number): void {
  const inTurn = turns()
  app.post(
    '/api/tasks/:documentId/verdict',
    { bodyLimit, schema: answerTask },
    async (request, reply) => {
      const taken = await inTurn(request.params.documentId, () => take(request, 'task', deps))
      if (!('status' in taken)) return reply.code(201).send(taken)
      if (taken.retryAfter !== undefined) reply.header('retry-after', taken.retryAfter)
      return reply.code(taken.status).send(taken.body)
    },
  )
  app.post(
    '/api/documents/:documentId/verdict',
    { bodyLimit, schema: correctDocument },
    async (request, reply) => {
      const taken = await inTurn(request.params.documentId, () => take(request, 'correction', deps))
      if (!('status' in taken)) return reply.code(201).send(taken)
      if (taken.retryAfter !== undefined) reply.header('retry-after', taken.retryAfter)
      return reply.code(taken.status).send(taken.body)
    },
  )
}

/** Why an answer is not taken. */
interface Refusal {
  readonly status: 403 | 404 | 409 | 422 | 429 | 503
  readonly retryAfter?: number // seconds
  readonly body: Failure
}

const conflict = (body: Failure): Refusal => ({ status: 409, body })

async function take(
  request: Asked,
  basis: 'task' | 'correction',
  deps: ReviewDeps,
): Promise<Accepted | Refusal> {
  const {
    params: { documentId },
    body,
  } = request
  const reviewer = personOf(request).name ?? body.reviewer
  const busy = tooEarly(reviewer, deps)
  if (busy !== null) return busy
  const stored = await deps.tasks.get(documentId)
  const profile = stored === null ? undefined : deps.profiles().get(stored.task.profile)
  if (stored === null || profile === undefined) return { status: 404, body: unknownDocument }
  const outdated = staleness(stored, body, basis, deps)
  if (outdated !== null) return outdated
  if (stored.summary.second && !mayDo(personOf(request), 'approve')) return approversOnly
  const forbidden = await reservedFor(stored, { documentId, reviewer, holder: body.holder }, deps)
  if (forbidden !== null) return forbidden

  const { task } = stored
  const { second } = stored.summary
  const context = documentContext({ pages: task.pages, words: unpackWords(task.words) })
  const result = verdictOfAnswer({
    task,
    profile,
    answer: { ...body, reviewer },
    basis,
    now: deps.now(),
    normalise: normaliserOf(context),
    wantsSecond: (fields) => wantsSecond(fields, stored, deps.secondAbove ?? 0),
  })
  if ('problems' in result) {
    const { problems } = result
    const message = 'some values are not right'
    return { status: 422, body: { code: 'VERDICT_INVALID', message, problems } }
  }
  const taken = await publish(request, result.verdict, { reviewer, second }, deps)
  if (!('status' in taken)) noteAccounts(request, task, result.verdict, deps)
  return taken
}

/** The log is not read yet, or the reviewer answers too often. */
function tooEarly(reviewer: string, { ready, quota }: ReviewDeps): Refusal | null {
  if (ready?.() === false)
    return {
      status: 503,
      body: {
        code: 'NOT_READY',
        message: 'the log is still being read; try again in a moment',
      },
    }
  const wait = quota?.take(reviewer) ?? 0
  if (wait === 0) return null
  const message = `${reviewer} has given too many answers in a minute`
  return { status: 429, retryAfter: wait, body: { code: 'TOO_MANY', message } }
}

/**
 * Why an answer is not to what the document is at present. One that states its fields holds also
 * where the document was read again meanwhile, be it that it was accepted: the words are the same.
 * Not where an account is asked about, which was not shown.
 */
function staleness(
  { summary, task, version }: StoredTask,
  body: Body,
  basis: 'task' | 'correction',
  { tasks }: Pick<ReviewDeps, 'tasks'>,
): Refusal | null {
  const { documentId, verdict: before } = summary
  const isReadAgain =
    body.basedOn != null &&
    body.fields !== undefined &&
    body.lineItems !== undefined &&
    askedAccounts(task.reasons).length === 0 &&
    tasks.hadWords(documentId, body.basedOn)

  const latest = summary.nextRevision - 1
  const stale = (message: string): Refusal =>
    conflict({
      code: 'VERDICT_STALE',
      message,
      latest: { ...summary.verdict, revision: latest },
    })
  if (body.revision !== latest + 1)
    return stale(`the next revision is ${latest + 1}, not ${body.revision}`)
  if (basis === 'task' && summary.state === 'closed' && !(isReadAgain && before === null))
    return stale('the task is closed; correct the document instead')
  return body.basedOn != null && body.basedOn !== version && !isReadAgain
    ? stale('the document has been read again since')
    : null
}

/** Why this person may not answer: a second person has to, or another has the document open. */
async function reservedFor(
  { summary: { second, verdict: before } }: StoredTask,
  {
    documentId,
    reviewer,
    holder,
  }: {
    readonly documentId: string
    readonly reviewer: string
    readonly holder: string | undefined
  },
  { locks }: ReviewDeps,
): Promise<Refusal | null> {
  if (second && before !== null && foldedName(before.reviewer) === foldedName(reviewer))
    return conflict({
      code: 'SAME_PERSON',
      message: 'a second person has to look at this document',
    })
  const other =
    holder === undefined ? undefined : (await locks.holders([documentId])).get(documentId)
  return other === undefined || other.id === holder
    ? null
    : conflict({
        code: 'LOCKED',
        message: `${other.name} has this document open`,
        by: other.name,
        since: other.since,
      })
}

/** Publishes a verdict and answers once the broker has it. */
async function publish(
  request: Asked,
  verdict: Verdict,
  { reviewer, second }: { readonly reviewer: string; readonly second: boolean },
  deps: ReviewDeps,
): Promise<Accepted | Refusal> {
  const {
    params: { documentId },
    body: { revision, holder },
  } = request
  try {
    const { partition, offset } = await deps.publishVerdict(verdict, traceOfRequest(request))
    deps.tasks.give(verdict, { partition, offset }) // until it is judged
    if (holder !== undefined) await deps.locks.release(documentId, holder)
    const answered = second ? 'answered_second' : 'answered'
    void deps.audit?.({
      ...actorOf(request),
      actor: reviewer,
      action: verdict.decision === 'rejected' ? 'rejected' : answered,
      target: documentId,
      detail: { revision: String(revision), decision: verdict.decision },
    })
    return { documentId, revision, decision: verdict.decision, partition, offset: String(offset) }
  } catch (error) {
    deps.log?.warn({ error, documentId }, 'a verdict was not published')
    const message = 'the verdict is not saved: the broker did not take it'
    return { status: 503, retryAfter: 5, body: { code: 'BROKER_UNREACHABLE', message } }
  }
}

/** Who confirmed which account in place of which: of those that the task asked about. */
function noteAccounts(request: Asked, task: Task, verdict: Verdict, { audit }: ReviewDeps): void {
  if (verdict.decision === 'rejected') return
  for (const { field, known } of askedAccounts(task.reasons)) {
    const value = verdict.fields.find(({ name }) => name === field)?.value ?? null
    if (value === null || known.includes(accountOf(value))) continue
    void audit?.({
      ...actorOf(request),
      actor: verdict.reviewer,
      action: 'confirmed_account',
      target: verdict.vendor.id,
      detail: {
        document: verdict.documentId,
        revision: String(verdict.revision),
        field,
        account: value,
        in_place_of: known.length === 0 ? 'none' : known.join(' '),
      },
    })
  }
}

/**
 * Whether another person has to look at an answer: where the document is, or was before this answer,
 * about so much money, be it a task or a later correction; unless this is the second person, who
 * left amounts and accounts as the first one gave them.
 */
function wantsSecond(
  fields: readonly Field[],
  { summary, task, truth }: StoredTask,
  amount: number,
): boolean {
  const before = truth?.fields ?? []
  if (!isAbove([...fields, ...task.fields, ...before], amount)) return false
  return !summary.second || paymentOf(fields) !== paymentOf(before)
}

/** What is to be paid, and to which account. */
function paymentOf(fields: readonly Field[]): string {
  const values = ['currency', 'grand_total', 'due_payable', 'iban'].map(
    (wanted) => fields.find(({ name }) => name === wanted)?.value ?? null,
  )
  return JSON.stringify(values)
}

const approversOnly: Refusal = {
  status: 403,
  body: {
    code: 'ROLE',
    message: `a second person has to look at this document: this needs the role ${rights.approve.role}`,
    right: 'approve',
    roles: rolesWith('approve'),
  },
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
