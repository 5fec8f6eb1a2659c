/**
 * What comes next: asked for before the page knows who opened it, and fetched ahead while the
 * present document is looked at. Nothing of this is drawn here, and nothing is locked but by a
 * claim; what couldn't be fetched is asked for again by whoever needs it, and explained then.
 */

import { api } from '../shared/api.ts'
import type { FullTask, EmptyQueue, TaskSummary } from '../shared/api-types.ts'
import { fetchFirst } from './page-images.ts'

export const mostSkipped = 400 // documents that the server is asked to leave out
export const postponedKey = 'errata.postponed'

/** What was postponed in this tab. */
export function loadPostponed(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(postponedKey) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** What the page asks for at once: the next task, or the one that its address names. */
export interface FirstRequest {
  readonly claimed: ReturnType<typeof api.claim> | null
  readonly task: Promise<FullTask> | null
}

/**
 * Asks for the first document, at the same time as for who this is. What is refused is asked for
 * again later, and explained then.
 */
export function requestFirst(first: string | null, reviewer: string): FirstRequest {
  const begun =
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
  begun.claimed?.catch(() => {})
  begun.task?.catch(() => {})
  return begun
}

/** What came next, and what was fetched ahead before that was known. */
export interface NextTask {
  readonly found: TaskSummary | FullTask | EmptyQueue
  readonly fetched: FullTask | null
}

/**
 * What came next, if it is here whole: fetched ahead, and answered by nobody since, or just now.
 */
export function readyTask({ found, fetched }: NextTask): FullTask | null {
  if (!('documentId' in found)) return null
  if (
    fetched !== null &&
    found.documentId === fetched.documentId &&
    found.nextRevision === fetched.nextRevision
  )
    return fetched
  return isWhole(found) ? found : null
}

/** Null where nothing could be fetched: the next step then asks again and shows what is wrong. */
export async function fetchAhead(
  wanted: Parameters<typeof api.ahead>[0],
  mayAnswer: boolean,
): Promise<FullTask | null> {
  try {
    const summary = mayAnswer ? await api.ahead(wanted) : await api.next(wanted.skip)
    const task = summary === null ? null : await api.task(summary.documentId)
    if (task !== null) fetchFirst(task)
    return task
  } catch {
    return null
  }
}

const longestMs = 100 // that a page which nobody sees, and so isn't painted, is waited for

/** Resolves when what was drawn is on the screen: what nobody waits for must not delay it. */
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
