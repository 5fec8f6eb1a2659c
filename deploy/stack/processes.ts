/**
 * Processes that outlive the one that started them. A service of the local stack is detached, so
 * that a supervisor that is killed takes nothing with it; the next one finds the pid in a file. A
 * pid alone proves nothing, since systems use numbers again: a process is ours only where its
 * command line names our home folder.
 */

import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Starts a detached process with all output in `log` (the one before is kept as `log.1`); null
 * where it could not start.
 */
export function launch(
  command: string,
  arguments_: readonly string[],
  options: { cwd: string; log: string },
): Promise<number | null> {
  mkdirSync(dirname(options.log), { recursive: true })
  if (existsSync(options.log)) renameSync(options.log, `${options.log}.1`)
  const output = openSync(options.log, 'w')
  const child = spawn(command, arguments_, {
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', output, output],
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('spawn', () => {
      child.unref()
      closeSync(output)
      resolve(child.pid ?? null)
    })
  })
}

/** Whether the process lives and its command line contains `mark`. */
export function isOurProcess(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark)
}

/**
 * SIGTERM, then SIGKILL after the grace time; returns when it is gone. Leaves a process alone that
 * is not ours.
 */
export async function terminate(
  pid: number,
  mark: string,
  graceMs: number,
): Promise<'gone' | 'clean' | 'killed'> {
  if (!isOurProcess(pid, mark)) return 'gone'
  signal(pid, 'SIGTERM')
  for (const end = Date.now() + graceMs; Date.now() < end;) {
    await sleep(50)
    if (!isOurProcess(pid, mark)) return 'clean'
  }
  signal(pid, 'SIGKILL')
  for (let look = 0; look < 100 && isOurProcess(pid, mark); look++) await sleep(50)
  return 'killed'
}

/**
 * Whether a command line is that of a child of a supervisor of this home: one of our scripts with
 * the home right behind it. That the home is named somewhere proves nothing: whoever looks at a log
 * there names it too.
 */
export function isChildOf(home: string, words: readonly string[]): boolean {
  return words.some((word, index) => {
    const script = basename(word).replace(/\.[jt]s$/, '')
    if (script === 'supervised') return words[index + 1] === home
    const isStore = script === 'chdb-server' || script === 'store' // its name in 0.1.0
    return isStore && words[index + 1] === join(home, 'analytics')
  })
}

/** Children of a supervisor of this home that live, be it this process or one that is gone. */
export function childrenOf(home: string): readonly number[] {
  return processes()
    .filter(({ pid, words }) => pid !== process.pid && isChildOf(home, words))
    .map(({ pid }) => pid)
}

function processes(): readonly { readonly pid: number; readonly words: readonly string[] }[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), words: wordsOf(Number(name)) }))
  }
  const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, ...words]) => ({ pid: Number(pid), words }))
}

/** SIGKILL to those of them that are still children of a supervisor of this home. */
export function killChildren(home: string): void {
  for (const pid of childrenOf(home)) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself between the check and the signal.
  }
}

/** Words with a space between them; empty for a process that is gone or a zombie. */
function commandLine(pid: number): string {
  if (process.platform === 'linux') return wordsOf(pid).join(' ')
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-ww', '-p', String(pid)], {
    encoding: 'utf8',
  })
  return stdout ?? ''
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
