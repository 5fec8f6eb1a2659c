/**
 * The review queue as a value: which documents wait for a person, folded from needs-review and
 * corrected.
 *
 *   needs-review: --> d1 r0 ------> d2 r0 ----------> d1 r0 (sent again)
 *   corrected:    -----------> d1 r1                              => open: d2
 *
 * A document is open where its latest task is not covered by a verdict. A verdict covers a task of
 * the same bytes whose revision is lower, whichever of the two arrives first: the topics are
 * followed independently, so the fold must not depend on their order. A verdict on the same bytes
 * with the same prediction under another document id covers it too, so that a document that is sent
 * twice is looked at once; unless the task has a revision above 0, which says that it knows of the
 * verdict and asks again. A tombstone takes the document away, and a tombstone of its verdicts all
 * that they covered.
 *
 * A verdict that wants a second pair of eyes leaves its document open, for anybody but the person
 * who gave it, and what was said of the document before covers nothing any more: so a verdict that
 * was taken back opens it again.
 *
 * ORDER. By priority (which grows with the amount), and the longer a document waits the more: two
 * days weigh as much as one step of priority. Two documents keep their order as time goes by, so
 * nothing has to be sorted again, and nothing waits for ever behind what is worth more.
 *
 * Holds only what the list shows (about 1 kB a document); the whole task is kept elsewhere. Pure:
 * no files, no clock.
 */

import { createHash } from 'node:crypto'
import type { Decision, LineItem, Field, Reason, Task, Verdict } from '../../schemas/types.ts'
import { sortedValues } from '../shared/field-values.ts'

/** A line of the queue. */
export interface TaskSummary {
  readonly documentId: string
  readonly state: 'open' | 'closed'
  readonly revision: number // of the task
  readonly nextRevision: number // that a verdict has to carry
  readonly tenant: string
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly vendor: string | null
  readonly reasons: readonly Reason[]
  readonly priority: number
  readonly receivedAt: number // ms since 1970
  readonly pages: number
  readonly verdict: VerdictSummary | null // the latest one
  readonly second: boolean // a verdict is there, and another person has to look
}

export interface VerdictSummary {
  readonly revision: number
  readonly reviewer: string
  readonly decision: Decision
  readonly decidedAt: number // ms since 1970
  readonly openedAt: number | null
}

export interface Change {
  readonly kind: 'opened' | 'closed'
  readonly documentId: string
}

/** Which open tasks are somebody's business. */
export interface Wanted {
  readonly profile?: string | undefined
  readonly skip: ReadonlySet<string>
  /** This document or none. */
  readonly only?: string | undefined
  /** Who asks: nobody looks twice where a second person has to. */
  readonly reviewer?: string | undefined
  /** Names of profiles, and vendor ids or names; empty: any. */
  readonly profiles?: readonly string[]
  readonly vendors?: readonly string[]
}

export interface TaskQuery {
  readonly state: 'open' | 'closed'
  readonly profile?: string | undefined
  readonly limit: number
  readonly after?: string | undefined // a cursor that an earlier answer gave
}

interface Entry {
  task:
    | (Omit<TaskSummary, 'state' | 'nextRevision' | 'verdict' | 'second'> & {
        readonly vendorId: string
        readonly subject: string
        readonly sha256: string
        readonly offset: bigint
        readonly partition: number
        readonly place: Place
      })
    | null
  verdict: (VerdictSummary & { readonly sha256: string; readonly secondWanted: boolean }) | null
  open: boolean
  /** Subjects that this document's verdicts have judged. */
  judged: readonly string[]
}

export interface Queue {
  /** Takes a task in, or a tombstone. False where a later task of the document is known already. */
  readonly addTask: (
    key: string,
    task: Task | null,
    at: { readonly partition: number; readonly offset: bigint },
  ) => boolean
  readonly addVerdict: (key: string, verdict: Verdict | null) => boolean
  readonly summary: (documentId: string) => TaskSummary | null
  /** Changes whenever another reading of the document arrives; null where none is known. */
  readonly version: (documentId: string) => string | null
  /**
   * Revision of the latest verdict, or that of the task where it is higher; 0 for a document that
   * is not known.
   */
  readonly latestRevision: (documentId: string) => number
  readonly list: (query: TaskQuery) => {
    readonly tasks: readonly TaskSummary[]
    readonly next: string | null
  }
  readonly next: (wanted: Wanted) => TaskSummary | null
  /** Open tasks that somebody may answer, most urgent first, one by one. */
  readonly candidates: (wanted: Wanted) => Iterable<TaskSummary>
  readonly counts: () => { readonly open: number; readonly closed: number }
  readonly onChange: (listener: (change: Change) => void) => () => void
  /**
   * Hears of each document that is erased, so that whoever remembers something of it forgets it.
   */
  readonly onErased: (listener: (documentId: string) => void) => void
}

export function taskQueue(): Queue {
  const entries = new Map<string, Entry>()
  // subjects of predictions that a person has judged → documents that were judged
  const judged = new Map<string, Set<string>>()
  const alike = new Map<string, Set<string>>() // subject → documents whose latest task has it
  const listeners = new Set<(change: Change) => void>()
  const erasedListeners = new Set<(documentId: string) => void>()
  let open = 0
  let order: Entry[] = [] // all with a task, as far as they were asked for
  let arrived: Entry[] = [] // since then
  let left = false // whether some of them are no longer where they were

  const entryOf = (documentId: string): Entry => {
    let entry = entries.get(documentId)
    if (entry === undefined)
      entries.set(documentId, (entry = { task: null, verdict: null, open: false, judged: [] }))
    return entry
  }
  const settle = (documentId: string, entry: Entry): void => {
    const waits =
      entry.task !== null &&
      !covers(entry) &&
      !(entry.task.revision === 0 && judged.has(entry.task.subject))
    if (waits === entry.open) return
    entry.open = waits
    open += waits ? 1 : -1
    for (const listener of listeners) listener({ kind: waits ? 'opened' : 'closed', documentId })
  }
  /**
   * Whether these subjects are judged by this document's verdicts; tasks that are alike open and
   * close with it.
   */
  const cover = (documentId: string, subjects: readonly string[], covers: boolean): void => {
    for (const one of subjects) {
      const by = judged.get(one) ?? new Set()
      if (covers) by.add(documentId)
      else by.delete(documentId)
      if (by.size === 0) judged.delete(one)
      else judged.set(one, by)
      for (const other of alike.get(one) ?? []) settle(other, entryOf(other))
    }
  }
  const forget = (documentId: string, entry: Entry): void => {
    if (entry.task !== null) alike.get(entry.task.subject)?.delete(documentId)
    entry.task = null
    left = true
    settle(documentId, entry)
    for (const listener of erasedListeners) listener(documentId)
  }
  const candidates = function* (wanted: Wanted): Generator<TaskSummary> {
    const named = wanted.only === undefined ? undefined : entries.get(wanted.only)
    const among = wanted.only === undefined ? inOrder() : named === undefined ? [] : [named]
    for (const entry of among) if (entry.open && isWanted(entry, wanted)) yield show(entry)
  }
  // A verdict changes nobody's place, so answering costs no sorting however many documents there
  // are
  const inOrder = (): readonly Entry[] => {
    if (arrived.length === 0 && !left) return order
    const moved = new Set(arrived)
    order = merged(
      order.filter((entry) => entry.task !== null && !moved.has(entry)),
      [...moved].filter((entry) => entry.task !== null).sort(byPriority),
    )
    arrived = []
    left = false
    return order
  }

  return {
    addTask(key, task, at) {
      const entry = entryOf(key)
      if (task === null) {
        forget(key, entry)
        return true
      }
      const known = entry.task
      if (
        known !== null &&
        (known.revision > task.revision ||
          (known.partition === at.partition && known.offset >= at.offset))
      )
        return false
      if (known !== null) alike.get(known.subject)?.delete(key)
      const subject = subjectOf(task, task.fields, task.lineItems)
      entry.task = {
        ...summarise(task),
        subject,
        sha256: task.sha256,
        offset: at.offset,
        partition: at.partition,
        place: placeOf(task),
      }
      arrived.push(entry)
      alike.set(subject, (alike.get(subject) ?? new Set()).add(key))
      settle(key, entry)
      return true
    },
    addVerdict(key, verdict) {
      const entry = entryOf(key)
      if (verdict === null) {
        const touched = entry.judged
        entry.verdict = null
        entry.judged = []
        cover(key, touched, false)
        settle(key, entry)
        return true
      }
      if (verdict.revision <= (entry.verdict?.revision ?? 0)) return false
      const { revision, reviewer, decision, decidedAt, openedAt, sha256, secondWanted } = verdict
      entry.verdict = { revision, reviewer, decision, decidedAt, openedAt, sha256, secondWanted }
      const subject = subjectOf(verdict, verdict.predicted, verdict.predictedLineItems)
      const touched = [...new Set([...entry.judged, subject])]
      entry.judged = secondWanted ? [] : touched
      cover(key, touched, !secondWanted)
      settle(key, entry)
      return true
    },
    summary(documentId) {
      const entry = entries.get(documentId)
      return entry === undefined || entry.task === null ? null : show(entry)
    },
    version(documentId) {
      const task = entries.get(documentId)?.task ?? null
      return task === null ? null : `${task.partition}-${task.offset}`
    },
    latestRevision(documentId) {
      const entry = entries.get(documentId)
      return entry === undefined ? 0 : latest(entry)
    },
    list({ state, profile, limit, after }) {
      const from = after === undefined ? null : parseCursor(after)
      const page: Entry[] = []
      for (const entry of inOrder()) {
        if (
          entry.open !== (state === 'open') ||
          (profile !== undefined && entry.task?.profile !== profile) ||
          (from !== null && comparePlaces(whereIs(entry), from) <= 0)
        )
          continue
        if (page.push(entry) > limit) break
      }
      const last = page.length > limit ? page[limit - 1] : undefined
      return {
        tasks: page.slice(0, limit).map(show),
        next: last === undefined ? null : cursor(whereIs(last)),
      }
    },
    next(wanted) {
      for (const task of candidates(wanted)) return task
      return null
    },
    candidates,
    counts: () => ({ open, closed: inOrder().length - open }),
    onErased: (listener) => void erasedListeners.add(listener),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function covers(entry: Entry): boolean {
  return isAnswered(entry) && entry.verdict?.secondWanted === false
}

function isAnswered({ task, verdict }: Entry): boolean {
  return (
    task !== null &&
    verdict !== null &&
    verdict.revision > task.revision &&
    verdict.sha256 === task.sha256
  )
}

function isWanted(
  entry: Entry,
  { profile, skip, reviewer, profiles = [], vendors = [] }: Wanted,
): boolean {
  const { task, verdict } = entry
  if (
    task === null ||
    skip.has(task.documentId) ||
    (profile !== undefined && task.profile !== profile)
  )
    return false
  if (profiles.length > 0 && !profiles.includes(task.profile)) return false
  if (
    vendors.length > 0 &&
    !vendors.includes(task.vendorId) &&
    !vendors.includes(task.vendor ?? '')
  )
    return false
  return !(isAnswered(entry) && verdict?.reviewer === reviewer)
}

function latest(entry: Entry): number {
  return Math.max(entry.task?.revision ?? 0, entry.verdict?.revision ?? 0)
}

/** What makes two tasks the same question: whose, which bytes, what was predicted. */
export function subjectOf(
  of: { readonly tenant: string; readonly profile: string; readonly sha256: string },
  fields: readonly Field[],
  lineItems: readonly LineItem[],
): string {
  const text = JSON.stringify([
    of.tenant,
    of.profile,
    of.sha256,
    sortedValues(fields),
    lineItems.map((row) => sortedValues(row.cells)),
  ])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22) // 132 bits
}

function summarise(
  task: Task,
): Omit<NonNullable<Entry['task']>, 'subject' | 'sha256' | 'offset' | 'partition' | 'place'> {
  const { documentId, revision, tenant, profile, fileName, source, reasons, priority, receivedAt } =
    task
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
  }
}

function show(entry: Entry): TaskSummary {
  const task = entry.task as NonNullable<Entry['task']>
  const {
    vendorId: _vendorId,
    subject: _subject,
    sha256: _sha256,
    offset: _offset,
    partition: _partition,
    place: _place,
    ...summary
  } = task
  return {
    ...summary,
    state: entry.open ? 'open' : 'closed',
    nextRevision: latest(entry) + 1,
    verdict: showVerdict(entry.verdict),
    second: entry.open && isAnswered(entry),
  }
}

function showVerdict(verdict: Entry['verdict']): VerdictSummary | null {
  if (verdict === null) return null
  const { revision, reviewer, decision, decidedAt, openedAt } = verdict
  return { revision, reviewer, decision, decidedAt, openedAt }
}

type Place = readonly [urgency: number, receivedAt: number, documentId: string]

const msPerPriority = 2 * 86_400_000 // of waiting, worth one step of priority

function placeOf({
  priority,
  receivedAt,
  documentId,
}: Pick<TaskSummary, 'priority' | 'receivedAt' | 'documentId'>): Place {
  return [priority - receivedAt / msPerPriority, receivedAt, documentId]
}

function whereIs({ task }: Entry): Place {
  return (task as NonNullable<Entry['task']>).place
}

/**
 * The more urgent first, then the older document; the id decides a tie, so that the order is total.
 */
function comparePlaces(a: Place, b: Place): number {
  return b[0] - a[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0)
}

function byPriority(a: Entry, b: Entry): number {
  return comparePlaces(whereIs(a), whereIs(b))
}

/** Two lists in order as one. */
function merged(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  const all: Entry[] = []
  let next = 0
  for (const entry of one) {
    for (
      let candidate = other[next];
      candidate !== undefined && byPriority(candidate, entry) < 0;
      candidate = other[++next]
    )
      all.push(candidate)
    all.push(entry)
  }
  return [...all, ...other.slice(next)]
}

function cursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Null for what is no cursor of ours: the list then starts from the top. */
function parseCursor(text: string): Place | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(place) &&
      typeof place[0] === 'number' &&
      typeof place[1] === 'number' &&
      typeof place[2] === 'string'
      ? [place[0], place[1], place[2]]
      : null
  } catch {
    return null
  }
}
