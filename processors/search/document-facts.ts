/**
 * What is known of a document, folded from every topic that speaks of it: enough to list and find it,
 * and to tell its history. Plain data of about 2 kB that can be stored as JSON. The values that were
 * read, and the printed words, are kept beside it.
 */

import type {
  Basis,
  Check,
  Decision,
  Field,
  FinalStatus,
  LineItem,
  ModelRef,
  Page,
  Reason,
  RereadCause,
  Route,
  Vendor,
} from '../../schemas/types.ts'

/** Where a record stands in its topic. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
  readonly time: number // of the record, in ms since 1970
  /** Offset of the record that it came of; null: nobody says. */
  readonly of: number | null
}

/** What came in. */
export interface Origin {
  readonly tenant: string
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly sha256: string | null // hex; null: nobody has hashed the bytes yet
  readonly receivedAt: number // ms since 1970
  readonly mediaType: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export interface Death {
  /** topic/partition/offset of the dead letter. */
  readonly letter: string
  readonly stage: string
  readonly offset: number // of the record that could not be processed
  readonly code: string
  readonly message: string
  readonly at: number // ms since 1970
  readonly replayedAt: number | null
}

/** The record that the shown values are from. */
interface ValuesOrigin {
  readonly revision: number
  readonly time: number
  readonly vendor: Vendor
  readonly model: ModelRef | null
  readonly rulesVersion: string
}

export const happenings = [
  'arrived',
  'read',
  'extracted',
  'asked',
  'answered',
  'settled',
  'failed',
  'replayed',
  'refused',
  'erased',
] as const

export interface HistoryEvent {
  /** topic/partition/offset: the same record again is no other event. */
  readonly record: string
  readonly at: number // ms since 1970
  readonly what: (typeof happenings)[number]
  /** A person; null: the machine. */
  readonly by: string | null
  /** What the record says in short: identifiers and numbers, and of an answer its comment. */
  readonly detail: Readonly<Record<string, string>>
}

export interface DocumentFacts {
  readonly documentId: string
  readonly origin: Origin | null
  readonly arrived: RecordPlace | null
  readonly read: (RecordPlace & { readonly pages: readonly Page[] }) | null
  readonly extracted: (RecordPlace & { readonly route: Route }) | null
  readonly asked:
    | (RecordPlace & {
        readonly revision: number
        readonly closed: boolean
        readonly reread: RereadCause | null
      })
    | null
  readonly answered: {
    readonly revision: number
    readonly reviewer: string
    readonly at: number // ms since 1970
    readonly decision: Decision
    readonly basis: Basis
    readonly comment: string | null
    readonly second: boolean // another person has to look
  } | null
  readonly settled:
    | (RecordPlace & {
        readonly status: FinalStatus
        readonly revision: number
        readonly decidedBy: string | null
        readonly duplicateOf: string | null
      })
    | null
  readonly deaths: readonly Death[]
  readonly values: ValuesOrigin | null
  /** Why a person was asked. */
  readonly reasons: readonly Reason[]
  readonly hasText: boolean
  readonly erasedAt: number | null // ms since 1970
  readonly events: readonly HistoryEvent[]
}

/** The values that count, or that were read so far. */
export interface DocumentValues {
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
}

export function nothingKnown(documentId: string): DocumentFacts {
  return {
    documentId,
    origin: null,
    arrived: null,
    read: null,
    extracted: null,
    asked: null,
    answered: null,
    settled: null,
    deaths: [],
    values: null,
    reasons: [],
    hasText: false,
    erasedAt: null,
    events: [],
  }
}
