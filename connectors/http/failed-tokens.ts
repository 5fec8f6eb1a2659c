/**
 * Tokens that failed, counted for each address that they came from.
 *
 * After so many failures within a minute further ones are answered with 429 instead of 401. And
 * where they were different tokens, somebody is guessing: until the minute is over, ERRATA_TOKEN,
 * which a person may have chosen, is not compared with what that address sends. Tokens of accounts
 * and sessions hold 256 random bits or a signature, so guessing them is hopeless, and who has one
 * is let in also while a neighbour behind the same address guesses. A page that goes on with a
 * token that was taken away repeats one token, and so locks nobody out.
 */

import { createHash } from 'node:crypto'
import { Counter } from 'prom-client'
import { networkOf } from './server.ts'

export interface Failures {
  /** Counts one; seconds until the address may fail again, 0 while it may. */
  readonly add: (address: string, token: string) => number
  readonly isGuessing: (address: string) => boolean
}

interface Count {
  readonly since: number // ms since 1970
  readonly tokens: Set<string>
  failures: number
}

export const tooMany = {
  code: 'TOO_MANY',
  message: 'too many tokens that are not valid came from this address; try again later',
} as const

export const mostFailures = 20 // of one address in a window
const windowMs = 60_000
const mostAddresses = 10_000 // some 20 MB where all of them guess

const counter = new Counter({
  name: 'errata_failed_tokens_total',
  help: 'Requests with a token that is not valid, by the answer: 401, or 429 over the limit',
  labelNames: ['status'] as const,
})

export function openFailures(now: () => number): Failures {
  const counts = new Map<string, Count>() // the oldest window first
  const countOf = (address: string): Count | null => {
    const count = counts.get(address)
    if (count === undefined) return null
    const age = now() - count.since
    if (age >= 0 && age < windowMs) return count
    counts.delete(address)
    return null
  }
  const begin = (address: string): Count => {
    const [oldest] = counts.keys()
    if (oldest !== undefined && counts.size >= mostAddresses) counts.delete(oldest)
    const count = { since: now(), tokens: new Set<string>(), failures: 0 }
    counts.set(address, count)
    return count
  }
  return {
    add(address, token) {
      const place = networkOf(address)
      const count = countOf(place) ?? begin(place)
      count.failures += 1
      if (count.tokens.size < mostFailures) count.tokens.add(shortHashOf(token))
      const isOver = count.failures > mostFailures
      counter.inc({ status: isOver ? 429 : 401 })
      return isOver ? Math.max(1, Math.ceil((count.since + windowMs - now()) / 1000)) : 0
    },
    isGuessing: (address) => countOf(networkOf(address))?.tokens.size === mostFailures,
  }
}

function shortHashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 11)
}
