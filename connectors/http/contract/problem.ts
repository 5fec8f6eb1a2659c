/**
 * What is answered where a request fails: application/problem+json as of RFC 9457, with the code of
 * the failure. Handlers give code, message and what else there is to say; problems.ts adds the
 * members that follow from the status.
 */

import { object, open, text, whole } from './schema.ts'

const given = open(object({ code: text, message: text }))

export const failure = {
  ...given,
  properties: {
    title: { ...text, description: 'What the status means.' },
    status: whole,
    detail: { ...text, description: 'The same as message.' },
    code: { ...text, description: 'Tells failures apart; never changes.' },
    message: { ...text, description: 'For people.' },
    errors: {
      type: 'array',
      description: 'REQUEST_INVALID: what is not as described.',
      items: object({
        in: { enum: ['body', 'querystring', 'params', 'headers'] },
        pointer: { ...text, description: 'JSON pointer to the value or to the unknown key.' },
        detail: text,
      }),
    },
  },
  required: ['title', 'status', 'detail', 'code', 'message'],
} as unknown as typeof given

/** What a failure says besides what follows from its status. */
export interface Failure {
  readonly [name: string]: unknown
  readonly code: string
  readonly message: string
}
