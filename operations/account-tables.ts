/**
 * The tables of accounts and credentials, followed from their topics, and writing to these: what a
 * write resolves for is in the tables here. Other instances have it within moments.
 */

import { openProducer, type Log } from '../connectors/kafka/kafka.ts'
import type { Config } from '../config.ts'
import type { Problem } from '../errors.ts'
import { accountsTable, type Accounts } from '../processors/review/accounts.ts'
import { credentialsTable, type Credentials } from '../processors/review/credentials.ts'
import { follow } from '../runtime/follow.ts'
import type { Credential, User } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'

export interface AccountTables {
  readonly people: Accounts
  readonly credentials: Credentials
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  /** Resolves once there is such a credential, or after `ms`. */
  readonly arrival: (key: string, ms: number) => Promise<void>
  readonly putUser: (name: string, user: User | null) => Promise<void>
  readonly putCredential: (key: string, credential: Credential | null) => Promise<void>
  /** The same without waiting until it is in the tables. */
  readonly noteCredential: (credential: Credential) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** `changed` hears of each record. */
export function openAccountTables(
  config: Config,
  { cluster, registry }: Pick<Connection, 'cluster' | 'registry'>,
  log: Log,
  changed: () => void = () => {},
): AccountTables {
  const [people, credentials] = [accountsTable(), credentialsTable()]
  const arrivals = openArrivals(credentials)
  const [usersName, credentialsName] = [
    topicName('users', config.topicPrefix),
    topicName('credentials', config.topicPrefix),
  ]
  const users = follow({
    cluster,
    registry,
    topic: 'users',
    name: usersName,
    log,
    apply(name, user) {
      people.set(name, user)
      changed()
    },
    refused(name) {
      people.doubt(name)
      changed()
    },
  })
  const proofs = follow({
    cluster,
    registry,
    topic: 'credentials',
    name: credentialsName,
    log,
    apply(key, credential) {
      credentials.set(key, credential)
      arrivals.tell(key)
      changed()
    },
  })
  const producer = openProducer(cluster)
  const valueOf = (credential: Credential): Buffer =>
    registry.codec.encode('credentials', credential)
  return {
    people,
    credentials,
    ready: Promise.all([users.ready, proofs.ready]),
    failed: Promise.race([users.failed, proofs.failed]),
    problems: () => [...users.problems(), ...proofs.problems()],
    arrival: arrivals.of,
    async putUser(name, user) {
      const value = user === null ? null : registry.codec.encode('users', user)
      await producer.send(usersName, { key: name, value })
      await users.caughtUp()
    },
    async putCredential(key, credential) {
      const value = credential === null ? null : valueOf(credential)
      await producer.send(credentialsName, { key, value })
      await proofs.caughtUp()
    },
    noteCredential: (credential) =>
      producer.send(credentialsName, { key: credential.key, value: valueOf(credential) }),
    async stop() {
      await Promise.all([users.stop(), proofs.stop(), producer.close()])
    },
  }
}

/** Those who wait for a credential. */
function openArrivals(credentials: Credentials): {
  readonly tell: (key: string) => void
  readonly of: AccountTables['arrival']
} {
  const waiting = new Map<string, Set<() => void>>()
  return {
    tell: (key) => waiting.get(key)?.forEach((arrived) => arrived()),
    async of(key, ms) {
      if (credentials.get(key) !== null) return
      const listeners = waiting.get(key) ?? new Set()
      waiting.set(key, listeners)
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          listeners.delete(end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        listeners.add(end)
      })
      if (listeners.size === 0) waiting.delete(key)
    },
  }
}
