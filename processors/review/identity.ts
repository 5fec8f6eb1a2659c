/**
 * Who a request comes from: what a token or a session proves, by the tables of accounts and
 * credentials as they are now. So whatever is ended or changed counts at the next request.
 *
 *   the service's own token (ERRATA_TOKEN)   operator, for programs; a person behind it says their name with each answer
 *   a token of `errata users add`            that person; only the token's SHA-256 is stored
 *   an API token                             its owner, with its role or the owner's, whichever may do less, until it expires
 *   a session of a browser                   who logged in, until it is too old, was not used for too long, or the account
 *                                            or its password is another
 *   none of them, on loopback                the local user, as operator, as long as there are no accounts and no unreadable
 *                                            records that may be accounts
 *
 * A session holds for one state of the account and of the password, compared for equality: so no
 * clock of a machine that is ahead or behind lets an ended one live on.
 */

import type { Credential, User } from '../../schemas/types.ts'
import { accountOf, tokenHash, type Account, type Accounts } from './accounts.ts'
import { passwordKey, sessionKey, tokenKey, type Credentials } from './credentials.ts'
import { isRole, lesserRole } from './roles.ts'

export interface Known {
  readonly people: Accounts
  readonly credentials: Credentials
}

export interface Identity {
  readonly account: Account
  /** What proved it, where its use is noted. */
  readonly credential: Credential | null
}

/** Whose bearer token it is; null for one that is not, or no longer, valid. */
export function byToken(
  token: string,
  { people, credentials }: Known,
  now: number,
): Identity | null {
  // Found by the hash of 256 random bits: timing reveals nothing about other tokens
  const hash = tokenHash(token)
  const own = people.byTokenHash(hash)
  if (own !== null)
    return own.disabled || own.removed ? null : { account: accountOf(own), credential: null }
  const credential = credentials.get(tokenKey(hash))
  if (credential === null || !isTokenAlive(credential, people, now)) return null
  const owner = people.find(credential.user) as User
  const account = accountOf(owner)
  const role = isRole(credential.role) ? lesserRole(credential.role, account.role) : 'analyst'
  return { account: { ...account, role }, credential }
}

/** Whether an API token is its owner's, and the owner is let in. */
export function isTokenAlive(
  { user, account, expiresAt }: Credential,
  people: Accounts,
  now: number,
): boolean {
  if (expiresAt !== null && expiresAt <= now) return false
  const owner = people.find(user)
  return owner !== null && owner.name === user && owner.addedAt === account && !owner.disabled
}

/** `idleMs`: how long a session may go unused. */
export function bySession(
  secret: string,
  known: Known,
  { now, idleMs }: { readonly now: number; readonly idleMs: number },
): Identity | null {
  const credential = known.credentials.get(sessionKey(tokenHash(secret)))
  if (credential === null) return null
  if (credential.expiresAt === null || credential.expiresAt <= now) return null
  if (known.credentials.lastUsed(credential) + idleMs <= now) return null
  const account = accountOfSession(credential, known)
  return account === null ? null : { account, credential }
}

/** Who logged in; null where the account or its password is another since, or is no more. */
export function accountOfSession(
  { user: name, account, password, subject, role }: Credential,
  { people, credentials }: Known,
): Account | null {
  if (subject !== null) return providerAccount({ subject, name, role }, people, account)
  const user = people.find(name)
  if (user === null || user.name !== name || user.disabled || user.changedAt !== account)
    return null
  const current = credentials.get(passwordKey(name))
  if (current === null || current.createdAt !== password) return null
  return { ...accountOf(user), login: 'password', mustChangePassword: current.oneTime }
}

/**
 * A person who logged in at the provider, with the role of their account here if there is one. Null
 * for a removed or disabled person, and where the account is in another state than `state`.
 */
function providerAccount(
  { subject, name, role }: { subject: string; name: string; role: string | null },
  people: Accounts,
  state: number,
): Account | null {
  if (stateOfSubject(subject, people) !== state) return null
  const user = people.bySubject(subject).find(({ removed }) => !removed)
  if (user !== undefined) return user.disabled ? null : { ...accountOf(user), login: 'provider' }
  // A provider may let people choose their name, so the name alone doesn't identify an account here
  const shown = name === subject ? name : `${name} (${subject})`
  const known = isRole(role) ? role : 'analyst'
  return { name: shown, role: known, kind: 'user', profiles: [], vendors: [], login: 'provider' }
}

/** What a session of this subject holds for: 0 without an account, null where they may not log in. */
export function stateOfSubject(subject: string, people: Accounts): number | null {
  const records = people.bySubject(subject)
  const user = records.find(({ removed }) => !removed)
  if (user !== undefined) return user.disabled ? null : user.changedAt
  return records.length > 0 ? null : 0
}
