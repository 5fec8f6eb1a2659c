/**
 * PP-OCRv6 small on ONNX Runtime, in child processes: the second OCR engine. It reads far more of a
 * receipt's words correctly than Tesseract, in the same time on receipts and half as much again on
 * a full A4 page; its models must be installed: `errata ocr install`.
 *
 * Each page has a hard deadline, and a child's memory is watched: on an overrun the child is killed
 * and the page fails with a code; the next page starts another. A child whose memory grew is not
 * reused. If a child dies while reading a page, it is replaced and the page is retried once, so
 * that a transient fault of the machine doesn't count against the page. The same image gives the
 * same words, whatever was read before.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { ErrataError } from '../../errors.ts'
import type { PageAnswered, PageAsked } from './child.ts'
import { installedIn } from './models.ts'
import type { OcrEngine, OcrImage, OcrRead } from '../tesseract/tesseract.ts'
import { ownScript } from '../own-script.ts'
import { openWorkerPool } from '../worker-pool.ts'
import { packageVersion } from '../package-versions.ts'

export interface PpocrSettings {
  readonly folder: string // of the models
  readonly workers: number
  readonly deadlineMs: number // for one page
  /** Most resident memory of a child, on systems that report it. */
  readonly memoryBytes?: number
}

interface Child {
  /** READER_UNAVAILABLE where the child dies without being killed. */
  readonly read: (image: OcrImage) => Promise<OcrRead>
  readonly kill: () => void
  readonly alive: () => boolean
  readonly pid: number | undefined
}

interface Slot {
  child: Child | null
}

const pipelineVersion = 4 // incremented with every change to this engine that changes its words
const memoryLimit = 2_000_000_000 // bytes; an A4 page takes a third
const idleBytes = 900_000_000 // resident, after a page: a larger child is not reused
const startMs = 60_000 // on a machine under load; not part of a page's deadline
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
  const slots: Slot[] = Array.from({ length: Math.max(1, settings.workers) }, () => ({
    child: null,
  }))

  const attempt = async (slot: Slot, image: OcrImage): Promise<OcrRead | 'died'> => {
    if (pages.closed()) throw unavailable('the reader is closing')
    if (slot.child === null || !slot.child.alive()) slot.child = spawn(settings)
    const { child } = slot
    try {
      return await child.read(image)
    } catch (error) {
      if (!pages.closed() && error === died) return 'died'
      throw error === died ? unavailable('the reader is closing') : error
    }
  }

  const work = async (slot: Slot, image: OcrImage): Promise<OcrRead> => {
    try {
      const first = await attempt(slot, image)
      const page = first === 'died' ? await attempt(slot, image) : first
      if (page === 'died') throw unavailable('the OCR process does not stay alive')
      const { child } = slot
      if (child !== null && (await residentBytes(child.pid)) > idleBytes) child.kill()
      return page
    } catch (error) {
      if (pages.closed()) throw unavailable('the reader is closing')
      throw error instanceof ErrataError ? error : unavailable('the OCR process failed', error)
    }
  }

  const pages = openWorkerPool(slots, work, () => unavailable('the reader is closing'))

  return {
    name: 'ppocr',
    version: `v6-small.${pipelineVersion}-ort-${packageVersion('onnxruntime-node')}`,
    turns: true,
    colour: true,
    read: pages.read,
    close: async () => {
      pages.close()
      for (const { child } of slots) child?.kill()
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
  child.unref() // an idle child doesn't keep the process alive
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
  const { path, loader } = ownScript('./child.ts', import.meta.url)
  return fork(path, [folder], {
    serialization: 'advanced',
    execArgv: [...loader],
    env: {}, // without our secrets
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Only Linux reports it; elsewhere only the deadline applies. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const pages = await readFile(`/proc/${pid ?? 0}/statm`, 'utf8').then(
    (text) => Number(text.split(' ')[1]),
    () => 0,
  )
  return pages * 4096
}

const unavailable = (message: string, cause?: unknown): ErrataError =>
  new ErrataError('READER_UNAVAILABLE', message, {}, cause)
