/** Opens a document: a given one, or the next in the queue. */

import { api, ApiError } from '../shared/api.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { mostSkipped, painted, prefetchNext, readyTask, type NextTask } from './prefetch.ts'
import {
  claimParameters,
  freeUnlessHeld,
  holdLock,
  releaseNext,
  type QueueState,
  type TaskScreen,
  type UnsavedAnswer,
} from './use-queue-state.ts'

/** Shows a document, then prefetches the next one. */
export function showTask(
  state: QueueState,
  task: FullTask,
  unsaved: UnsavedAnswer | null = null,
): void {
  const { now, prefetched, sending } = state
  const next: TaskScreen = {
    kind: 'task',
    task,
    openedAt: unsaved?.given.openedAt ?? Date.now(),
    unsaved,
    notice: state.guard.arrive(),
  }
  now.current = { ...now.current, shown: next }
  state.setShown(next)
  state.setTrouble(null)
  const drawn = painted()
  void drawn.then(
    () =>
      now.current.shown === next &&
      history.replaceState(null, '', `/review/${encodeURIComponent(task.documentId)}`),
  ) // after painting, since a new address makes the browser request the icon again
  prefetched.current = drawn.then(() => {
    const onItsWay = sending.current === null ? [] : [sending.current.documentId]
    const skip = [...now.current.postponed, task.documentId, ...onItsWay]
    return prefetchNext(claimParameters(state, skip), state.mayAnswer)
  })
}

export function openDocument(
  state: QueueState,
  documentId: string,
  departure = state.guard.depart(),
): void {
  state.guard.destination.current = documentId
  lockAndShow(state, documentId, departure).catch((error: unknown) => {
    if (!state.guard.isLatest(departure)) return
    state.guard.arrive()
    if (error instanceof ApiError && error.status === 404) return showUnknown(state, documentId)
    state.fail(error)
  })
}

/** Says that there is nothing to review here, rather than show another document. */
function showUnknown(state: QueueState, documentId: string): void {
  holdLock(state, null)
  state.setTrouble(null)
  state.setShown({ kind: 'unknown', documentId })
}

async function lockAndShow(
  state: QueueState,
  documentId: string,
  departure: number,
): Promise<void> {
  const { mayAnswer, firstRequest, now, locked, guard } = state
  const lock = mayAnswer
    ? api.lock(documentId, now.current.reviewer).then(
        () => null,
        (error: unknown) => error,
      )
    : null
  const asked = (firstRequest.current.task ?? Promise.reject(new Error('not asked for yet'))).catch(
    () => api.task(documentId),
  )
  firstRequest.current = { claimed: null, task: null }
  const refused = await lock
  const isOurs = refused === null && mayAnswer
  const task = await asked.catch((error: unknown) => {
    if (isOurs && locked.current !== documentId) void api.free(documentId)
    throw error
  })
  if (!guard.isLatest(departure)) {
    if (isOurs) freeUnlessHeld(state, documentId)
    return
  }
  holdLock(state, isOurs ? documentId : null)
  showTask(state, task)
  if (refused !== null) state.fail(refused)
}

/** Requests the next document, after `answered` if given. */
export async function requestNext(state: QueueState, answered: string | null): Promise<NextTask> {
  const { now, prefetched, firstRequest } = state
  const skip = answered === null ? now.current.postponed : [...now.current.postponed, answered]
  const fetched = await prefetched.current
  prefetched.current = null
  const { claimed } = firstRequest.current
  firstRequest.current = { claimed: null, task: null }
  if (!state.mayAnswer) return { found: await nextForReader(skip), fetched }
  const claim = () =>
    api.claim({
      ...claimParameters(state, skip),
      prefer: fetched?.documentId ?? null,
      whole: fetched === null,
    })
  return { found: await (claimed?.catch(claim) ?? claim()), fetched }
}

async function nextForReader(skip: readonly string[]): Promise<NextTask['found']> {
  const found = await api.next(skip.slice(-mostSkipped))
  if (found !== null) return found
  const { open: count } = await api.list('open', null, 1)
  return { open: count, withOthers: [], waitForSecond: 0, notYours: 0 }
}

/** Shows the next document, or that there is none, then fetches the list. */
export function openNext(
  state: QueueState,
  asked: Promise<NextTask> = requestNext(state, null),
  departure = state.guard.depart(),
): void {
  const failed = (error: unknown): void => {
    if (!state.guard.isLatest(departure)) return
    state.guard.arrive()
    state.fail(error)
  }
  void showNext(state, asked, departure).catch(failed).then(painted).then(state.refresh)
}

async function showNext(
  state: QueueState,
  asked: Promise<NextTask>,
  departure: number,
): Promise<void> {
  const nextTask = await asked
  const { found } = nextTask
  if (!('documentId' in found)) {
    if (!state.guard.isLatest(departure)) return releaseNext(state, nextTask)
    holdLock(state, null)
    state.guard.arrive()
    state.setShown({ kind: 'empty', nothing: found })
    history.replaceState(null, '', '/review')
    return
  }
  const task = readyTask(nextTask) ?? (await fetchWhole(state, nextTask, found.documentId))
  if (!state.guard.isLatest(departure)) return releaseNext(state, nextTask)
  holdLock(state, state.mayAnswer ? found.documentId : null)
  showTask(state, task)
}

async function fetchWhole(
  state: QueueState,
  nextTask: NextTask,
  documentId: string,
): Promise<FullTask> {
  return api.task(documentId).catch((error: unknown) => {
    releaseNext(state, nextTask)
    throw error
  })
}
