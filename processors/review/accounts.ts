/**
 * Who may do what on the pages and the HTTP API: accounts as a table, folded from the topic
 * `users`, and the identity that a bearer token proves. Pure: no clock, no randomness.
 *
 *   the service's own token (ERRATA_TOKEN)   operator, for programs; a person behind it says their name with each answer
 *   a token of `errata users add`            that person; only the token's SHA-256 is stored
 *   a session after a login elsewhere        signed by this service; names the person and expires
 *   none of them, on loopback                the local user, as operator, as long as there are no accounts and no unreadable
 *                                            records that may be accounts
 *
 * Removing a person or changing their role takes effect at their next request, since every request
 * looks up the table. A person removed here could log in again through a provider, with the role
 * that it assigns, so their record stays and marks them as removed.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Role, User } from '../../schemas/types.ts'

export const accountKinds = ['local', 'service', 'user'] as const

export interface Account {
  /** null: a program, not one person; the name comes with each answer. */
  readonly name: string | null
  readonly role: Role
  readonly kind: (typeof accountKinds)[number]
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

/** The content of a signed session. */
export interface SessionClaims {
  readonly subject: string
  readonly name: string
  readonly role: Role
  readonly since: number // ms since 1970
  readonly until: number // ms since 1970
}

const ranks: Readonly<Record<Role, number>> = { reader: 0, reviewer: 1, operator: 2 }
const sessionPrefix = 'errata_s.'
export const tokenPrefix = 'errata_t.'

export function mayDo(person: Account, role: Role): boolean {
  return ranks[person.role] >= ranks[role]
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Signs a session; that takes the key. */
export function signSession(claims: SessionClaims, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${sessionPrefix}${body}.${signature(body, key)}`
}

/** Null for a token that this service did not sign, and for an expired session. */
export function readSession(token: string, key: Buffer, now: number): SessionClaims | null {
  const [body = '', signed = ''] = token.startsWith(sessionPrefix)
    ? token.slice(sessionPrefix.length).split('.')
    : []
  const [given, wanted] = [Buffer.from(signed), Buffer.from(signature(body, key))]
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as SessionClaims
  const { since = 0 } = claims as Partial<SessionClaims> // older sessions lack it
  return claims.until > now ? { ...claims, since } : null
}

export interface Accounts {
  readonly set: (name: string, user: User | null) => void
  /** Accounts, without removed people. */
  readonly list: () => readonly User[]
  /** People who log in elsewhere and are denied access. */
  readonly removed: () => readonly User[]
  readonly byToken: (token: string) => Account | null
  /**
   * A person who logged in elsewhere, with the role of their account here if there is one. Null for
   * a removed person, and for a session from before the last change of the account.
   */
  readonly bySession: (claims: Omit<SessionClaims, 'until'>) => Account | null
  readonly count: () => number
  /**
   * The record of this name is unreadable: until another replaces it, it may be an account, so the
   * local user gets no access.
   */
  readonly doubt: (name: string) => void
  readonly doubted: () => readonly string[]
  /** Whether there is, or may be, an account. */
  readonly any: () => boolean
}

export function accountsTable(): Accounts {
  const users = new Map<string, User>()
  const byHash = new Map<string, User>()
  const doubted = new Set<string>()
  const personOf = (user: User): Account => ({
    name: user.name,
    role: user.role,
    kind: 'user',
    profiles: user.profiles,
    vendors: user.vendors,
  })
  const sorted = (isRemoved: boolean): User[] =>
    [...users.values()]
      .filter(({ removed }) => removed === isRemoved)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    set(name, user) {
      doubted.delete(name)
      const before = users.get(name)
      if (before?.tokenHash != null) byHash.delete(before.tokenHash)
      users.delete(name)
      if (user === null) return
      users.set(name, user)
      if (user.tokenHash !== null) byHash.set(user.tokenHash, user)
    },
    list: () => sorted(false),
    removed: () => sorted(true),
    // Found by the hash of 256 random bits: timing reveals nothing about other tokens
    byToken(token) {
      const user = byHash.get(tokenHash(token))
      return user === undefined ? null : personOf(user)
    },
    bySession({ subject, name, role, since }) {
      const records = [...users.values()].filter((user) => isSubject(user, subject))
      if (records.some(({ changedAt }) => since < changedAt)) return null
      const user = records.find(({ removed }) => !removed)
      if (user !== undefined) return personOf(user)
      if (records.length > 0) return null
      // A provider may let people choose their name, so the name alone doesn't identify an account
      // here
      const shown = name === subject ? name : `${name} (${subject})`
      return { name: shown, role, kind: 'user', profiles: [], vendors: [] }
    },
    count: () => sorted(false).length,
    doubt: (name) => void (name !== '' && doubted.add(name)),
    doubted: () => [...doubted].sort(),
    any: () => doubted.size > 0 || [...users.values()].some(({ removed }) => !removed),
  }
}

export function isSubject(user: User, subject: string): boolean {
  return user.subject !== null && user.subject.toLowerCase() === subject.toLowerCase()
}

function signature(body: string, key: Buffer): string {
  return createHmac('sha256', key).update(body).digest('base64url')
}
