/** A lock that ends with its owner: a file with the owner's pid, created atomically. */

import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

// In a container every start may have the same pid: a lock with this pid that this process doesn't
// hold was left by an earlier one.
const held = new Set<string>()

/** Null when this process has it, else the pid of the living owner. */
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
    rmSync(own, { force: true }) // also if the disk was full
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
