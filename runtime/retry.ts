/** Retries in place, with longer and longer pauses, so that order is kept. */

import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, fateOf, type ErrataError } from '../errors.ts'
import type { LeaseView } from './lease.ts'
import type { StageMetrics } from './metrics.ts'
import type { InHand } from './watchdog.ts'

const shortestPause = 10 // ms
const longestPause = 5_000 // ms

/**
 * Retries until success or rejection: the value, or the error with the fate `dead`. Throws final
 * errors, and when the lease ends.
 */
export async function patiently<T>(
  {
    metrics,
    inHand,
  }: {
    readonly metrics: Pick<StageMetrics, 'retry'>
    readonly inHand: Pick<InHand, 'waits'>
  },
  { ended, leaving, partition }: Pick<LeaseView, 'ended' | 'leaving' | 'partition'>,
  attempt: () => Promise<T>,
  onRetry: (error: unknown) => void = () => {},
): Promise<T | ErrataError> {
  let goesOn: (() => void) | null = null
  try {
    for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
      try {
        return await attempt()
      } catch (error) {
        const fate = fateOf(error)
        if (fate === 'dead') return error as ErrataError
        if (fate === 'die') throw error
        goesOn ??= inHand.waits(partition, error)
        metrics.retry(codeOf(error))
        onRetry(error)
        await sleep(pause, undefined, { signal: AbortSignal.any([ended, leaving]) }).catch(() => {})
        if (ended.aborted || leaving.aborted) throw error
      }
    }
  } finally {
    goesOn?.()
  }
}
