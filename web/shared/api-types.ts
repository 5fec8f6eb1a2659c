/** Types of the HTTP API as the pages use it; docs/openapi.json describes all of it. */

import type {
  Check,
  Field,
  LineItem,
  Page,
  Reason,
  RuleKind,
  RuleState,
  Words,
} from '../../schemas/types.ts'
import type { Profile } from '../../schemas/profiles.ts'

export interface TaskVerdict {
  readonly revision: number
  readonly reviewer: string
  readonly decision: string
  readonly decidedAt: number
  readonly openedAt: number | null
}

export interface TaskSummary {
  readonly documentId: string
  readonly state: 'open' | 'closed'
  readonly revision: number
  readonly nextRevision: number
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly vendor: string | null
  readonly reasons: readonly Reason[]
  readonly priority: number
  readonly receivedAt: number
  readonly pages: number
  readonly verdict: TaskVerdict | null
  readonly second: boolean // a second person must review it
  readonly lockedBy?: string | null
}

export interface FullTask extends TaskSummary {
  readonly identity: { readonly id: string; readonly evidence: string }
  readonly version: string
  readonly fields: readonly Field[]
  readonly candidates: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly model: { readonly name: string; readonly version: number } | null
  readonly sha256: string
  readonly pageList: readonly Page[]
  readonly words: Words
  readonly truth: {
    readonly fields: readonly Field[]
    readonly lineItems: readonly LineItem[]
  } | null
  readonly definition: Profile
}

export interface TaskList {
  readonly tasks: readonly TaskSummary[]
  readonly next: string | null
  readonly open: number
  readonly closed: number
  readonly ready: boolean
}

export interface Interpretation {
  readonly value: string | null
  readonly raw: string | null
  readonly page: number | null
  readonly words: readonly number[]
  readonly problem: string | null
  readonly notice: string | null
}

/** The user of the token; `name` null: each answer names its reviewer. */
export interface CurrentUser {
  readonly name: string | null
  readonly role: 'reader' | 'reviewer' | 'operator'
  readonly kind: string
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

/** Why there is no document for this user. */
export interface EmptyQueue {
  readonly open: number
  readonly withOthers: readonly { readonly name: string; readonly count: number }[]
  readonly waitForSecond: number
  readonly notYours: number
}

/** What an answer teaches about a field. */
export interface FieldLesson {
  readonly field: string
  readonly state: RuleState
  readonly kind: RuleKind
  readonly value: string | null
  readonly anchor: string | null
  readonly relation: string | null
  readonly page: number | null
  readonly verdicts: number
  readonly why: string
}

export interface AnswerValues {
  readonly fields: readonly AnswerValue[]
  readonly lineItems: readonly { readonly cells: readonly AnswerValue[] }[]
}

export interface AnswerValue {
  readonly name: string
  readonly value: string | null
  readonly raw: string | null
  readonly page: number | null
  readonly words: readonly number[]
}

export interface ReviewAnswer {
  readonly revision: number
  readonly reviewer: string
  readonly decision: 'confirmed' | 'corrected' | 'rejected'
  readonly fields: readonly AnswerValue[]
  readonly lineItems: readonly { readonly cells: readonly AnswerValue[] }[]
  readonly declined: readonly string[]
  readonly holder: string
  readonly comment: string | null
  readonly openedAt: number
  readonly basedOn: string
}

export type CellValue = string | number | boolean | null
export type TableRow = Readonly<Record<string, CellValue>>
export type TableFilters = Readonly<Record<string, string>>
export type ColumnKind =
  | 'text'
  | 'amount'
  | 'count'
  | 'share'
  | 'percent'
  | 'seconds'
  | 'ms'
  | 'number'
  | 'time'
  | 'document'

export interface TableInfo {
  readonly name: string
  readonly title: string
  readonly note: string
  readonly columns: readonly (readonly [name: string, label: string, kind: ColumnKind])[]
  readonly filters: readonly string[]
}

export interface ModelVersion {
  readonly name: string
  readonly version: number
  readonly state: string
  readonly decidedBy: string
  readonly decidedAt: number
  readonly reason: string
  readonly bytes: number
  readonly sha256: string
  readonly championSince: number | null
  readonly signature: string | null
  readonly manifest: Readonly<Record<string, unknown>> | null
  readonly evidence: { readonly comparisons?: readonly ModelComparison[] } | null
}

export interface TrainingRun {
  readonly key: string
  readonly profile: string
  readonly state: 'queued' | 'running' | 'done' | 'failed'
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly outcome: string | null
  readonly version: string | null
  readonly reasons: readonly string[]
  readonly progress: { readonly step: string; readonly done: number; readonly of: number } | null
}

export interface TrainerStatus {
  readonly reachable: boolean
  readonly trainings: readonly TrainingRun[] // newest first
  readonly next: {
    readonly waiting: Readonly<Record<string, number>>
    readonly wanted: number
    readonly at: number | null
  } | null
}

export interface ModelComparison {
  readonly scope: string
  readonly documents: number
  readonly champion: number | null
  readonly candidate: number
  readonly difference: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface DeadLetter {
  readonly at: string
  readonly stage: string
  readonly code: string
  readonly message: string
  readonly documentId: string | null
  readonly failedAt: string
  readonly origin: string
  readonly attempts: number
  readonly software: string
  readonly replayedAt: string | null
  readonly replays: number
  readonly bytes: number
}

/**
 * What reverting a person's answers changes: `withdrawn` documents are open again, `restored` ones
 * have an earlier person's answer again, `rules` were made or switched by hand.
 */
export interface Reverted {
  readonly withdrawn: number
  readonly restored: number
  readonly rules: number
}

export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly role: string | null
  readonly action: string
  readonly target: string | null
  readonly detail: Readonly<Record<string, string>>
}
