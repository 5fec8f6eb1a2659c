/**
 * One row of the fault matrix: documents go through the whole system, something is broken at a
 * seeded moment and repaired again, everything drains, and then every checker looks.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Brokers } from '../brokers.ts'
import { check, drain, limitMs } from './check.ts'
import { memoryOf } from './children.ts'
import { canCount, handlesOf, leaks, type HandlesByName } from './handles.ts'
import { randomOf, type FaultRandom } from './random.ts'
import { openSystem, type System } from './system.ts'

export interface FaultRow {
  readonly name: string
  /** Breaks something, and keeps it broken for as long as it should be; what is wrong by then. */
  readonly inject: (system: System, random: FaultRandom) => Promise<readonly string[] | void>
  /** Mends what is still broken. */
  readonly heal?: (system: System) => Promise<void> | void
  /** After everything has drained: what is wrong. */
  readonly after?: (system: System) => Promise<readonly string[]>
  /** Processes that this fault may end; a supervisor starts them again. */
  readonly mayEnd?: readonly string[]
  readonly documents?: number
  /** Until lag is 0 again, where it isn't so soon after healing. */
  readonly drainMs?: number
  /** Why it can't run on this machine, or on these brokers; null where it can. */
  readonly lacks?: (brokers: Brokers) => string | null
}

export interface RowOutcome {
  readonly row: string
  readonly seed: number
  readonly brokers: number
  readonly seconds: number
  readonly 'healed after s': number
  readonly outcome: string
}

const mostMemory = 700 // MiB of a process
const warmUp = 6 // documents before the first row, so that every connection is there
const bad = /unhandled|heap out of memory|FATAL|"code":"BUG"|TypeError|ReferenceError/i

export interface Bench {
  run(row: FaultRow, seed: number): Promise<RowOutcome>
  close(): Promise<void>
}

/** Rows share a system, so that what one leaves meets the next; a row that is wrong ends it. */
export function openBench(brokers: Brokers): Bench {
  if (!canCount) console.log('no /proc: memory and what processes hold open are not checked')
  let system: System | null = null
  let before: HandlesByName | null = null // after the warm-up

  const warm = async (at: System): Promise<HandlesByName> => {
    at.sent.push(...(await at.stream.send(warmUp, randomOf(0))))
    const lag = await drain(at, limitMs)
    if (lag !== null) throw new Error(`before the first row: ${lag}`)
    return handlesOf(at.children)
  }

  const judge = async (
    at: System,
    row: FaultRow,
    seed: number,
  ): Promise<{ wrong: string[]; healed: number }> => {
    const random = randomOf(seed)
    before ??= await warm(at)
    const feeding = at.stream.send(row.documents ?? 60, random)
    await sleep(300 + random.number(900))
    const wrong: string[] = [...((await row.inject(at, random)) ?? [])]
    await row.heal?.(at)
    at.sent.push(...(await feeding))
    const began = performance.now()
    await at.children.ready().catch((error: Error) => wrong.push(error.message))
    const lag = await drain(at, row.drainMs ?? limitMs)
    const healed = Math.round((performance.now() - began) / 1000)
    if (lag !== null) wrong.push(lag)
    wrong.push(...((await row.after?.(at)) ?? []))
    wrong.push(...(await check(at, limitMs)))
    wrong.push(...(await leaks(at.children, before)))
    wrong.push(...processes(at, row, wrong.length > 0))
    return { wrong, healed }
  }

  /** Where something is wrong, the ends that may be are part of the story. */
  const processes = ({ children }: System, row: FaultRow, isWrong: boolean): string[] => {
    const mayEnd = (name: string): boolean => !isWrong && (row.mayEnd ?? []).includes(name)
    const wrong = children
      .ends()
      .filter(({ name }) => !mayEnd(name))
      .map(({ name, how, said }) => `${name} ended with ${how}: ${said}`)
    wrong.push(
      ...children
        .said()
        .filter((line) => bad.test(line))
        .map((line) => `said: ${line}`),
    )
    for (const name of children.names()) {
      const memory = memoryOf(children.get(name).pid)
      if (memory > mostMemory) wrong.push(`${name} takes ${memory} MiB`)
    }
    return wrong
  }

  const close = async (): Promise<void> => {
    const old = system
    system = null
    before = null
    await old?.close()
  }

  return {
    async run(row, seed) {
      const began = performance.now()
      const told = (outcome: string, healed = 0): RowOutcome => ({
        row: row.name,
        seed,
        brokers: brokers.nodes.length,
        seconds: Math.round((performance.now() - began) / 1000),
        'healed after s': healed,
        outcome,
      })
      const lacks = row.lacks?.(brokers) ?? null
      if (lacks !== null) return told(`not run: ${lacks}`)
      try {
        const { wrong, healed } = await judge((system ??= await openSystem(brokers)), row, seed)
        if (wrong.length === 0) return told('right', healed)
        await close()
        return told(describe(wrong), healed)
      } catch (error) {
        await close().catch(() => {})
        return told(`failed: ${(error as Error).stack ?? String(error)}`)
      }
    },
    close,
  }
}

function describe(wrong: readonly string[]): string {
  const shown = wrong.slice(0, 6).map((line) => line.slice(0, 400))
  return [...shown, ...(wrong.length > 6 ? [`and ${wrong.length - 6} more`] : [])].join('\n  ')
}
