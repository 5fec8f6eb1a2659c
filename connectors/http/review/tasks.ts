/**
 * Reading tasks: the queue, the next one, a whole one, and what a text means for one of its fields.
 */

import type { FastifyInstance } from 'fastify'
import { locate, readValue } from '../../../processors/review/interpret-input.ts'
import { clean } from '../../../processors/review/verdicts.ts'
import type { Profile, ProfileColumn, ProfileField } from '../../../schemas/profiles.ts'
import type { ReviewDeps } from './context.ts'
import type { CachedDocument, DocumentCache } from './document-cache.ts'
import {
  documentParameter,
  failure,
  fullTask,
  object,
  listedSummary,
  question,
  reading,
  summary,
} from './schemas.ts'
import type { StoredTask } from './store.ts'

type Definition = ProfileField | ProfileColumn
type Document = { readonly documentId: string }
/** What was typed, or which words were clicked, for a field (`lineItems.column` for a column). */
type Question = { readonly field: string; readonly text?: string; readonly words?: number[] }

const mostListed = 500 // tasks in one answer
const mostSkipped = 500 // postponed documents in one question

export function taskRoutes(app: FastifyInstance, deps: ReviewDeps, prints: DocumentCache): void {
  queueRoute(app, deps)
  nextRoute(app, deps)
  taskRoute(app, deps)
  readRoute(app, prints)
}

const isReady = ({ ready }: ReviewDeps): boolean => ready?.() ?? true

function queueRoute(app: FastifyInstance, deps: ReviewDeps): void {
  app.get<{
    Querystring: { state: 'open' | 'closed'; profile?: string; limit: number; after?: string }
  }>(
    '/api/tasks',
    {
      schema: {
        summary: 'The queue',
        description: 'The most urgent first: by priority, and by waiting time.',
        tags: ['tasks'],
        querystring: object(
          {
            state: { enum: ['open', 'closed'], default: 'open' },
            profile: { type: 'string' },
            limit: { type: 'integer', minimum: 1, maximum: mostListed, default: 50 },
            after: { type: 'string', description: '`next` of the answer before.' },
          },
          [],
        ),
        response: {
          200: object({
            tasks: { type: 'array', items: listedSummary },
            next: { type: ['string', 'null'] },
            open: { type: 'integer' },
            closed: { type: 'integer' },
            ready: { type: 'boolean', description: 'False while the log is still being read.' },
          }),
        },
      },
    },
    async ({ query }) => {
      const { tasks } = deps
      const { tasks: listed, next } = tasks.list(query)
      const holders = await deps.locks.holders(listed.map((task) => task.documentId))
      return {
        tasks: listed.map((task) => ({
          ...task,
          lockedBy: holders.get(task.documentId)?.name ?? null,
        })),
        next,
        ...tasks.counts(),
        ready: isReady(deps),
      }
    },
  )
}

function nextRoute(app: FastifyInstance, deps: ReviewDeps): void {
  app.get<{ Querystring: { profile?: string; skip?: string } }>(
    '/api/tasks/next',
    {
      schema: {
        summary: 'The next open task',
        tags: ['tasks'],
        querystring: object(
          {
            profile: { type: 'string' },
            skip: {
              type: 'string',
              description:
                'Document ids to leave out, encoded as for an address and comma separated.',
            },
          },
          [],
        ),
        response: { 200: summary, 404: failure },
      },
    },
    async ({ query }, reply) => {
      const skip = new Set(
        (query.skip ?? '')
          .split(',')
          .filter((id) => id !== '')
          .slice(0, mostSkipped)
          .map(decode),
      )
      const found = deps.tasks.next({ profile: query.profile, skip })
      return (
        found ??
        reply.code(404).send({
          code: 'NOTHING_OPEN',
          message: 'no open task',
          open: deps.tasks.counts().open,
          ready: isReady(deps),
        })
      )
    },
  )
}

function taskRoute(app: FastifyInstance, { tasks, profiles }: ReviewDeps): void {
  app.get<{ Params: Document }>(
    '/api/tasks/:documentId',
    {
      schema: {
        summary: 'A whole task, open or closed',
        tags: ['tasks'],
        params: documentParameter,
        response: { 200: fullTask, 404: failure },
      },
    },
    async ({ params }, reply) => {
      const stored = await tasks.get(params.documentId)
      const profile = stored === null ? undefined : profiles.get(stored.task.profile)
      if (stored === null || profile === undefined) return reply.code(404).send(unknownDocument)
      return taskView(stored, profile)
    },
  )
}

function readRoute(app: FastifyInstance, prints: DocumentCache): void {
  app.post<{ Params: Document; Body: Question }>(
    '/api/documents/:documentId/read',
    {
      schema: {
        summary: 'What a text or words mean for a field',
        description:
          'The normal form of what was typed or clicked, the words that print it, and what is wrong with it.',
        tags: ['tasks'],
        params: documentParameter,
        body: question,
        response: { 200: reading, 404: failure },
      },
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      const definition = definitionOf(print.profile, body.field)
      if (definition === undefined)
        return reply.code(404).send({
          code: 'FIELD_UNKNOWN',
          message: `the profile ${print.profile.name} has no such field`,
        })
      return meaningOf(print, definition, body)
    },
  )
}

const columnPrefix = 'lineItems.'

function definitionOf({ fields, lineItems }: Profile, field: string): Definition | undefined {
  return field.startsWith(columnPrefix)
    ? lineItems.find(({ name }) => name === field.slice(columnPrefix.length))
    : fields.find(({ name }) => name === field)
}

/** The value that a text or words stand for, and where it is printed. */
function meaningOf(print: CachedDocument, { name, type }: Definition, asked: Question): object {
  const clicked = (asked.words ?? []).filter((index) => print.words[index] !== undefined)
  const textOf = (indexes: readonly number[]): string =>
    indexes.map((index) => print.words[index]?.text ?? '').join(' ')
  const text = clean(asked.text ?? textOf(clicked))
  if (text === '')
    return { value: null, raw: null, page: null, words: [], problem: null, notice: null }
  const { value, problem, notice } = readValue(type, text, print.context)
  const near = asked.field.startsWith(columnPrefix)
    ? []
    : print.task.fields.find((field) => field.name === name)?.words
  const words =
    clicked.length > 0 || value === null
      ? clicked
      : locate(type, value, print.words, print.context, near)
  return {
    value,
    raw: words.length > 0 ? textOf(words) : null,
    page: print.words[words[0] ?? -1]?.page ?? null,
    words,
    problem,
    notice,
  }
}

export const unknownDocument = { code: 'NOT_FOUND', message: 'no task of this document' } as const

/**
 * A task as the API gives it. `pages` counts in the list, so the pages themselves are `pageList`.
 */
export function taskView({ summary: line, task, version, truth }: StoredTask, definition: Profile) {
  const { id, evidence } = task.vendor
  return {
    ...line,
    identity: { id, evidence },
    version,
    fields: task.fields,
    candidates: task.candidates,
    lineItems: task.lineItems,
    checks: task.checks,
    model: task.model,
    rulesVersion: task.rulesVersion,
    sha256: task.sha256,
    pageList: task.pages,
    words: task.words,
    truth,
    definition,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
