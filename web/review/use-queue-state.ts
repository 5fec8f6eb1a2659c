/**
 * What the review queue knows: what is drawn, and beside it what is so at this moment, which events
 * and answers that arrive between two drawings go by.
 */

import { useCallback, useRef, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { ReviewAnswer, FullTask, TaskList, EmptyQueue } from '../shared/api-types.ts'
import { mostSkipped, loadPostponed, type NextTask, type FirstRequest } from './prefetch.ts'
import { troubleOf, type ReviewTrouble } from './troubles.ts'
import { useUnsavedGuard, type UnsavedGuard } from './use-unsaved.ts'

export type ReviewScreen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly nothing: EmptyQueue }
  | TaskScreen

export interface TaskScreen {
  readonly kind: 'task'
  readonly task: FullTask
  readonly openedAt: number
  readonly unsaved: UnsavedAnswer | null
  readonly notice: string // what became of a submit that came before it
}

export interface FieldProblem {
  readonly field: string | null
  readonly reason: string
}

/** What became of an answer while the next document was on the screen already. */
export interface UnsavedAnswer {
  readonly given: ReviewAnswer
  readonly problems: readonly FieldProblem[]
}

/** As drawn. */
export interface Drawn {
  readonly listing: TaskList | null
  readonly shown: ReviewScreen
  readonly trouble: ReviewTrouble | null
  readonly live: boolean
  readonly busy: boolean // the answer to the document on the screen is on its way
  readonly saving: boolean // the one before it is
  readonly postponed: readonly string[]
}

/** As of this moment: refs and setters, the same from drawing to drawing. */
export interface QueueState {
  readonly mayAnswer: boolean // a reader locks nothing
  readonly guard: UnsavedGuard
  readonly now: {
    current: {
      readonly shown: ReviewScreen
      readonly postponed: readonly string[]
      readonly reviewer: string
      readonly withList: boolean
      readonly everything: boolean // also what is outside one's profiles and vendors
    }
  }
  readonly early: { current: FirstRequest } // each of it is used once
  readonly ahead: { current: Promise<FullTask | null> | null }
  readonly locked: { current: string | null }
  readonly done: { current: readonly string[] } // answered in this tab, the latest last
  /** The answer that is on its way. */
  readonly sending: {
    current: { readonly documentId: string; readonly saved: Promise<boolean> } | null
  }
  /** The document on the screen, while its answer waits or is on its way. */
  readonly submitted: { current: string | null }
  readonly answered: { current: string | null } // its closing is no news to us
  readonly later: { current: ReturnType<typeof setTimeout> | undefined }
  readonly setShown: (shown: ReviewScreen) => void
  readonly setTrouble: (trouble: ReviewTrouble | null) => void
  readonly setLive: (live: boolean) => void
  readonly setBusy: (busy: boolean) => void
  readonly setSaving: (saving: boolean) => void
  readonly setPostponed: (ids: readonly string[]) => void
  readonly fail: (error: unknown) => void
  /** Asks for the list anew. */
  readonly refresh: () => Promise<void>
}

const listed = 100 // documents

export function useQueueState(
  reviewer: string,
  mayAnswer: boolean,
  withList: boolean,
  begun: FirstRequest,
): { readonly drawn: Drawn; readonly state: QueueState } {
  const [listing, setListing] = useState<TaskList | null>(null)
  const [shown, setShown] = useState<ReviewScreen>({ kind: 'loading' })
  const [trouble, setTrouble] = useState<ReviewTrouble | null>(null)
  const [live, setLive] = useState(false)
  const [busy, setBusy] = useState(false)
  const [saving, setSaving] = useState(false)
  const [postponed, setPostponed] = useState<readonly string[]>(() => loadPostponed())
  const now = useRef({ shown, postponed, reviewer, withList, everything: false })
  now.current = { ...now.current, shown, postponed, reviewer, withList }
  const sending = useRef<{ readonly documentId: string; readonly saved: Promise<boolean> } | null>(
    null,
  )
  const guard = useUnsavedGuard(() => sending.current?.saved ?? null)
  const fail = useCallback((error: unknown): void => setTrouble(troubleOf(error)), [])
  const refresh = useCallback(
    () => api.list('open', null, now.current.withList ? listed : 1).then(setListing, fail),
    [],
  )
  const state: QueueState = {
    mayAnswer,
    guard,
    now,
    early: useRef(begun),
    ahead: useRef(null),
    locked: useRef(null),
    done: useRef([]),
    sending,
    submitted: useRef(null),
    answered: useRef(null),
    later: useRef(undefined),
    setShown,
    setTrouble,
    setLive,
    setBusy,
    setSaving,
    setPostponed,
    fail,
    refresh,
  }
  return { drawn: { listing, shown, trouble, live, busy, saving, postponed }, state }
}

/** What the server is asked for when the next document is. */
export function claimParameters({ now }: QueueState, skip: readonly string[]) {
  return {
    reviewer: now.current.reviewer,
    skip: skip.slice(-mostSkipped),
    everything: now.current.everything,
  }
}

/** From now on this document is the one that is locked for this page; the one before is freed. */
export function holdLock({ locked }: QueueState, documentId: string | null): void {
  const before = locked.current
  locked.current = documentId
  if (before !== null && before !== documentId) void api.free(before)
}

/** What came next is not shown: it is freed, unless it is shown or being opened by other means. */
export function releaseNext(state: QueueState, { found, fetched }: NextTask): void {
  state.ahead.current ??= Promise.resolve(fetched)
  if (state.mayAnswer && 'documentId' in found) freeUnlessHeld(state, found.documentId)
}

export function freeUnlessHeld({ locked, guard }: QueueState, documentId: string): void {
  if (![locked.current, guard.heading.current].includes(documentId)) void api.free(documentId)
}
