/**
 * The course of a review: which document is on the screen, what comes next, and what became of an
 * answer.
 *
 * Whoever opens the page has asked for the first document before the server has said who they are:
 * see prefetch.ts.
 *
 * The document on the screen is locked for this page, which says every half minute that it is still
 * there; who closes the laptop frees it. The next document and the image of its first page are
 * fetched while the present one is looked at; with the answer to the present one it is locked, and
 * shown as soon as it is, before the answer is saved. Answers stay in order:
 *
 *   answer A ─► lock B ─► B shown … answer B waits ─► A saved ─► answer B sent
 *                                                 └─► A refused ─► A shown again, B let go
 *
 * An answer counts as given only when the server says so: until then all that was typed is kept,
 * and where it can't be saved the document comes back as it was left, with the reason, and what was
 * typed into the one after it is kept as well. Whatever else would leave the document on the screen
 * waits for that too. Where nothing was fetched ahead, or somebody else got it, the present
 * document stays until its answer is saved. What was answered can be opened again, one after the
 * other.
 */

import { useEffect } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { ReviewAnswer, FullTask } from '../shared/api-types.ts'
import { requestNext, openNext, openDocument } from './open-document.ts'
import { postponedKey, type FirstRequest } from './prefetch.ts'
import { sendAnswer, type AnswerOutcome } from './send-answer.ts'
import type { UnsavedGuard } from './use-unsaved.ts'
import { usePresence, type PresenceHandlers } from './use-presence.ts'
import {
  holdLock,
  useQueueState,
  type Drawn,
  type QueueState,
  type ReviewScreen,
} from './use-queue-state.ts'

export interface ReviewQueue extends Drawn {
  readonly leaving: boolean // another document was asked for: until it is here, or can't be, nothing counts in the present one
  readonly open: (documentId: string) => void
  readonly next: () => void
  readonly reload: () => void
  readonly takeOver: () => void
  readonly postpone: () => void
  /**
   * Opens what was answered last in this tab, and so on backwards; false where there is nothing.
   */
  readonly back: () => boolean
  readonly mayGoBack: boolean
  readonly unpostpone: () => void
  readonly wantEverything: () => void
  /** Sends what `make` says once the answer before it is saved. */
  readonly answer: (make: () => ReviewAnswer) => Promise<AnswerOutcome>
  readonly submit: UnsavedGuard['submit']
}

/**
 * `mayAnswer`: a reader locks nothing. `withList`: the list is shown, and not only how long it is.
 */
export function useReviewQueue(
  first: string | null,
  reviewer: string,
  mayAnswer: boolean,
  withList: boolean,
  begun: FirstRequest,
): ReviewQueue {
  const { drawn, state } = useQueueState(reviewer, mayAnswer, withList, begun)
  const { guard, now, done, sending } = state
  const { shown } = drawn
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
    ...drawn,
    leaving: guard.leaving,
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

/** What the page hears while it is open, and what it does about it. */
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

/** To the latest answer, or from one that is shown to the one before it; false where none is. */
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
