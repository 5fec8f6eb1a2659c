/**
 * Values outside memory: JSON, deflated and appended to one file, with where each lies in memory.
 * What is replaced or erased is overwritten with zeros at once and leaves a hole.
 */

import { closeSync, openSync, read, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { deflateRawSync, inflateRaw } from 'node:zlib'
import { ErrataError, isDiskFull } from '../../../errors.ts'

/** Where a value lies in the file; another one for each value that is written. */
export interface Slot {
  readonly position: number // bytes
  readonly length: number // bytes
}

/** Values of one kind by key. */
export interface SpillTable<T> {
  readonly slot: (key: string) => Slot | undefined
  /** Null where there is no slot. Rejects where the slot was overwritten meanwhile. */
  readonly read: (slot: Slot | undefined) => Promise<T | null>
  /** DISK_FULL: nothing has changed then. */
  readonly put: (key: string, value: T) => void
  readonly erase: (key: string) => void
}

export interface Spill {
  readonly table: <T>() => SpillTable<T>
  readonly close: () => void
}

const inflate = promisify(inflateRaw)
const readAt = promisify(read)
const level = 1 // of deflate: a quarter of the size at a fifth of the time of the default

/** Opens the file empty. */
export function openSpill(path: string): Spill {
  const file = openSync(path, 'w+', 0o600)
  let end = 0
  const append = (value: unknown): Slot => {
    const bytes = deflateRawSync(JSON.stringify(value), { level })
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, end + written)
    } catch (cause) {
      throw isDiskFull(cause)
        ? new ErrataError('DISK_FULL', 'the review store is full', {}, cause)
        : cause
    }
    const slot = { position: end, length: bytes.length }
    end += bytes.length
    return slot
  }
  const load = async <T>(slot: Slot | undefined): Promise<T | null> => {
    if (slot === undefined) return null
    const bytes = Buffer.alloc(slot.length)
    await readAt(file, bytes, 0, slot.length, slot.position)
    return JSON.parse((await inflate(bytes)).toString('utf8')) as T
  }
  const table = <T>(): SpillTable<T> => {
    const slots = new Map<string, Slot>()
    const erase = (key: string): void => {
      const slot = slots.get(key)
      if (slot !== undefined)
        writeSync(file, Buffer.alloc(slot.length), 0, slot.length, slot.position)
      slots.delete(key)
    }
    return {
      slot: (key) => slots.get(key),
      read: (slot) => load<T>(slot),
      put(key, value) {
        const slot = append(value)
        erase(key)
        slots.set(key, slot)
      },
      erase,
    }
  }
  return { table, close: () => closeSync(file) }
}
