/** The contract: who asks, accounts, API tokens, and what was done. */

import { accountKinds } from '../../../processors/review/accounts.ts'
import { longestName } from '../../../processors/review/account-name.ts'
import { rightNames, roles } from '../../../processors/review/roles.ts'
import { password } from './logins.ts'
import { failure } from './problem.ts'
import {
  flag,
  list,
  mapOf,
  object,
  text,
  textOrNull,
  texts,
  time,
  timeOrNull,
  whole,
} from './schema.ts'

const mostListed = 1000 // entries in one answer
const mostScoped = 200 // profiles or vendors of an account
const longestScope = 200 // characters
const longestLife = 366 // days

const none = { type: 'null', description: 'Nothing.' } as const
const role = { enum: roles } as const
const name = { ...text, minLength: 1, maxLength: 4 * longestName } as const
const scope = {
  type: 'array',
  maxItems: mostScoped,
  items: { ...text, minLength: 1, maxLength: longestScope },
} as const
const ofUser = object({ name })

export const account = object({
  name: { ...textOrNull, description: 'null: say the name with each answer.' },
  role,
  kind: { enum: accountKinds },
  profiles: texts,
  vendors: texts,
  rights: {
    type: 'array',
    items: { enum: rightNames },
    description: 'What the role may do.',
  },
  login: {
    enum: ['password', 'provider', null],
    description: 'How this browser logged in; null: by a token, or without anything.',
  },
  mustChangePassword: {
    ...flag,
    description: 'Somebody else chose the password: nothing else is allowed before it is changed.',
  },
})

/** GET /api/me */
export const whoAmI = {
  summary: 'Who asks: by a session, a token, or from this machine',
  tags: ['accounts'],
  response: { 200: account },
} as const

/** PUT /api/me/password */
export const changeOwnPassword = {
  summary: 'Change one’s own password; ends all other sessions of the account',
  description: 'Only in a session that began with the password.',
  tags: ['accounts'],
  body: object({ current: password, next: password }),
  response: { 204: none, 401: failure, 409: failure, 422: failure },
} as const

export const apiToken = object({
  id: { ...text, description: 'SHA-256 of the token.' },
  label: text,
  role,
  createdAt: time,
  expiresAt: timeOrNull,
  lastUsedAt: { ...timeOrNull, description: 'To the quarter of an hour; null: never.' },
})

/** GET /api/me/tokens */
export const listOwnTokens = {
  summary: 'One’s own API tokens, the newest first; none for whoever has no account',
  tags: ['accounts'],
  response: { 200: object({ tokens: list(apiToken) }) },
} as const

/** POST /api/me/tokens */
export const makeOwnToken = {
  summary: 'A new API token; it is shown in this answer only',
  description: 'Only in a session: a token makes no tokens.',
  tags: ['accounts'],
  body: object({
    label: name,
    role: { ...role, description: 'The most that it may; never more than its owner.' },
    days: { ...whole, minimum: 1, maximum: longestLife },
  }),
  response: { 201: object({ token: text, id: text }), 409: failure, 422: failure },
} as const

const tokenId = { ...text, pattern: '^[0-9a-f]{64}$' } as const

/** DELETE /api/me/tokens/:id */
export const revokeOwnToken = {
  summary: 'End an API token of one’s own at once',
  tags: ['accounts'],
  params: object({ id: tokenId }),
  response: { 204: none, 404: failure, 409: failure },
} as const

export const user = object({
  name: text,
  role,
  profiles: { ...texts, description: 'Documents of these profiles only; empty: all.' },
  vendors: { ...texts, description: 'Documents of these vendors only; empty: all.' },
  subject: { ...textOrNull, description: 'At the OpenID provider; null: logs in here.' },
  disabled: flag,
  password: {
    enum: ['none', 'one-time', 'own'],
    description: 'one-time: somebody else chose it, and it has yet to be changed.',
  },
  hasToken: { ...flag, description: 'A token of `errata users add`.' },
  tokens: list(apiToken),
  changedAt: time,
  changedBy: text,
  lastSeenAt: { ...timeOrNull, description: 'By a session or API token that still holds.' },
})

/** GET /api/users */
export const listUsers = {
  summary: 'All accounts',
  tags: ['accounts'],
  response: { 200: object({ users: list(user) }) },
} as const

const firstPassword = {
  ...textOrNull,
  description: 'Shown in this answer only; to be changed at the first login, within seven days.',
} as const

/** POST /api/users */
export const addUser = {
  summary: 'A new account',
  tags: ['accounts'],
  body: object(
    {
      name,
      role,
      profiles: scope,
      vendors: scope,
      subject: { ...text, minLength: 1, maxLength: 256, description: 'Logs in at the provider.' },
    },
    ['name', 'role'],
  ),
  response: { 201: object({ name: text, password: firstPassword }), 409: failure, 422: failure },
} as const

/** PATCH /api/users/:name */
export const changeUser = {
  summary: 'Change role or scope of an account, or disable it; ends its sessions',
  tags: ['accounts'],
  params: ofUser,
  body: object({ role, profiles: scope, vendors: scope, disabled: flag }, []),
  response: { 204: none, 404: failure, 409: failure },
} as const

/** DELETE /api/users/:name */
export const removeUser = {
  summary: 'Remove an account, its sessions and its tokens',
  tags: ['accounts'],
  params: ofUser,
  response: { 204: none, 404: failure, 409: failure },
} as const

/** POST /api/users/:name/password */
export const resetPassword = {
  summary: 'A new password for somebody, to be changed at their next login; ends their sessions',
  tags: ['accounts'],
  params: ofUser,
  response: { 201: object({ password: text }), 404: failure },
} as const

/** DELETE /api/users/:name/tokens/:id */
export const revokeToken = {
  summary: 'End an API token of somebody at once',
  tags: ['accounts'],
  params: object({ name, id: tokenId }),
  response: { 204: none, 404: failure },
} as const

export const auditEntry = object({
  at: time,
  actor: text,
  role: textOrNull,
  action: text,
  target: textOrNull,
  detail: mapOf(text),
})

/** GET /api/audit */
export const auditLog = {
  summary: 'The audit log, newest first',
  tags: ['accounts'],
  querystring: object(
    {
      actor: text,
      action: text,
      target: text,
      before: time,
      limit: { ...whole, minimum: 1, maximum: mostListed, default: 100 },
    },
    [],
  ),
  response: { 200: object({ entries: list(auditEntry) }), 404: failure },
} as const
