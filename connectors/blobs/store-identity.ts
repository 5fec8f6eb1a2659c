/**
 * Tells a folder of blobs from another one in its place: a file in it holds a random name for the
 * store. A mount point that is empty because its volume is gone looks like a new store otherwise,
 * and what is put there is lost when the volume comes back.
 */

import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ErrataError } from '../../errors.ts'

export interface StoreIdentity {
  /**
   * Whether the store is there, can be written, and is the one of the first check, which creates
   * it. STORE_UNREACHABLE.
   */
  readonly check: () => Promise<void>
  /** Whether there was a check. */
  readonly isKnown: () => boolean
}

const identityFile = 'store-id'

export function openIdentity(folder: string): StoreIdentity {
  let identity: string | null = null // of the first check
  return {
    async check() {
      try {
        if (identity === null) identity = await identify(folder)
        await access(folder, constants.R_OK | constants.W_OK)
        if ((await readFile(join(folder, identityFile), 'utf8')) === identity) return
      } catch (cause) {
        throw unreachable(folder, cause)
      }
      throw unreachable(folder)
    },
    isKnown: () => identity !== null,
  }
}

/** The store's random name; given to a store that has none. */
async function identify(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, identityFile)
  // of two that come at once, the first one names it
  await writeFile(path, randomUUID(), { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  return readFile(path, 'utf8')
}

function unreachable(folder: string, cause?: unknown): ErrataError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'another store'
  const why =
    cause === undefined
      ? 'the blob store is another one than at the start'
      : `the blob store can not be read and written (${reason})`
  return new ErrataError('STORE_UNREACHABLE', `${why}: ${folder}`, { folder, reason }, cause)
}
