/** Accounts, sessions and tokens kept in memory: the real tables and operations, without topics. */

import type { AccountDesk, Logins } from '../connectors/http/review/context.ts'
import type { AccountSource } from '../connectors/http/security.ts'
import { openAccountDesk, type AccountStore } from '../operations/accounts.ts'
import { openLogins } from '../operations/logins.ts'
import { openPasswords } from '../operations/passwords.ts'
import { accountsTable } from '../processors/review/accounts.ts'
import { credentialsTable } from '../processors/review/credentials.ts'
import type { Audit } from '../schemas/types.ts'

export type AuditedLine = Omit<Audit, 'at'>

export interface MadeAccounts {
  readonly accounts: AccountSource
  readonly desk: AccountDesk
  readonly logins: Logins
  readonly audit: (entry: Omit<AuditedLine, 'detail'> & Partial<AuditedLine>) => Promise<void>
  readonly trail: AuditedLine[]
}

export const lifeMs = 10 * 3_600_000
export const idleMs = 2 * 3_600_000
export const operator = { actor: 'olga', role: 'operator' } as const

/** `others`: instances that have the same tables. */
export function madeAccounts(
  changes: Partial<AccountSource> = {},
  monotonic: () => number = () => 0,
): MadeAccounts {
  const { people = accountsTable(), credentials = credentialsTable() } = changes
  const now = changes.now ?? (() => Date.now())
  const trail: AuditedLine[] = []
  const audit: MadeAccounts['audit'] = async (entry) => void trail.push({ detail: {}, ...entry })
  const passwords = openPasswords({ ln: 4, r: 8, p: 1 }) // a moment instead of a quarter of a second
  const store: AccountStore = {
    people,
    credentials,
    putUser: async (name, user) => people.set(name, user),
    putCredential: async (key, credential) => credentials.set(key, credential),
    audit,
    now,
  }
  return {
    accounts: {
      people,
      credentials,
      ready: () => true,
      elsewhere: false,
      now,
      idleMs,
      arrival: async () => {},
      used: () => {},
      ...changes,
    },
    desk: openAccountDesk(store, passwords),
    logins: openLogins(store, { lifeMs, idleMs }, passwords, monotonic),
    audit,
    trail,
  }
}
