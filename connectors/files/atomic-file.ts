/**
 * Writes a file that others read atomically: they see all of the new content or the old one, and it
 * is on disk before the call returns.
 */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ErrataError, isDiskFull } from '../../errors.ts'

/** DISK_FULL; other errors of the system unchanged. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o666): void {
  const temporary = `${path}.${process.pid}.new`
  try {
    const file = openSync(temporary, 'w', mode)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw isDiskFull(cause)
      ? new ErrataError('DISK_FULL', 'the disk is full', { path }, cause)
      : cause
  }
}

/**
 * A rename is durable once its folder is synced; systems that can't open a folder don't need it.
 */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Windows
  }
}
