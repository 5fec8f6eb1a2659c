/**
 * Tells a store of blobs from another one in its place: a file in it holds a random name for the
 * store. A mount point that is empty because its volume is gone looks like a new store otherwise,
 * as does a bucket that was deleted and made again, and what is put there is lost when the first
 * one comes back.
 */

import { randomUUID } from 'node:crypto'
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

/** How the name lies in a store; each function throws if the store can't be used. */
export interface IdentityPlace {
  /** Of the store, for people. */
  readonly where: string
  /** Null where the store has none. */
  readonly read: () => Promise<string | null>
  /** Of several at once, the first one counts. */
  readonly create: (name: string) => Promise<void>
  /** Asked once, where asking costs a write; `read` tells it otherwise. */
  readonly tryWrite?: () => Promise<void>
}

export function openIdentity({ where, read, create, tryWrite }: IdentityPlace): StoreIdentity {
  let identity: string | null = null // of the first check
  const identify = async (): Promise<string | null> => {
    if ((await read()) === null) await create(randomUUID())
    await tryWrite?.()
    return read()
  }
  return {
    async check() {
      try {
        identity ??= await identify()
        if (identity !== null && (await read()) === identity) return
      } catch (cause) {
        throw cause instanceof ErrataError ? cause : unreachable(where, cause)
      }
      throw unreachable(where)
    },
    isKnown: () => identity !== null,
  }
}

function unreachable(where: string, cause?: unknown): ErrataError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'another store'
  const why =
    cause === undefined
      ? 'the blob store is another one than at the start'
      : `the blob store can not be read and written (${reason})`
  return new ErrataError('STORE_UNREACHABLE', `${why}: ${where}`, { folder: where, reason }, cause)
}
