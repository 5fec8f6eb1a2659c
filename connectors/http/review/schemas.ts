/**
 * JSON schemas of the review API: Fastify checks requests by them, and the OpenAPI document repeats
 * them.
 */

import 'fastify'
import { longestDocumentId } from '../../../processors/document/raw.ts'

declare module 'fastify' {
  interface FastifySchema {
    readonly summary?: string
    readonly description?: string
    readonly tags?: readonly string[]
  }
}

export type Schema = Readonly<Record<string, unknown>>

const text = { type: 'string' } as const
const textOrNull = { type: ['string', 'null'] } as const
const whole = { type: 'integer' } as const
const time = { type: 'integer', description: 'Milliseconds since 1970.' } as const
const wholes = { type: 'array', items: { type: 'integer' } } as const

export const documentParameter = object({
  documentId: { ...text, minLength: 1, maxLength: longestDocumentId },
})

export const failure = {
  ...object({ code: text, message: text }),
  additionalProperties: true,
} as const

export const field = object({
  name: text,
  value: {
    ...textOrNull,
    description:
      'Normalised; null: absent from the document. Amounts are what the buyer owes: below nought on a credit note.',
  },
  raw: { ...textOrNull, description: 'As printed.' },
  confidence: { type: 'number' },
  page: { type: ['integer', 'null'] },
  box: { ...wholes, description: 'x0, y0, x1, y1 in tenths of the page unit.' },
  words: { ...wholes, description: 'Indexes into the words of the document.' },
  origin: { enum: ['xml', 'code', 'human', 'rule', 'model'] },
  originId: textOrNull,
})
const row = object({ cells: { type: 'array', items: field } })
const reason = object({ code: text, field: textOrNull, detail: textOrNull })
const verdictSummary = object({
  revision: whole,
  reviewer: text,
  decision: text,
  decidedAt: time,
  openedAt: { type: ['integer', 'null'] },
})

const summaryProperties = {
  documentId: text,
  state: { enum: ['open', 'closed'] },
  revision: { ...whole, description: 'Of the task: 0 for a first reading.' },
  nextRevision: { ...whole, description: 'What a verdict has to carry.' },
  tenant: text,
  profile: text,
  fileName: textOrNull,
  source: text,
  vendor: textOrNull,
  reasons: { type: 'array', items: reason },
  priority: { type: 'number', description: 'Higher first.' },
  receivedAt: time,
  pages: whole,
  verdict: { anyOf: [verdictSummary, { type: 'null' }], description: 'The latest one.' },
  second: { type: 'boolean', description: 'A verdict is there, and another person has to look.' },
} as const
export const summary = object(summaryProperties)
export const listedSummary = object({
  ...summaryProperties,
  lockedBy: { ...textOrNull, description: 'Who has it open.' },
})

export const fullTask = object({
  ...summaryProperties,
  identity: {
    ...object({ id: text, evidence: text }),
    description:
      'What the vendor is known by: the identifier under which its rules stand, and its kind (vat, iban, registration, phone, domain, layout, none).',
  },
  version: {
    ...text,
    description: 'Of the reading: send it back as basedOn, since word indexes belong to it.',
  },
  fields: { type: 'array', items: field, description: 'The prediction.' },
  candidates: {
    type: 'array',
    items: field,
    description: 'What else a field may be, the most probable first.',
  },
  lineItems: { type: 'array', items: row },
  checks: {
    type: 'array',
    items: object({
      name: text,
      outcome: { enum: ['passed', 'failed', 'not_applicable'] },
      fields: { type: 'array', items: text },
      detail: textOrNull,
    }),
  },
  model: { type: ['object', 'null'] },
  rulesVersion: text,
  sha256: text,
  pageList: {
    type: 'array',
    items: object({
      number: whole,
      width: { type: 'number' },
      height: { type: 'number' },
      unit: { enum: ['pt', 'px'] },
      source: text,
    }),
  },
  words: {
    ...object({
      text,
      ends: wholes,
      pages: wholes,
      lines: wholes,
      boxes: wholes,
      confidences: wholes,
    }),
    description:
      'Columns: word i is text.slice(ends[i - 1] ?? 0, ends[i]); its box is boxes[4 * i] to boxes[4 * i + 3].',
  },
  truth: {
    type: ['object', 'null'],
    description: 'What the latest verdict said: fields and lineItems.',
  },
  definition: {
    type: 'object',
    description: 'The profile: fields and line item columns with type and label.',
  },
})

const givenValue = {
  ...object(
    {
      name: { ...text, maxLength: 100 },
      value: textOrNull,
      raw: textOrNull,
      page: { type: ['integer', 'null'] },
      words: { ...wholes, maxItems: 500 },
    },
    ['name'],
  ),
  description:
    'A value; null for both value and raw: absent. With words, printed text, page and box are read off them.',
} as const

export const givenFields = { type: 'array', maxItems: 500, items: givenValue } as const
export const givenRows = {
  type: 'array',
  maxItems: 5000,
  items: object({ cells: { type: 'array', maxItems: 100, items: givenValue } }),
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
      enum: ['confirmed', 'corrected', 'rejected'],
      description: 'confirmed and corrected are told apart by the values themselves.',
    },
    fields: {
      ...givenFields,
      description: 'All fields that the document has. Left out: as predicted.',
    },
    lineItems: givenRows,
    declined: {
      type: 'array',
      maxItems: 500,
      items: text,
      description: 'Fields whose correction shall teach no rule.',
    },
    holder: { ...text, description: 'Of the lock: refused where somebody else has it.' },
    comment: { ...textOrNull, description: 'Needed for a rejection.' },
    openedAt: {
      type: ['integer', 'null'],
      description: 'When the reviewer saw it, in milliseconds since 1970.',
    },
    basedOn: { ...textOrNull, description: 'version of the task that was looked at.' },
  },
  ['revision', 'reviewer', 'decision'],
)

export const accepted = object({
  documentId: text,
  revision: whole,
  decision: text,
  partition: whole,
  offset: { ...text, description: 'Decimal.' },
})

export const question = object(
  {
    field: { ...text, description: 'Name of a field, or lineItems.column.' },
    text: { ...text, maxLength: 2000, description: 'What was typed.' },
    words: { ...wholes, maxItems: 500, description: 'Or what was clicked.' },
  },
  ['field'],
)
export const reading = object({
  value: textOrNull,
  raw: textOrNull,
  page: { type: ['integer', 'null'] },
  words: wholes,
  problem: textOrNull,
  notice: textOrNull,
})

/** An object schema; without `required` all properties are. */
export function object<P extends Readonly<Record<string, unknown>>>(
  properties: P,
  required: readonly (keyof P & string)[] = Object.keys(properties),
): {
  readonly type: 'object'
  readonly properties: P
  readonly required: readonly string[]
  readonly additionalProperties: false
} {
  return { type: 'object', properties, required, additionalProperties: false }
}
