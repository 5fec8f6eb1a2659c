/**
 * Logging in with name and password, and what follows from it: sessions, as records of
 * `credentials`, so that all instances know them and end them. Each login begins a new one.
 *
 * Wrong tries are slowed down, never locked: those of one address on one account most, those of an
 * address on all accounts less, and those of all addresses on one account least; an address from
 * which the account logged in before is not held up by what others try. So whoever guesses is held
 * to a few tries a minute, and keeps nobody out for longer. Counted by each instance for itself.
 */

import { networkOf } from '../connectors/http/server.ts'
import { newSessionSecret } from '../connectors/http/session-cookie.ts'
import { openQuota } from '../connectors/http/quota.ts'
import type { Logins } from '../connectors/http/review/context.ts'
import { AccountRefusal } from '../processors/review/account-refusal.ts'
import { tokenHash } from '../processors/review/accounts.ts'
import { hashIn, passwordKey, seenKey, sessionKey } from '../processors/review/credentials.ts'
import { accountOfSession, stateOfSubject } from '../processors/review/identity.ts'
import { roleOf } from '../processors/review/roles.ts'
import type { Credential, User } from '../schemas/types.ts'
import { emptyCredential, type AccountStore } from './accounts.ts'
import { openPasswords } from './passwords.ts'

export interface LoginSettings {
  /** How long a session lives at most, and how long it may go unused. */
  readonly lifeMs: number
  readonly idleMs: number
}

const ownTries = 10 // a minute, of an address on an account
const accountTries = 30 // a minute on an account, from addresses that it was never used from
const addressTries = 60 // a minute of an address, where many people may sit
const mostFamiliar = 10_000

export function openLogins(
  store: AccountStore,
  { lifeMs, idleMs }: LoginSettings,
  passwords = openPasswords(),
  monotonic: () => number = () => performance.now(),
): Logins {
  const { people, credentials, putCredential, audit, now } = store
  const throttle = openThrottle(monotonic)

  const begin = async (
    credential: Omit<Credential, 'key' | 'kind' | 'createdAt' | 'expiresAt'>,
  ) => {
    const secret = newSessionSecret()
    const key = sessionKey(tokenHash(secret))
    const createdAt = now()
    const times = { createdAt, expiresAt: createdAt + lifeMs }
    await dropEnded(credential.user)
    const session: Credential = { ...credential, key, kind: 'session', ...times }
    await putCredential(key, session)
    return { secret, seconds: Math.floor(lifeMs / 1000), session }
  }

  /** Sessions of a name that hold no longer, so that the topic doesn't grow with each login. */
  const dropEnded = async (name: string): Promise<void> => {
    for (const one of credentials.of(name)) {
      if (one.kind !== 'session') continue
      const isOver = (one.expiresAt ?? 0) <= now() || credentials.lastUsed(one) + idleMs <= now()
      if (isOver || accountOfSession(one, store) === null) await drop(one)
    }
  }

  const drop = async (session: Credential): Promise<void> => {
    await putCredential(session.key, null)
    await putCredential(seenKey(hashIn(session)), null)
  }

  return {
    async byPassword({ name, password, address }) {
      const user = people.find(name)
      throttle.take(user?.name ?? name, address)
      const held = user === null ? null : credentials.get(passwordKey(user.name))
      const isRight = await passwords.matches(password, usableHash(user, held, now()))
      if (!isRight || user === null || held === null) {
        const detail = { why: 'a wrong name or password', address }
        const target = user?.name ?? null // what was typed may be a password
        void audit({ actor: 'unknown', role: null, action: 'refused', target, detail })
        throw new AccountRefusal('LOGIN_WRONG', 'name or password is wrong')
      }
      throttle.familiar(user.name, address)
      if (passwords.isOutdated(held.hash ?? ''))
        await putCredential(held.key, { ...held, hash: await passwords.hash(password) })
      const begun = await begin(sessionWith(user, held))
      const role = roleOf(user)
      void audit({ actor: user.name, role, action: 'login', target: null, detail: {} })
      return begun
    },

    async renew({ name, address }, change) {
      throttle.take(name, address)
      await change()
      const [user, held] = [people.find(name), credentials.get(passwordKey(name))]
      if (user === null || held === null)
        throw new AccountRefusal('USER_UNKNOWN', 'the account was removed meanwhile')
      return begin(sessionWith(user, held))
    },

    async byProvider({ subject, name, role }) {
      const state = stateOfSubject(subject, people)
      if (state === null) return null
      const user = people.bySubject(subject).find(({ removed }) => !removed)
      const said = { user: user?.name ?? name, subject, role, account: state }
      return begin({ ...emptyCredential, ...said })
    },

    async end(session) {
      await drop(session)
      void audit({ actor: session.user, role: null, action: 'logout', target: null, detail: {} })
    },
  }
}

function sessionWith({ name, changedAt }: User, { createdAt }: Credential) {
  return { ...emptyCredential, user: name, account: changedAt, password: createdAt }
}

/** Null where nobody gets in with whatever password. */
function usableHash(user: User | null, held: Credential | null, now: number): string | null {
  if (user === null || held === null || user.disabled || user.removed) return null
  // an account of the same name that was removed and added again has yet to get a password
  if (held.account !== user.addedAt) return null
  return held.expiresAt !== null && held.expiresAt <= now ? null : held.hash
}

interface Throttle {
  /** LOGIN_WAIT. */
  readonly take: (name: string, address: string) => void
  readonly familiar: (name: string, address: string) => void
}

function openThrottle(monotonic: () => number): Throttle {
  const [own, account, address] = [
    openQuota('logins', ownTries, monotonic),
    openQuota('logins', accountTries, monotonic),
    openQuota('logins', addressTries, monotonic),
  ]
  const familiar = new Set<string>() // the oldest first
  return {
    take(name, from) {
      const network = networkOf(from)
      const pair = `${network} ${name.slice(0, 100)}`
      const wait = Math.max(
        address.take(network),
        own.take(pair),
        familiar.has(pair) ? 0 : account.take(name.slice(0, 100)),
      )
      if (wait === 0) return
      throw new AccountRefusal('LOGIN_WAIT', 'too many tries; wait a little', wait)
    },
    familiar(name, from) {
      familiar.add(`${networkOf(from)} ${name.slice(0, 100)}`)
      const [oldest] = familiar
      if (oldest !== undefined && familiar.size > mostFamiliar) familiar.delete(oldest)
    },
  }
}
