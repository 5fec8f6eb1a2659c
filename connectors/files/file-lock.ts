/**
 * A lock that dies with its owner: a file that holds the owner's pid and appears with it in one
 * step.
 */

import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

// In a container every start may have the same pid: a lock with our pid that we don't hold was left
// by an earlier process.
const held = new Set<string>()

/** Null when it is ours now, else the pid of the living owner. */
export function takeLock(path: string): number | null {
  const own = `${path}.${process.pid}`
  try {
    writeFileSync(own, String(process.pid))
    for (;;) {
      if (link(own, path)) {
        held.add(path)
        return null
      }
      const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
      if (owner === process.pid ? held.has(path) : owner !== 0 && lives(owner)) return owner
      rmSync(path, { force: true })
    }
  } finally {
    rmSync(own, { force: true }) // also where there was no space for it
  }
}

export function releaseLock(path: string): void {
  held.delete(path)
  rmSync(path, { force: true })
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function link(own: string, path: string): boolean {
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
