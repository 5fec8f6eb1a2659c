/**
 * Sends an answer while the next document is already shown, and brings the document back if its
 * answer can't be saved.
 */

import { api, ApiError } from '../shared/api.ts'
import type { ReviewAnswer } from '../../connectors/http/contract/types.ts'
import { openNext, requestNext, showTask } from './open-document.ts'
import { painted, readyTask, type NextTask } from './prefetch.ts'
import { isSameAnswer } from './troubles.ts'
import {
  holdLock,
  releaseNext,
  type FieldProblem,
  type QueueState,
  type ReviewScreen,
  type TaskScreen,
} from './use-queue-state.ts'

/**
 * `problems` are the values that the server refused, by field. Null if the document has nothing to
 * do: it was left, or is shown again with its problems.
 */
export type AnswerOutcome = {
  readonly saved: boolean
  readonly problems: readonly FieldProblem[]
} | null

const patienceMs = 150 // before the page says that an answer is being saved

/** Sends what `make` returns for the rendered document, once the previous answer is saved. */
export async function sendAnswer(
  state: QueueState,
  shown: ReviewScreen,
  make: () => ReviewAnswer,
): Promise<AnswerOutcome> {
  const { now, sending, submitted } = state
  if (shown.kind !== 'task' || submitted.current !== null || now.current.shown !== shown)
    return null
  const { documentId } = shown.task
  const given = make() // what is typed while it waits doesn't count
  submitted.current = documentId
  sayLater(state, state.setBusy)
  await sending.current?.saved
  if (now.current.shown !== shown) return null // the previous document is back
  const settled = send(state, shown, given)
  sending.current = { documentId, saved: settled.then((result) => result?.saved === true) }
  return settled
}

async function send(
  state: QueueState,
  left: TaskScreen,
  given: ReviewAnswer,
): Promise<AnswerOutcome> {
  const { documentId, state: before } = left.task
  state.answered.current = state.submitted.current = documentId
  sayLater(state, state.setBusy)
  state.setTrouble(null)
  const upcoming = requestNext(state, documentId)
  let isSettled = false
  const shownEarly = showEarly(state, upcoming, () => isSettled)
  const error: unknown = await api.answer(documentId, given, before === 'closed').then(
    () => null,
    (reason: unknown) => reason,
  )
  isSettled = true
  const isShown = await shownEarly
  leave(state, false)
  state.sending.current = null
  if (error !== null && !isSameAnswer(error, given))
    return bringBack(state, { left, given, error, isShown, upcoming })
  await goOn(state, documentId, isShown, upcoming)
  return { saved: true, problems: [] }
}

/** Shows the next document before the answer is saved, if it has arrived by then. */
async function showEarly(
  state: QueueState,
  upcoming: Promise<NextTask>,
  isSettled: () => boolean,
): Promise<boolean> {
  try {
    const task = readyTask(await upcoming)
    if (task === null || isSettled() || state.guard.isOff()) return false
    // not by holdLock: the answer itself frees the previous document
    state.locked.current = task.documentId
    leave(state, true)
    showTask(state, task)
    return true
  } catch {
    return false
  }
}

/** After the answer is saved: opens the next document unless it is already shown. */
async function goOn(
  state: QueueState,
  documentId: string,
  isShown: boolean,
  upcoming: Promise<NextTask>,
): Promise<void> {
  const { done, locked } = state
  done.current = [...done.current.filter((id) => id !== documentId), documentId]
  if (isShown) return void painted().then(state.refresh)
  // the answer freed it on the server
  if (locked.current === documentId) locked.current = null
  const asked = await upcoming.catch(() => null)
  if (state.guard.isOff()) {
    if (asked !== null) releaseNext(state, asked)
    return
  }
  // if nothing was free, something may be now
  const isFound = asked !== null && 'documentId' in asked.found
  openNext(state, isFound ? upcoming : requestNext(state, documentId))
}

interface Refusal {
  readonly left: TaskScreen
  readonly given: ReviewAnswer
  readonly error: unknown
  readonly isShown: boolean // the next document is on the screen
  readonly upcoming: Promise<NextTask>
}

/** After the answer was refused: shows its document again as it was left, with the reason. */
function bringBack(state: QueueState, refusal: Refusal): AnswerOutcome {
  const { left, given, error, isShown, upcoming } = refusal
  const problems =
    error instanceof ApiError && error.code === 'VERDICT_INVALID'
      ? (error.body.problems as FieldProblem[])
      : []
  state.answered.current = null
  if (isShown) {
    holdLock(state, left.task.documentId)
    showTask(state, left.task, { given, problems })
  } else
    void upcoming.then(
      (asked) => releaseNext(state, asked),
      () => {},
    )
  if (problems.length === 0) state.fail(error)
  else if (isShown)
    state.setTrouble({
      kind: 'failed',
      message: `This answer was not saved. ${problems[0]?.reason ?? ''}`,
    })
  return isShown ? null : { saved: false, problems }
}

/**
 * Says that an answer is being saved only if that takes a while: rendering it each time would delay
 * the next document.
 */
function sayLater({ later }: QueueState, say: (now: boolean) => void): void {
  clearTimeout(later.current)
  later.current = setTimeout(() => say(true), patienceMs)
}

/** `early`: the next document is shown while the answer is still being sent. */
function leave(state: QueueState, early: boolean): void {
  state.submitted.current = null
  clearTimeout(state.later.current)
  state.setBusy(false)
  state.setSaving(false)
  if (early) sayLater(state, state.setSaving)
}
