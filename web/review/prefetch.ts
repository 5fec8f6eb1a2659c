/**
 * Prefetching: the first document is requested before the page knows who the user is, and the next
 * one while the current one is reviewed. Nothing here renders, and only a claim locks. What
 * couldn't be prefetched is requested again when it is needed, and the error is shown then.
 */

import { api } from '../shared/api.ts'
import type { EmptyQueue, FullTask, TaskSummary } from '../../connectors/http/contract/types.ts'
import { prefetchFirstPage } from '../viewer/page-images.ts'

export const mostSkipped = 400 // documents to leave out, sent with a request
export const postponedKey = 'errata.postponed'

/** The documents postponed in this tab. */
export function loadPostponed(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(postponedKey) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** The first request: a claim of the next task, or the task named in the address. */
export interface FirstRequest {
  readonly claimed: ReturnType<typeof api.claim> | null
  readonly task: Promise<FullTask> | null
}

/**
 * Requests the first document in parallel with the user's identity. If it is refused, it is
 * requested again later and the error shown then.
 */
export function requestFirst(first: string | null, reviewer: string): FirstRequest {
  const firstRequest =
    first === null
      ? {
          claimed: api.claim({
            reviewer,
            skip: loadPostponed().slice(-mostSkipped),
            prefer: null,
            everything: false,
            whole: true,
          }),
          task: null,
        }
      : { claimed: null, task: api.task(first) }
  firstRequest.claimed?.catch(() => {})
  firstRequest.task?.catch(() => {})
  return firstRequest
}

/** The next task as the server named it, and the one prefetched before that. */
export interface NextTask {
  readonly found: TaskSummary | FullTask | EmptyQueue
  readonly fetched: FullTask | null
}

/**
 * The whole next task, if it is here: in the response, or prefetched and neither read again nor
 * answered since.
 */
export function readyTask({ found, fetched }: NextTask): FullTask | null {
  if (!('documentId' in found)) return null
  if (
    fetched !== null &&
    found.documentId === fetched.documentId &&
    found.version === fetched.version &&
    found.nextRevision === fetched.nextRevision
  )
    return fetched
  return isWhole(found) ? found : null
}

/** Null if the prefetch failed: the next step requests the task again and shows the error. */
export async function prefetchNext(
  wanted: Parameters<typeof api.ahead>[0],
  mayAnswer: boolean,
): Promise<FullTask | null> {
  try {
    const summary = mayAnswer ? await api.ahead(wanted) : await api.next(wanted.skip ?? [])
    const task = summary === null ? null : await api.task(summary.documentId)
    if (task !== null) prefetchFirstPage(task)
    return task
  } catch {
    return null
  }
}

const longestMs = 100 // to wait for a hidden page, which isn't painted

/** Resolves once the last render is painted: background requests must not delay it. */
export function painted(): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, longestMs)
    requestAnimationFrame(() =>
      setTimeout(() => {
        clearTimeout(timer)
        done()
      }),
    )
  })
}

function isWhole(task: TaskSummary | FullTask): task is FullTask {
  return 'definition' in task
}
