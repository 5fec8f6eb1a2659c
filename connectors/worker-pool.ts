/**
 * Pages waiting for workers: each page goes to the first free seat, in the order of asking. What a
 * seat is (a thread, a process) and how it reads is the engine's business. After `close` nothing is
 * taken on; what waits is refused.
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
 * `work` reads one page at a seat; no seat has two pages at once. `refusal` makes the error of a
 * page that comes too late.
 */
export function openWorkerPool<Seat, Page, Result>(
  seats: readonly Seat[],
  work: (seat: Seat, page: Page) => Promise<Result>,
  refusal: () => Error,
): Seats<Page, Result> {
  const free = new Set(seats)
  const queue: Job<Page, Result>[] = []
  let closed = false

  const serve = (): void => {
    for (const seat of seats) {
      if (!free.has(seat)) continue
      const job = queue.shift()
      if (job === undefined) return
      free.delete(seat)
      void work(seat, job.page)
        .then(job.resolve, job.reject)
        .finally(() => {
          free.add(seat)
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
