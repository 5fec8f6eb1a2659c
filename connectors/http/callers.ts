/**
 * Who sends a request: the bearer token that it has, or else the session of its cookie. What the
 * guard let through is remembered with the request.
 */

import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { tokenHash, type Account } from '../../processors/review/accounts.ts'
import { sessionKey } from '../../processors/review/credentials.ts'
import { bySession, byToken, type Identity, type Known } from '../../processors/review/identity.ts'
import type { Credential } from '../../schemas/types.ts'
import { isFromHere } from './door.ts'
import type { Failures } from './failed-tokens.ts'
import { sessionSecretOf } from './session-cookie.ts'
import { bearerOf, tokenCheck } from './token.ts'

/** What is known about people; without it there are no accounts. */
export interface AccountSource extends Known {
  /** False until the accounts are known: until then nobody is taken for the only one. */
  readonly ready: () => boolean
  /** Whether people log in at a provider. */
  readonly elsewhere: boolean
  readonly now: () => number
  /** How long a session may go unused. */
  readonly idleMs: number
  /** Waits a moment for a session that another instance may have begun just now. */
  readonly arrival: (key: string) => Promise<void>
  /** Notes that a session or token was used. */
  readonly used: (credential: Credential) => void
}

export type CallerSettings = Pick<Config, 'token' | 'host'> &
  Partial<Pick<Config, 'publicUrl' | 'trustedProxies'>>

export interface Callers {
  /** By the bearer token; null where there is none, or it isn't valid. */
  readonly byBearer: (request: FastifyRequest) => Account | null
  /** By the cookie, which counts only where there is no bearer token. */
  readonly bySession: (request: FastifyRequest) => Promise<Account | null>
  /** By whichever it was, looked up again, and without that being a use. */
  readonly again: (request: FastifyRequest) => Account | null
  /** Seconds until the address may fail again, where this one failed once too often; else 0. */
  readonly wait: (request: FastifyRequest) => number
}

export const local: Account = {
  name: null,
  role: 'operator',
  kind: 'local',
  profiles: [],
  vendors: [],
}
const service: Account = { ...local, kind: 'service' }
const persons = new WeakMap<FastifyRequest, Account>()
const credentials = new WeakMap<FastifyRequest, Credential>()

/** Who asks; only after the guard let the request through. */
export function personOf(request: FastifyRequest): Account {
  return persons.get(request) ?? local
}

/** The session or API token that it was let in by; null for whatever else. */
export function credentialOf(request: FastifyRequest): Credential | null {
  return credentials.get(request) ?? null
}

/** Name for the audit log. */
export function actorOf(request: FastifyRequest): {
  readonly actor: string
  readonly role: string
} {
  const { name, kind, role } = personOf(request)
  return { actor: name ?? (kind === 'service' ? 'token' : 'local'), role }
}

/** Whether somebody at this machine asks, and nothing says that they'd have to prove who they are. */
export function localCheck(
  config: CallerSettings,
  accounts: AccountSource | undefined,
): (request: FastifyRequest) => boolean {
  return (request) =>
    config.token === null &&
    config.trustedProxies == null &&
    accounts?.elsewhere !== true &&
    accounts?.people.any() !== true &&
    isFromHere(request, config)
}

/** `failed` hears of tokens that are not valid. */
export function openCallers(
  config: CallerSettings,
  accounts: AccountSource | undefined,
  failures: Failures,
  failed: (request: FastifyRequest) => void,
): Callers {
  const isService = tokenCheck(config.token)
  const isLocal = localCheck(config, accounts)
  const waits = new WeakMap<FastifyRequest, number>() // seconds, of those whose token is not valid

  const recognise = (token: string, address: string): Identity | null => {
    const known = accounts === undefined ? null : byToken(token, accounts, accounts.now())
    if (known !== null) return known
    const isOurs = !failures.isGuessing(address) && isService(token)
    return isOurs ? { account: service, credential: null } : null
  }

  const sessionOf = (request: FastifyRequest): Identity | null => {
    const secret = sessionSecretOf(request, config)
    if (accounts === undefined || secret === null || bearerOf(request.headers) !== null) return null
    return bySession(secret, accounts, { now: accounts.now(), idleMs: accounts.idleMs })
  }

  const keep = (request: FastifyRequest, { account, credential }: Identity): Account => {
    persons.set(request, account)
    if (credential !== null) {
      credentials.set(request, credential)
      accounts?.used(credential)
    }
    return account
  }

  return {
    byBearer(request) {
      const [token, known] = [bearerOf(request.headers), persons.get(request) ?? null]
      if (token === null || known !== null || waits.has(request)) return known
      const found = recognise(token, request.ip)
      if (found !== null) return keep(request, found)
      if (accounts?.ready() === false || isLocal(request)) return null
      waits.set(request, failures.add(request.ip, token))
      failed(request)
      return null
    },
    async bySession(request) {
      const secret = sessionSecretOf(request, config)
      if (accounts === undefined || secret === null || bearerOf(request.headers) !== null)
        return null
      if (sessionOf(request) === null) await accounts.arrival(sessionKey(tokenHash(secret)))
      const found = sessionOf(request)
      return found === null ? null : keep(request, found)
    },
    again(request) {
      const token = bearerOf(request.headers)
      const found = token === null ? sessionOf(request) : recognise(token, request.ip)
      return found?.account ?? null
    },
    wait: (request) => waits.get(request) ?? 0,
  }
}
