/**
 * Accounts and the audit log for the processes that answer requests: both are followed from their
 * topics, so that an account that is added or taken away counts everywhere within a moment, and
 * every instance shows the same log.
 */

import { hkdfSync } from 'node:crypto'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { openOidc } from '../../connectors/oidc/oidc.ts'
import type { AccountSource } from '../../connectors/http/review/review.ts'
import { ErrataError, type Problem } from '../../errors.ts'
import { accountsTable } from '../../processors/review/accounts.ts'
import { auditSender } from '../../operations/publish.ts'
import { follow } from '../../runtime/follow.ts'
import type { Audit } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { allProblems, type ServiceContext } from './service.ts'

// entries of the audit log in memory, the newest; the topic and the analytics store have all
const kept = 10_000

export interface AccountsPart {
  readonly accounts: AccountSource
  readonly login: (ReturnType<typeof openOidc> & { readonly redirectUri: string }) | null
  readonly audit: (
    entry: Omit<Audit, 'at' | 'detail'> & { readonly detail?: Audit['detail'] },
  ) => Promise<void>
  /** Newest first. */
  readonly auditLog: () => readonly Audit[]
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  stop(): Promise<void>
}

/** `withLog`: whether the audit log is read as well, for those who show it. */
export function openAccounts(
  { config, connection, log }: Pick<ServiceContext, 'config' | 'connection' | 'log'>,
  withLog = true,
): AccountsPart {
  const { cluster, registry } = connection
  const producer = openProducer(cluster)
  const write = auditSender(config, { registry }, producer)
  const people = accountsTable()
  const entries: Audit[] = []
  let known = false
  const users = follow({
    cluster,
    registry,
    topic: 'users',
    name: topicName('users', config.topicPrefix),
    log,
    apply: people.set,
    refused: people.doubt,
  })
  const audits = !withLog
    ? null
    : follow({
        cluster,
        registry,
        topic: 'audit',
        name: topicName('audit', config.topicPrefix),
        log,
        apply: (_key, entry) => {
          if (entry === null) return
          entries.unshift(entry)
          if (entries.length > kept) entries.pop()
        },
      })
  const ready = users.ready.then(() => {
    known = true
  })
  const { login, sessionKey } = loginOf(config)
  return {
    accounts: {
      people,
      ready: () => known,
      now: () => Date.now(),
      sessionKey,
    },
    login,
    async audit(entry) {
      const record: Audit = { at: Date.now(), detail: {}, ...entry }
      try {
        await write(record)
      } catch (error) {
        log.error(
          { error, actor: record.actor, action: record.action, target: record.target },
          'the audit log was not written',
        )
      }
    },
    auditLog: () => entries,
    ready,
    problems: () => allProblems(audits === null ? [users] : [users, audits]),
    failed: audits === null ? users.failed : Promise.race([users.failed, audits.failed]),
    async stop() {
      await Promise.all([users.stop(), audits?.stop(), producer.close()])
    },
  }
}

/** The login at an OpenID provider, where one is set; sessions are signed with a key of its secret. */
function loginOf(config: ServiceContext['config']): {
  readonly login: AccountsPart['login']
  readonly sessionKey: Buffer | null
} {
  const { oidcIssuer, oidcClientId, oidcClientSecret, publicUrl } = config
  if (oidcIssuer === null) return { login: null, sessionKey: null }
  if (oidcClientId === null || oidcClientSecret === null || publicUrl === null)
    throw new ErrataError(
      'CONFIG_INVALID',
      'ERRATA_OIDC_ISSUER needs ERRATA_OIDC_CLIENT_ID, ERRATA_OIDC_CLIENT_SECRET and ERRATA_PUBLIC_URL',
    )
  const redirectUri = `${publicUrl.replace(/\/+$/, '')}/auth/callback`
  const provider = openOidc({
    issuer: oidcIssuer,
    clientId: oidcClientId,
    clientSecret: oidcClientSecret,
    redirectUri,
    roleClaim: config.oidcRoleClaim,
  })
  return {
    login: { ...provider, redirectUri },
    sessionKey: Buffer.from(hkdfSync('sha256', oidcClientSecret, '', 'errata sessions', 32)),
  }
}
