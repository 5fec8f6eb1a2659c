/**
 * Documents and model bundles by the sha256 of their bytes.
 *
 * A name is derived from the bytes alone: no input from a sender becomes a path, equal bytes are
 * one file, and a file never changes, so readers need no lock. A put is on disk (synced) before its
 * promise resolves, since a record naming the sha256 follows. Every get hashes the bytes that it
 * read: corrupted bytes are BLOB_DAMAGED and never reach a decoder.
 *
 * Bytes that are not there are the store's fault, not the document's: a volume that isn't mounted
 * and bytes that were never copied here look the same, so whoever needs them waits. `errata erase`
 * removes a blob and leaves a mark, so that nobody waits for it. Removing those that no record
 * refers to is up to the operator's retention.
 *
 * store-identity.ts tells the store from another one in its place. s3-blobs.ts keeps the same in a
 * bucket, configured.ts opens the one that the settings name.
 */

import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ErrataError, isDiskFull } from '../../errors.ts'
import { openIdentity, type IdentityPlace } from './store-identity.ts'

export interface Blobs {
  /** Stores the bytes and returns their sha256 in hex. DISK_FULL, STORE_UNREACHABLE. */
  readonly put: (bytes: Uint8Array) => Promise<string>
  /** The bytes. BLOB_MISSING, BLOB_ERASED, BLOB_DAMAGED, STORE_UNREACHABLE. */
  readonly get: (sha256: string) => Promise<Buffer>
  readonly has: (sha256: string) => Promise<boolean>
  /** Deletes the bytes for good; false where there were none. STORE_UNREACHABLE. */
  readonly remove: (sha256: string) => Promise<boolean>
  /**
   * Whether the store is there, can be written, and is the one of the first check, which creates
   * it. STORE_UNREACHABLE.
   */
  readonly check: () => Promise<void>
}

/** A store in a folder, created if missing: `<folder>/ab/cd/<sha256>`. */
export function openBlobs(folder: string): Blobs {
  const identity = openIdentity(identityIn(folder))
  const place = (sha256: string): string => {
    // A name that is no hash can't be in any store and must not become a path
    if (!isHash(sha256))
      throw new ErrataError('RECORD_INVALID', 'not the sha256 of a stored document')
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  const sizeAt = (path: string): Promise<number | null> =>
    stat(path).then(
      (file) => file.size,
      () => null,
    )

  const isWhole = async (path: string, sha256: string, size: number): Promise<boolean> =>
    (await sizeAt(path)) === size &&
    (await readFile(path).then(
      (bytes) => sha256Of(bytes) === sha256,
      () => false,
    ))

  const put = async (bytes: Uint8Array): Promise<string> => {
    const sha256 = sha256Of(bytes)
    const path = place(sha256)
    if (identity.isKnown()) await identity.check()
    await rm(markAt(path), { force: true }).catch(() => undefined)
    if (await isWhole(path, sha256, bytes.length)) return sha256 // a damaged one is replaced
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
    const path = place(sha256)
    const bytes = await readFile(path).catch(async (cause: unknown) => {
      if ((await sizeAt(markAt(path))) !== null) throw erased(sha256)
      throw storeError(cause, sha256)
    })
    if (sha256Of(bytes) !== sha256) throw damaged(sha256)
    return bytes
  }

  const has = async (sha256: string): Promise<boolean> =>
    isHash(sha256) && (await sizeAt(place(sha256))) !== null

  const remove = async (sha256: string): Promise<boolean> => {
    if (!isHash(sha256)) return false
    const path = place(sha256)
    const held = await has(sha256)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(markAt(path), '')
      await rm(path, { force: true })
      await writeFile(markAt(path), '') // a put at the same time may have removed it
    } catch (cause) {
      throw storeError(cause, sha256)
    }
    await syncFolder(dirname(path))
    return held
  }

  return { put, get, has, remove, check: identity.check }
}

/** The store's random name, in a file of the folder. */
function identityIn(folder: string): IdentityPlace {
  const path = join(folder, 'store-id')
  let isNew = true
  return {
    where: folder,
    async read() {
      // made only by the first check: a folder that has gone since is a fault
      if (isNew) await mkdir(folder, { recursive: true, mode: 0o700 })
      isNew = false
      await access(folder, constants.R_OK | constants.W_OK)
      return readFile(path, 'utf8').catch(nullIfMissing)
    },
    async create(name) {
      await writeFile(path, name, { flag: 'wx' }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      })
    },
  }
}

function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw error
}

export const isHash = (sha256: string): boolean => /^[0-9a-f]{64}$/.test(sha256)

/** Says that the bytes were erased. */
const markAt = (path: string): string => `${path}.erased`

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

export function missing(sha256: string, cause?: unknown): ErrataError {
  const why = 'the blob store does not hold this sha256'
  return new ErrataError('BLOB_MISSING', why, { sha256 }, cause)
}

export function erased(sha256: string): ErrataError {
  return new ErrataError('BLOB_ERASED', 'the bytes were erased', { sha256 })
}

export function damaged(sha256: string): ErrataError {
  const why = 'stored bytes have another sha256 than their name'
  return new ErrataError('BLOB_DAMAGED', why, { sha256 })
}

function storeError(cause: unknown, sha256: string): ErrataError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return missing(sha256, cause)
  if (isDiskFull(cause))
    return new ErrataError('DISK_FULL', 'the blob store is full', { sha256 }, cause)
  return new ErrataError(
    'STORE_UNREACHABLE',
    'the blob store can not be read or written',
    { sha256, reason: code ?? 'unknown' },
    cause,
  )
}
