/**
 * The review queue as the page sees it: which document is on the screen, which comes next, and what
 * became of an answer.
 *
 * The first document is requested before the server has said who the user is: see prefetch.ts.
 *
 * The document on the screen is locked for this page. The page renews the lock every 25 seconds, so
 * closing the laptop frees the document. While a document is reviewed, the next one and the image
 * of its first page are prefetched. Submitting an answer locks the next document and shows it at
 * once, before the answer is saved. Answers are sent in order:
 *
 *   answer A ─► lock B ─► B shown … answer B waits ─► A saved ─► answer B sent
 *                                                 └─► A refused ─► A shown again, B released
 *
 * An answer counts only once the server confirms it. Until then everything typed is kept. If it
 * can't be saved, its document comes back as the reviewer left it, with the reason, and what was
 * typed into the following document is kept too. Any other way to leave the document waits for the
 * answer as well. If nothing was prefetched, or someone else has taken it, the current document
 * stays on the screen until its answer is saved. Answered documents can be reopened, one after the
 * other.
 */

import { useEffect } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { FullTask, ReviewAnswer } from '../../connectors/http/contract/types.ts'
import { openDocument, openNext, requestNext } from './open-document.ts'
import { postponedKey, type FirstRequest } from './prefetch.ts'
import { sendAnswer, type AnswerOutcome } from './send-answer.ts'
import type { UnsavedGuard } from './use-unsaved.ts'
import { usePresence, type PresenceHandlers } from './use-presence.ts'
import {
  holdLock,
  useQueueState,
  type QueueState,
  type QueueView,
  type ReviewScreen,
} from './use-queue-state.ts'

export interface ReviewQueue extends QueueView {
  readonly open: (documentId: string) => void
  readonly next: () => void
  readonly reload: () => void
  readonly takeOver: () => void
  readonly postpone: () => void
  /**
   * Opens the last document answered in this tab, then the one before it; false if there is none.
   */
  readonly back: () => boolean
  readonly mayGoBack: boolean
  readonly unpostpone: () => void
  readonly wantEverything: () => void
  /** Sends what `make` returns once the previous answer is saved. */
  readonly answer: (make: () => ReviewAnswer) => Promise<AnswerOutcome>
  readonly submit: UnsavedGuard['submit']
}

/**
 * `mayAnswer`: false for readers, who lock nothing. `withList`: the list is shown, not only its
 * length.
 */
export function useReviewQueue(
  first: string | null,
  reviewer: string,
  mayAnswer: boolean,
  withList: boolean,
  firstRequest: FirstRequest,
): ReviewQueue {
  const { view, state } = useQueueState(reviewer, mayAnswer, withList, firstRequest)
  const { guard, now, done, sending } = state
  const { shown } = view
  usePresence(() => {
    if (first === null) return openNext(state)
    openDocument(state, first)
    void state.refresh()
  }, watchedOf(state))
  useEffect(() => void (withList && state.refresh()), [withList])

  const openOnce = (documentId: string): void =>
    guard.leaveFor((departure) => openDocument(state, documentId, departure))
  const nextOnce = (): void =>
    guard.leaveFor((departure) => openNext(state, requestNext(state, null), departure))
  return {
    ...view,
    answer: (make) => sendAnswer(state, shown, make),
    submit: guard.submit,
    mayGoBack: done.current.length > 0 || sending.current !== null,
    open: openOnce,
    next: nextOnce,
    reload: () => (shown.kind === 'task' ? openOnce(shown.task.documentId) : nextOnce()),
    takeOver: () => {
      if (shown.kind === 'task') takeOver(state, shown.task.documentId, reviewer)
    },
    postpone: () => {
      if (shown.kind === 'task') postpone(state, shown.task)
    },
    back: () => goBack(state, shown),
    unpostpone: () => {
      keepPostponed(state, [])
      nextOnce()
    },
    wantEverything: () => {
      now.current = { ...now.current, everything: true }
      nextOnce()
    },
  }
}

/** The events the page reacts to while it is open. */
function watchedOf(state: QueueState): PresenceHandlers {
  const { now, locked, sending, answered, guard } = state
  return {
    locked: () => (locked.current === sending.current?.documentId ? null : locked.current),
    reviewer: () => now.current.reviewer,
    open: () => {
      const { shown } = now.current
      if (shown.kind !== 'task' || shown.task.state !== 'open') return null
      return answered.current === shown.task.documentId ? null : shown.task.documentId
    },
    idle: () => {
      const { shown } = now.current
      if (shown.kind !== 'empty' || guard.isOff()) return null
      return { others: shown.nothing.withOthers.length > 0 }
    },
    changed: () => void state.refresh(),
    next: () => openNext(state),
    onLive: state.setLive,
    onClosed: () =>
      state.setTrouble({ kind: 'stale', message: 'Someone else has just answered this document.' }),
    onLost(error) {
      locked.current = null
      state.fail(error)
    },
    onLeft: () => holdLock(state, null),
    isUnsaved: () => sending.current !== null,
  }
}

function takeOver(state: QueueState, documentId: string, reviewer: string): void {
  api.lock(documentId, reviewer, true).then(() => {
    holdLock(state, documentId)
    state.setTrouble(null)
  }, state.fail)
}

function postpone(state: QueueState, { documentId, state: before }: FullTask): void {
  if (state.submitted.current !== null) return
  state.guard.leaveFor((departure) => {
    const { postponed } = state.now.current
    if (before === 'open')
      keepPostponed(state, [...postponed.filter((id) => id !== documentId), documentId])
    openNext(state, requestNext(state, null), departure)
  })
}

function keepPostponed({ now, setPostponed }: QueueState, ids: readonly string[]): void {
  now.current = { ...now.current, postponed: ids }
  sessionStorage.setItem(postponedKey, JSON.stringify(ids))
  setPostponed(ids)
}

/** Reopens the last answer, or the one before the answer on the screen; false if there is none. */
function goBack(state: QueueState, shown: ReviewScreen): boolean {
  const { done, sending, guard } = state
  if (sending.current !== null) {
    guard.leaveFor((departure) => openDocument(state, done.current.at(-1) as string, departure))
    return true
  }
  const here = shown.kind === 'task' ? shown.task.documentId : null
  const place = here === null ? -1 : done.current.indexOf(here)
  const before = done.current.at(place < 0 ? -1 : place - 1)
  if (before === undefined || place === 0) return false
  guard.leaveFor((departure) => openDocument(state, before, departure))
  return true
}
