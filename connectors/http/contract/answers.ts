/** The contract: answers, and what they would mean. */

import { enums } from '../../../schemas/enums.ts'
import { check, documentParameter, row } from './documents.ts'
import { failure } from './problem.ts'
import {
  list,
  mapOf,
  number,
  object,
  text,
  textOrNull,
  whole,
  wholeOrNull,
  wholes,
} from './schema.ts'

const givenValue = {
  ...object(
    {
      name: { ...text, maxLength: 100 },
      value: textOrNull,
      raw: textOrNull,
      page: wholeOrNull,
      words: { ...wholes, maxItems: 500 },
    },
    ['name'],
  ),
  description:
    'A value; null for both value and raw: absent. With words, printed text, page and box are read off them.',
} as const
const givenFields = { ...list(givenValue), maxItems: 500 } as const
const givenRows = {
  ...list(object({ cells: { ...list(givenValue), maxItems: 100 } })),
  maxItems: 5000,
} as const

export const answer = object(
  {
    revision: {
      ...whole,
      minimum: 1,
      description: 'The one that this verdict shall have: nextRevision of the task.',
    },
    reviewer: { ...text, minLength: 1, maxLength: 200 },
    decision: {
      enum: enums.Decision,
      description: 'confirmed and corrected are told apart by the values themselves.',
    },
    fields: {
      ...givenFields,
      description:
        'All fields that the document has. Left out: as predicted; but an account that the task asks about (reasons `account_changed`, `account_first`) must be named here, also where it is right or absent: 422.',
    },
    lineItems: givenRows,
    declined: {
      ...list(text),
      maxItems: 500,
      description: 'Fields whose correction shall teach no rule.',
    },
    evidence: {
      ...mapOf({ enum: enums.FieldEvidence }),
      maxProperties: 500,
      description:
        'How the reviewer came to each field. typed: entered or picked it; looked: confirmed it by itself; passed: confirmed it with all others, or never went there. What was merely passed teaches no rule. A field that is not here counts like typed.',
    },
    acceptedWarnings: {
      ...list({ ...text, maxLength: 300 }),
      maxItems: 50,
      description:
        'Warnings that the reviewer saw and let stand: the name of a check that failed, or `duplicate:` with the id of the earlier document. Kept for the audit; may be left out.',
    },
    holder: { ...text, description: 'Of the lock: refused where somebody else has it.' },
    comment: { ...textOrNull, description: 'Needed for a rejection.' },
    openedAt: {
      ...wholeOrNull,
      description: 'When the reviewer saw it, in milliseconds since 1970.',
    },
    basedOn: { ...textOrNull, description: 'version of the task that was looked at.' },
  },
  ['revision', 'reviewer', 'decision'],
)

export const accepted = object({
  documentId: text,
  revision: whole,
  decision: { enum: enums.Decision },
  partition: whole,
  offset: { ...text, description: 'Decimal.' },
})

const verdict = {
  tags: ['verdicts'],
  params: documentParameter,
  body: answer,
  response: {
    201: accepted,
    403: failure,
    404: failure,
    409: failure,
    422: failure,
    429: failure,
    503: failure,
  },
} as const

/** POST /api/tasks/{documentId}/verdict */
export const answerTask = {
  ...verdict,
  summary: 'Answer an open task',
  description: '201 once the broker has it from all replicas in sync.',
} as const

/** POST /api/documents/{documentId}/verdict */
export const correctDocument = {
  ...verdict,
  summary: 'Correct a document that has a verdict',
  description: 'Its basis is `correction`.',
} as const

export const values = object({ fields: givenFields, lineItems: givenRows })

/** POST /api/documents/{documentId}/check */
export const checkValues = {
  summary: 'Which checks hold between these values',
  tags: ['verdicts'],
  params: documentParameter,
  body: values,
  response: { 200: object({ checks: list(check) }), 404: failure },
} as const

export const lesson = object({
  field: text,
  state: { enum: enums.RuleState },
  kind: { enum: enums.RuleKind },
  value: textOrNull,
  anchor: textOrNull,
  relation: textOrNull,
  page: wholeOrNull,
  verdicts: { ...whole, description: 'How many answers bear it out, this one included.' },
  why: text,
})

/** POST /api/tasks/{documentId}/lesson */
export const lessons = {
  summary: 'What this answer would teach',
  description:
    'The rules that it would make or change for the vendor, in the fields that it changes. None where a value isn’t right yet.',
  tags: ['verdicts'],
  params: documentParameter,
  body: values,
  response: { 200: object({ vendor: textOrNull, lessons: list(lesson) }), 404: failure },
} as const

/** POST /api/documents/{documentId}/rows */
export const rowsInBox = {
  summary: 'The line items inside a box',
  tags: ['tasks'],
  params: documentParameter,
  body: object(
    {
      page: { ...whole, minimum: 1 },
      box: {
        ...list(number),
        minItems: 4,
        maxItems: 4,
        description: 'x0, y0, x1, y1 in tenths of the page unit.',
      },
      columns: {
        ...list(object({ name: text, x0: number, x1: number })),
        maxItems: 50,
        description: 'Where columns stand, if that is known.',
      },
    },
    ['page', 'box'],
  ),
  response: { 200: object({ rows: list(row) }), 404: failure },
} as const
