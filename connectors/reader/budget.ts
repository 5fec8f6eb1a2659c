/**
 * The time that a document has for all its steps together, in whichever lane they are done. Time
 * between steps is free.
 */

import { ErrataError } from '../../errors.ts'

export interface Budget {
  /**
   * Does a step, which gets to know how long it may take. DOCUMENT_TIMEOUT where nothing is left
   * for it.
   */
  readonly spend: <T>(step: (leftMs: number) => Promise<T>) => Promise<T>
  readonly isSpent: () => boolean
  readonly extend: (ms: number) => void
}

const leastMs = 20 // a timer may fire a little early, and nothing is done in less

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
