/** Retries in place, with longer and longer pauses, so that order is kept. */

import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, fateOf, type ErrataError } from '../errors.ts'
import type { LeaseView } from './lease.ts'
import type { StageMetrics } from './metrics.ts'

const shortestPause = 10 // ms
const longestPause = 5_000 // ms

/**
 * Retries until success or rejection: the value, or the error with the fate `dead`. Throws final
 * errors, and when the lease ends.
 */
export async function patiently<T>(
  { metrics }: { readonly metrics: Pick<StageMetrics, 'retry' | 'retrying'> },
  { ended, leaving }: Pick<LeaseView, 'ended' | 'leaving'>,
  attempt: () => Promise<T>,
  onRetry: () => void = () => {},
): Promise<T | ErrataError> {
  for (let pause = shortestPause, waiting = false; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      const value = await attempt()
      if (waiting) metrics.retrying(-1)
      return value
    } catch (error) {
      const fate = fateOf(error)
      if (waiting && fate !== 'retry') metrics.retrying(-1)
      if (fate === 'dead') return error as ErrataError
      if (fate === 'die') throw error
      if (!waiting) metrics.retrying(1)
      waiting = true
      metrics.retry(codeOf(error))
      onRetry()
      await sleep(pause, undefined, { signal: AbortSignal.any([ended, leaving]) }).catch(() => {})
      if (ended.aborted || leaving.aborted) {
        metrics.retrying(-1)
        throw error
      }
    }
  }
}
