/**
 * What is done about accounts, by commands and by the API: each is a record of `users` or of
 * `credentials`, and a line in the audit log. What is answered as done is in the tables here
 * already; other instances follow within moments.
 */

import { randomBytes } from 'node:crypto'
import type { AccountDesk, NewAccount } from '../connectors/http/review/context.ts'
import { faultOfName, foldedName } from '../processors/review/account-name.ts'
import { AccountRefusal } from '../processors/review/account-refusal.ts'
import { tokenHash, tokenPrefix } from '../processors/review/accounts.ts'
import {
  hashIn,
  passwordKey,
  seenKey,
  tokenKey,
  type Credentials,
} from '../processors/review/credentials.ts'
import type { Known } from '../processors/review/identity.ts'
import { lesserRole, recordedRole, roleOf, type Role } from '../processors/review/roles.ts'
import type { Audit, Credential, User } from '../schemas/types.ts'
import { faultOfPassword, oneTimePassword, openPasswords, type Passwords } from './passwords.ts'

export interface AccountStore extends Known {
  /** Resolve when the record is kept and in the tables here. BROKER_UNREACHABLE. */
  readonly putUser: (name: string, user: User | null) => Promise<void>
  readonly putCredential: (key: string, credential: Credential | null) => Promise<void>
  readonly audit: (
    entry: Pick<Audit, 'actor' | 'role' | 'action' | 'target'> & Pick<Audit, 'detail'>,
  ) => Promise<unknown>
  readonly now: () => number
}

export interface Actor {
  readonly actor: string
  readonly role: string | null
}

const dayMs = 86_400_000
const oneTimeMs = 7 * dayMs // an invitation that nobody used
const mostTokens = 50 // of one account
const tokenBytes = 32

export function openAccountDesk(store: AccountStore, passwords = openPasswords()): AccountDesk {
  const tools = toolsOf(store, passwords)
  return { ...userActs(tools), ...passwordActs(tools), ...tokenActs(tools) }
}

/** What the acts share; one of them is done after the other. */
interface Tools extends AccountStore {
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  readonly passwords: Passwords
  readonly note: (
    by: Actor,
    action: string,
    target: string,
    detail?: Audit['detail'],
  ) => Promise<void>
  /** USER_UNKNOWN. */
  readonly known: (name: string) => User
  readonly setPassword: (user: User, password: string, oneTime: boolean) => Promise<void>
}

function toolsOf(store: AccountStore, passwords: Passwords): Tools {
  const { people, credentials, putCredential, audit, now } = store
  return {
    ...store,
    passwords,
    inTurn: oneAfterTheOther(),
    note: async (by, action, target, detail = {}) =>
      void (await audit({ ...by, action, target, detail })),
    known(name) {
      const user = people.find(name)
      if (user?.name !== name) throw new AccountRefusal('USER_UNKNOWN', 'there is no such account')
      return user
    },
    async setPassword(user, password, oneTime) {
      const hash = await passwords.hash(password)
      const key = passwordKey(user.name)
      const at = after(credentials.get(key)?.createdAt, now())
      const expiresAt = oneTime ? at + oneTimeMs : null
      const made = { ...emptyCredential, user: user.name, hash, oneTime, createdAt: at, expiresAt }
      await putCredential(key, { ...made, key, kind: 'password', account: user.addedAt })
    },
  }
}

type UserActs = Pick<AccountDesk, 'add' | 'change' | 'remove'>

function userActs(tools: Tools): UserActs {
  const { people, credentials, putUser, putCredential, now, inTurn, note, known, setPassword } =
    tools
  return {
    add: (account, { by, secret, replace = false }) =>
      inTurn(async () => {
        const { name, role } = account
        assertNameIsFree(name, { people, replace })
        for (const { key } of replace ? heldBy(name, credentials) : [])
          await putCredential(key, null)
        const token = secret === 'token' ? newToken() : null
        const made = userOf(account, by.actor, after(people.find(name)?.changedAt, now()))
        const user = { ...made, tokenHash: token === null ? null : tokenHash(token) }
        await putUser(name, user)
        await note(by, 'added_user', name, { role })
        if (secret !== 'password') return token
        const password = oneTimePassword()
        await setPassword(user, password, true)
        return password
      }),

    change: (name, { role, profiles, vendors, disabled }, { by, careful }) =>
      inTurn(async () => {
        const before = known(name)
        const to = role ?? roleOf(before)
        const off = disabled ?? before.disabled
        if (careful && roleOf(before) === 'operator' && (to !== 'operator' || off))
          assertOperatorRemains(name, tools)
        await putUser(name, {
          ...before,
          ...recordedRole(to),
          profiles: profiles ?? before.profiles,
          vendors: vendors ?? before.vendors,
          disabled: off,
          // versions that don't know `disabled` let nobody in by it
          tokenHash: off ? null : before.tokenHash,
          changedAt: after(before.changedAt, now()),
          changedBy: by.actor,
        })
        await note(by, 'changed_user', name, { role: to, ...(off ? { disabled: 'true' } : {}) })
      }),

    remove: (name, { by, careful }) =>
      inTurn(async () => {
        const user = known(name)
        if (careful && roleOf(user) === 'operator') assertOperatorRemains(name, tools)
        await putUser(name, user.subject === null ? null : removedOf(user, by.actor, now()))
        for (const { key } of heldBy(name, credentials)) await putCredential(key, null)
        await note(by, 'removed_user', name)
      }),
  }
}

type PasswordActs = Pick<AccountDesk, 'resetPassword' | 'changePassword'>

function passwordActs(tools: Tools): PasswordActs {
  const { credentials, passwords, inTurn, note, known, setPassword } = tools
  return {
    resetPassword: (name, by) =>
      inTurn(async () => {
        const password = oneTimePassword()
        await setPassword(known(name), password, true)
        await note(by, 'reset_password', name)
        return password
      }),

    changePassword: (name, { current, next }, by) =>
      inTurn(async () => {
        const user = known(name)
        const held = credentials.get(passwordKey(name))
        if (held === null)
          throw new AccountRefusal('NO_ACCOUNT', 'this account logs in without a password')
        if (!(await passwords.matches(current, held.hash)))
          throw new AccountRefusal('LOGIN_WRONG', 'the present password is another')
        const fault =
          current === next ? 'this is the present password' : faultOfPassword(next, name)
        if (fault !== null) throw new AccountRefusal('PASSWORD_INVALID', fault)
        await setPassword(user, next, false)
        await note(by, 'changed_password', name)
      }),
  }
}

type TokenActs = Pick<AccountDesk, 'makeToken' | 'revokeToken'>

function tokenActs(tools: Tools): TokenActs {
  const { credentials, putCredential, now, inTurn, note, known } = tools
  return {
    makeToken: (name, { label, role, days }, by) =>
      inTurn(async () => {
        const user = known(name)
        if (credentials.of(name).filter(({ kind }) => kind === 'token').length >= mostTokens)
          throw new AccountRefusal('TOO_MANY_TOKENS', `an account has at most ${mostTokens} tokens`)
        const fault = faultOfName(label)
        if (fault !== null) throw new AccountRefusal('NAME_INVALID', fault)
        const token = newToken()
        const key = tokenKey(tokenHash(token))
        const most = lesserRole(role, roleOf(user))
        const [createdAt, account] = [now(), user.addedAt]
        const made = { ...emptyCredential, key, user: name, account, label, role: most, createdAt }
        const credential = { ...made, kind: 'token' as const, expiresAt: createdAt + days * dayMs }
        await putCredential(key, credential)
        await note(by, 'made_token', name, { label, role: most, days: String(days) })
        return { token, id: hashIn(credential) }
      }),

    revokeToken: (name, id, by) =>
      inTurn(async () => {
        const credential = credentials.get(tokenKey(id))
        if (credential?.user !== name)
          throw new AccountRefusal('TOKEN_UNKNOWN', 'there is no such token')
        await putCredential(credential.key, null)
        await putCredential(seenKey(id), null)
        await note(by, 'revoked_token', name, { label: credential.label ?? '' })
      }),
  }
}

/** LAST_OPERATOR. */
function assertOperatorRemains(without: string, { people }: Pick<Known, 'people'>): void {
  const others = people.list().filter(({ name, disabled }) => name !== without && !disabled)
  if (others.some((user) => roleOf(user) === 'operator')) return
  throw new AccountRefusal('LAST_OPERATOR', `${without} is the last operator`)
}

export const emptyCredential = {
  account: 0,
  hash: null,
  password: 0,
  subject: null,
  role: null,
  label: null,
  oneTime: false,
  expiresAt: null,
} as const

/** The record of a new account. */
function userOf(
  { name, role, subject, profiles, vendors }: NewAccount,
  by: string,
  at: number,
): User {
  return {
    name,
    ...recordedRole(role),
    tokenHash: null,
    subject,
    profiles,
    vendors,
    changedAt: at,
    changedBy: by,
    addedAt: at,
    removed: false,
    disabled: false,
  }
}

/** With the least rights for older versions that don't know `removed`. */
export function removedOf(
  { name, subject }: Pick<User, 'name' | 'subject'>,
  by: string,
  at: number,
): User {
  const least = { role: 'analyst' as Role, profiles: [], vendors: [] }
  return { ...userOf({ name, subject, ...least }, by, at), roleName: null, removed: true }
}

/** NAME_INVALID, NAME_TAKEN. */
function assertNameIsFree(
  name: string,
  { people, replace }: Pick<Known, 'people'> & { readonly replace: boolean },
): void {
  const fault = faultOfName(name)
  if (fault !== null) throw new AccountRefusal('NAME_INVALID', fault)
  const taken = people.list().find((user) => foldedName(user.name) === foldedName(name))
  if (taken === undefined || (replace && taken.name === name)) return
  const why = taken.name === name ? 'is there already' : 'is there already, and looks the same'
  throw new AccountRefusal('NAME_TAKEN', `${taken.name} ${why}`)
}

/** Everything that an account may be proved with, and what notes its use. */
function heldBy(name: string, credentials: Credentials): readonly { readonly key: string }[] {
  const held = credentials.of(name)
  return [
    { key: passwordKey(name) },
    ...held,
    ...held.map((credential) => ({ key: seenKey(hashIn(credential)) })),
  ]
}

function newToken(): string {
  return `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}`
}

/** Never the same as before, so that what held for it has ended, be the clock what it may. */
function after(before: number | undefined, now: number): number {
  return before === now ? now + 1 : now
}

function oneAfterTheOther(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => {})
    return turn
  }
}
