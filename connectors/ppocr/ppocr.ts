/**
 * PP-OCRv6 small on ONNX Runtime, in child processes: the second OCR engine. It reads far more of a
 * receipt's words right than Tesseract, for as much time on receipts and half as much again on a
 * full A4 page; its models have to be installed: `errata ocr install`.
 *
 * Each page has a hard deadline, and a child's memory is watched: an overrun ends the child and
 * becomes a code; the next page starts another. One that grew is not kept. A child that dies under
 * a page is replaced and the page tried once more, so that a machine's hiccup is not held against
 * it. The same image gives the same words, whatever was read before.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ErrataError } from '../../errors.ts'
import type { PageAnswered, PageAsked } from './child.ts'
import { installedIn } from './models.ts'
import type { OcrEngine, OcrImage, OcrRead } from '../tesseract/tesseract.ts'
import { openWorkerPool } from '../worker-pool.ts'
import { packageVersion } from '../package-versions.ts'

export interface PpocrSettings {
  readonly folder: string // of the models
  readonly workers: number
  readonly deadlineMs: number // for one page
  /** Most resident memory of a child, where the system tells. */
  readonly memoryBytes?: number
}

interface Child {
  /** READER_UNAVAILABLE where the child dies by itself. */
  readonly read: (image: OcrImage) => Promise<OcrRead>
  readonly kill: () => void
  readonly alive: () => boolean
  readonly pid: number | undefined
}

interface Seat {
  child: Child | null
}

const pipelineVersion = 2 // rises with every change to this engine that changes what is read
const memoryLimit = 2_000_000_000 // bytes; an A4 page takes a third
const idleBytes = 900_000_000 // resident, after a page: a child that grew is not kept
const startMs = 60_000 // on a machine under load; not the page's fault, so not part of its deadline
const watchMs = 200

/**
 * Opens the engine; children start with the first page. CONFIG_INVALID where the models are missing
 * or damaged.
 */
export async function openPpocr(settings: PpocrSettings): Promise<OcrEngine> {
  const installed = await installedIn(settings.folder)
  if (installed !== 'whole')
    throw new ErrataError(
      'CONFIG_INVALID',
      `the models of PP-OCR are ${installed === 'none' ? 'not installed' : 'damaged'}: errata ocr install`,
      { folder: settings.folder },
    )
  const seats: Seat[] = Array.from({ length: Math.max(1, settings.workers) }, () => ({
    child: null,
  }))

  const attempt = async (seat: Seat, image: OcrImage): Promise<OcrRead | 'died'> => {
    if (pages.closed()) throw unavailable('the reader is closing')
    if (seat.child === null || !seat.child.alive()) seat.child = spawn(settings)
    const { child } = seat
    try {
      return await child.read(image)
    } catch (error) {
      if (!pages.closed() && error === died) return 'died'
      throw error === died ? unavailable('the reader is closing') : error
    }
  }

  const work = async (seat: Seat, image: OcrImage): Promise<OcrRead> => {
    try {
      const first = await attempt(seat, image)
      const page = first === 'died' ? await attempt(seat, image) : first
      if (page === 'died') throw unavailable('the OCR process does not stay alive')
      const { child } = seat
      if (child !== null && (await residentBytes(child.pid)) > idleBytes) child.kill()
      return page
    } catch (error) {
      if (pages.closed()) throw unavailable('the reader is closing')
      throw error instanceof ErrataError ? error : unavailable('the OCR process failed', error)
    }
  }

  const pages = openWorkerPool(seats, work, () => unavailable('the reader is closing'))

  return {
    name: 'ppocr',
    version: `v6-small.${pipelineVersion}-ort-${packageVersion('onnxruntime-node')}`,
    turns: true,
    colour: true,
    read: pages.read,
    close: async () => {
      pages.close()
      for (const { child } of seats) child?.kill()
    },
  }
}

const died = Symbol('the child died')

function spawn({ folder, deadlineMs: mostMs, memoryBytes = memoryLimit }: PpocrSettings): Child {
  const child = forkChild(folder)
  let ended = false
  let pending: {
    readonly resolve: (page: OcrRead) => void
    readonly reject: (error: unknown) => void
  } | null = null
  let started: () => void = () => undefined
  let stillborn: (error: unknown) => void = () => undefined
  const ready = new Promise<void>((resolve, reject) => {
    ;[started, stillborn] = [resolve, reject]
  })
  ready.catch(() => undefined)
  const fail = (error: unknown): void => {
    if (ended) return
    ended = true
    stillborn(error)
    pending?.reject(error)
    pending = null
    child.kill('SIGKILL')
  }
  child.on('message', (answer: PageAnswered) => {
    if ('ready' in answer) return started()
    if (answer.read === null)
      pending?.reject(new ErrataError('DOCUMENT_CORRUPT', 'the OCR engine refuses the image'))
    else pending?.resolve(answer.read)
    pending = null
  })
  child.on('error', () => fail(died))
  child.on('exit', () => fail(died))
  child.unref() // an idle child keeps nobody alive
  child.channel?.unref()

  const read = async ({ bytes, width, height, ...asked }: OcrImage): Promise<OcrRead> => {
    const deadlineMs = Math.min(mostMs, asked.deadlineMs ?? Infinity)
    child.channel?.ref()
    const watch = setInterval(() => {
      void residentBytes(child.pid).then((resident) => {
        if (resident > memoryBytes)
          fail(
            new ErrataError('DOCUMENT_TOO_LARGE', 'OCR of a page needs too much memory', {
              limit: memoryBytes,
            }),
          )
      })
    }, watchMs)
    let late = setTimeout(() => fail(unavailable('the OCR process did not start in time')), startMs)
    try {
      await ready
      clearTimeout(late)
      late = setTimeout(
        () =>
          fail(new ErrataError('DOCUMENT_TIMEOUT', 'OCR of a page took too long', { deadlineMs })),
        deadlineMs,
      )
      return await new Promise<OcrRead>((resolve, reject) => {
        if (ended) return reject(died)
        pending = { resolve, reject }
        child.send({ bytes, width, height } satisfies PageAsked, (error) => {
          if (error !== null) fail(died)
        })
      })
    } finally {
      clearTimeout(late)
      clearInterval(watch)
      if (!ended) child.channel?.unref()
    }
  }
  return {
    read,
    kill: () => fail(unavailable('the reader is closing')),
    alive: () => !ended,
    pid: child.pid,
  }
}

function forkChild(folder: string): ChildProcess {
  // tsx is named by its own place: the working directory may be anywhere.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
  return fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [folder], {
    serialization: 'advanced',
    execArgv: ['--import', loader],
    env: {}, // none of our secrets
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Linux tells; elsewhere the deadline alone holds. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const pages = await readFile(`/proc/${pid ?? 0}/statm`, 'utf8').then(
    (text) => Number(text.split(' ')[1]),
    () => 0,
  )
  return pages * 4096
}

const unavailable = (message: string, cause?: unknown): ErrataError =>
  new ErrataError('READER_UNAVAILABLE', message, {}, cause)
