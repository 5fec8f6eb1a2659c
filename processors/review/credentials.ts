/**
 * Passwords, sessions and API tokens as a table, folded from the topic `credentials`: every instance
 * follows it, so what is ended anywhere is ended everywhere. Pure: no clock, no randomness.
 *
 *   password NAME   scrypt hash of an account's password
 *   session HASH    a browser that somebody logged in with; HASH: SHA-256 of what its cookie holds
 *   token HASH      an API token; HASH: SHA-256 of it
 *   seen HASH       when a session or token was last used. Of its own, so that an instance that notes
 *                   a use can't bring back what another has just ended
 */

import type { Credential } from '../../schemas/types.ts'

export type CredentialKey = string

export const passwordKey = (name: string): CredentialKey => `password ${name}`
export const sessionKey = (hash: string): CredentialKey => `session ${hash}`
export const tokenKey = (hash: string): CredentialKey => `token ${hash}`
export const seenKey = (hash: string): CredentialKey => `seen ${hash}`

/** The hash in the key of a session or token. */
export function hashIn({ key }: Pick<Credential, 'key'>): string {
  return key.slice(key.indexOf(' ') + 1)
}

export interface Credentials {
  readonly set: (key: CredentialKey, credential: Credential | null) => void
  readonly get: (key: CredentialKey) => Credential | null
  /** When it was made or last used, whichever is later; ms since 1970. */
  readonly lastUsed: (credential: Credential) => number
  /** Sessions and tokens of this name, the newest first. */
  readonly of: (user: string) => readonly Credential[]
  readonly tokens: () => readonly Credential[]
}

export function credentialsTable(): Credentials {
  const all = new Map<CredentialKey, Credential>()
  const held = (): Credential[] =>
    [...all.values()].filter(({ kind }) => kind === 'session' || kind === 'token')
  return {
    set: (key, credential) =>
      void (credential === null ? all.delete(key) : all.set(key, credential)),
    get: (key) => all.get(key) ?? null,
    lastUsed(credential) {
      const seen = all.get(seenKey(hashIn(credential)))
      return Math.max(credential.createdAt, seen?.createdAt ?? 0)
    },
    of: (user) =>
      held()
        .filter((one) => one.user === user)
        .sort((a, b) => b.createdAt - a.createdAt),
    tokens: () => held().filter(({ kind }) => kind === 'token'),
  }
}
