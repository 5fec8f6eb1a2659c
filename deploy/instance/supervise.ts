/**
 * Child processes kept running: started again after a pause that doubles from one second to thirty,
 * forgotten after a minute of good work. Their lines go to a log file each; warnings and worse also
 * to `say`. A child ends by itself when its supervisor is gone, since its standard input closes
 * then.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownScript, type OwnScript } from '../../connectors/own-script.ts'
import { openLogFile } from './log-file.ts'

export interface ChildPlan {
  readonly name: string
  /** what `errata` is called with */
  readonly command: readonly string[]
  /** set in the child's environment, beside what is there; undefined takes away */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** answers 200 when the child is ready */
  readonly readyUrl: string
}

export interface SupervisedProcess {
  readonly name: string
  pid(): number | null
  restarts(): number
  /** The last end that nobody asked for; null where there was none. */
  lastEnd(): ProcessEnd | null
  isReady(): Promise<boolean>
  /** SIGTERM, and a new child once it has ended; that end is not one to report. */
  restart(): void
  /** SIGTERM; SIGKILL after the grace time, or at once when it is called again. */
  stop(graceMs: number): Promise<void>
}

export interface ProcessEnd {
  readonly at: string // ISO
  /** How it ended, and the last error that it logged before. */
  readonly why: string
}

const firstPauseMs = 1_000
const longestPauseMs = 30_000
/** After so long without an end a process is well again. */
export const goodWorkMs = 60_000
const entry = ownScript('../../cli/supervised.ts', import.meta.url)

export function supervise(
  home: string,
  plan: ChildPlan,
  say: (line: string) => void,
  onChange: () => void,
  script: OwnScript = entry,
): SupervisedProcess {
  const log = openLogFile(join(home, 'logs', `${plan.name}.log`))
  const stopped = new AbortController()
  let child: ChildProcess | null = null
  let restarts = 0
  let isAsked = false
  let lastError: string | null = null
  let lastEnd: ProcessEnd | null = null

  const listen = (line: string): void => {
    log.write(line)
    const notable = notableIn(line)
    if (notable === null) return
    say(`${plan.name}: ${notable}`)
    if (isError(line)) lastError = notable
  }
  const live = async (): Promise<void> => {
    for (let pause = firstPauseMs; !stopped.signal.aborted;) {
      const startedAt = performance.now()
      lastError = null
      // A group of its own, so that Ctrl-C in a terminal reaches the supervisor alone, which stops
      // all in order.
      child = spawn(process.execPath, [...script.loader, script.path, home, ...plan.command], {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...plan.environment },
      })
      onChange()
      const how = await ended(child, listen)
      child = null
      if (stopped.signal.aborted) break
      if (isAsked) {
        isAsked = false
        continue
      }
      restarts++
      lastEnd = { at: new Date().toISOString(), why: [how, lastError].filter(Boolean).join(', ') }
      if (performance.now() - startedAt > goodWorkMs) pause = firstPauseMs
      say(
        `${plan.name} ended with ${how}; it starts again in ${pause / 1_000} s (log: ${join(home, 'logs', `${plan.name}.log`)})`,
      )
      onChange()
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => {})
      pause = Math.min(2 * pause, longestPauseMs)
    }
    log.close()
  }
  const life = live()

  return {
    name: plan.name,
    pid: () => child?.pid ?? null,
    restarts: () => restarts,
    lastEnd: () => lastEnd,
    isReady: async () => child !== null && (await respondsOk(plan.readyUrl)),
    restart() {
      isAsked = true
      child?.kill('SIGTERM')
    },
    async stop(graceMs) {
      const again = stopped.signal.aborted
      stopped.abort()
      child?.kill(again ? 'SIGKILL' : 'SIGTERM')
      const impatience = setTimeout(() => child?.kill('SIGKILL'), graceMs)
      await life
      clearTimeout(impatience)
    },
  }
}

export async function respondsOk(url: string, timeoutMs = 2_000): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** What /ready says: whether, and the lines after the first. Null where nobody answers. */
export async function askReady(
  url: string,
  timeoutMs = 2_000,
): Promise<{ readonly ready: boolean; readonly notes: readonly string[] } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    const [, ...notes] = (await response.text()).trimEnd().split('\n')
    return { ready: response.ok, notes }
  } catch {
    return null
  }
}

/**
 * What a person should see of a log line: warnings and worse, and anything that is no log line,
 * such as a stack.
 */
export function notableIn(line: string): string | null {
  if (line.trim() === '') return null
  try {
    const { level, msg, code, error, err } = JSON.parse(line) as {
      level?: string
      msg?: string
      code?: string
      error?: { code?: string; message?: string }
      err?: { code?: string; message?: string }
    }
    if (level !== 'warn' && level !== 'error' && level !== 'fatal') return null
    const cause = error ?? err
    return [msg ?? '', code ?? cause?.code ?? '', cause?.message ?? ''].filter(Boolean).join(': ')
  } catch {
    return line
  }
}

/** A log line of the level `error` or worse. */
function isError(line: string): boolean {
  return /"level":"(error|fatal)"/.test(line)
}

function ended(child: ChildProcess, listen: (line: string) => void): Promise<string> {
  // Its end of the pipe may be gone already.
  child.stdin?.on('error', () => {})
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', listen)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    // Not `close`: a grandchild that outlives it for a while may hold its pipes open.
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}
