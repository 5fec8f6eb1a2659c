/**
 * What an answer would mean, before it is given: which checks hold, what it teaches, and which rows
 * a drawn box has. The same pure code that judges and learns later, so that what is shown is what
 * happens.
 */

import { normaliserOf } from '../../../processors/review/interpret-input.ts'
import { rowsInBox as rowsIn } from '../../../processors/line-items/drawn-box.ts'
import { runChecks } from '../../../processors/routing/checks.ts'
import type { Message } from '../../../processors/processor.ts'
import { rememberExample, teach, vendors } from '../../../processors/teach.ts'
import {
  fieldByHand,
  verdictOfAnswer,
  type GivenValue,
} from '../../../processors/review/verdicts.ts'
import type { ProfileColumn } from '../../../schemas/profiles.ts'
import type { Field, Rule, Verdict } from '../../../schemas/types.ts'
import type { ReviewDeps } from './context.ts'
import { checkValues, lessons, rowsInBox } from '../contract/answers.ts'
import type { Api } from '../contract/schema.ts'
import type { DocumentCache } from './document-cache.ts'
import { unknownDocument } from './tasks.ts'

export function judgementRoutes(app: Api, deps: ReviewDeps, prints: DocumentCache): void {
  checkRoute(app, deps, prints)
  lessonRoute(app, deps, prints)
  rowsRoute(app, prints)
}

function checkRoute(app: Api, deps: ReviewDeps, prints: DocumentCache): void {
  app.post(
    '/api/documents/:documentId/check',
    {
      schema: checkValues,
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      const normalise = normaliserOf(print.context)
      return {
        checks: runChecks(
          print.profile,
          fieldsGiven(body.fields, print.profile.fields, normalise),
          body.lineItems.map((row) => ({
            cells: fieldsGiven(row.cells, print.profile.lineItems, normalise),
          })),
          deps.now(),
        ),
      }
    },
  )
}

function lessonRoute(app: Api, deps: ReviewDeps, prints: DocumentCache): void {
  app.post(
    '/api/tasks/:documentId/lesson',
    {
      schema: lessons,
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      const { task, profile } = print
      const vendor = task.vendor.evidence === 'none' ? null : (task.vendor.name ?? task.vendor.id)
      const result = verdictOfAnswer({
        task,
        profile,
        answer: { revision: 1, reviewer: 'nobody', decision: 'corrected', ...body },
        basis: 'task',
        now: deps.now(),
        normalise: normaliserOf(print.context),
      })
      if (vendor === null || 'problems' in result) return { vendor, lessons: [] }
      const known = await deps.tasks.examples(task.vendor.id)
      const rules = rulesTaught(known, result.verdict, deps)
      const changed = new Set(
        profile.fields
          .map(({ name }) => name)
          .filter((name) => valueOf(result.verdict.fields, name) !== valueOf(task.fields, name)),
      )
      return {
        vendor,
        lessons: rules
          .filter((rule) => changed.has(rule.field))
          .map(({ field: name, state, kind, value, anchor, relation, page, taughtBy, why }) => ({
            field: name,
            state,
            kind,
            value,
            anchor,
            relation,
            page,
            verdicts: taughtBy.length,
            why,
          })),
      }
    },
  )
}

function rowsRoute(app: Api, prints: DocumentCache): void {
  app.post(
    '/api/documents/:documentId/rows',
    {
      schema: rowsInBox,
    },
    async ({ params, body }, reply) => {
      const print = await prints(params.documentId)
      if (print === null) return reply.code(404).send(unknownDocument)
      return {
        rows: rowsIn(
          { pages: print.task.pages, words: print.words },
          body.page,
          body.box as [number, number, number, number],
          print.profile,
          print.context,
          body.columns,
        ),
      }
    },
  )
}

/** What a person gave as fields, in normal form; what can't be read as its type is left out. */
function fieldsGiven(
  given: readonly GivenValue[],
  columns: readonly ProfileColumn[],
  normalise: ReturnType<typeof normaliserOf>,
): Field[] {
  return given.flatMap(({ name, value }) => {
    const type = columns.find((column) => column.name === name)?.type
    const normal = type === undefined || value == null ? null : normalise(type, value)
    return normal === null || 'problem' in normal ? [] : [fieldByHand(name, normal.value)]
  })
}

/** What stands in `rules` for the vendor after this verdict, as far as it changes it. */
function rulesTaught(
  known: readonly Verdict[],
  verdict: Verdict,
  { profiles }: ReviewDeps,
): Rule[] {
  const state = vendors()
  const message = (value: Verdict): Message<'training'> => ({
    key: value.documentId,
    value,
    timestamp: value.decidedAt,
    origin: { topic: 'training', partition: 0, offset: 0n },
  })
  for (const example of known)
    if (example.documentId !== verdict.documentId) rememberExample(state, message(example))
  return (teach(message(verdict), { profiles: profiles() }, state).rules ?? []).flatMap(
    ({ value }) => (value === null ? [] : [value]),
  )
}

function valueOf(fields: readonly Field[], name: string): string | null {
  return fields.find((candidate) => candidate.name === name)?.value ?? null
}
