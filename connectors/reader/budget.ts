/**
 * The time limit of a document for all its steps together, in whichever lane they run. Time between
 * steps doesn't count.
 */

import { ErrataError } from '../../errors.ts'

export interface Budget {
  /** Runs a step and passes it the remaining time. DOCUMENT_TIMEOUT where none is left. */
  readonly spend: <T>(step: (leftMs: number) => Promise<T>) => Promise<T>
  readonly isSpent: () => boolean
  readonly extend: (ms: number) => void
}

const leastMs = 20 // a timer may fire slightly early, and no step finishes in less

export function openReadingBudget(ms: number): Budget {
  let allowedMs = ms
  let spentMs = 0
  const leftMs = (): number => Math.floor(allowedMs - spentMs)
  const isSpent = (): boolean => leftMs() < leastMs
  return {
    isSpent,
    extend: (more) => void (allowedMs += more),
    async spend(step) {
      if (isSpent())
        throw new ErrataError('DOCUMENT_TIMEOUT', 'reading the document took too long', {
          deadlineMs: allowedMs,
        })
      const began = performance.now()
      try {
        return await step(leftMs())
      } finally {
        spentMs += performance.now() - began
      }
    },
  }
}
