/**
 * Reading tasks: the queue, the next one, a whole one, and what a text means for one of its fields.
 */

import { locate, readValue as normalised } from '../../../processors/review/interpret-input.ts'
import { clean } from '../../../processors/review/verdicts.ts'
import type { Profile, ProfileColumn, ProfileField } from '../../../schemas/profiles.ts'
import type { ReviewDeps } from './context.ts'
import type { CachedDocument, DocumentCache } from './document-cache.ts'
import {
  getTask,
  listTasks,
  nextTask,
  readCells,
  readValue,
  type question,
  type reading,
} from '../contract/tasks.ts'
import type { Api, Wire } from '../contract/schema.ts'
import type { StoredTask } from './store.ts'

type Definition = ProfileField | ProfileColumn
/** What was typed, or which words were clicked, for a field (`lineItems.column` for a column). */
type Question = Wire<typeof question>

const mostSkipped = 500 // postponed documents in one question

export function taskRoutes(app: Api, deps: ReviewDeps, prints: DocumentCache): void {
  queueRoute(app, deps)
  nextRoute(app, deps)
  taskRoute(app, deps)
  readRoute(app, prints)
  readCellsRoute(app, prints)
}

const isReady = ({ ready }: ReviewDeps): boolean => ready?.() ?? true

function queueRoute(app: Api, deps: ReviewDeps): void {
  app.get(
    '/api/tasks',
    {
      schema: listTasks,
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

function nextRoute(app: Api, deps: ReviewDeps): void {
  app.get(
    '/api/tasks/next',
    {
      schema: nextTask,
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

function taskRoute(app: Api, { tasks, profiles }: ReviewDeps): void {
  app.get(
    '/api/tasks/:documentId',
    {
      schema: getTask,
    },
    async ({ params }, reply) => {
      const stored = await tasks.get(params.documentId)
      const profile = stored === null ? undefined : profiles().get(stored.task.profile)
      if (stored === null || profile === undefined) return reply.code(404).send(unknownDocument)
      return taskView(stored, profile)
    },
  )
}

function readRoute(app: Api, prints: DocumentCache): void {
  app.post(
    '/api/documents/:documentId/read',
    {
      schema: readValue,
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      const definition = definitionOf(print.profile, body.field)
      if (definition === undefined) return reply.code(404).send(unknownField(print.profile))
      return meaningOf(print, definition, body)
    },
  )
}

function readCellsRoute(app: Api, prints: DocumentCache): void {
  app.post(
    '/api/documents/:documentId/read-cells',
    {
      schema: readCells,
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      const readings = body.cells.flatMap((cell) => {
        const definition = definitionOf(print.profile, cell.field)
        if (definition === undefined) return []
        return cell.text === undefined
          ? meaningOf(print, definition, cell)
          : textReading(print, definition, clean(cell.text))
      })
      if (readings.length < body.cells.length)
        return reply.code(404).send(unknownField(print.profile))
      return { readings }
    },
  )
}

const unknownField = ({ name }: Profile): { code: string; message: string } => ({
  code: 'FIELD_UNKNOWN',
  message: `the profile ${name} has no such field`,
})

const columnPrefix = 'lineItems.'

function definitionOf({ fields, lineItems }: Profile, field: string): Definition | undefined {
  return field.startsWith(columnPrefix)
    ? lineItems.find(({ name }) => name === field.slice(columnPrefix.length))
    : fields.find(({ name }) => name === field)
}

/** The value that a text or words stand for, and where it is printed. */
function meaningOf(
  print: CachedDocument,
  { name, type }: Definition,
  asked: Question,
): Wire<typeof reading> {
  const clicked = (asked.words ?? []).filter((index) => print.words[index] !== undefined)
  const textOf = (indexes: readonly number[]): string =>
    indexes.map((index) => print.words[index]?.text ?? '').join(' ')
  const text = clean(asked.text ?? textOf(clicked))
  if (text === '') return nothing
  const { value, problem, notice } = normalised(type, text, print.context)
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

const nothing = { value: null, raw: null, page: null, words: [], problem: null, notice: null }

/** The value that a text stands for, wherever it may be printed. */
function textReading(
  { context }: CachedDocument,
  { type }: Definition,
  text: string,
): Wire<typeof reading> {
  return text === '' ? nothing : { ...nothing, ...normalised(type, text, context) }
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
