/**
 * The review queue as a value: which documents wait for a person, folded from needs-review and
 * verdicts.
 *
 *   needs-review: --> d1 r0 ------> d2 r0 ----------> d1 r0 (sent again)
 *   verdicts:     -----------> d1 r1                              => open: d2
 *
 * A document is open where its latest task is not covered by a verdict. A verdict covers a task of
 * the same bytes whose revision is lower, whichever of the two arrives first: the topics are
 * followed independently, so the fold must not depend on their order. A verdict on the same bytes
 * with the same prediction under another document id covers it too, so a document that is sent
 * twice is reviewed once, unless the task's revision is above 0: then the task was written in
 * knowledge of the verdict and asks again. A tombstone removes the document; a tombstone of its
 * verdicts removes everything they covered.
 *
 * A verdict that needs a second person leaves its document open, for anybody but its author, and
 * earlier verdicts on the document no longer cover it; so a reverted verdict reopens the document.
 *
 * A task may say that nobody has to answer any more, because the document was read again and
 * accepted: it closes those before it.
 *
 * A verdict that is given here covers its task at once, until it is judged: a refusal, or another
 * verdict of its revision, takes it back.
 *
 * Holds only what the list shows (about 1 kB a document); the whole task is kept elsewhere. Pure:
 * no files, no clock.
 */

import type { Task, Verdict } from '../../schemas/types.ts'
import {
  covers,
  isEarlier,
  isWanted,
  keptTask,
  keptVerdict,
  latest,
  openByProfile,
  subjectsOf,
  taskSummaryOf,
  versionOf,
  waitingIn,
  waitingTask,
  type OpenTasks,
  type QueueEntry,
  type RecordPosition,
  type TaskSummary,
  type TaskFilter,
  type WaitingDocument,
  type WaitingTask,
} from './queue-entry.ts'
import {
  comparePlaces,
  cursor,
  orderedList,
  parseCursor,
  type OrderedList,
  type QueuePlace,
} from './queue-order.ts'
import { subjectOf } from './subject.ts'

export type {
  OpenTasks,
  TaskSummary,
  VerdictSummary,
  TaskFilter,
  WaitingDocument,
  WaitingTask,
} from './queue-entry.ts'

export interface QueueChange {
  /** reread: it was open, and there is another reading of it. */
  readonly kind: 'opened' | 'closed' | 'reread'
  readonly documentId: string
}

export interface TaskQuery {
  readonly state: 'open' | 'closed'
  readonly profile?: string | undefined
  readonly limit: number
  readonly after?: string | undefined // a cursor from an earlier response
}

export interface ReviewQueue {
  /** Adds a task or a tombstone. False where a later task of the document is known. */
  readonly addTask: (
    key: string,
    task: Task | null,
    at: { readonly partition: number; readonly offset: bigint },
  ) => boolean
  /** Adds a verdict that counts, or a tombstone. False where a later one is known. */
  readonly addVerdict: (key: string, verdict: Verdict | null) => boolean
  /** Takes in a verdict whose record has just been written to `corrected`, before it is judged. */
  readonly give: (verdict: Verdict, at: RecordPosition) => boolean
  /** Whether a verdict of the document was given that is yet to be judged. */
  readonly isGiven: (documentId: string) => boolean
  /** The record of `corrected` at this position does not count. */
  readonly refuse: (key: string, at: RecordPosition) => void
  readonly summary: (documentId: string) => TaskSummary | null
  /** Changes whenever another reading of the document arrives; null for an unknown document. */
  readonly version: (documentId: string) => string | null
  /** Whether this version of the document had the words of the present one, in other values. */
  readonly hadWords: (documentId: string, version: string) => boolean
  /**
   * Revision of the latest verdict, or of the task where that is higher; 0 for an unknown document.
   */
  readonly latestRevision: (documentId: string) => number
  readonly list: (query: TaskQuery) => {
    readonly tasks: readonly TaskSummary[]
    readonly next: string | null
  }
  readonly next: (wanted: TaskFilter) => TaskSummary | null
  /** The open tasks that match, most urgent first, as an iterator. */
  readonly candidates: (wanted: TaskFilter) => Iterable<TaskSummary>
  /** The tasks of documents that wait for their first answer, in any order. */
  readonly waiting: () => Iterable<WaitingTask>
  /** Null where it doesn't wait for its first answer. */
  readonly waits: (documentId: string) => WaitingDocument | null
  /** Of each profile: how many are open, and when the oldest was received, in ms since 1970. */
  readonly openByProfile: () => ReadonlyMap<string, OpenTasks>
  readonly counts: () => { readonly open: number; readonly closed: number }
  readonly onChange: (listener: (change: QueueChange) => void) => () => void
  /** Called for each erased document, so that caches can drop it. */
  readonly onErased: (listener: (documentId: string) => void) => void
}

interface State {
  readonly entries: Map<string, QueueEntry>
  // subjects that a person has judged → documents that were judged
  readonly judged: Map<string, Set<string>>
  readonly alike: Map<string, Set<string>> // subject → documents whose latest task has it
  readonly refused: Set<string> // positions; a refusal may be known before its verdict
  readonly ordered: OrderedList<QueueEntry> // all documents with a task
  readonly listeners: Set<(change: QueueChange) => void>
  readonly erasedListeners: Set<(documentId: string) => void>
  open: number
}

export function taskQueue(): ReviewQueue {
  const state: State = {
    entries: new Map(),
    judged: new Map(),
    alike: new Map(),
    refused: new Set(),
    ordered: orderedList(({ task }) => task?.place ?? null),
    listeners: new Set(),
    erasedListeners: new Set(),
    open: 0,
  }
  const { entries, ordered, listeners, erasedListeners } = state
  return {
    addTask: (key, task, at) => addTask(state, key, task, at),
    addVerdict: (key, verdict) => addVerdict(state, key, verdict),
    give: (verdict, at) => give(state, verdict, at),
    isGiven: (documentId) => entries.get(documentId)?.given != null,
    refuse(key, at) {
      state.refused.add(placeOf(at))
      const entry = entries.get(key)
      if (entry?.given == null || placeOf(entry.given.at) !== placeOf(at)) return
      change(state, key, entry, () => (entry.given = null))
    },
    summary(documentId) {
      const entry = entries.get(documentId)
      return entry === undefined || entry.task === null ? null : taskSummaryOf(entry)
    },
    version(documentId) {
      const task = entries.get(documentId)?.task ?? null
      return task === null ? null : versionOf(task)
    },
    hadWords: (documentId, version) =>
      entries.get(documentId)?.task?.earlier.includes(version) === true,
    latestRevision(documentId) {
      const entry = entries.get(documentId)
      return entry === undefined ? 0 : latest(entry)
    },
    list: (query) => pageOf(ordered.all(), query),
    next(wanted) {
      for (const task of candidates(state, wanted)) return task
      return null
    },
    candidates: (wanted) => candidates(state, wanted),
    waiting: () => waiting(state),
    waits(documentId) {
      const entry = entries.get(documentId)
      return entry === undefined ? null : waitingIn(entry)
    },
    openByProfile: () => openByProfile(state.entries.values()),
    counts: () => ({ open: state.open, closed: ordered.all().length - state.open }),
    onErased: (listener) => void erasedListeners.add(listener),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function addTask(state: State, key: string, task: Task | null, at: RecordPosition): boolean {
  const entry = entryOf(state, key)
  if (task === null) {
    forget(state, key, entry)
    return true
  }
  const known = entry.task
  if (known !== null) {
    if (isEarlier(task, at, known)) return false
    state.alike.get(known.subject)?.delete(key)
  }
  const subject = subjectOf(task, task.fields, task.lineItems)
  entry.task = keptTask(task, subject, at, known)
  state.ordered.add(entry)
  state.alike.set(subject, (state.alike.get(subject) ?? new Set()).add(key))
  const { open } = entry
  settle(state, key, entry)
  if (open && entry.open) tell(state, { kind: 'reread', documentId: key })
  return true
}

/** A verdict doesn't change the order, so answering never costs a sort. */
function addVerdict(state: State, key: string, verdict: Verdict | null): boolean {
  const entry = entryOf(state, key)
  if (verdict === null) {
    change(state, key, entry, () => {
      entry.counted = null
      entry.given = null
      entry.judged = []
    })
    return true
  }
  if (verdict.revision <= (entry.counted?.revision ?? 0)) return false
  change(state, key, entry, () => {
    entry.counted = keptVerdict(verdict)
    const { subject } = entry.counted
    entry.judged = verdict.secondWanted ? [] : [...new Set([...entry.judged, subject])]
    if (entry.given !== null && entry.given.revision <= verdict.revision) entry.given = null
  })
  return true
}

function give(state: State, verdict: Verdict, at: RecordPosition): boolean {
  const entry = entryOf(state, verdict.documentId)
  const known = Math.max(entry.counted?.revision ?? 0, entry.given?.revision ?? 0)
  if (verdict.revision <= known || state.refused.has(placeOf(at))) return false
  change(state, verdict.documentId, entry, () => (entry.given = { ...keptVerdict(verdict), at }))
  return true
}

/** Changes the verdicts of a document, and opens or closes those with equal subjects with it. */
function change(state: State, key: string, entry: QueueEntry, act: () => void): void {
  const before = subjectsOf(entry)
  act()
  const after = subjectsOf(entry)
  cover(
    state,
    key,
    before.filter((subject) => !after.includes(subject)),
    false,
  )
  cover(state, key, after, true)
  settle(state, key, entry)
}

const placeOf = ({ partition, offset }: RecordPosition): string => `${partition}/${offset}`

function entryOf({ entries }: State, documentId: string): QueueEntry {
  let entry = entries.get(documentId)
  if (entry === undefined)
    entries.set(
      documentId,
      (entry = { task: null, counted: null, given: null, open: false, judged: [] }),
    )
  return entry
}

/** Opens or closes a document by its task and verdict. */
function settle(state: State, documentId: string, entry: QueueEntry): void {
  const waits =
    entry.task !== null &&
    !entry.task.closed &&
    !covers(entry) &&
    !(entry.task.revision === 0 && state.judged.has(entry.task.subject))
  if (waits === entry.open) return
  entry.open = waits
  state.open += waits ? 1 : -1
  tell(state, { kind: waits ? 'opened' : 'closed', documentId })
}

function tell({ listeners }: State, what: QueueChange): void {
  for (const listener of listeners) listener(what)
}

/**
 * Sets whether this document's verdicts judge these subjects; tasks with equal subjects open and
 * close with it.
 */
function cover(
  state: State,
  documentId: string,
  subjects: readonly string[],
  isJudged: boolean,
): void {
  for (const one of subjects) {
    const by = state.judged.get(one) ?? new Set()
    if (isJudged) by.add(documentId)
    else by.delete(documentId)
    if (by.size === 0) state.judged.delete(one)
    else state.judged.set(one, by)
    for (const other of state.alike.get(one) ?? []) settle(state, other, entryOf(state, other))
  }
}

function forget(state: State, documentId: string, entry: QueueEntry): void {
  if (entry.task !== null) state.alike.get(entry.task.subject)?.delete(documentId)
  entry.task = null
  change(state, documentId, entry, () => (entry.given = null))
  state.ordered.release()
  settle(state, documentId, entry)
  for (const listener of state.erasedListeners) listener(documentId)
}

function* waiting({ entries }: State): Generator<WaitingTask> {
  for (const entry of entries.values()) {
    const task = waitingTask(entry)
    if (task !== null) yield task
  }
}

function* candidates(state: State, wanted: TaskFilter): Generator<TaskSummary> {
  for (const entry of among(state, wanted.only))
    if (entry.open && isWanted(entry, wanted)) yield taskSummaryOf(entry)
}

/** One document, or all in order. */
function among({ entries, ordered }: State, only: string | undefined): readonly QueueEntry[] {
  if (only === undefined) return ordered.all()
  const entry = entries.get(only)
  return entry === undefined ? [] : [entry]
}

function pageOf(
  entries: readonly QueueEntry[],
  { state, profile, limit, after }: TaskQuery,
): ReturnType<ReviewQueue['list']> {
  const from = after === undefined ? null : parseCursor(after)
  const page: QueueEntry[] = []
  for (const entry of entries) {
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
    tasks: page.slice(0, limit).map(taskSummaryOf),
    next: last === undefined ? null : cursor(whereIs(last)),
  }
}

function whereIs({ task }: QueueEntry): QueuePlace {
  return (task as NonNullable<QueueEntry['task']>).place
}
