/**
 * `errata users …` and `errata audit`: who may use the pages and the API, and what was done. An
 * account is a record of the topic `users`; every instance follows it, so a removed person is
 * rejected at the next request.
 *
 * A token is shown once, when it is created; only its hash is stored. As soon as there is one
 * account, every request needs a token, even on loopback.
 */

import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { faultOfName, foldedName } from '../processors/review/account-name.ts'
import {
  isSubject,
  accountsTable,
  tokenHash,
  tokenPrefix,
  type Accounts,
} from '../processors/review/accounts.ts'
import { follow } from '../runtime/follow.ts'
import type { Audit, Role, User } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { auditSender } from '../operations/publish.ts'
import { readTopic } from '../operations/read-topic.ts'
import { openLog } from '../deploy/instance/log.ts'

const roles: readonly Role[] = ['reader', 'reviewer', 'operator']
const tokenBytes = 32

export interface NewUser {
  readonly role: string
  readonly subject: string | null
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

/**
 * The token on stdout, everything else on stderr. 2 for a role that doesn't exist and a name that
 * nobody may have; 1 where the name, or one that looks like it, is taken and `replace` isn't given.
 */
export async function addUser(
  config: Config,
  name: string,
  { role, subject, profiles, vendors }: NewUser,
  replace: boolean,
): Promise<number> {
  if (!roles.includes(role as Role)) {
    process.stderr.write(`errata users: no role ${role}; there are ${roles.join(', ')}\n`)
    return 2
  }
  const fault = faultOfName(name)
  if (fault !== null) {
    process.stderr.write(`errata users: ${fault}\n`)
    return 2
  }
  return withUsers(config, async (people, write) => {
    const alike = people.list().find((user) => foldedName(user.name) === foldedName(name))
    if (alike !== undefined && alike.name !== name)
      return complain(`${alike.name} is there already, and looks the same`)
    if (alike !== undefined && !replace)
      return complain(`${name} is there already; --replace makes a new token and ends the old one`)
    const token =
      subject === null ? `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}` : null
    await write(
      name,
      {
        name,
        role: role as Role,
        tokenHash: token === null ? null : tokenHash(token),
        subject,
        profiles,
        vendors,
        ...changed(),
        removed: false,
      },
      'added_user',
    )
    process.stderr.write(
      token === null
        ? `${name} logs in as ${subject}\n`
        : `${name} is ${role === 'operator' ? 'an' : 'a'} ${role}. This token is shown once:\n`,
    )
    if (token !== null) process.stdout.write(`${token}\n`)
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
  return withUsers(config, async (people, write) => {
    const hasName = (user: User): boolean => user.name === name
    const isMeant = (user: User): boolean => (bySubject ? isSubject(user, name) : hasName(user))
    const meant = people.list().filter(isMeant)
    const isLast = meant.length > 0 && people.count() === meant.length
    if (bySubject && meant.length === 0) {
      if (people.list().some(hasName))
        return complain(`the account ${name} does not log in by this name`)
      await write(name, removedOf(name, name), 'removed_user')
    } else if (meant.length === 0) {
      const hint = '`--subject` keeps out who logs in elsewhere and has no account'
      if (!people.doubted().includes(name)) return complain(`there is no ${name}; ${hint}`)
      await write(name, null, 'removed_user')
    }
    for (const { name: key, subject } of meant) {
      await write(key, subject === null ? null : removedOf(key, subject), 'removed_user')
    }
    const more = isLast ? ', and with the last account the need for a token on loopback' : ''
    process.stderr.write(`${name} is gone${more}\n`)
    return 0
  })
}

/** With the least rights for older versions that don't know `removed`. */
function removedOf(name: string, subject: string): User {
  const rights = { role: 'reader', tokenHash: null, profiles: [], vendors: [] } as const
  return { name, subject, ...rights, ...changed(), removed: true }
}

function changed(): Pick<User, 'changedAt' | 'changedBy'> {
  return { changedAt: Date.now(), changedBy: userInfo().username }
}

function complain(line: string): 1 {
  process.stderr.write(`errata users: ${line}\n`)
  return 1
}

export async function listUsers(config: Config): Promise<number> {
  return withUsers(config, async (people) => {
    for (const user of [...people.list(), ...people.removed()]) {
      const { name, role, subject, profiles, vendors, changedAt, removed } = user
      process.stdout.write(
        `${[name.padEnd(24), (removed ? 'removed' : role).padEnd(8), (subject ?? 'token').padEnd(28), [...profiles, ...vendors].join(',').padEnd(20), new Date(changedAt).toISOString()].join('  ').trimEnd()}\n`,
      )
    }
    for (const name of people.doubted())
      process.stderr.write(
        `errata users: a record of ${name} can't be used; \`users add --replace\` or \`users remove\` repairs it\n`,
      )
    if (!people.any()) process.stderr.write('no accounts: who sits at this machine is operator\n')
    return 0
  })
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

type Write = (name: string, user: User | null, action: string) => Promise<void>

async function withUsers<T>(
  config: Config,
  work: (people: Accounts, write: Write) => Promise<T>,
): Promise<T> {
  const connection: Connection = await connect(config, openLog({ logLevel: 'error' }, 'users'))
  const { cluster, registry } = connection
  const people = accountsTable()
  const table = follow({
    cluster,
    registry,
    topic: 'users',
    name: topicName('users', config.topicPrefix),
    log: cluster.log,
    apply: people.set,
    refused: people.doubt,
  })
  const producer = openProducer(cluster)
  const audit = auditSender(config, connection, producer)
  try {
    await Promise.race([table.ready, table.failed])
    return await work(people, async (name, user, action) => {
      await producer.send(topicName('users', config.topicPrefix), {
        key: name,
        value: user === null ? null : registry.codec.encode('users', user),
      })
      await audit({
        at: Date.now(),
        actor: userInfo().username,
        role: null,
        action,
        target: name,
        detail: user === null || user.removed ? {} : { role: user.role },
      })
    })
  } finally {
    await Promise.all([table.stop(), producer.close()])
    await connection.close()
  }
}
