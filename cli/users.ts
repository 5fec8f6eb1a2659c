/**
 * `errata users …` and `errata audit`: who may use the pages and the API, and what was done. An
 * account is a record of the topic `users`; every instance follows it, so a removed person is
 * rejected at the next request.
 *
 * A token or a password is shown once, when it is made; only its hash is stored. As soon as there is
 * one account, everybody has to log in or send a token, even on loopback.
 */

import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import type { AccountDesk } from '../connectors/http/review/context.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { faultOfName } from '../processors/review/account-name.ts'
import { AccountRefusal } from '../processors/review/account-refusal.ts'
import { isSubject, type Accounts } from '../processors/review/accounts.ts'
import { passwordKey } from '../processors/review/credentials.ts'
import { isRole, roleOf, roles } from '../processors/review/roles.ts'
import type { Audit, User } from '../schemas/types.ts'
import { openAccountDesk, removedOf, type AccountStore } from '../operations/accounts.ts'
import { openAccountTables } from '../operations/account-tables.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { auditSender } from '../operations/publish.ts'
import { readTopic } from '../operations/read-topic.ts'
import { openLog } from '../deploy/instance/log.ts'

export interface NewUser {
  readonly role: string
  readonly subject: string | null
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
  /** A password that has to be changed, instead of a token. */
  readonly password: boolean
}

export interface UserChange {
  readonly role: string | null
  readonly profiles: readonly string[] | null
  readonly vendors: readonly string[] | null
  readonly disabled: boolean | null
}

/**
 * The token or password on stdout, everything else on stderr. 2 for a role that doesn't exist and a
 * name that nobody may have; 1 where the name, or one that looks like it, is taken and `replace`
 * isn't given.
 */
export async function addUser(
  config: Config,
  name: string,
  { role, subject, profiles, vendors, password }: NewUser,
  replace: boolean,
): Promise<number> {
  const fault = isRole(role) ? faultOfName(name) : unknownRole(role)
  if (!isRole(role) || fault !== null) {
    complain(fault ?? '')
    return 2
  }
  return withDesk(config, async ({ desk, by }) => {
    const kind = password ? 'password' : 'token'
    const secret = subject === null ? kind : 'none'
    const account = { name, role, subject, profiles, vendors }
    const made = await desk.add(account, { by, secret, replace })
    const shown = `${name} is ${/^[ao]/.test(role) ? 'an' : 'a'} ${role}. This ${kind} is shown once`
    const after = password ? ', and is changed at the first login, within seven days' : ''
    tell(made === null ? `${name} logs in as ${subject}` : `${shown}${after}:`)
    if (made !== null) process.stdout.write(`${made}\n`)
    return 0
  })
}

/** Role, scope, and whether the account is let in; ends its sessions. 2 for an unknown role. */
export async function changeUser(
  config: Config,
  name: string,
  { role, profiles, vendors, disabled }: UserChange,
): Promise<number> {
  if (role !== null && !isRole(role)) {
    complain(unknownRole(role))
    return 2
  }
  return withDesk(config, async ({ desk, by }) => {
    const to = {
      role: role ?? undefined,
      profiles: profiles ?? undefined,
      vendors: vendors ?? undefined,
      disabled: disabled ?? undefined,
    }
    await desk.change(name, to, { by, careful: false })
    tell(`${name} is changed, and has to log in again`)
    return 0
  })
}

/** The new password on stdout. */
export async function resetPassword(config: Config, name: string): Promise<number> {
  return withDesk(config, async ({ desk, by }) => {
    const password = await desk.resetPassword(name, by)
    tell('This password is shown once, and is changed at the next login, within seven days:')
    process.stdout.write(`${password}\n`)
    return 0
  })
}

/**
 * `bySubject`: whoever logs in under this name at the provider, with an account here or without.
 */
export async function removeUser(
  config: Config,
  name: string,
  bySubject: boolean,
): Promise<number> {
  return withDesk(config, async ({ desk, store, by }) => {
    const { people } = store
    const hasName = (user: User): boolean => user.name === name
    const isMeant = (user: User): boolean => (bySubject ? isSubject(user, name) : hasName(user))
    const meant = people.list().filter(isMeant)
    const isLast = meant.length > 0 && people.count() === meant.length
    const note = { ...by, action: 'removed_user', target: name, detail: {} }
    if (bySubject && meant.length === 0) {
      if (people.list().some(hasName))
        return complain(`the account ${name} does not log in by this name`)
      await store.putUser(name, removedOf({ name, subject: name }, by.actor, store.now()))
      await store.audit(note)
    } else if (meant.length === 0) {
      const hint = '`--subject` keeps out who logs in elsewhere and has no account'
      if (!people.doubted().includes(name)) return complain(`there is no ${name}; ${hint}`)
      await store.putUser(name, null)
      await store.audit(note)
    }
    for (const { name: key } of meant) await desk.remove(key, { by, careful: false })
    const more = isLast ? ', and with the last account the need for a token on loopback' : ''
    tell(`${name} is gone${more}`)
    return 0
  })
}

export async function listUsers(config: Config): Promise<number> {
  return withDesk(config, async ({ store }) => {
    const { people } = store
    for (const user of [...people.list(), ...people.removed()])
      process.stdout.write(`${lineOfUser(user, store)}\n`)
    for (const name of people.doubted())
      complain(
        `a record of ${name} can't be used; \`users add --replace\` or \`users remove\` repairs it`,
      )
    if (!people.any()) tell('no accounts: who sits at this machine is operator')
    return 0
  })
}

function lineOfUser(user: User, { credentials }: AccountStore): string {
  const { name, subject, profiles, vendors, changedAt, removed, disabled } = user
  const state = disabled ? 'disabled' : roleOf(user)
  const way = credentials.get(passwordKey(name)) === null ? 'token' : 'password'
  return [
    name.padEnd(24),
    (removed ? 'removed' : state).padEnd(8),
    (subject ?? way).padEnd(28),
    [...profiles, ...vendors].join(',').padEnd(20),
    new Date(changedAt).toISOString(),
  ]
    .join('  ')
    .trimEnd()
}

function unknownRole(role: string): string {
  return `no role ${role}; there are ${roles.join(', ')}`
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function complain(line: string): 1 {
  process.stderr.write(`errata users: ${line}\n`)
  return 1
}

export interface AuditOptions {
  readonly actor: string | null
  readonly action: string | null
  readonly target: string | null
  readonly json: boolean
}

/** The audit log, oldest first: a line each, or JSON lines. */
export async function auditCommand(
  config: Config,
  { actor, action, target, json }: AuditOptions,
): Promise<number> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'audit'))
  try {
    await readTopic('audit', config, connection, (_key, entry) => {
      if (
        entry === null ||
        (actor !== null && entry.actor !== actor) ||
        (action !== null && entry.action !== action) ||
        (target !== null && entry.target !== target)
      )
        return
      process.stdout.write(json ? `${JSON.stringify(entry)}\n` : `${lineOf(entry)}\n`)
    })
    return 0
  } finally {
    await connection.close()
  }
}

function lineOf({ at, actor, role, action, target, detail }: Audit): string {
  const facts = Object.entries(detail)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
  return [
    new Date(at).toISOString(),
    actor.padEnd(20),
    (role ?? '').padEnd(8),
    action.padEnd(16),
    target ?? '',
    facts,
  ]
    .join('  ')
    .replace(/\p{Cc}/gu, ' ')
    .trimEnd()
}

interface AtDesk {
  readonly desk: AccountDesk
  readonly store: AccountStore & { readonly people: Accounts }
  readonly by: { readonly actor: string; readonly role: null }
}

/** 1 with the reason where something is refused. */
async function withDesk(config: Config, work: (at: AtDesk) => Promise<number>): Promise<number> {
  const connection: Connection = await connect(config, openLog({ logLevel: 'error' }, 'users'))
  const { cluster } = connection
  const tables = openAccountTables(config, connection, cluster.log)
  const producer = openProducer(cluster)
  const write = auditSender(config, connection, producer)
  const now = (): number => Date.now()
  const audit: AccountStore['audit'] = async (entry) => write({ at: now(), ...entry })
  const store = { ...tables, audit, now }
  try {
    await Promise.race([tables.ready, tables.failed])
    const by = { actor: userInfo().username, role: null }
    return await work({ desk: openAccountDesk(store), store, by })
  } catch (error) {
    if (error instanceof AccountRefusal) return complain(error.message)
    throw error
  } finally {
    await Promise.all([tables.stop(), producer.close()])
    await connection.close()
  }
}
