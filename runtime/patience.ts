/** How a reader of topics waits for outside systems, and says what it waits for. */

import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, fateOf, type Problem } from '../errors.ts'

const shortestPause = 50 // ms
const longestPause = 5_000 // ms
const momentMs = 10_000 // a wait no longer than this is no problem

/** Waiting for outside systems, until the reader stops. */
export interface Patience {
  readonly stopped: AbortSignal
  readonly waits: (error: unknown) => void
  readonly goesOn: () => void
  readonly isWaiting: () => boolean
  /** What it has waited for longer than a moment. */
  readonly problems: (name: string) => readonly Problem[]
}

export function openPatience(stopped: AbortSignal): Patience {
  let wait: { readonly since: number; readonly error: unknown } | null = null
  return {
    stopped,
    waits: (error) => (wait ??= { since: performance.now(), error }),
    goesOn: () => (wait = null),
    isWaiting: () => wait !== null,
    problems(name) {
      const { since = Infinity, error = null } = wait ?? {}
      const ms = performance.now() - since
      if (ms < momentMs) return []
      const said = error instanceof Error ? error.message : String(error)
      const why = `${name} could not be read on for ${Math.round(ms / 1000)} s: ${said}`
      return [{ code: codeOf(error), why }]
    },
  }
}

/** Retries while an outside system is at fault. */
export async function untilDone<T>(
  act: () => Promise<T>,
  { stopped, waits, goesOn }: Patience,
  meanwhile: () => Promise<void> = async () => {},
): Promise<T> {
  for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      const result = await act()
      goesOn()
      return result
    } catch (error) {
      if (fateOf(error) !== 'retry' || stopped.aborted) {
        goesOn()
        throw error
      }
      waits(error)
      await sleep(pause, undefined, { signal: stopped })
      await meanwhile()
    }
  }
}
