/**
 * Access control, the same for every server with routes: the pages, the intake and the trainer.
 * `secure` puts the door (door.ts) in front of every request, routed or not, and makes requests and
 * failures follow the contract (validation.ts, problems.ts); the guard protects the routes that not
 * everybody may use.
 *
 * Without a token, an account, a login or a proxy, requests from the machine itself are let in.
 * There are no login cookies, so a foreign site has nothing to ride on.
 *
 * A route states the role that it needs (`config: { role }`); without it, a reader may read and a
 * reviewer may write.
 */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { networksOf, type Config } from '../../config.ts'
import {
  mayDo,
  readSession,
  type Accounts,
  type Account,
} from '../../processors/review/accounts.ts'
import { longestDocumentId } from '../../processors/document/raw.ts'
import type { Audit, Role } from '../../schemas/types.ts'
import { foreignOrigin, isFromHere, isFromOtherSite, refusalOf, securityHeaders } from './door.ts'
import { openFailures, tooMany, type Failures } from './failed-tokens.ts'
import { answerProblems, problemOf, problemType } from './problems.ts'
import { bearerOf, tokenCheck } from './token.ts'
import { validateStrictly } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly role?: Role
  }
}

/** What is known about people; without it there are no accounts. */
export interface AccountSource {
  readonly people: Accounts
  /** False until the accounts are known: until then nobody is taken for the only one. */
  readonly ready: () => boolean
  /** Key of signed sessions; null: nobody logs in elsewhere. */
  readonly sessionKey: Buffer | null
  readonly now: () => number
}

/** Says what somebody did; resolves when it is kept. */
export type Audited = (
  entry: Pick<Audit, 'actor' | 'role' | 'action' | 'target'> & {
    readonly detail?: Audit['detail']
  },
) => Promise<void>

type Settings = Pick<Config, 'token' | 'host'> &
  Partial<Pick<Config, 'publicUrl' | 'trustedProxies'>>

export interface AccessOptions {
  readonly config: Settings
  readonly accounts?: AccountSource | undefined
  readonly audit?: Audited | undefined
  readonly now?: () => number
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

export interface Access {
  /** Headers, Host and Origin; before everything. */
  readonly door: Hook
  /** Lets a request through or answers 401, 403, 429 or 503. */
  readonly guard: Hook
  /** Whether a request that was let through, and is still being answered, would be again. */
  readonly holds: (request: FastifyRequest) => boolean
}

const mostRefusals = 5 // in the audit log, a second
const local: Account = { name: null, role: 'operator', kind: 'local', profiles: [], vendors: [] }
const service: Account = { ...local, kind: 'service' }
const persons = new WeakMap<FastifyRequest, Account>()

/** Who asks; only after the guard let the request through. */
export function personOf(request: FastifyRequest): Account {
  return persons.get(request) ?? local
}

/** Name for the audit log. */
export function actorOf(request: FastifyRequest): {
  readonly actor: string
  readonly role: string
} {
  const { name, kind, role } = personOf(request)
  return { actor: name ?? (kind === 'service' ? 'token' : 'local'), role }
}

interface SecureOptions {
  readonly trustProxy: string[] | false
  readonly routerOptions: { readonly maxParamLength: number }
  readonly frameworkErrors: (
    error: FastifyError,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => void
}

/** For the constructor of the server that `secure` is called with. */
export function secureOptions(
  access: Access,
  { trustedProxies }: Pick<Config, 'trustedProxies'>,
): SecureOptions {
  return {
    trustProxy: trustedProxies === null ? false : networksOf(trustedProxies),
    // document ids are the longest of what stands in addresses, and a character may take two units
    routerOptions: { maxParamLength: 2 * longestDocumentId },
    // Addresses that can't be read are answered before any hook.
    frameworkErrors(error, request, reply) {
      void access.door(request, reply).then(() => {
        if (reply.sent) return
        const { statusCode = 400 } = error
        const message = statusCode === 414 ? 'the address is too long' : error.message
        const problem = problemOf(statusCode, { code: 'REQUEST_INVALID', message })
        void reply
          .code(statusCode)
          .type(problemType)
          .send(Buffer.from(JSON.stringify(problem)))
      })
    },
  }
}

/** Before any route is added. */
export function secure(app: FastifyInstance, access: Pick<Access, 'door'>): void {
  validateStrictly(app)
  answerProblems(app, access.door)
}

export function openAccess(options: AccessOptions): Access {
  const { config, accounts, now = () => Date.now() } = options
  const failures = openFailures(now)
  const recognise = recogniser(options, failures)
  const refused = refusals(options.audit, now)
  const waits = new WeakMap<FastifyRequest, number>() // seconds, of those whose token is not valid

  const isLocal = (request: FastifyRequest): boolean =>
    config.token === null &&
    config.trustedProxies == null &&
    accounts?.sessionKey == null &&
    accounts?.people.any() !== true &&
    isFromHere(request, config)

  const identify = (request: FastifyRequest): Account | null => {
    const [token, known] = [bearerOf(request.headers), persons.get(request) ?? null]
    if (token === null || known !== null || waits.has(request)) return known
    const person = recognise(token, request.ip)
    if (person !== null) persons.set(request, person)
    else if (accounts?.ready() !== false && !isLocal(request)) {
      waits.set(request, failures.add(request.ip, token))
      refused('an unknown token', request)
    }
    return person
  }

  const door: Hook = async (request, reply) => {
    void reply.headers(securityHeaders)
    const { headers, host } = request
    const hasValidToken = (): boolean => identify(request) !== null
    const refusal = refusalOf({ headers, host, hasValidToken }, config)
    const wait = waits.get(request) ?? 0
    if (wait > 0) return reply.code(429).header('retry-after', wait).send(tooMany)
    return refusal === null ? undefined : reply.code(403).send(refusal)
  }

  const guard: Hook = async (request, reply) => {
    if (isFromOtherSite(request.headers)) return reply.code(403).send(foreignOrigin)
    const known = identify(request)
    if (known === null && accounts?.ready() === false) return notReady(reply)
    const wait = waits.get(request) ?? 0
    if (wait > 0) return reply.code(429).header('retry-after', wait).send(tooMany)
    const person = known ?? (isLocal(request) ? local : null)
    if (person === null) return unknown(reply, accounts?.sessionKey == null ? null : '/auth/login')
    const role = roleOf(request)
    if (!mayDo(person, role)) {
      refused(`${person.name ?? person.kind} is ${person.role}, ${role} is needed`, request)
      return reply.code(403).send({ code: 'ROLE', message: `this needs the role ${role}` })
    }
    persons.set(request, person)
    return undefined
  }

  const holds = (request: FastifyRequest): boolean => {
    const token = bearerOf(request.headers)
    const person = token === null ? null : recognise(token, request.ip)
    if (person !== null) return mayDo(person, roleOf(request))
    return isLocal(request)
  }

  return { door, guard, holds }
}

/** The guard of a server that nothing else is known about. */
export function guard(config: Settings, accounts?: AccountSource): Hook {
  return openAccess({ config, accounts }).guard
}

/** Whose token it is. */
function recogniser(
  { config, accounts }: AccessOptions,
  failures: Failures,
): (token: string, address: string) => Account | null {
  const isService = tokenCheck(config.token)
  const now = (): number => accounts?.now() ?? 0
  return (token, address) => {
    const known = accounts?.people.byToken(token) ?? null
    if (known !== null) return known
    const key = accounts?.sessionKey ?? null
    const claims = key === null ? null : readSession(token, key, now())
    if (claims !== null) return accounts?.people.bySession(claims) ?? null
    return !failures.isGuessing(address) && isService(token) ? service : null
  }
}

function roleOf(request: FastifyRequest): Role {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  return request.routeOptions.config.role ?? (isReading ? 'reader' : 'reviewer')
}

function notReady(reply: FastifyReply): FastifyReply {
  const message = 'the accounts are still being read; try again in a moment'
  return reply.code(503).header('retry-after', '1').send({ code: 'NOT_READY', message })
}

function unknown(reply: FastifyReply, login: string | null): FastifyReply {
  const answer = { code: 'UNAUTHORIZED', message: 'a bearer token is needed', login }
  return reply.code(401).header('www-authenticate', 'Bearer').send(answer)
}

/** Writes refusals down, but a few a second at most: a log is not to be filled by tries. */
function refusals(
  audit: Audited | undefined,
  now: () => number,
): (why: string, request: FastifyRequest) => void {
  let [second, count] = [0, 0]
  return (why, request) => {
    const current = Math.floor(now() / 1000)
    if (current !== second) [second, count] = [current, 0]
    if (count++ >= mostRefusals) return
    const route = `${request.method} ${request.routeOptions?.url ?? ''}`
    const detail = { why, route, address: request.ip }
    void audit?.({ actor: 'unknown', role: null, action: 'refused', target: null, detail })
  }
}
