/**
 * The stages as processes of their own, as `errata run` runs them, under a supervisor that starts
 * again what ends. Whatever ended without being told to is kept for the checkers, and so is what
 * the processes said.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { askReady } from '../../../deploy/instance/supervise.ts'
import { openPort } from '../../ports.ts'

export interface Start {
  readonly parts: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Options of Node. */
  readonly node?: readonly string[]
  /** What the process is started by, such as faketime with its arguments. */
  readonly by?: readonly string[]
  /** The checkout that it runs; this one. */
  readonly folder?: string
}

export interface End {
  readonly name: string
  readonly how: string
  readonly said: string
}

export interface Child {
  readonly name: string
  readonly pid: number
  readonly process: ChildProcess
}

export interface Children {
  start(name: string, start: Start): Promise<void>
  /** Ends it in order and starts it again; `once` for this one time only. */
  restart(name: string, once?: Partial<Start>): Promise<void>
  stop(name: string): Promise<void>
  get(name: string): Child
  names(): readonly string[]
  /** Ends that nobody asked for, since the last call. */
  ends(): readonly End[]
  /** Whether anybody has said this since the last call of `said`. */
  heard(words: string): boolean
  /** All lines since the last call. */
  said(): readonly string[]
  /** What /ready says; null where nobody answers. */
  asked(name: string): ReturnType<typeof askReady>
  /** Waits until all that run are ready. */
  ready(): Promise<void>
  close(): Promise<void>
}

interface Slot {
  readonly name: string
  start: Start
  child: ChildProcess | null
  port: number
  /** Told to end. */
  isTold: boolean
  lines: string[]
}

const pauseMs = 500 // before what ended is started again
const longestStartMs = 300_000 // of five that compile and join at once, on a busy machine
const longestStopMs = 40_000 // SIGTERM to the end, on a busy machine

export function openChildren(): Children {
  const slots = new Map<string, Slot>()
  let ends: End[] = []
  let lines: string[] = []
  let isClosing = false

  const launch = (slot: Slot, start: Start): void => {
    const { parts, environment, node = [], by = [], folder = '.' } = start
    const own = [...node, '--import', 'tsx/esm', 'cli/cli.ts', 'run', ...parts]
    const [command = '', ...words] = [...by, process.execPath, ...own]
    const port = { ERRATA_METRICS_PORT: String(slot.port) }
    const env = { PATH: process.env['PATH'], ...environment, ...port }
    const stdio = ['ignore', 'ignore', 'pipe'] as const
    const child = spawn(command, words, { cwd: folder, env, stdio: [...stdio] })
    slot.child = child
    slot.isTold = false
    slot.lines = []
    let rest = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      const named = parts.map((line) => `${slot.name}: ${line}`)
      slot.lines = [...slot.lines, ...named].slice(-5)
      lines.push(...named)
    })
    child.once('exit', (code, signal) => {
      if (slot.child === child) slot.child = null
      if (slot.isTold || isClosing) return
      ends.push({ name: slot.name, how: String(signal ?? code), said: slot.lines.at(-1) ?? '' })
      setTimeout(() => {
        if (!isClosing && slot.child === null && !slot.isTold) launch(slot, slot.start)
      }, pauseMs)
    })
  }

  const stop = async (name: string): Promise<void> => {
    const slot = slotOf(name)
    slot.isTold = true
    const { child } = slot
    if (child === null) return
    const ended = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    const late = setTimeout(() => {
      ends.push({ name, how: `not stopped within ${longestStopMs} ms`, said: '' })
      child.kill('SIGKILL')
    }, longestStopMs)
    await ended
    clearTimeout(late)
  }

  const slotOf = (name: string): Slot => {
    const slot = slots.get(name)
    if (slot === undefined) throw new Error(`no child ${name}`)
    return slot
  }

  const isReady = async ({ port, child }: Slot): Promise<boolean> => {
    if (child === null) return false
    try {
      return (await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(5_000) }))
        .ok
    } catch {
      return false
    }
  }

  return {
    async start(name, start) {
      const port = await openPort()
      const slot: Slot = { name, start, child: null, port, isTold: false, lines: [] }
      slots.set(name, slot)
      launch(slot, start)
    },
    async restart(name, change = {}) {
      await stop(name)
      const { start } = slotOf(name)
      const environment = { ...start.environment, ...change.environment }
      launch(slotOf(name), { ...start, ...change, environment })
    },
    async stop(name) {
      await stop(name)
      slots.delete(name)
    },
    get(name) {
      const { child } = slotOf(name)
      if (child?.pid === undefined) throw new Error(`${name} does not run`)
      return { name, pid: child.pid, process: child }
    },
    names: () => [...slots].filter(([, { child }]) => child !== null).map(([name]) => name),
    ends() {
      const all = ends
      ends = []
      return all
    },
    heard: (words) => lines.some((line) => line.includes(words)),
    said() {
      const all = lines
      lines = []
      return all
    },
    asked: async (name) => askReady(`http://127.0.0.1:${slotOf(name).port}/ready`, 5_000),
    async ready() {
      const end = performance.now() + longestStartMs
      for (const slot of slots.values()) {
        while (!(await isReady(slot))) {
          const why = slot.lines.at(-1) ?? ''
          if (performance.now() > end)
            throw new Error(`${slot.name} is not ready after ${longestStartMs} ms: ${why}`)
          await sleep(200)
        }
      }
    },
    async close() {
      isClosing = true
      await Promise.all([...slots.keys()].map((name) => stop(name)))
    },
  }
}

/** Resident memory in MiB; 0 where it is gone. */
export function memoryOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}
