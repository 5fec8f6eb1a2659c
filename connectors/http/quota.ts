/**
 * How much of something each caller may do. A token bucket: a minute's worth at once, and what was
 * used comes back evenly over a minute. So a short burst passes, and a stream is held to the rate.
 */

import { Counter } from 'prom-client'

export interface Quota {
  /** 0 where the caller may; otherwise nothing is taken, and it is the seconds until they may. */
  readonly take: (caller: string, count?: number) => number
}

interface Bucket {
  readonly left: number
  readonly at: number // ms
}

const minute = 60_000 // ms
const mostCallers = 10_000

const refusals = new Counter({
  name: 'errata_quota_refusals_total',
  help: 'Requests refused with 429, since their caller did too much of it in a minute',
  labelNames: ['what'] as const,
})

/** `perMinute` 0: no limit. `now` in ms, from any start. */
export function openQuota(what: string, perMinute: number, now: () => number): Quota {
  const buckets = new Map<string, Bucket>() // whoever asked longest ago first
  const leftOf = (caller: string): number => {
    const bucket = buckets.get(caller)
    if (bucket === undefined) return perMinute
    const back = (Math.max(0, now() - bucket.at) / minute) * perMinute
    return Math.min(perMinute, bucket.left + back)
  }
  const keep = (caller: string, left: number): void => {
    buckets.delete(caller)
    buckets.set(caller, { left, at: now() })
    const [oldest] = buckets.keys()
    if (oldest !== undefined && buckets.size > mostCallers) buckets.delete(oldest)
  }
  return {
    take(caller, count = 1) {
      if (perMinute === 0) return 0
      // More at once than a minute's worth passes where nothing else was done for a minute.
      const wanted = Math.min(count, perMinute)
      const left = leftOf(caller)
      if (left >= wanted) {
        keep(caller, left - wanted)
        return 0
      }
      refusals.inc({ what })
      return Math.max(1, Math.ceil(((wanted - left) / perMinute) * 60))
    },
  }
}
