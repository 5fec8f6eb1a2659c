/** Accounts, for operators. */

import { passwordKey } from '../../../processors/review/credentials.ts'
import { roleOf } from '../../../processors/review/roles.ts'
import type { User } from '../../../schemas/types.ts'
import {
  addUser,
  changeUser,
  listUsers,
  removeUser,
  resetPassword,
  revokeToken,
  type user,
} from '../contract/accounts.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { actorOf, type AccountSource } from '../security.ts'
import { refusing, tokensOf } from './accounts.ts'
import type { ReviewDeps } from './context.ts'

const administering = { right: 'administer' } as const
const bodyBytes = 65_536

export function userRoutes(app: Api, { accounts, desk }: ReviewDeps): void {
  if (accounts === undefined || desk === undefined) return
  app.get('/api/users', { config: administering, schema: listUsers }, async () => ({
    users: accounts.people.list().map((one) => wireOf(one, accounts)),
  }))

  app.post(
    '/api/users',
    { bodyLimit: bodyBytes, config: administering, schema: addUser },
    async (request, reply) =>
      refusing(reply, async () => {
        const { name, role, profiles = [], vendors = [], subject = null } = request.body
        const added = { name, role, profiles, vendors, subject }
        const secret = subject === null ? 'password' : 'none'
        const password = await desk.add(added, { by: actorOf(request), secret })
        return reply.header('cache-control', 'no-store').code(201).send({ name, password })
      }),
  )

  app.patch(
    '/api/users/:name',
    { bodyLimit: bodyBytes, config: administering, schema: changeUser },
    async (request, reply) =>
      refusing(reply, async () => {
        const how = { by: actorOf(request), careful: true }
        await desk.change(request.params.name, request.body, how)
        return reply.code(204).send(null)
      }),
  )

  app.delete(
    '/api/users/:name',
    { config: administering, schema: removeUser },
    async (request, reply) =>
      refusing(reply, async () => {
        await desk.remove(request.params.name, { by: actorOf(request), careful: true })
        return reply.code(204).send(null)
      }),
  )

  app.post(
    '/api/users/:name/password',
    { bodyLimit: bodyBytes, config: administering, schema: resetPassword },
    async (request, reply) =>
      refusing(reply, async () => {
        const password = await desk.resetPassword(request.params.name, actorOf(request))
        return reply.header('cache-control', 'no-store').code(201).send({ password })
      }),
  )

  app.delete(
    '/api/users/:name/tokens/:id',
    { config: administering, schema: revokeToken },
    async (request, reply) =>
      refusing(reply, async () => {
        const { name, id } = request.params
        await desk.revokeToken(name, id, actorOf(request))
        return reply.code(204).send(null)
      }),
  )
}

function wireOf(of: User, { credentials }: AccountSource): Wire<typeof user> {
  const { name, profiles, vendors, subject, disabled, changedAt, changedBy } = of
  const held = credentials.get(passwordKey(name))
  const known = held !== null && held.account === of.addedAt ? held : null
  const own = known?.oneTime === true ? 'one-time' : 'own'
  const uses = credentials.of(name).map((one) => credentials.lastUsed(one))
  return {
    name,
    role: roleOf(of),
    profiles,
    vendors,
    subject,
    disabled,
    password: known === null ? 'none' : own,
    hasToken: of.tokenHash !== null,
    tokens: tokensOf(name, credentials),
    changedAt,
    changedBy,
    lastSeenAt: uses.length === 0 ? null : Math.max(...uses),
  }
}
