/**
 * What each process holds open, as the kernel counts it: files and sockets, and processes that it
 * started. A fault makes stages open leases, consumers and connections again; what the former ones
 * held must be gone once all is well. The count to compare with is that of a system that has
 * worked on a few documents, so that it has all its connections, and stays the same for all rows:
 * a little more after each of them shows too.
 */

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

interface Processes {
  names(): readonly string[]
  get(name: string): { readonly pid: number }
}

export interface Handles {
  /** Sockets included. */
  readonly files: number
  readonly sockets: number
  readonly processes: number
}

/** By the name of the process: one that was started again may hold as much as the one before. */
export type HandlesByName = ReadonlyMap<string, Handles>

/** More than before. A store's pool of connections and an idle reader come and go. */
const mostMore: Handles = { files: 10, sockets: 6, processes: 2 }
const patienceMs = 20_000 // for connections that are closing

export const canCount = existsSync('/proc/self/fd')

export function handlesOf(children: Processes): HandlesByName {
  const found = new Map<string, Handles>()
  for (const name of children.names()) {
    const handles = read(children.get(name).pid)
    if (handles !== null) found.set(name, handles)
  }
  return found
}

/** What is still open beyond what was open before, in words. */
export async function leaks(children: Processes, before: HandlesByName): Promise<string[]> {
  for (const end = performance.now() + patienceMs; ; await sleep(500)) {
    const wrong = grown(before, handlesOf(children))
    if (wrong.length === 0 || performance.now() > end) return wrong
  }
}

export function grown(before: HandlesByName, now: HandlesByName): string[] {
  const kinds = ['files', 'sockets', 'processes'] as const
  return [...now].flatMap(([name, handles]) => {
    const base = before.get(name)
    if (base === undefined) return []
    return kinds
      .filter((kind) => handles[kind] > base[kind] + mostMore[kind])
      .map((kind) => `${name} holds ${handles[kind]} ${kind}, ${base[kind]} before`)
  })
}

/** null where the process is gone. */
function read(pid: number): Handles | null {
  try {
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => targetOf(`/proc/${pid}/fd/${fd}`))
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return {
      files: open.length,
      sockets: open.filter((target) => target.startsWith('socket:')).length,
      processes: children.length,
    }
  } catch {
    return null
  }
}

/** Closed since it was listed: nothing. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
