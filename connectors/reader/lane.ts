/**
 * A pool of reading processes: each serves one document at a time, and documents wait in order for
 * a free one. A process is kept for the next document unless it has grown or failed.
 */

import { codeOf } from '../../errors.ts'
import { unavailable, type ReaderProcess } from './process.ts'

export interface Lane {
  /** Lends a process to one document; `died`: it ended without being killed. */
  readonly lend: <T>(use: (child: ReaderProcess) => Promise<T>) => Promise<T | typeof died>
  /** READER_UNAVAILABLE for all later calls. */
  readonly close: () => void
}

export const died = Symbol('the child died')

// resident: WebAssembly memory never shrinks, so a child that grew is not reused
const idleBytes = 500_000_000

/** `keep`: how many idle processes are kept. */
export function openLane({
  processes,
  keep,
  spawn,
}: {
  readonly processes: number
  readonly keep: number
  readonly spawn: () => ReaderProcess
}): Lane {
  const idle: ReaderProcess[] = []
  const lent = new Set<ReaderProcess>()
  const waiting: (() => void)[] = []
  let free = processes
  let closed = false

  const enter = async (): Promise<void> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }

  /** A process that still lives: an idle child may have been killed by the system. */
  const idleOne = (): ReaderProcess | undefined => {
    let child = idle.pop()
    while (child !== undefined && !child.alive()) child = idle.pop()
    return child
  }

  const giveBack = async (child: ReaderProcess): Promise<void> => {
    lent.delete(child)
    const grown = child.alive() && (await child.bytes()) > idleBytes
    if (closed || grown || !child.alive() || idle.length >= keep) child.kill()
    else idle.push(child)
  }

  return {
    async lend(use) {
      await enter()
      if (closed) {
        leave()
        throw unavailable('the reader is closing')
      }
      const child = idleOne() ?? spawn()
      lent.add(child)
      try {
        await child.started()
        return await use(child)
      } catch (error) {
        if (!closed && !child.alive() && codeOf(error) === 'READER_UNAVAILABLE') return died
        throw error
      } finally {
        await giveBack(child)
        leave()
      }
    },
    close() {
      closed = true
      for (const child of [...lent, ...idle]) child.kill()
    },
  }
}
