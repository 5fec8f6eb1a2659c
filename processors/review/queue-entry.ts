/**
 * What the review queue stores for a document: the parts of its latest task and verdict that the
 * list shows (about 1 kB a document).
 */

import type { Decision, Reason, Reread, Task, Verdict } from '../../schemas/types.ts'
import { queuePlaceOf, type QueuePlace } from './queue-order.ts'
import { wordsPrint } from './asked-task.ts'
import type { WaitingReading } from './outdated.ts'
import { subjectOf } from './subject.ts'

export const taskStates = ['open', 'closed'] as const

/** An entry of the queue. */
export interface TaskSummary {
  readonly documentId: string
  /** Changes whenever another reading of the document arrives. */
  readonly version: string
  readonly state: (typeof taskStates)[number]
  readonly revision: number // of the task
  readonly nextRevision: number // which a verdict must repeat
  readonly tenant: string
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly vendor: string | null
  readonly reasons: readonly Reason[]
  readonly priority: number
  readonly receivedAt: number // ms since 1970
  readonly pages: number
  readonly reread: Reread | null // why it was read again
  readonly verdict: VerdictSummary | null // the latest one
  readonly second: boolean // a verdict was given, and a second person must check it
}

export interface VerdictSummary {
  readonly revision: number
  readonly reviewer: string
  readonly decision: Decision
  readonly decidedAt: number // ms since 1970
  readonly openedAt: number | null
}

/** Of a profile: how many are open, and when the oldest was received, in ms since 1970. */
export interface OpenTasks {
  readonly count: number
  readonly oldest: number
}

/** Which open tasks a reviewer wants. */
export interface TaskFilter {
  readonly profile?: string | undefined
  readonly skip: ReadonlySet<string>
  /** Only this document. */
  readonly only?: string | undefined
  /** Who asks: the second reviewer must be another person. */
  readonly reviewer?: string | undefined
  /** Whether they may be the second one. Default: yes. */
  readonly approves?: boolean
  /** Names of profiles, and vendor ids or names; empty: any. */
  readonly profiles?: readonly string[]
  readonly vendors?: readonly string[]
}

export interface QueueEntry {
  task:
    | (Omit<TaskSummary, 'state' | 'version' | 'nextRevision' | 'verdict' | 'second'> & {
        /** Nobody has to answer. */
        readonly closed: boolean
        /** asked-task.ts */
        readonly wordsPrint: string
        /** Versions before it that have the same words, the latest last. */
        readonly earlier: readonly string[]
        /** Of the record that was read; -1: unknown. */
        readonly sequence: number
        readonly model: string | null
        readonly ruleSet: string
        readonly vendorId: string
        readonly subject: string
        readonly sha256: string
        readonly offset: bigint
        readonly partition: number
        readonly place: QueuePlace
      })
    | null
  /** The latest verdict that counts. */
  counted: KeptVerdict | null
  /** A later one that was given here, while nobody has judged it. */
  given: (KeptVerdict & { readonly at: RecordPosition }) | null
  open: boolean
  /** Subjects judged by the verdicts of this document that count. */
  judged: readonly string[]
}

/** A verdict as stored, with the question that it answers. */
interface KeptVerdict extends VerdictSummary {
  readonly sha256: string
  readonly secondWanted: boolean
  readonly subject: string
}

/** What holds of the document: what was given, until it is judged. */
export function verdictOf({ given, counted }: QueueEntry): KeptVerdict | null {
  return given ?? counted
}

/** Questions that are answered with this document. */
export function subjectsOf({ given, judged }: QueueEntry): readonly string[] {
  if (given === null) return judged
  return given.secondWanted ? [] : [...judged, given.subject]
}

export function covers(entry: QueueEntry): boolean {
  return isAnswered(entry) && verdictOf(entry)?.secondWanted === false
}

export function isAnswered(entry: QueueEntry): boolean {
  const { task } = entry
  const verdict = verdictOf(entry)
  return (
    task !== null &&
    verdict !== null &&
    verdict.revision > task.revision &&
    verdict.sha256 === task.sha256
  )
}

export function isWanted(entry: QueueEntry, filter: TaskFilter): boolean {
  const { profile, skip, reviewer, approves = true } = filter
  const { task } = entry
  if (
    task === null ||
    skip.has(task.documentId) ||
    (profile !== undefined && task.profile !== profile) ||
    !isInScope(task, filter)
  )
    return false
  return !isAnswered(entry) || (approves && verdictOf(entry)?.reviewer !== reviewer)
}

function isInScope(
  { profile, vendor, vendorId }: NonNullable<QueueEntry['task']>,
  { profiles = [], vendors = [] }: TaskFilter,
): boolean {
  if (profiles.length > 0 && !profiles.includes(profile)) return false
  return vendors.length === 0 || vendors.includes(vendorId) || vendors.includes(vendor ?? '')
}

export function latest(entry: QueueEntry): number {
  return Math.max(entry.task?.revision ?? 0, verdictOf(entry)?.revision ?? 0)
}

/** How a document was read that waits for its first answer. */
export interface WaitingTask extends WaitingReading {
  readonly documentId: string
  readonly profile: string
  readonly vendorId: string
}

export interface WaitingDocument extends WaitingTask {
  /** Of the reading. */
  readonly version: string
  /** The record of ocr that was read. */
  readonly source: RecordPosition
}

/** Null where nobody waits for it, somebody has answered, or nobody knows which record was read. */
export function waitingTask(entry: QueueEntry): QueueEntry['task'] {
  const { task, open, given, counted } = entry
  if (task === null || !open || task.revision > 0 || task.sequence < 0) return null
  return given === null && counted === null ? task : null
}

export function waitingIn(entry: QueueEntry): WaitingDocument | null {
  const task = waitingTask(entry)
  if (task === null) return null
  const { documentId, profile, vendorId, model, ruleSet, reread, partition, sequence } = task
  const source = { partition, offset: BigInt(sequence) }
  return { documentId, version: versionOf(task), profile, vendorId, model, ruleSet, reread, source }
}

export function versionOf({ partition, offset }: RecordPosition): string {
  return `${partition}-${offset}`
}

/** Whether a task comes before the one that is known. */
export function isEarlier(
  { revision, sequence = -1 }: Task,
  at: RecordPosition,
  known: NonNullable<QueueEntry['task']>,
): boolean {
  if (revision !== known.revision) return revision < known.revision
  if (sequence >= 0 && known.sequence >= 0 && sequence !== known.sequence)
    return sequence < known.sequence
  return known.partition === at.partition && known.offset >= at.offset
}

const mostEarlier = 20 // versions of a document that an answer may be based on

/** A task as stored, with the position of its record. `known`: the one before it. */
export function keptTask(
  task: Task,
  subject: string,
  { partition, offset }: RecordPosition,
  known: QueueEntry['task'],
): NonNullable<QueueEntry['task']> {
  const words = wordsPrint(task)
  const isSame = known !== null && known.wordsPrint === words && known.sha256 === task.sha256
  return {
    ...summarise(task),
    subject,
    sha256: task.sha256,
    wordsPrint: words,
    earlier: isSame ? [...known.earlier, versionOf(known)].slice(-mostEarlier) : [],
    offset,
    partition,
    place: queuePlaceOf(task),
  }
}

export interface RecordPosition {
  readonly partition: number
  readonly offset: bigint
}

export function keptVerdict(verdict: Verdict): KeptVerdict {
  const { revision, reviewer, decision, decidedAt, openedAt, sha256, secondWanted } = verdict
  const subject = subjectOf(verdict, verdict.predicted, verdict.predictedLineItems)
  return { revision, reviewer, decision, decidedAt, openedAt, sha256, secondWanted, subject }
}

type Summarised = Omit<
  NonNullable<QueueEntry['task']>,
  'subject' | 'sha256' | 'wordsPrint' | 'earlier' | 'offset' | 'partition' | 'place'
>

function summarise(task: Task): Summarised {
  const { documentId, revision, tenant, profile, fileName, source, reasons, priority, receivedAt } =
    task
  const { closed = false, sequence = -1, ruleSet = '', reread = null } = task
  const seller = task.fields.find((field) => field.name === 'seller_name')?.value ?? null
  return {
    documentId,
    revision,
    tenant,
    profile,
    fileName,
    source,
    vendor: task.vendor.name ?? seller,
    vendorId: task.vendor.id,
    reasons,
    priority,
    receivedAt,
    pages: task.pages.length,
    reread,
    closed,
    sequence,
    model: task.model === null ? null : `${task.model.name}/${task.model.version}`,
    ruleSet,
  }
}

export function taskSummaryOf(entry: QueueEntry): TaskSummary {
  const task = entry.task as NonNullable<QueueEntry['task']>
  const {
    vendorId: _vendorId,
    subject: _subject,
    sha256: _sha256,
    offset: _offset,
    partition: _partition,
    place: _place,
    closed: _closed,
    sequence: _sequence,
    model: _model,
    ruleSet: _ruleSet,
    wordsPrint: _wordsPrint,
    earlier: _earlier,
    ...summary
  } = task
  return {
    ...summary,
    version: versionOf(task),
    state: entry.open ? 'open' : 'closed',
    nextRevision: latest(entry) + 1,
    verdict: showVerdict(verdictOf(entry)),
    second: entry.open && isAnswered(entry),
  }
}

function showVerdict(verdict: KeptVerdict | null): VerdictSummary | null {
  if (verdict === null) return null
  const { revision, reviewer, decision, decidedAt, openedAt } = verdict
  return { revision, reviewer, decision, decidedAt, openedAt }
}

export function openByProfile(entries: Iterable<QueueEntry>): ReadonlyMap<string, OpenTasks> {
  const found = new Map<string, { count: number; oldest: number }>()
  for (const { open, task } of entries) {
    if (!open || task === null) continue
    const its = found.get(task.profile)
    if (its === undefined) found.set(task.profile, { count: 1, oldest: task.receivedAt })
    else {
      its.count++
      its.oldest = Math.min(its.oldest, task.receivedAt)
    }
  }
  return found
}
