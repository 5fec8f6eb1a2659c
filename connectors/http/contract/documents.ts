/** The contract: documents, their tasks, and what stands in them. */

import { longestDocumentId } from '../../../processors/document/raw.ts'
import { taskStates } from '../../../processors/review/queue-entry.ts'
import { enums } from '../../../schemas/enums.ts'
import { fieldTypes } from '../../../schemas/profiles.ts'
import { failure } from './problem.ts'
import {
  binary,
  flag,
  list,
  number,
  object,
  orNull,
  text,
  textOrNull,
  texts,
  time,
  whole,
  wholeOrNull,
  wholes,
} from './schema.ts'

export const documentParameter = object({
  documentId: { ...text, minLength: 1, maxLength: longestDocumentId },
})

export const field = object({
  name: text,
  value: {
    ...textOrNull,
    description:
      'Normalised; null: absent from the document. Amounts are what the buyer owes: below zero on a credit note.',
  },
  raw: { ...textOrNull, description: 'As printed.' },
  confidence: number,
  page: wholeOrNull,
  box: { ...wholes, description: 'x0, y0, x1, y1 in tenths of the page unit.' },
  words: { ...wholes, description: 'Indexes into the words of the document.' },
  origin: { enum: enums.Origin },
  originId: textOrNull,
})
export const row = object({ cells: list(field) })
export const check = object({
  name: text,
  outcome: { enum: enums.Outcome },
  fields: texts,
  detail: textOrNull,
})
export const reason = object({ code: text, field: textOrNull, detail: textOrNull })
const verdictSummary = object({
  revision: whole,
  reviewer: text,
  decision: { enum: enums.Decision },
  decidedAt: time,
  openedAt: wholeOrNull,
})

const summaryProperties = {
  documentId: text,
  version: {
    ...text,
    description: 'Of the reading: send it back as basedOn, since word indexes belong to it.',
  },
  state: { enum: taskStates },
  revision: { ...whole, description: 'Of the task: 0 for a first reading.' },
  nextRevision: { ...whole, description: 'What a verdict has to carry.' },
  tenant: text,
  profile: text,
  fileName: textOrNull,
  source: text,
  vendor: textOrNull,
  reasons: list(reason),
  priority: { ...number, description: 'Higher first.' },
  receivedAt: time,
  pages: whole,
  reread: {
    ...orNull(object({ cause: { enum: enums.RereadCause }, model: textOrNull, ruleSet: text })),
    description: 'Why the document was read again while it waited: a model or rule that is newer.',
  },
  verdict: { ...orNull(verdictSummary), description: 'The latest one.' },
  second: { ...flag, description: 'A verdict is there, and another person has to look.' },
} as const
export const summary = object(summaryProperties)
export const listedSummary = object({
  ...summaryProperties,
  lockedBy: { ...textOrNull, description: 'Who has it open.' },
})

export const page = object(
  {
    number: whole,
    width: number,
    height: number,
    unit: { enum: enums.Unit },
    source: { enum: enums.PageSource },
    turn: {
      ...whole,
      description:
        'Degrees clockwise by which the stored page was turned before it was read; width, height, boxes and image are those of the turned page.',
    },
  },
  ['number', 'width', 'height', 'unit', 'source'],
)
const column = { name: text, type: { enum: fieldTypes }, label: text } as const
export const profile = object({
  name: text,
  title: text,
  fields: list(object({ ...column, required: flag, perVendor: flag })),
  lineItems: list(object(column)),
  checks: texts,
  identity: texts,
  rejectReasons: list(object({ code: text, label: text })),
})

export const fullTask = object({
  ...summaryProperties,
  identity: {
    ...object({ id: text, evidence: text }),
    description:
      'What the vendor is known by: the identifier under which its rules stand, and its kind (vat, iban, registration, phone, domain, layout, none).',
  },
  fields: { ...list(field), description: 'The prediction.' },
  candidates: {
    ...list(field),
    description: 'What else a field may be, the most probable first.',
  },
  lineItems: list(row),
  checks: list(check),
  model: orNull(object({ name: text, version: whole, sha256: text })),
  rulesVersion: text,
  sha256: text,
  pageList: list(page),
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
    ...orNull(
      object({
        revision: whole,
        fields: list(field),
        lineItems: list(row),
        comment: textOrNull,
      }),
    ),
    description: 'What the latest verdict said.',
  },
  definition: {
    ...profile,
    description: 'The profile: fields and line item columns with type and label.',
  },
})

/** GET /api/documents/{documentId}/pages/{page} */
export const pageImage = {
  summary: 'A page as an image',
  tags: ['documents'],
  params: object({ ...documentParameter.properties, page: { ...whole, minimum: 1 } }),
  querystring: object(
    {
      width: {
        ...whole,
        minimum: 1,
        maximum: 10_000,
        default: 1600,
        description: 'At most; rounded up to one of a few steps.',
      },
      v: { ...text, description: 'Ignored: makes the address of other bytes another one.' },
    },
    [],
  ),
  response: {
    200: {
      description: 'PNG, JPEG or WebP',
      headers: { etag: { required: true, schema: text, description: 'For If-None-Match.' } },
      content: { 'image/*': { schema: binary } },
    },
    304: { type: 'null', description: 'The image is the one that If-None-Match names' },
    404: failure,
  },
} as const

/** GET /documents */
export const documentsPage = {
  summary: 'The page that lists documents',
  tags: ['documents'],
  response: {
    200: {
      description: 'The page',
      headers: { etag: { required: true, schema: text, description: 'For If-None-Match.' } },
      content: { 'text/html': { schema: text } },
    },
    304: { type: 'null', description: 'The page is the one that If-None-Match names' },
  },
} as const
