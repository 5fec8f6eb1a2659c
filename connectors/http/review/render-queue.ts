/**
 * Renderings in the order in which people wait for them. Few run at once, since each holds the
 * bytes of a document and the pixels of a page. The same one that several ask for runs once, and
 * one that nobody waits for any more is not begun.
 *
 * One that takes long gives its place to the next: the reader has moved it to its slow lane, so
 * slow documents don't keep ordinary ones waiting. How many are begun is bounded all the same.
 */

export interface RenderQueue<T> {
  /**
   * Joins a rendering of the same key. The lowest `rank` is begun first. Rejects with RenderRefusal
   * where too many wait, or `gone` is aborted.
   */
  readonly ask: (
    key: string,
    rank: number,
    render: () => Promise<T>,
    gone?: AbortSignal,
  ) => Promise<T>
}

export class RenderRefusal extends Error {
  readonly why: 'full' | 'gone'

  constructor(why: RenderRefusal['why']) {
    super(why === 'full' ? 'too many pages are being rendered' : 'nobody waits for it')
    this.why = why
  }
}

interface Limits {
  readonly atOnce: number
  readonly mostWaiting: number
  readonly mostBegun: number // with those that take long
  readonly longMs: number
}

const usual: Limits = { atOnce: 3, mostWaiting: 200, mostBegun: 12, longMs: 5_000 }

interface Job<T> {
  readonly key: string
  rank: number
  readonly render: () => Promise<T>
  readonly done: PromiseWithResolvers<T>
  waiters: number
}

export function openRenderQueue<T>(limits: Partial<Limits> = {}): RenderQueue<T> {
  const { atOnce, mostWaiting, mostBegun, longMs } = { ...usual, ...limits }
  const waiting = new Map<string, Job<T>>() // in the order of arrival
  const begun = new Map<string, Job<T>>()
  let places = atOnce

  const fill = (): void => {
    while (places > 0 && begun.size < mostBegun && waiting.size > 0) {
      const first = [...waiting.values()].reduce((a, b) => (b.rank < a.rank ? b : a))
      waiting.delete(first.key)
      void run(first)
    }
  }

  const run = async (job: Job<T>): Promise<void> => {
    begun.set(job.key, job)
    places--
    let hasPlace = true
    const leave = (): void => {
      if (hasPlace) places++
      hasPlace = false
    }
    const timer = setTimeout(() => {
      leave()
      fill()
    }, longMs)
    try {
      job.done.resolve(await job.render())
    } catch (error) {
      job.done.reject(error)
    }
    clearTimeout(timer)
    begun.delete(job.key)
    leave()
    fill()
  }

  const join = (key: string, rank: number, render: () => Promise<T>): Job<T> => {
    const known = begun.get(key) ?? waiting.get(key)
    if (known !== undefined) {
      known.rank = Math.min(known.rank, rank)
      return known
    }
    if (waiting.size >= mostWaiting) throw new RenderRefusal('full')
    const job: Job<T> = { key, rank, render, done: withResolvers(), waiters: 0 }
    job.done.promise.catch(() => {}) // whoever waits hears of it
    waiting.set(key, job)
    return job
  }

  return {
    async ask(key, rank, render, gone) {
      if (gone?.aborted === true) throw new RenderRefusal('gone')
      const job = join(key, rank, render)
      job.waiters++
      fill()
      if (gone === undefined) return job.done.promise
      const left = withResolvers<never>()
      const leave = (): void => {
        job.waiters--
        if (job.waiters === 0) waiting.delete(key)
        left.reject(new RenderRefusal('gone'))
      }
      gone.addEventListener('abort', leave, { once: true })
      try {
        return await Promise.race([job.done.promise, left.promise])
      } finally {
        gone.removeEventListener('abort', leave)
      }
    },
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
