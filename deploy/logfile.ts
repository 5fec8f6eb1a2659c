/** A log file with a bounded size: at the limit it becomes `.1`, the one before `.2`, and what was `.3` is deleted. */

import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface LogFile {
  write(line: string): void
  close(): void
}

const maxBytes = 10 * 2 ** 20
const kept = 3

export function openLogFile(path: string, limit = maxBytes): LogFile {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a')
  let bytes = fstatSync(file).size
  let isOpen = true
  const rotate = (): void => {
    closeSync(file)
    rmSync(`${path}.${kept}`, { force: true })
    for (let number = kept - 1; number >= 1; number--) if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`)
    renameSync(path, `${path}.1`)
    file = openSync(path, 'a')
    bytes = 0
  }
  return {
    write(line) {
      if (!isOpen) return
      if (bytes >= limit) rotate()
      bytes += writeSync(file, `${line}\n`)
    },
    close() {
      if (isOpen) closeSync(file)
      isOpen = false
    },
  }
}
