/**
 * A log file with a bounded size: at the limit it becomes `.1`, the one before `.2`, and what was
 * `.3` is deleted.
 *
 * Writing never throws. Without space, or if the file can't be opened, lines are lost and counted;
 * the next line that can be written is preceded by their number.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export interface LogFile {
  write(line: string): void
  close(): void
}

const maxBytes = 10 * 2 ** 20
const kept = 3

export function openLogFile(path: string, limit = maxBytes): LogFile {
  let file: number | null = null
  let bytes = 0
  let lost = 0
  let isOpen = true
  let isTorn = false // a line was written in part

  const open = (): number => {
    if (file !== null) return file
    mkdirSync(dirname(path), { recursive: true })
    file = openSync(path, 'a')
    bytes = fstatSync(file).size
    return file
  }
  const shut = (): void => {
    if (file !== null) closeSync(file)
    file = null
  }
  const rotate = (): void => {
    shut()
    rmSync(`${path}.${kept}`, { force: true })
    for (let number = kept - 1; number >= 1; number--)
      if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`)
    renameSync(path, `${path}.1`)
  }
  const append = (text: string): void => {
    const target = open()
    const data = Buffer.from(text)
    for (let written = 0; written < data.length;) {
      const more = writeSync(target, data, written)
      isTorn = written + more < data.length
      written += more
      bytes += more
    }
  }
  return {
    write(line) {
      if (!isOpen) return
      try {
        open()
        if (bytes >= limit) rotate()
        const gap =
          lost === 0
            ? ''
            : `{"level":"warn","msg":"${lost} lines were lost here: they could not be written"}\n`
        append(`${isTorn ? '\n' : ''}${gap}${line}\n`)
        lost = 0
      } catch {
        lost++
      }
    },
    close() {
      shut()
      isOpen = false
    },
  }
}
