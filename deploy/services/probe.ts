/**
 * Asks an outside system again and again whether it is there, and says since when it has not
 * answered. One question at a time: a system that takes connections and never answers is asked once
 * more only after its deadline.
 */

import { codeOf, type ErrorCode, type Problem } from '../../errors.ts'

export interface Probe {
  /** None where it has answered a moment ago. */
  problems(): readonly Problem[]
  /** How long it has not answered, in ms. */
  silentMs(): number
  stop(): void
}

export interface ProbeOptions {
  /** As a sentence begins: `the broker`. */
  readonly what: string
  /** Of a system that doesn't answer at all; otherwise its error has one. */
  readonly code: ErrorCode
  readonly ask: () => Promise<unknown>
  readonly everyMs?: number
  /** A silence no longer than this is no problem. */
  readonly patienceMs?: number
  /** ms, from an arbitrary origin */
  readonly now?: () => number
}

const defaultEveryMs = 5_000
const defaultPatienceMs = 15_000

export function openProbe({
  what,
  code,
  ask,
  everyMs = defaultEveryMs,
  patienceMs = defaultPatienceMs,
  now = () => performance.now(),
}: ProbeOptions): Probe {
  let silent = 0 // ms without an answer, up to lookedAt
  let lookedAt = now()
  // A pause of this process itself, such as a stop by a signal, is no silence of the other one
  const silentMs = (): number => silent + Math.min(now() - lookedAt, 2 * everyMs)
  let error: unknown = null
  let isAsking = false
  const look = (): void => {
    silent = silentMs()
    lookedAt = now()
    if (isAsking) return
    isAsking = true
    ask()
      .then(
        () => {
          silent = 0
          lookedAt = now()
          error = null
        },
        (reason: unknown) => void (error = reason),
      )
      .finally(() => (isAsking = false))
  }
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return {
    problems() {
      const ms = silentMs()
      if (ms <= patienceMs) return []
      const said = error instanceof Error ? `: ${error.message}` : ''
      const seconds = Math.round(ms / 1000)
      return [
        {
          code: error === null ? code : codeOf(error),
          why: `${what} has not answered for ${seconds} s${said}`,
        },
      ]
    },
    silentMs,
    stop: () => clearInterval(timer),
  }
}
