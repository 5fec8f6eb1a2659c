/**
 * Who may ask, and what a browser may do with the answer.
 *
 * The service's token is compared by its hash, so that neither content nor length shows in the time. Where there is neither
 * a token nor an account nor a login, the service answers only to names of the loopback address or the one it is bound to: a
 * page of a foreign site that has its own name point here (DNS rebinding) is refused, and so is any request that the browser
 * marks as coming from another origin, also one of the same site. There are no cookies that log anybody in, so nothing for a foreign site to ride on.
 *
 * A route states the role that it needs (`config: { role }`); without it, a reader may read and a reviewer may write.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { mayDo, readSession, type People, type Person } from '../../processors/people.ts'
import type { Audit, Role } from '../../schemas/types.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly role?: Role
  }
}

/** What is known about people; without it there are no accounts. */
export interface Accounts {
  readonly people: People
  /** False until the accounts are known: until then nobody is taken for the only one. */
  readonly ready: () => boolean
  /** Key of signed sessions; null: nobody logs in elsewhere. */
  readonly sessionKey: Buffer | null
  readonly now: () => number
}

/** Says what somebody did; resolves when it is kept. */
export type Audited = (entry: Pick<Audit, 'actor' | 'role' | 'action' | 'target'> & { readonly detail?: Audit['detail'] }) => Promise<void>

const policy = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

export const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const

export async function securityHeaders(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(headers)
}

const foreign = new Set(['cross-site', 'same-site'])
const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])
const local: Person = { name: null, role: 'operator', kind: 'local', profiles: [], vendors: [] }
const service: Person = { ...local, kind: 'service' }
const persons = new WeakMap<FastifyRequest, Person>()

/** Who asks; only after the guard let the request through. */
export function personOf(request: FastifyRequest): Person {
  return persons.get(request) ?? local
}

/** Name for the audit log. */
export function actorOf(request: FastifyRequest): { readonly actor: string; readonly role: string } {
  const { name, kind, role } = personOf(request)
  return { actor: name ?? (kind === 'service' ? 'token' : 'local'), role }
}

/** The hook that lets a request through or answers 401, 403 or 503. */
export function guard(config: Pick<Config, 'token' | 'host'>, accounts?: Accounts, refused?: (why: string, route: string) => void): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const wanted = config.token === null ? null : digest(config.token)
  const recognise = (token: string): Person | null => {
    if (wanted !== null && timingSafeEqual(digest(token), wanted)) return service
    const known = accounts?.people.byToken(token) ?? null
    if (known !== null || accounts?.sessionKey == null) return known
    const claims = readSession(token, accounts.sessionKey, accounts.now())
    return claims === null ? null : accounts.people.bySession(claims)
  }
  return async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    if (foreign.has(String(request.headers['sec-fetch-site']))) return reply.code(403).send({ code: 'FORBIDDEN', message: 'requests from other origins are refused' })
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    let person = given === undefined ? null : recognise(given)
    if (person === null && accounts?.ready() === false) return reply.code(503).header('retry-after', '1').send({ code: 'NOT_READY', message: 'the accounts are still being read; try again in a moment' })
    if (person === null && wanted === null && accounts?.people.any() !== true && accounts?.sessionKey == null) {
      const name = request.hostname.toLowerCase()
      if (!loopback.has(name) && name !== config.host) return reply.code(403).send({ code: 'FORBIDDEN', message: 'without ERRATA_TOKEN only loopback names are served' })
      person = local
    }
    if (person === null) {
      if (given !== undefined) refused?.('an unknown token', route)
      return reply.code(401).header('www-authenticate', 'Bearer').send({ code: 'UNAUTHORIZED', message: 'a bearer token is needed', login: accounts?.sessionKey == null ? null : '/auth/login' })
    }
    const role = request.routeOptions.config.role ?? (request.method === 'GET' || request.method === 'HEAD' ? 'reader' : 'reviewer')
    if (!mayDo(person, role)) {
      refused?.(`${person.name ?? person.kind} is ${person.role}, ${role} is needed`, route)
      return reply.code(403).send({ code: 'ROLE', message: `this needs the role ${role}` })
    }
    persons.set(request, person)
    return undefined
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
