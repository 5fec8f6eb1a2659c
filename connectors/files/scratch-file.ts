/**
 * A file for what doesn't fit into memory and nobody needs afterwards. It loses its name as soon as
 * it is open, so its space is free again when it is closed or the process ends, however that ends.
 * Other users can't open it, and nothing that it held is found later.
 *
 * Synchronous: it is read in inner loops, mostly from the page cache. Threads of the process may
 * read it by its descriptor.
 */

import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ErrataError, isDiskFull } from '../../errors.ts'

export interface ScratchFile {
  readonly size: () => number
  /** Writes at the end, and says where that was. DISK_FULL. */
  readonly append: (bytes: Uint8Array) => number
  /** Fills `into` with what was written at `from`. */
  readonly read: (into: Uint8Array, from: number) => void
  /** Replaces bytes that were written. */
  readonly replace: (bytes: Uint8Array, from: number) => void
  readonly close: () => void
}

const bufferBytes = 1 << 20 // what is appended is written in pieces of this size

/** A scratch file in a folder, which is created if missing. DISK_FULL. */
export function openScratch(folder: string): ScratchFile {
  const descriptor = named(folder)
  const buffer = new Uint8Array(bufferBytes)
  let buffered = 0
  let written = 0

  const write = (bytes: Uint8Array, at: number): void => {
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(descriptor, bytes, done, bytes.length - done, at + done)
    } catch (cause) {
      throw fault(cause, folder)
    }
  }
  const flush = (): void => {
    write(buffer.subarray(0, buffered), written)
    written += buffered
    buffered = 0
  }

  return {
    size: () => written + buffered,
    append(bytes) {
      if (buffered + bytes.length > bufferBytes) flush()
      const from = written + buffered
      if (bytes.length > bufferBytes) {
        write(bytes, from)
        written += bytes.length
      } else {
        buffer.set(bytes, buffered)
        buffered += bytes.length
      }
      return from
    },
    read(into, from) {
      if (from + into.length > written) flush()
      for (let done = 0; done < into.length;) {
        const count = readSync(descriptor, into, done, into.length - done, from + done)
        if (count === 0) throw new RangeError('a scratch file is read beyond its end')
        done += count
      }
    },
    replace(bytes, from) {
      if (from + bytes.length > written) flush()
      write(bytes, from)
    },
    close: () => closeSync(descriptor),
  }
}

function named(folder: string): number {
  const path = join(folder, `scratch-${randomUUID()}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const descriptor = openSync(path, 'wx+', 0o600)
    rmSync(path)
    return descriptor
  } catch (cause) {
    throw fault(cause, folder)
  }
}

function fault(cause: unknown, folder: string): unknown {
  return isDiskFull(cause)
    ? new ErrataError('DISK_FULL', 'there is no space for a scratch file', { folder }, cause)
    : cause
}
