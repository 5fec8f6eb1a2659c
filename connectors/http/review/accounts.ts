/** Who I am, my password and my API tokens; and what was done, for whoever has to know. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { AccountRefusal } from '../../../processors/review/account-refusal.ts'
import { hashIn, type Credentials } from '../../../processors/review/credentials.ts'
import { hasRight, isRole, rightNames } from '../../../processors/review/roles.ts'
import type { Credential } from '../../../schemas/types.ts'
import {
  auditLog,
  changeOwnPassword,
  listOwnTokens,
  makeOwnToken,
  revokeOwnToken,
  whoAmI,
  type apiToken,
} from '../contract/accounts.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { actorOf, credentialOf, personOf } from '../security.ts'
import { sessionCookie } from '../session-cookie.ts'
import { answerRefusal } from './account-refusals.ts'
import type { AccountDesk, Logins, ReviewDeps } from './context.ts'

const own = { right: 'own' } as const
const bodyBytes = 4096

export function accountRoutes(app: Api, deps: ReviewDeps): void {
  app.get('/api/me', { config: own, schema: whoAmI }, async (request, reply) => {
    const { name, role, kind, profiles, vendors, login, mustChangePassword } = personOf(request)
    void reply.header('cache-control', 'no-store')
    return {
      name,
      role,
      kind,
      profiles,
      vendors,
      rights: rightNames.filter((right) => hasRight(role, right)),
      login: login ?? null,
      mustChangePassword: mustChangePassword ?? false,
    }
  })
  const { desk, logins } = deps
  if (desk !== undefined) tokenRoutes(app, deps, desk)
  if (desk !== undefined && logins !== undefined) passwordRoute(app, deps, { desk, logins })
  auditRoute(app, deps)
}

function passwordRoute(
  app: Api,
  deps: ReviewDeps,
  { desk, logins }: { readonly desk: AccountDesk; readonly logins: Logins },
): void {
  app.put(
    '/api/me/password',
    { bodyLimit: bodyBytes, config: own, schema: changeOwnPassword },
    async (request, reply) =>
      refusing(reply, async () => {
        const { user: name } = sessionOf(request)
        const { current, next } = request.body
        const begun = await logins.renew({ name, address: request.ip }, () =>
          desk.changePassword(name, { current, next }, actorOf(request)),
        )
        const cookie = sessionCookie(begun.secret, begun.seconds, request, deps)
        return reply.header('set-cookie', cookie).code(204).send(null)
      }),
  )
}

function tokenRoutes(app: Api, { accounts }: ReviewDeps, desk: AccountDesk): void {
  const nameOf = (request: FastifyRequest): string => {
    const { name } = personOf(request)
    const user = name === null ? null : (accounts?.people.find(name) ?? null)
    if (user !== null && user.name === name) return name
    throw new AccountRefusal('NO_ACCOUNT', 'only an account of this service has tokens')
  }

  app.get('/api/me/tokens', { config: own, schema: listOwnTokens }, async (request) => {
    const { name } = personOf(request)
    const isNobodys = accounts === undefined || name === null
    return { tokens: isNobodys ? [] : tokensOf(name, accounts.credentials) }
  })

  app.post(
    '/api/me/tokens',
    { bodyLimit: bodyBytes, config: { right: 'look' }, schema: makeOwnToken },
    async (request, reply) =>
      refusing(reply, async () => {
        sessionOf(request)
        const made = await desk.makeToken(nameOf(request), request.body, actorOf(request))
        return reply.header('cache-control', 'no-store').code(201).send(made)
      }),
  )

  app.delete(
    '/api/me/tokens/:id',
    { config: { right: 'look' }, schema: revokeOwnToken },
    async (request, reply) =>
      refusing(reply, async () => {
        await desk.revokeToken(nameOf(request), request.params.id, actorOf(request))
        return reply.code(204).send(null)
      }),
  )
}

/** API tokens of an account as the contract has them. */
export function tokensOf(name: string, credentials: Credentials): Wire<typeof apiToken>[] {
  return credentials
    .of(name)
    .filter(({ kind }) => kind === 'token')
    .map((one) => ({
      id: hashIn(one),
      label: one.label ?? '',
      role: isRole(one.role) ? one.role : 'analyst',
      createdAt: one.createdAt,
      expiresAt: one.expiresAt,
      lastUsedAt: lastUse(one, credentials),
    }))
}

function lastUse(credential: Credential, credentials: Credentials): number | null {
  const at = credentials.lastUsed(credential)
  return at === credential.createdAt ? null : at
}

/** NO_ACCOUNT where the request doesn't come from somebody who logged in. */
function sessionOf(request: FastifyRequest): Credential {
  const credential = credentialOf(request)
  if (credential?.kind === 'session') return credential
  throw new AccountRefusal('NO_ACCOUNT', 'this needs a login: a token can’t do it')
}

/** Answers refusals with their status. */
export async function refusing<T>(
  reply: FastifyReply,
  work: () => Promise<T>,
): Promise<T | FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AccountRefusal) return answerRefusal(reply, error)
    throw error
  }
}

function auditRoute(app: Api, deps: ReviewDeps): void {
  app.get(
    '/api/audit',
    { config: { right: 'administer' }, schema: auditLog },
    async ({ query }, reply) => {
      if (deps.auditLog === undefined)
        return reply
          .code(404)
          .send({ code: 'NO_AUDIT', message: 'this process does not follow the audit log' })
      const { actor, action, target, before = Number.POSITIVE_INFINITY, limit } = query
      const isWanted = (one: {
        readonly at: number
        readonly actor: string
        readonly action: string
        readonly target: string | null
      }): boolean =>
        one.at < before &&
        (actor === undefined || one.actor === actor) &&
        (action === undefined || one.action === action) &&
        (target === undefined || one.target === target)
      return { entries: deps.auditLog().filter(isWanted).slice(0, limit) }
    },
  )
}
