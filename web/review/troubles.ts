/** Errors that stop a review, and their messages. */

import { ApiError } from '../shared/api.ts'
import type { ReviewAnswer } from '../../connectors/http/contract/types.ts'

export type ReviewTrouble =
  // the broker or server is unreachable; the answer is kept
  | { readonly kind: 'away'; readonly message: string }
  | { readonly kind: 'stale'; readonly message: string }
  | { readonly kind: 'locked'; readonly message: string } // someone else has it
  | { readonly kind: 'token' }
  | { readonly kind: 'failed'; readonly message: string }

/**
 * Whether the answer the server refused as stale is this very one, whose first attempt did arrive.
 */
export function isSameAnswer(error: unknown, given: ReviewAnswer): boolean {
  if (!(error instanceof ApiError) || error.code !== 'VERDICT_STALE') return false
  const latest = error.body.latest as
    { revision?: number; reviewer?: string; openedAt?: number | null } | undefined
  return (
    latest?.revision === given.revision &&
    latest.reviewer === given.reviewer &&
    latest.openedAt === given.openedAt
  )
}

export function troubleOf(error: unknown): ReviewTrouble {
  if (!(error instanceof ApiError))
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  if (error.status === 401) return { kind: 'token' }
  if (error.code === 'LOCKED') {
    const { by } = error.body
    const name = typeof by === 'string' ? by : 'Someone'
    return { kind: 'locked', message: `${name} has this document open.` }
  }
  if (error.code === 'SAME_PERSON')
    return {
      kind: 'stale',
      message: 'You answered this document yourself: another person has to look at it.',
    }
  if (error.status === 409)
    return {
      kind: 'stale',
      message:
        'This document has changed since you opened it: someone answered it, or it was read again.',
    }
  if (error.status === 0) return { kind: 'away', message: 'The server can’t be reached.' }
  if (error.code === 'NOT_READY')
    return { kind: 'away', message: 'The service has just started and is still reading the log.' }
  if (error.status === 503) return { kind: 'away', message: 'The message broker can’t be reached.' }
  if (error.code === 'ROLE') return { kind: 'failed', message: 'Your role doesn’t allow this.' }
  return { kind: 'failed', message: error.message }
}
