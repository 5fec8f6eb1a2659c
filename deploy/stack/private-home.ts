/**
 * ERRATA_HOME is its owner's alone: it holds documents, what was read from them, and tokens. The
 * folder is closed (0700), so nothing in it can be reached by others whatever its own mode; and
 * what this process and its children make there is made for the owner only (0600, 0700).
 *
 * A home that was open is narrowed once, with what Errata made in it, and that is said. Folders
 * that containers write to as users of their own are left as they are, behind the closed one.
 */

import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const others = 0o077
const sticky = 0o1000
const folders = 'analytics|balance|blobs|cache|kafka|logs|ocr|profiles|registry|review|trainings'
const made = new RegExp(`^((${folders})([.-].*)?|.*\\.(json|lock|new)|.*token)$`)
const ofContainers = new Set(['kafka-container', 'registry-container'])

/** Makes the folder where it does not exist; `say` hears what was changed, or could not be. */
export function openPrivateHome(home: string, say: (line: string) => void): void {
  process.umask(others)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const { mode } = statSync(home)
  if (process.platform === 'win32' || (mode & others) === 0) return
  if ((mode & sticky) !== 0) {
    return say(
      `${home} is a folder that other users write to: ERRATA_HOME should be one of its own`,
    )
  }
  try {
    chmodSync(home, mode & ~others)
    const entries = readdirSync(home).filter((name) => made.test(name) && !ofContainers.has(name))
    const count = entries.reduce((sum, name) => sum + narrow(join(home, name)), 0)
    say(
      `${home} was open to other users of this machine; it is closed to them, ` +
        `and ${count} ${count === 1 ? 'file or folder' : 'files and folders'} in it as well`,
    )
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error'
    say(`${home} is open to other users of this machine and could not be closed: ${why}`)
  }
}

/** How many had to be changed. */
function narrow(path: string): number {
  const status = lstatSync(path)
  if (status.isSymbolicLink()) return 0
  const inside = status.isDirectory() ? readdirSync(path) : []
  const changed = inside.reduce((sum, name) => sum + narrow(join(path, name)), 0)
  if ((status.mode & others) === 0) return changed
  chmodSync(path, status.mode & 0o700)
  return changed + 1
}
