/** Programs for the integration tests: servers that are waited for and stopped by process id. */

import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config.ts'
import type { Connection } from '../../operations/connect.ts'
import type { Verdict } from '../../schemas/types.ts'

export interface Bench {
  readonly home: string
  readonly config: Config
  readonly connection: Connection
  readonly environment: Readonly<Record<string, string>> // of `errata`
  readonly mlflowUrl: string | null
  readonly say: (line: string) => void
  readonly port: (wanted: number) => Promise<number>
  /** Sends verdicts as the review page does. */
  readonly answer: (verdicts: readonly Verdict[]) => Promise<void>
}

/** Thrown by a trial of what can't be had on this machine; the message says what it is. */
export class Skipped extends Error {}

const patienceMs = 600_000 // until something happens, on a machine that does much else
const longestRunMs = 3 * patienceMs // of a program: one of them trains
const children: ChildProcess[] = []

/** Starts a program in a process group of its own and waits until `readyUrl` answers 200. */
export async function serve(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  readyUrl: string,
): Promise<ChildProcess> {
  const child = spawn(command, words, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  })
  children.push(child)
  let said = ''
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-2_000)))
  for (const end = performance.now() + patienceMs; ; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${said}`)
    if (performance.now() > end) throw new Error(`${readyUrl} did not answer: ${said}`)
    const answer = await fetch(readyUrl).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok === true) return child
  }
}

/** A part of Errata as a process. */
export function errata(
  bench: Bench,
  words: readonly string[],
  readyUrl: string,
): Promise<ChildProcess> {
  return serve(
    process.execPath,
    ['--import', 'tsx/esm', 'cli/cli.ts', ...words],
    bench.environment,
    readyUrl,
  )
}

/** Runs a program to its end; what it printed. Throws where it fails. */
export function run(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const impatience = setTimeout(() => child.kill('SIGKILL'), longestRunMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(impatience)
      if (code === 0) resolve(output)
      else
        reject(
          new Error(
            `${command} ${words.slice(0, 4).join(' ')} ended with ${signal ?? code}: ${(output + errors).slice(-1_500)}`,
          ),
        )
    })
  })
}

export async function until<T>(find: () => Promise<T | null>, what: string): Promise<T> {
  for (const end = performance.now() + patienceMs; ; await sleep(300)) {
    const found = await find()
    if (found !== null) return found
    if (performance.now() > end) throw new Error(`${what} did not come`)
  }
}

export async function stopAll(): Promise<void> {
  for (const child of children.reverse()) {
    if (child.exitCode !== null || child.pid === undefined) continue
    const ended = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGTERM') // the group that it leads: servers have workers
    await Promise.race([ended, sleep(15_000)])
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // the group is empty, as it should be
    }
  }
}
