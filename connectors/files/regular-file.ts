/**
 * Reads files written by others. Only regular files are read: opening a pipe would block forever,
 * and reading a device may never end, so a file is opened non-blocking and checked before its first
 * byte is read.
 *
 * A link named by a person is followed. A link inside a folder is not, since whoever may write
 * there could make this process read files that only it may read. The same holds for a parent
 * folder that was meanwhile replaced by a link: the opened file must be the one below the real
 * folder.
 */

import { constants, statSync } from 'node:fs'
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ErrataError } from '../../errors.ts'

/**
 * `folder`: where the file was found; null where a person named it. DOCUMENT_TYPE for anything but
 * a regular file there.
 */
export async function openRegular(path: string, folder: string | null): Promise<FileHandle> {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants
  const file = await open(path, O_RDONLY | O_NONBLOCK | (folder === null ? 0 : O_NOFOLLOW)).catch(
    (error: NodeJS.ErrnoException) => {
      throw neverFiles.has(error.code ?? '') ? notRegular(error) : error
    },
  )
  try {
    const opened = await file.stat()
    if (!opened.isFile()) throw notRegular()
    if (folder !== null) {
      const real = await realpath(path)
      const there = await lstat(real)
      if (
        real !== join(await realpath(folder), relative(folder, path)) ||
        there.ino !== opened.ino ||
        there.dev !== opened.dev
      )
        throw notRegular()
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Whether a regular file is there, by its own name or by a link: for folders of the person who runs
 * the command, such as data sets, which often consist of links.
 */
export function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

// a link (two error codes), a socket, a device without driver
const neverFiles = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP'])

const notRegular = (cause?: unknown): ErrataError =>
  new ErrataError('DOCUMENT_TYPE', 'not a regular file', {}, cause)
