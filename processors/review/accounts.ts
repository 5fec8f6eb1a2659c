/**
 * Accounts as a table, folded from the topic `users`. Pure: no clock, no randomness. Who a request
 * comes from is decided in identity.ts.
 *
 * A person removed here could log in again through a provider, with the role that it assigns, so
 * their record stays and marks them as removed.
 */

import { createHash } from 'node:crypto'
import type { User } from '../../schemas/types.ts'
import { foldedName } from './account-name.ts'
import { hasRight, roleOf, type Right, type Role } from './roles.ts'

export const accountKinds = ['local', 'service', 'user'] as const

export interface Account {
  /** null: a program, not one person; the name comes with each answer. */
  readonly name: string | null
  readonly role: Role
  readonly kind: (typeof accountKinds)[number]
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
  /** How they logged in; null for tokens and for whoever needs none. */
  readonly login?: 'password' | 'provider' | null
  /** The password must be changed before anything else is allowed. */
  readonly mustChangePassword?: boolean
}

export const tokenPrefix = 'errata_t.'

export function mayDo({ role }: Account, right: Right): boolean {
  return hasRight(role, right)
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export interface Accounts {
  readonly set: (name: string, user: User | null) => void
  /** Accounts, without removed people. */
  readonly list: () => readonly User[]
  /** People who log in elsewhere and are denied access. */
  readonly removed: () => readonly User[]
  /** The account of this name; of one that looks the same where there is none. Not a removed one. */
  readonly find: (name: string) => User | null
  /** Records of whoever has this subject at the provider, removed ones too. */
  readonly bySubject: (subject: string) => readonly User[]
  /** Whose token of `errata users add` has this hash. */
  readonly byTokenHash: (hash: string) => User | null
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
    find(name) {
      const user = users.get(name)
      if (user !== undefined && !user.removed) return user
      return sorted(false).find((other) => foldedName(other.name) === foldedName(name)) ?? null
    },
    bySubject: (subject) => [...users.values()].filter((user) => isSubject(user, subject)),
    byTokenHash: (hash) => byHash.get(hash) ?? null,
    count: () => sorted(false).length,
    doubt: (name) => void (name !== '' && doubted.add(name)),
    doubted: () => [...doubted].sort(),
    any: () => doubted.size > 0 || [...users.values()].some(({ removed }) => !removed),
  }
}

/** What a person with this account may. */
export function accountOf(user: User): Account {
  const { name, profiles, vendors } = user
  return { name, role: roleOf(user), kind: 'user', profiles, vendors }
}

export function isSubject(user: User, subject: string): boolean {
  return user.subject !== null && user.subject.toLowerCase() === subject.toLowerCase()
}
