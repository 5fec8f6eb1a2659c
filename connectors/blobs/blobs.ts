/**
 * Documents and model bundles by the sha256 of their bytes.
 *
 * A name is derived from the bytes alone: no input from a sender becomes a path, equal bytes are
 * one file, and a file never changes, so readers need no lock. A put is on disk (synced) before its
 * promise resolves, since a record naming the sha256 follows. Every get hashes the bytes that it
 * read: corrupted bytes are BLOB_MISMATCH and never reach a decoder.
 *
 * `errata erase` removes a blob; removing those that no record refers to is up to the operator's
 * retention.
 */

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ErrataError, isDiskFull } from '../../errors.ts'

export interface Blobs {
  /** Stores the bytes and returns their sha256 in hex. DISK_FULL, STORE_UNREACHABLE. */
  readonly put: (bytes: Uint8Array) => Promise<string>
  /** The bytes. BLOB_MISSING, BLOB_MISMATCH, STORE_UNREACHABLE. */
  readonly get: (sha256: string) => Promise<Buffer>
  readonly has: (sha256: string) => Promise<boolean>
  /** Deletes the bytes; false where there were none. STORE_UNREACHABLE. */
  readonly remove: (sha256: string) => Promise<boolean>
}

/** A store in a folder, created if missing: `<folder>/ab/cd/<sha256>`. */
export function openBlobs(folder: string): Blobs {
  const place = (sha256: string): string => {
    // A name that is no hash can't be in the store and must not become a path
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new ErrataError('BLOB_MISSING', 'not the sha256 of a stored document')
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  const sizeAt = (path: string): Promise<number | null> =>
    stat(path).then(
      (file) => file.size,
      () => null,
    )

  const put = async (bytes: Uint8Array): Promise<string> => {
    const sha256 = sha256Of(bytes)
    const path = place(sha256)
    // a file of another size is damaged and is replaced
    if ((await sizeAt(path)) === bytes.length) return sha256
    await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
      throw storeError(cause, sha256)
    })
    // The temporary name is unique, so two writers of the same bytes don't disturb each other and
    // the last rename wins.
    const temporary = `${path}.${randomUUID()}.partial`
    try {
      const file = await open(temporary, 'wx')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
      await syncFolder(dirname(path))
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw storeError(cause, sha256)
    }
    return sha256
  }

  const get = async (sha256: string): Promise<Buffer> => {
    const bytes = await readFile(place(sha256)).catch((cause: unknown) => {
      throw storeError(cause, sha256)
    })
    if (sha256Of(bytes) !== sha256)
      throw new ErrataError('BLOB_MISMATCH', 'stored bytes have another sha256 than their name', {
        sha256,
      })
    return bytes
  }

  const has = async (sha256: string): Promise<boolean> =>
    /^[0-9a-f]{64}$/.test(sha256) && (await sizeAt(place(sha256))) !== null

  const remove = async (sha256: string): Promise<boolean> => {
    if (!(await has(sha256))) return false
    await rm(place(sha256), { force: true }).catch((cause: unknown) => {
      throw storeError(cause, sha256)
    })
    await syncFolder(dirname(place(sha256)))
    return true
  }

  return { put, get, has, remove }
}

/** Hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * A rename is durable once its folder is synced; file systems that can't sync a folder don't need
 * it.
 */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function storeError(cause: unknown, sha256: string): ErrataError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT')
    return new ErrataError(
      'BLOB_MISSING',
      'the blob store does not hold this sha256',
      { sha256 },
      cause,
    )
  if (isDiskFull(cause))
    return new ErrataError('DISK_FULL', 'the blob store is full', { sha256 }, cause)
  return new ErrataError(
    'STORE_UNREACHABLE',
    'the blob store can not be read or written',
    { sha256, reason: code ?? 'unknown' },
    cause,
  )
}
