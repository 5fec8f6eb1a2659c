/**
 * One row of the fault matrix: documents go through the whole system, something is broken at a
 * seeded moment and mended again, everything drains, and then every checker looks.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { check, drain, limitMs } from './check.ts'
import { sizeOf } from './children.ts'
import { randomOf, type Random } from './random.ts'
import { openSystem, type System } from './system.ts'

export interface Row {
  readonly name: string
  /** Breaks something, and keeps it broken for as long as it should be; what is wrong by then. */
  readonly inject: (system: System, random: Random) => Promise<readonly string[] | void>
  /** Mends what is still broken. */
  readonly heal?: (system: System) => Promise<void> | void
  /** After everything has drained: what is wrong. */
  readonly after?: (system: System) => Promise<readonly string[]>
  /** Processes that this fault may end; a supervisor starts them again. */
  readonly mayEnd?: readonly string[]
  readonly documents?: number
  /** Why it can't run on this machine; null where it can. */
  readonly lacks?: () => string | null
}

export interface RowOutcome {
  readonly row: string
  readonly seed: number
  readonly seconds: number
  readonly 'healed after s': number
  readonly outcome: string
}

const readyMs = 180_000
const mostMemory = 700 // MiB of a process
const mostNewFiles = 40 // files and sockets more than the process had in its first row
const bad = /unhandled|heap out of memory|FATAL|"code":"BUG"|TypeError|ReferenceError/i

export interface Bench {
  run(row: Row, seed: number): Promise<RowOutcome>
  close(): Promise<void>
}

/** Rows share a system, so that what one leaves meets the next; a row that is wrong ends it. */
export function openBench(): Bench {
  let system: System | null = null
  let files = new Map<number, number>() // by pid, after its first row

  const judge = async (
    at: System,
    row: Row,
    seed: number,
  ): Promise<{ wrong: string[]; healed: number }> => {
    const random = randomOf(seed)
    const feeding = at.stream.send(row.documents ?? 60, random)
    await sleep(300 + random.number(900))
    const wrong: string[] = [...((await row.inject(at, random)) ?? [])]
    await row.heal?.(at)
    at.sent.push(...(await feeding))
    const began = performance.now()
    await at.children.ready(readyMs).catch((error: Error) => wrong.push(error.message))
    const lag = await drain(at, limitMs)
    const healed = Math.round((performance.now() - began) / 1000)
    if (lag !== null) wrong.push(lag)
    wrong.push(...((await row.after?.(at)) ?? []))
    wrong.push(...(await check(at, limitMs)))
    wrong.push(...processes(at, row, wrong.length > 0))
    return { wrong, healed }
  }

  /** Where something is wrong, the ends that may be are part of the story. */
  const processes = ({ children }: System, row: Row, isWrong: boolean): string[] => {
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
      const { pid } = children.get(name)
      const size = sizeOf(pid)
      if (size === null) continue
      if (size.memory > mostMemory) wrong.push(`${name} takes ${size.memory} MiB`)
      const before = files.get(pid)
      if (before === undefined) files.set(pid, size.files)
      else if (size.files > before + mostNewFiles)
        wrong.push(`${name} has ${size.files} files open, ${before} before`)
    }
    return wrong
  }

  const close = async (): Promise<void> => {
    const old = system
    system = null
    files = new Map()
    await old?.close()
  }

  return {
    async run(row, seed) {
      const began = performance.now()
      const told = (outcome: string, healed = 0): RowOutcome => ({
        row: row.name,
        seed,
        seconds: Math.round((performance.now() - began) / 1000),
        'healed after s': healed,
        outcome,
      })
      const lacks = row.lacks?.() ?? null
      if (lacks !== null) return told(`not run: ${lacks}`)
      try {
        const { wrong, healed } = await judge((system ??= await openSystem()), row, seed)
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
