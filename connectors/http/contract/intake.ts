/** The contract: documents coming in. The parts of a form are checked while they arrive; see uploads.ts. */

import { failure } from './problem.ts'
import { binary, list, object, open, text, textOrNull, whole } from './schema.ts'

const taken = object({
  documentId: text,
  sha256: text,
  bytes: whole,
  mediaType: textOrNull,
  fileName: textOrNull,
  partition: whole,
  offset: { ...text, description: 'Decimal.' },
})
const refused = object({ fileName: textOrNull, code: text, message: text })
const several = object({ documents: list({ anyOf: [taken, refused] }) })
/** A refusal; of several documents with what became of each. */
const refusal = {
  ...failure,
  properties: {
    ...failure.properties,
    documents: {
      ...list(refused),
      description: 'Where several were sent: why each of them was not taken.',
    },
  },
} as const

const wishes = {
  profile: text,
  tenant: {
    ...text,
    pattern: '^[\\w.-]{1,64}$',
    description: 'Up to 64 letters, digits, dots, dashes and underscores.',
  },
  metadata: { ...text, description: 'A JSON object of strings.' },
} as const

/** The fields that a form may have besides `file`. */
export const formFields = Object.keys(wishes)

/** POST /documents */
export const sendDocuments = {
  summary: 'Send documents',
  tags: ['documents'],
  description:
    'The bytes of one document as the body, or a form with `file` once or more. The type is told by content. 202 once the broker has it from all replicas in sync; the same bytes twice are one document.',
  querystring: object({ ...wishes, name: text }, []),
  response: {
    202: { anyOf: [taken, several], description: 'Kept: one document, or all of several' },
    207: { ...several, description: 'Some were taken' },
    400: { ...refusal, description: 'Empty, or not as described' },
    413: { ...refusal, description: 'Too large' },
    415: { ...refusal, description: 'A type that is not read' },
    429: {
      ...refusal,
      description: 'You are uploading too much at once, or too many documents a minute',
    },
    503: {
      ...refusal,
      description:
        'Broker or store are away or full, or too much is being uploaded; sending it again is safe',
    },
  },
} as const

/** Its body, which no schema checks. */
export const sendDocumentsBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: open(object({ file: { ...list(binary), minItems: 1 }, ...wishes }, ['file'])),
    },
    '*/*': { schema: binary },
  },
} as const
