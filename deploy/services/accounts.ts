/**
 * Accounts and the audit log for the processes that answer requests: both are followed from their
 * topics, so that an account that is added or taken away counts everywhere within a moment, and
 * every instance shows the same log.
 */

import { hkdfSync } from 'node:crypto'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { openOidc } from '../../connectors/oidc/oidc.ts'
import type { AccountDesk, Login, Logins } from '../../connectors/http/review/context.ts'
import type { AccountSource } from '../../connectors/http/review/review.ts'
import { ErrataError, type Problem } from '../../errors.ts'
import { openAccountDesk, emptyCredential } from '../../operations/accounts.ts'
import { openAccountTables, type AccountTables } from '../../operations/account-tables.ts'
import { openLogins } from '../../operations/logins.ts'
import { openPasswords } from '../../operations/passwords.ts'
import { hashIn, seenKey } from '../../processors/review/credentials.ts'
import { auditSender } from '../../operations/publish.ts'
import { follow } from '../../runtime/follow.ts'
import type { Audit, Credential } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { allProblems, type ServiceContext } from './service.ts'

// entries of the audit log in memory, the newest; the topic and the analytics store have all
const kept = 10_000
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const arrivalMs = 500 // for a session that another instance began: far longer than it takes
const seenEveryMs = 15 * minuteMs // at most; sessions and tokens that are in use are noted

export interface AccountsPart {
  readonly accounts: AccountSource
  readonly desk: AccountDesk
  readonly logins: Logins
  readonly login: Login | null
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

type Context = Pick<ServiceContext, 'config' | 'connection' | 'log'>

/**
 * `forPages`: whether the audit log is read as well and uses are noted, where the pages show both.
 */
export function openAccounts(context: Context, forPages = true): AccountsPart {
  const { config, connection, log } = context
  const { registry, cluster } = connection
  const producer = openProducer(cluster)
  const write = auditSender(config, { registry }, producer)
  const tables = openAccountTables(config, connection, log)
  const trail = forPages ? followAudit(context) : null
  let known = false
  const ready = tables.ready.then(() => {
    known = true
  })
  const login = loginOf(config)
  const idleMs = config.sessionIdleMinutes * minuteMs
  const now = (): number => Date.now()
  const audit: AccountsPart['audit'] = async (entry) => {
    const record: Audit = { at: now(), detail: {}, ...entry }
    try {
      await write(record)
    } catch (error) {
      const { actor, action, target } = record
      log.error({ error, actor, action, target }, 'the audit log was not written')
    }
  }
  const store = { ...tables, audit, now }
  const passwords = openPasswords()
  return {
    accounts: {
      people: tables.people,
      credentials: tables.credentials,
      ready: () => known,
      elsewhere: login !== null,
      now,
      idleMs,
      arrival: (key) => tables.arrival(key, arrivalMs),
      used: forPages ? sightings(context, tables, Math.min(seenEveryMs, idleMs / 4)) : () => {},
    },
    desk: openAccountDesk(store, passwords),
    logins: openLogins(store, { lifeMs: config.sessionHours * hourMs, idleMs }, passwords),
    login,
    audit,
    auditLog: () => trail?.entries ?? [],
    ready,
    problems: () => allProblems(trail === null ? [tables] : [tables, trail]),
    failed: trail === null ? tables.failed : Promise.race([tables.failed, trail.failed]),
    async stop() {
      await Promise.all([tables.stop(), trail?.stop(), producer.close()])
    },
  }
}

function followAudit({ config, connection, log }: Context) {
  const entries: Audit[] = []
  const following = follow({
    ...connection,
    topic: 'audit',
    name: topicName('audit', config.topicPrefix),
    log,
    apply: (_key, entry) => {
      if (entry === null) return
      entries.unshift(entry)
      if (entries.length > kept) entries.pop()
    },
  })
  return { ...following, entries }
}

/** Notes now and then that a session or token is in use; a loss costs at most so much of idle time. */
function sightings(
  { log }: Context,
  { credentials, noteCredential }: AccountTables,
  everyMs: number,
): (credential: Credential) => void {
  const noted = new Map<string, number>() // those that are on their way to the table
  return (credential) => {
    const now = Date.now()
    const key = seenKey(hashIn(credential))
    const last = Math.max(credentials.lastUsed(credential), noted.get(key) ?? 0)
    const isFirst = credentials.get(key) === null && !noted.has(key) && credential.kind === 'token'
    if (now - last < everyMs && !isFirst) return
    noted.set(key, now)
    const { user, account } = credential
    const seen = { ...emptyCredential, key, kind: 'seen' as const, user, account, createdAt: now }
    noteCredential(seen)
      .catch((error: unknown) => log.warn({ error }, 'a use was not noted'))
      .finally(() => setTimeout(() => noted.delete(key), everyMs).unref())
  }
}

/** The login at an OpenID provider, where one is set; what is kept meanwhile is signed. */
function loginOf(config: ServiceContext['config']): Login | null {
  const { oidcIssuer, oidcClientId, oidcClientSecret, publicUrl } = config
  if (oidcIssuer === null) return null
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
  const flowKey = Buffer.from(hkdfSync('sha256', oidcClientSecret, '', 'errata logins', 32))
  return { ...provider, redirectUri, flowKey }
}
