/**
 * What the review queue knows: what is drawn, and beside it what is so at this moment, which events
 * and answers that arrive between two drawings go by.
 */

import { useCallback, useRef, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Answer, FullTask, Listing, Nothing } from '../shared/api-types.ts'
import { mostSkipped, remembered, type Asked, type Begun } from './prefetch.ts'
import { troubleOf, type Trouble } from './troubles.ts'
import { useLeaving, type Leaving } from './use-unsaved.ts'

export type Shown =
  { readonly kind: 'loading' } | { readonly kind: 'empty'; readonly nothing: Nothing } | ShownTask

export interface ShownTask {
  readonly kind: 'task'
  readonly task: FullTask
  readonly openedAt: number
  readonly unsaved: Unsaved | null
  readonly notice: string // what became of a submit that came before it
}

export interface Problem {
  readonly field: string | null
  readonly reason: string
}

/** What became of an answer while the next document was on the screen already. */
export interface Unsaved {
  readonly given: Answer
  readonly problems: readonly Problem[]
}

/** As drawn. */
export interface Drawn {
  readonly listing: Listing | null
  readonly shown: Shown
  readonly trouble: Trouble | null
  readonly live: boolean
  readonly busy: boolean // the answer to the document on the screen is on its way
  readonly saving: boolean // the one before it is
  readonly postponed: readonly string[]
}

/** As of this moment: refs and setters, the same from drawing to drawing. */
export interface QueueState {
  readonly mayAnswer: boolean // a reader locks nothing
  readonly guard: Leaving
  readonly now: {
    current: {
      readonly shown: Shown
      readonly postponed: readonly string[]
      readonly reviewer: string
      readonly withList: boolean
      readonly everything: boolean // also what is outside one's profiles and vendors
    }
  }
  readonly early: { current: Begun } // each of it is used once
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
  readonly setShown: (shown: Shown) => void
  readonly setTrouble: (trouble: Trouble | null) => void
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
  begun: Begun,
): { readonly drawn: Drawn; readonly state: QueueState } {
  const [listing, setListing] = useState<Listing | null>(null)
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [live, setLive] = useState(false)
  const [busy, setBusy] = useState(false)
  const [saving, setSaving] = useState(false)
  const [postponed, setPostponed] = useState<readonly string[]>(() => remembered())
  const now = useRef({ shown, postponed, reviewer, withList, everything: false })
  now.current = { ...now.current, shown, postponed, reviewer, withList }
  const sending = useRef<{ readonly documentId: string; readonly saved: Promise<boolean> } | null>(
    null,
  )
  const guard = useLeaving(() => sending.current?.saved ?? null)
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
export function wanted({ now }: QueueState, skip: readonly string[]) {
  return {
    reviewer: now.current.reviewer,
    skip: skip.slice(-mostSkipped),
    everything: now.current.everything,
  }
}

/** From now on this document is the one that is locked for this page; the one before is freed. */
export function hold({ locked }: QueueState, documentId: string | null): void {
  const before = locked.current
  locked.current = documentId
  if (before !== null && before !== documentId) void api.free(before)
}

/** What came next is not shown: it is freed, unless it is shown or being opened by other means. */
export function giveBack(state: QueueState, { found, fetched }: Asked): void {
  state.ahead.current ??= Promise.resolve(fetched)
  if (state.mayAnswer && 'documentId' in found) freeUnlessHeld(state, found.documentId)
}

export function freeUnlessHeld({ locked, guard }: QueueState, documentId: string): void {
  if (![locked.current, guard.heading.current].includes(documentId)) void api.free(documentId)
}
