/**
 * Access control, the same for every server with routes: the pages, the intake and the trainer.
 * `secure` puts the door (door.ts) in front of every request, routed or not, and makes requests and
 * failures follow the contract (validation.ts, problems.ts); the guard protects the routes that not
 * everybody may use.
 *
 * Without a token, an account, a login or a proxy, requests from the machine itself are let in. A
 * bearer token counts before a session, and where it is not valid the session doesn't either. What
 * a session changes must come from a page of ours: see session-cookie.ts.
 *
 * A route states the right that it needs (`config: { right }`, see processors/review/roles.ts);
 * without it, who looks may read and who answers may write. `own` is for everybody who is known,
 * also while the password has yet to be changed.
 */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { networksOf, type Config } from '../../config.ts'
import { mayDo, type Account } from '../../processors/review/accounts.ts'
import { rights, rolesWith, type Right } from '../../processors/review/roles.ts'
import { longestDocumentId } from '../../processors/document/raw.ts'
import type { Audit } from '../../schemas/types.ts'
import {
  local,
  localCheck,
  openCallers,
  type AccountSource,
  type CallerSettings,
} from './callers.ts'
import { foreignOrigin, isFromOtherSite, refusalOf, securityHeaders } from './door.ts'
import { openFailures, tooMany } from './failed-tokens.ts'
import { answerProblems, problemOf, problemType } from './problems.ts'
import { isOwnPage, isReading } from './session-cookie.ts'
import { validateStrictly } from './validation.ts'

export { actorOf, credentialOf, personOf, type AccountSource } from './callers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly right?: Right | 'own'
  }
}

/** Says what somebody did; resolves when it is kept. */
export type Audited = (
  entry: Pick<Audit, 'actor' | 'role' | 'action' | 'target'> & {
    readonly detail?: Audit['detail']
  },
) => Promise<void>

export interface AccessOptions {
  readonly config: CallerSettings
  readonly accounts?: AccountSource | undefined
  readonly audit?: Audited | undefined
  readonly now?: () => number
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
type Asking = (request: FastifyRequest, reply: FastifyReply) => Promise<Account | undefined>

export interface Access {
  /** Headers, Host and Origin; before everything. */
  readonly door: Hook
  /** Lets a request through or answers 401, 403, 429 or 503. */
  readonly guard: Hook
  /** Whether a request that was let through, and is still being answered, would be again. */
  readonly holds: (request: FastifyRequest) => boolean
}

const mostRefusals = 5 // in the audit log, a second

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

export function openAccess({
  config,
  accounts,
  audit,
  now = () => Date.now(),
}: AccessOptions): Access {
  const refused = refusals(audit, now)
  const callers = openCallers(config, accounts, openFailures(now), (request) =>
    refused('an unknown token', request),
  )
  const isLocal = localCheck(config, accounts)

  const door: Hook = async (request, reply) => {
    void reply.headers(securityHeaders)
    const { headers, host } = request
    // a cookie proves nothing here: under a name that isn't ours it is not ours either
    const hasValidToken = (): boolean => callers.byBearer(request) !== null
    const refusal = refusalOf({ headers, host, hasValidToken }, config)
    const wait = callers.wait(request)
    if (wait > 0) return reply.code(429).header('retry-after', wait).send(tooMany)
    return refusal === null ? undefined : reply.code(403).send(refusal)
  }

  /** Undefined where nobody is let in, and the answer was given. */
  const personAsking: Asking = async (request, reply) => {
    const byBearer = callers.byBearer(request)
    const wait = callers.wait(request)
    if (wait > 0) return void reply.code(429).header('retry-after', wait).send(tooMany)
    const inSession = byBearer === null ? await callers.bySession(request) : null
    const known = byBearer ?? inSession
    if (known === null && accounts?.ready() === false) return void notReady(reply)
    if (inSession !== null && !isReading(request) && !isOwnPage(request, config))
      return void reply.code(403).send(foreignOrigin)
    const person = known ?? (isLocal(request) ? local : null)
    return person ?? void unknown(reply, accounts?.elsewhere === true ? '/auth/login' : null)
  }

  const guard: Hook = async (request, reply) => {
    if (isFromOtherSite(request.headers)) return reply.code(403).send(foreignOrigin)
    const person = await personAsking(request, reply)
    if (person === undefined) return reply
    const right = rightOf(request)
    if (mayAsk(person, right)) return undefined
    if (person.mustChangePassword === true) return reply.code(403).send(passwordFirst)
    return refuseRole(reply, right, (why) =>
      refused(`${nameOf(person)} is ${person.role}, ${why}`, request),
    )
  }

  const holds = (request: FastifyRequest): boolean => {
    const person = callers.again(request)
    return person === null ? isLocal(request) : mayAsk(person, rightOf(request))
  }

  return { door, guard, holds }
}

/** The guard of a server that nothing else is known about. */
export function guard(config: CallerSettings, accounts?: AccountSource): Hook {
  return openAccess({ config, accounts }).guard
}

function mayAsk(person: Account, right: Right | 'own'): boolean {
  return right === 'own' || (person.mustChangePassword !== true && mayDo(person, right))
}

function nameOf({ name, kind }: Account): string {
  return name ?? kind
}

function rightOf(request: FastifyRequest): Right | 'own' {
  return request.routeOptions.config.right ?? (isReading(request) ? 'look' : 'answer')
}

const passwordFirst = {
  code: 'PASSWORD_CHANGE',
  message: 'somebody else chose this password: change it first',
} as const

function refuseRole(
  reply: FastifyReply,
  right: Right | 'own',
  note: (why: string) => void,
): FastifyReply {
  const wanted = right === 'own' ? 'look' : right
  const { role } = rights[wanted]
  note(`${role} is needed`)
  const message = `this needs the role ${role}`
  return reply.code(403).send({ code: 'ROLE', message, right: wanted, roles: rolesWith(wanted) })
}

function notReady(reply: FastifyReply): FastifyReply {
  const message = 'the accounts are still being read; try again in a moment'
  return reply.code(503).header('retry-after', '1').send({ code: 'NOT_READY', message })
}

function unknown(reply: FastifyReply, login: string | null): FastifyReply {
  const answer = { code: 'UNAUTHORIZED', message: 'log in, or send a bearer token', login }
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
