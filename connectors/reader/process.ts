/**
 * The parent's side of a child.ts process: requests with deadlines, and a memory limit. On an
 * overrun the process is killed and the document fails with a code; if the process ends
 * unexpectedly, the code is READER_UNAVAILABLE.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { ErrataError } from '../../errors.ts'
import { ownScript } from '../own-script.ts'
import type { ReaderAnswer, ReaderRequest } from './child.ts'

export interface ReaderProcess {
  /**
   * Resolves when it is ready for requests: its start doesn't count against a document.
   * READER_UNAVAILABLE where it does not start.
   */
  readonly started: () => Promise<void>
  /** `ms`: the deadline. READER_UNAVAILABLE where the child dies without being killed. */
  readonly ask: <T>(ask: ReaderRequest, deadlineMs: number) => Promise<T>
  readonly kill: () => void
  readonly alive: () => boolean
  /** Resident memory, on systems that report it; 0 elsewhere. */
  readonly bytes: () => Promise<number>
}

const childHeapMb = 512 // of the JavaScript heap; PDFium and libvips have their own memory
const startMs = 60_000 // on a machine under load
const watchMs = 200

/** Starts a process. `memoryBytes`: the most resident memory, on systems that report it. */
export function spawnChild(memoryBytes: number): ReaderProcess {
  const child = forkChild()
  let ended = false
  let pending: {
    readonly resolve: (value: unknown) => void
    readonly reject: (error: ErrataError) => void
  } | null = null
  let started: () => void = () => undefined
  let stillborn: (error: ErrataError) => void = () => undefined
  const ready = new Promise<void>((resolve, reject) => {
    ;[started, stillborn] = [resolve, reject]
  })
  ready.catch(() => undefined)
  const fail = (error: ErrataError): void => {
    ended = true
    stillborn(error)
    pending?.reject(error)
    pending = null
    child.kill('SIGKILL')
  }
  child.on('message', (answer: ReaderAnswer) => {
    if ('ready' in answer) return started()
    if (answer.ok) pending?.resolve(answer.value)
    else pending?.reject(new ErrataError(answer.code, answer.message, { ...answer.facts }))
    pending = null
  })
  child.on('error', (cause) => fail(unavailable('the reading process failed', {}, cause)))
  child.on('exit', (status, signal) =>
    fail(unavailable('the reading process ended', { status: status ?? -1, signal: signal ?? '' })),
  )
  child.unref() // an idle child doesn't keep the process alive
  child.channel?.unref()

  const start = async (): Promise<void> => {
    child.channel?.ref()
    const late = setTimeout(
      () => fail(unavailable('the reading process did not start in time', { startMs })),
      startMs,
    )
    try {
      await ready
    } finally {
      clearTimeout(late)
      if (!ended) child.channel?.unref()
    }
  }

  const ask = async <T>(question: ReaderRequest, deadlineMs: number): Promise<T> => {
    if (ended || pending !== null) throw unavailable('the reading process is not free')
    child.channel?.ref()
    const unwatch = watchMemory(child.pid, memoryBytes, () =>
      fail(
        new ErrataError('DOCUMENT_TOO_LARGE', 'the document needs too much memory', {
          limit: memoryBytes,
        }),
      ),
    )
    const late = setTimeout(
      () => fail(new ErrataError('DOCUMENT_TIMEOUT', 'reading took too long', { deadlineMs })),
      deadlineMs,
    )
    try {
      return await new Promise<T>((resolve, reject) => {
        pending = { resolve: resolve as (value: unknown) => void, reject }
        child.send(question, (error) => {
          if (error !== null) fail(unavailable('the reading process does not listen', {}, error))
        })
      })
    } finally {
      clearTimeout(late)
      unwatch()
      if (!ended) child.channel?.unref()
    }
  }
  return {
    started: start,
    ask,
    kill: () => fail(unavailable('the reader is closing')),
    alive: () => !ended,
    bytes: () => residentBytes(child.pid),
  }
}

function forkChild(): ChildProcess {
  const { path, loader } = ownScript('./child.ts', import.meta.url)
  return fork(path, [], {
    serialization: 'advanced',
    execArgv: [...loader, `--max-old-space-size=${childHeapMb}`],
    env: {}, // without our secrets
    // decoders may quote the document in their warnings
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Checks a process now and then periodically; returns a function that stops the checks. */
function watchMemory(pid: number | undefined, memoryBytes: number, isOver: () => void): () => void {
  const look = async (): Promise<void> => {
    if ((await residentBytes(pid)) > memoryBytes) isOver()
  }
  void look()
  const watch = setInterval(() => void look(), watchMs)
  return () => clearInterval(watch)
}

/** Only Linux reports it; elsewhere only the deadline applies. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const pages = await readFile(`/proc/${pid ?? 0}/statm`, 'utf8').then(
    (text) => Number(text.split(' ')[1]),
    () => 0,
  )
  return pages * 4096
}

export const unavailable = (
  message: string,
  facts: ErrataError['facts'] = {},
  cause?: unknown,
): ErrataError => new ErrataError('READER_UNAVAILABLE', message, { ...facts }, cause)
