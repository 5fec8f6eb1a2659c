/** The contract: every document there is, found and shown, and what may be done with it. */

import { documentStates } from '../../../processors/search/document-state.ts'
import { happenings } from '../../../processors/search/document-facts.ts'
import { sortings } from '../../../processors/search/document-index.ts'
import { enums } from '../../../schemas/enums.ts'
import { check, documentParameter, field, page, profile, reason, row } from './documents.ts'
import { failure } from './problem.ts'
import {
  binary,
  flag,
  list,
  mapOf,
  number,
  object,
  orNull,
  text,
  textOrNull,
  time,
  timeOrNull,
  whole,
} from './schema.ts'

const mostListed = 500 // documents in one answer
export const mostExported = 100_000 // documents in one file
const state = documentStates.join('|')

const listedProperties = {
  documentId: text,
  state: {
    enum: documentStates,
    description:
      'on_its_way: a stage has yet to take it up. review: a person is asked. answered: a person has, and the stages follow. accepted: its values count. duplicate: held back, an earlier document is the same invoice. withdrawn: it was settled, and a person is asked again. dead: a stage could not process it.',
  },
  stage: {
    ...textOrNull,
    description: 'on_its_way: the stage that has it next. dead: the one that could not process it.',
  },
  profile: text,
  fileName: textOrNull,
  vendor: textOrNull,
  vendorId: textOrNull,
  number: textOrNull,
  amount: { ...textOrNull, description: 'Decimal.' },
  currency: textOrNull,
  issueDate: { ...textOrNull, description: 'ISO.' },
  reviewer: { ...textOrNull, description: 'Who answered last.' },
  duplicateOf: textOrNull,
  receivedAt: time,
  changedAt: { ...time, description: 'When something last happened to it, in ms since 1970.' },
} as const
export const listedDocument = object(listedProperties)

const filters = {
  q: {
    ...text,
    maxLength: 500,
    description:
      'Words, beginnings of words, phrases in quotes and amounts: all must be in its file name, vendor, number or printed words, or be its amount.',
  },
  state: {
    ...text,
    pattern: `^(${state})(,(${state}))*$`,
    description: 'One state, or several separated by commas.',
  },
  profile: { ...text, maxLength: 100 },
  vendor: { ...text, maxLength: 500, description: 'Id, or the beginning of the name.' },
  reviewer: { ...text, maxLength: 200, description: 'Who answered last.' },
  receivedFrom: time,
  receivedUntil: { ...time, description: 'Before this, in ms since 1970.' },
  least: { ...number, description: 'Amount.' },
  most: { ...number, description: 'Amount.' },
  sort: {
    enum: sortings,
    default: '-received',
    description: 'With a minus the highest, or latest, first.',
  },
} as const

const listed = object({
  documents: list(listedDocument),
  total: { ...whole, description: 'Of all that are found.' },
  next: textOrNull,
  ready: { ...flag, description: 'False while the log is still being read.' },
})

/** GET /api/documents */
export const findDocuments = {
  summary: 'Find documents',
  description: `Of those that the account may see. As CSV, safe to open in a spreadsheet, all that are found come in one file, up to ${mostExported}: where there are more the header x-more says so.`,
  tags: ['documents'],
  querystring: object(
    {
      ...filters,
      limit: { ...whole, minimum: 1, maximum: mostListed, default: 50 },
      after: { ...text, maxLength: 2000, description: '`next` of the answer before.' },
      format: { enum: ['json', 'csv'], default: 'json' },
    },
    ['sort', 'limit', 'format'],
  ),
  response: {
    200: {
      description: 'Found documents',
      headers: {
        'x-more': { schema: text, description: 'true: there are more than the file has.' },
      },
      content: {
        'application/json': { schema: listed },
        'text/csv': { schema: text },
      },
    },
    400: failure,
    503: failure,
  },
} as const

const event = object({
  at: time,
  what: { enum: happenings },
  by: { ...textOrNull, description: 'A person; null: the machine.' },
  detail: {
    ...mapOf(text),
    description: 'Identifiers and numbers; of an answer its comment too.',
  },
})

const death = object({
  letter: { ...text, description: 'topic/partition/offset, as GET /api/dead names it.' },
  stage: text,
  code: text,
  message: text,
  at: time,
})

/** What may be done with a document, by somebody with the role that it needs. */
export const documentActions = ['review', 'correct', 'reject', 'read_again', 'replay'] as const

export const shownDocument = object({
  ...listedProperties,
  tenant: text,
  source: text,
  sha256: textOrNull,
  mediaType: textOrNull,
  metadata: mapOf(text),
  nextRevision: { ...whole, description: 'What a verdict has to carry.' },
  decidedBy: { ...textOrNull, description: 'Who settled it; null: nobody had to look.' },
  openWith: { ...textOrNull, description: 'Who has it open in review.' },
  vendorEvidence: textOrNull,
  model: { ...textOrNull, description: 'name/version of what read the values.' },
  rulesVersion: textOrNull,
  pageList: list(page),
  fields: { ...list(field), description: 'The values that count, or that were read so far.' },
  lineItems: list(row),
  checks: list(check),
  reasons: { ...list(reason), description: 'Why a person was asked.' },
  rules: {
    ...list(
      object({
        id: text,
        field: text,
        why: text,
        decidedBy: textOrNull,
        state: { enum: enums.RuleState },
      }),
    ),
    description: 'The rules that gave values of it, as far as they still stand.',
  },
  definition: {
    ...orNull(profile),
    description: 'The profile: fields and columns with type and label; null: there is none.',
  },
  death: { ...orNull(death), description: 'Why and where it ended, while it is dead.' },
  erasedAt: timeOrNull,
  history: { ...list(event), description: 'The oldest first; the latest hundred.' },
  may: {
    ...list({ enum: documentActions }),
    description: 'What may be done with it in its state; the role is asked for besides.',
  },
})

/** GET /api/documents/{documentId} */
export const getDocument = {
  summary: 'A document, whatever its state',
  tags: ['documents'],
  params: documentParameter,
  response: { 200: shownDocument, 404: failure, 503: failure },
} as const

/** GET /api/documents/{documentId}/neighbours */
export const findNeighbours = {
  summary: 'The documents before and after this one in what is found',
  tags: ['documents'],
  params: documentParameter,
  querystring: object(filters, ['sort']),
  response: {
    200: object({ previous: textOrNull, next: textOrNull }),
    404: failure,
    503: failure,
  },
} as const

/** GET /api/documents/{documentId}/original */
export const getOriginal = {
  summary: 'The document as it came',
  description: 'To be saved, not shown: whoever sent it decided what is in it.',
  tags: ['documents'],
  params: documentParameter,
  response: {
    200: {
      description: 'The bytes',
      content: { 'application/octet-stream': { schema: binary } },
    },
    404: failure,
    503: failure,
  },
} as const

/** GET /api/documents/{documentId}/values */
export const getValues = {
  summary: 'Its values as a file',
  description: 'CSV that is safe to open in a spreadsheet: a line for each field and cell.',
  tags: ['documents'],
  params: documentParameter,
  response: {
    200: { description: 'The values', content: { 'text/csv': { schema: text } } },
    404: failure,
    503: failure,
  },
} as const

/** POST /api/documents/{documentId}/task */
export const prepareTask = {
  summary: 'Get a document ready to be corrected',
  description:
    'One that was accepted without a person gets its task, closed: nobody is asked, and its values count on until somebody corrects them by POST /api/documents/{documentId}/verdict. 409 WORDS_GONE where its words have left the log: reading it again brings them back.',
  tags: ['documents'],
  params: documentParameter,
  response: {
    200: object({ documentId: text, nextRevision: whole }),
    404: failure,
    409: failure,
    503: failure,
  },
} as const

/** POST /api/documents/{documentId}/read-again */
export const readAgain = {
  summary: 'Read a document again',
  description:
    'Sends it through all stages once more, with the models and rules of now. 409 where it is on its way, where a person has decided on it, or where its bytes are gone.',
  tags: ['documents'],
  params: documentParameter,
  response: { 202: object({ documentId: text }), 404: failure, 409: failure, 503: failure },
} as const
