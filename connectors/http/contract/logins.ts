/** The contract: logging in and out. */

import { failure } from './problem.ts'
import { flag, object, text } from './schema.ts'

const none = { type: 'null', description: 'Nothing.' } as const
const name = { ...text, minLength: 1, maxLength: 256 } as const
/** Longer than any that is taken, so that it is said why. */
export const password = { ...text, minLength: 1, maxLength: 1024 } as const

/** GET /api/login */
export const waysToLogIn = {
  summary: 'Which ways to log in there are',
  tags: ['accounts'],
  response: {
    200: object({
      password: { ...flag, description: 'By name and password: POST /api/login.' },
      provider: { ...flag, description: 'At an OpenID provider: /auth/login in a browser.' },
    }),
  },
} as const

/** POST /api/login */
export const logIn = {
  summary: 'Log in with name and password',
  description:
    'For browsers: the session is a cookie. Programs send a bearer token with each request instead.',
  tags: ['accounts'],
  body: object({ name, password }),
  response: { 204: none, 401: failure, 403: failure, 429: failure, 503: failure },
} as const

/** POST /api/logout */
export const logOut = {
  summary: 'End the session of this browser, everywhere',
  tags: ['accounts'],
  response: { 204: none, 403: failure },
} as const
