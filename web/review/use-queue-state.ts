/**
 * The state of the review queue: what is rendered, and beside it the current values that callbacks
 * read, since events and responses arrive between two renders.
 */

import { useCallback, useRef, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type {
  EmptyQueue,
  FullTask,
  ReviewAnswer,
  TaskList,
} from '../../connectors/http/contract/types.ts'
import { loadPostponed, mostSkipped, type FirstRequest, type NextTask } from './prefetch.ts'
import { troubleOf, type ReviewTrouble } from './troubles.ts'
import { useUnsavedGuard, type UnsavedGuard } from './use-unsaved.ts'

export type ReviewScreen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly nothing: EmptyQueue }
  | { readonly kind: 'unknown'; readonly documentId: string }
  | TaskScreen

export interface TaskScreen {
  readonly kind: 'task'
  readonly task: FullTask
  readonly openedAt: number
  readonly unsaved: UnsavedAnswer | null
  readonly notice: string // about a submit that came too early
}

export interface FieldProblem {
  readonly field: string | null
  readonly reason: string
}

/** An answer that could not be saved while the next document was already shown. */
export interface UnsavedAnswer {
  readonly given: ReviewAnswer
  readonly problems: readonly FieldProblem[]
}

/** As rendered. */
export interface QueueView {
  readonly listing: TaskList | null
  readonly shown: ReviewScreen
  readonly trouble: ReviewTrouble | null
  readonly live: boolean
  readonly busy: boolean // the answer to the document on the screen is being sent
  readonly saving: boolean // the previous answer is being sent
  readonly postponed: readonly string[]
  readonly leaving: boolean // another document is being opened: input to this one is ignored
}

/** Current values: refs and setters, which stay the same from render to render. */
export interface QueueState {
  readonly mayAnswer: boolean // false: a reader, who locks nothing
  readonly guard: Omit<UnsavedGuard, 'leaving'>
  readonly now: {
    current: {
      readonly shown: ReviewScreen
      readonly postponed: readonly string[]
      readonly reviewer: string
      readonly withList: boolean
      readonly everything: boolean // includes documents outside the user's profiles and vendors
    }
  }
  readonly firstRequest: { current: FirstRequest } // each part is used once
  readonly prefetched: { current: Promise<FullTask | null> | null }
  readonly locked: { current: string | null }
  readonly done: { current: readonly string[] } // answered in this tab, the latest last
  /** The answer being sent. */
  readonly sending: {
    current: { readonly documentId: string; readonly saved: Promise<boolean> } | null
  }
  /** The document on the screen, while its answer waits or is being sent. */
  readonly submitted: { current: string | null }
  readonly answered: { current: string | null } // closed by this page, so its event is no news
  readonly later: { current: ReturnType<typeof setTimeout> | undefined }
  readonly setShown: (shown: ReviewScreen) => void
  readonly setTrouble: (trouble: ReviewTrouble | null) => void
  readonly setLive: (live: boolean) => void
  readonly setBusy: (busy: boolean) => void
  readonly setSaving: (saving: boolean) => void
  readonly setPostponed: (ids: readonly string[]) => void
  readonly fail: (error: unknown) => void
  /** Fetches the list again. */
  readonly refresh: () => Promise<void>
}

const listed = 100 // documents

export function useQueueState(
  reviewer: string,
  mayAnswer: boolean,
  withList: boolean,
  firstRequest: FirstRequest,
): { readonly view: QueueView; readonly state: QueueState } {
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
    firstRequest: useRef(firstRequest),
    prefetched: useRef(null),
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
  const { leaving } = guard
  return { view: { listing, shown, trouble, live, busy, saving, postponed, leaving }, state }
}

/** The parameters of a request for the next document. */
export function claimParameters({ now }: QueueState, skip: readonly string[]) {
  return {
    reviewer: now.current.reviewer,
    skip: skip.slice(-mostSkipped),
    everything: now.current.everything,
  }
}

/** Makes this document the one locked for this page, and frees the previous one. */
export function holdLock({ locked }: QueueState, documentId: string | null): void {
  const before = locked.current
  locked.current = documentId
  if (before !== null && before !== documentId) void api.free(before)
}

/** Releases a next document that will not be shown, unless it is open here in another way. */
export function releaseNext(state: QueueState, { found, fetched }: NextTask): void {
  state.prefetched.current ??= Promise.resolve(fetched)
  if (state.mayAnswer && 'documentId' in found) freeUnlessHeld(state, found.documentId)
}

export function freeUnlessHeld({ locked, guard }: QueueState, documentId: string): void {
  if (![locked.current, guard.destination.current].includes(documentId)) void api.free(documentId)
}
