/** What the routes of the review service are given, and what they share. */

import type { DocumentFacts } from '../../../processors/search/document-facts.ts'
import type { DocumentIndex } from '../../../processors/search/document-index.ts'
import type { Profiles } from '../../../schemas/profiles.ts'
import type { Role } from '../../../processors/review/roles.ts'
import type { Audit, Credential, Model, Rule, Verdict } from '../../../schemas/types.ts'
import type { Quota } from '../quota.ts'
import type { Access, AccountSource, Audited } from '../security.ts'
import type { letter, replayed, reverted, trainerStatus } from '../contract/operate.ts'
import type { Wire } from '../contract/schema.ts'
import type { Paths } from './openapi.ts'
import type { TaskStore } from './store.ts'
import type { SharedSignals } from '../../redis/signals.ts'
import type { SpanContext } from '../../tracing.ts'

export interface ReviewDeps {
  readonly tasks: TaskStore
  /**
   * `from`: the span of the request. Resolves after acks=all; BROKER_UNREACHABLE or any other error
   * is answered with 503.
   */
  readonly publishVerdict: (
    verdict: Verdict,
    from: SpanContext | null,
  ) => Promise<{ readonly partition: number; readonly offset: bigint }>
  /**
   * A page encoded as PNG, JPEG or WebP, at most maxWidth pixels wide; BLOB_MISSING where the bytes
   * are gone.
   */
  readonly pageImage: (
    sha256: string,
    page: number,
    maxWidth: number,
    turn: number,
  ) => Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>
  /** As they are now. */
  readonly profiles: () => Profiles
  /** Who may ask; `secure` has put it before all routes of this server. */
  readonly access: Access
  readonly now: () => number
  /**
   * False until both topics have been followed to their end: until then revisions aren't known.
   * Default: true.
   */
  readonly ready?: () => boolean
  /** Identifiers and codes only, never what a document says. */
  readonly log?: {
    readonly warn: (facts: object, message: string) => void
    readonly error: (facts: object, message: string) => void
  }
  /** The analytics store, for the dashboard. */
  readonly analytics?: {
    readonly query: (
      sql: string,
      parameters: Readonly<Record<string, string>>,
    ) => Promise<readonly Readonly<Record<string, unknown>>[]>
    readonly bytes: (
      sql: string,
      format: string,
      parameters: Readonly<Record<string, string>>,
    ) => Promise<Uint8Array>
  }
  /** Models, rules and dead letters; without it they aren't served. */
  readonly operate?: Operate
  /** All documents; without it they aren't served. */
  readonly documents?: Documents
  readonly locks: TaskLocks
  /** Tells others what is locked and freed here, and hears it of them; none: one instance. */
  readonly shared?: OtherInstances
  /** Verdicts of each reviewer; none: no limit. */
  readonly quota?: Quota
  /** Without accounts there is one token, or none. */
  readonly accounts?: AccountSource
  readonly login?: Login
  /** What is done about accounts; without it they are as they are. */
  readonly desk?: AccountDesk
  readonly logins?: Logins
  /** Where browsers open the pages; decides on the cookie. Default: not known. */
  readonly publicUrl?: string | null
  /** Writes down what somebody did; never rejects. */
  readonly audit?: Audited
  /** What was done, newest first. */
  readonly auditLog?: () => readonly Audit[]
  /** Amount from which a second person has to look; 0 or none: never. */
  readonly secondAbove?: number
  /**
   * Routes of the whole server for /api/openapi.json, from `collectRoutes`; without it these alone.
   */
  readonly paths?: Paths
}

/** All documents; see deploy/services/follow-documents.ts. */
export interface Documents {
  /** Null while it is being opened. */
  readonly index: () => DocumentIndex | null
  /** Whether it has read everything that was there at the start. */
  readonly isReady: () => boolean
  /** BLOB_MISSING, BLOB_ERASED, BLOB_DAMAGED, STORE_UNREACHABLE. */
  readonly original: (sha256: string) => Promise<Uint8Array>
  /**
   * Gives a document that no person was asked about its task, closed, and resolves once the queue
   * has it; false where its words have left the log. BROKER_UNREACHABLE.
   */
  readonly prepare: (facts: DocumentFacts) => Promise<boolean>
  /** Sends a document through all stages again; false where its bytes are gone. BROKER_UNREACHABLE. */
  readonly readAgain: (facts: DocumentFacts, from: SpanContext | null) => Promise<boolean>
}

/** What the routes of one server share. */
export interface Service extends ReviewDeps {
  readonly signals: Signals
}

export interface TaskLockHolder {
  readonly id: string
  readonly name: string
  readonly since: number // ms since 1970
}

/** See connectors/redis/locks.ts. */
export interface TaskLocks {
  readonly take: (
    key: string,
    holder: TaskLockHolder,
    forMs: number,
    force?: boolean,
  ) => Promise<TaskLockHolder | null>
  readonly release: (key: string, id: string) => Promise<void>
  readonly holders: (keys: readonly string[]) => Promise<ReadonlyMap<string, TaskLockHolder>>
}

export interface NewAccount {
  readonly name: string
  readonly role: Role
  /** At the OpenID provider; null: logs in here. */
  readonly subject: string | null
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

interface By {
  readonly actor: string
  readonly role: string | null
}

/** See operations/accounts.ts. All reject with AccountRefusal, or BROKER_UNREACHABLE. */
export interface AccountDesk {
  /**
   * What the person logs in with, shown this once: a password that has to be changed, or a token.
   * `replace`: one of the same name ends, with whatever it was proved by.
   */
  readonly add: (
    account: NewAccount,
    how: {
      readonly by: By
      readonly secret: 'password' | 'token' | 'none'
      readonly replace?: boolean
    },
  ) => Promise<string | null>
  /** `careful`: an operator has to remain. */
  readonly change: (
    name: string,
    to: {
      readonly role?: Role | undefined
      readonly profiles?: readonly string[] | undefined
      readonly vendors?: readonly string[] | undefined
      readonly disabled?: boolean | undefined
    },
    how: { readonly by: By; readonly careful: boolean },
  ) => Promise<void>
  readonly remove: (
    name: string,
    how: { readonly by: By; readonly careful: boolean },
  ) => Promise<void>
  /** The password that somebody is given, which has to be changed. */
  readonly resetPassword: (name: string, by: By) => Promise<string>
  readonly changePassword: (
    name: string,
    passwords: { readonly current: string; readonly next: string },
    by: By,
  ) => Promise<void>
  readonly makeToken: (
    name: string,
    token: { readonly label: string; readonly role: Role; readonly days: number },
    by: By,
  ) => Promise<{ readonly token: string; readonly id: string }>
  readonly revokeToken: (name: string, id: string, by: By) => Promise<void>
}

/** A session, and what the browser is given for it. */
export interface Begun {
  readonly secret: string
  readonly seconds: number
  readonly session: Credential
}

/** See operations/logins.ts. */
export interface Logins {
  /** LOGIN_WRONG, LOGIN_WAIT, LOGINS_BUSY. */
  readonly byPassword: (given: {
    readonly name: string
    readonly password: string
    readonly address: string
  }) => Promise<Begun>
  /** Null for somebody who was removed or disabled here. */
  readonly byProvider: (person: {
    readonly subject: string
    readonly name: string
    readonly role: Role
  }) => Promise<Begun | null>
  /** A new session after `change` of the account's password, which counts as a try to log in. */
  readonly renew: (
    of: { readonly name: string; readonly address: string },
    change: () => Promise<void>,
  ) => Promise<Begun>
  readonly end: (session: Credential) => Promise<void>
}

/** See connectors/oidc/oidc.ts. */
export interface Login {
  readonly begin: () => Promise<{ readonly url: string; readonly flow: object }>
  readonly finish: (
    address: URL,
    flow: never,
  ) => Promise<{
    readonly subject: string
    readonly name: string
    readonly roles: readonly string[]
  }>
  /** Where the provider sends people back to. */
  readonly redirectUri: string
  /** Signs what is remembered meanwhile. */
  readonly flowKey: Buffer
}

/** What the routes of a server, and those of other instances, tell whoever listens. */
export interface Signals {
  readonly emit: (name: SignalName, data: Readonly<Record<string, string>>) => void
  readonly on: (
    listener: (name: string, data: Readonly<Record<string, string>>) => void,
  ) => () => void
}

export const signalNames = ['locked', 'freed'] as const
export type SignalName = (typeof signalNames)[number]

/** Texts to and from other instances. */
export type OtherInstances = Pick<SharedSignals, 'send' | 'on'>

/** A dead letter, without what the record says. */
export type LetterLine = Wire<typeof letter>

export interface Operate {
  readonly models: () => readonly Model[]
  readonly promote: (key: string, why: string, by: string) => Promise<void>
  /** The version that is the champion afterwards. */
  readonly rollback: (name: string, why: string, by: string) => Promise<string>
  /** What the trainer does now, as the log has it. */
  readonly trainer: () => Wire<typeof trainerStatus>
  readonly rules: () => readonly Rule[]
  readonly setRule: (
    vendor: string,
    field: string,
    disabled: boolean,
    by: string,
    why: string,
  ) => Promise<boolean>
  /**
   * Takes back what a person taught since a moment (ms since 1970), or counts what that would be.
   */
  readonly revert: (reversal: {
    readonly reviewer: string
    readonly since: number
    readonly by: string
    readonly why: string
    readonly dryRun: boolean
  }) => Promise<Wire<typeof reverted>>
  readonly letters: () => Promise<readonly LetterLine[]>
  readonly replay: (at: readonly string[]) => Promise<readonly Wire<typeof replayed>[]>
  /**
   * Hears of each decision on a model or a rule, whoever took it; the returned function ends that.
   */
  readonly onChange: (listener: (what: 'models' | 'rules') => void) => () => void
}
