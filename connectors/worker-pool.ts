/**
 * A queue of pages for workers: each page goes to the first free worker, in order of arrival. What
 * a worker is (a thread, a process) and how it reads is up to the engine. After `close` no page is
 * accepted, and waiting pages are rejected.
 */

export interface Seats<Page, Result> {
  readonly closed: () => boolean
  readonly read: (page: Page) => Promise<Result>
  readonly close: () => void
}

interface Job<Page, Result> {
  readonly page: Page
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * `work` reads one page with a worker; no worker has two pages at once. `refusal` creates the error
 * for pages rejected after `close`.
 */
export function openWorkerPool<Slot, Page, Result>(
  slots: readonly Slot[],
  work: (slot: Slot, page: Page) => Promise<Result>,
  refusal: () => Error,
): Seats<Page, Result> {
  const free = new Set(slots)
  const queue: Job<Page, Result>[] = []
  let closed = false

  const serve = (): void => {
    for (const slot of slots) {
      if (!free.has(slot)) continue
      const job = queue.shift()
      if (job === undefined) return
      free.delete(slot)
      void work(slot, job.page)
        .then(job.resolve, job.reject)
        .finally(() => {
          free.add(slot)
          serve()
        })
    }
  }

  return {
    closed: () => closed,
    read: (page) =>
      closed
        ? Promise.reject(refusal())
        : new Promise((resolve, reject) => {
            queue.push({ page, resolve, reject })
            serve()
          }),
    close() {
      closed = true
      for (const job of queue.splice(0)) job.reject(refusal())
    },
  }
}
