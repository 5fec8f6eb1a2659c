/**
 * Tesseract 5 (LSTM), compiled to WebAssembly, in worker threads.
 *
 * Its only input is grey PNG encoded by this program, and installed language data: no download, no
 * cache. Each page has a hard deadline; a thread that exceeds it is terminated and replaced, as is
 * one that failed, and every thread after a number of pages, since its memory only grows.
 * Tesseract's adaptation to earlier pages is off, so a page gives the same words in any order.
 *
 * The library leaves promises unsettled when a thread is terminated or its language data is
 * missing, hence an own deadline around everything.
 */

import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createWorker,
  OEM,
  PSM,
  type RecognizeOptions,
  type Worker,
  type WorkerParams,
} from 'tesseract.js'
import { codeOf, ErrataError, isDiskFull } from '../../errors.ts'
import type { Word } from '../../processors/document/words.ts'
import { openWorkerPool } from '../worker-pool.ts'
import { packageVersion } from '../package-versions.ts'

export interface OcrImage {
  readonly bytes: Uint8Array // PNG
  readonly width: number // pixels
  readonly height: number
  /** Most time for the page, where that is less than the engine's limit. */
  readonly deadlineMs?: number
  /** So many pixels from the top are enough; Tesseract reads no more of them. */
  readonly top?: number
}

/**
 * Words with page 1, lines from 0, boxes in tenths of a pixel of the image after a rotation of
 * `turn` degrees clockwise.
 */
export interface OcrRead {
  readonly words: readonly Word[]
  readonly turn: number
  /** Share of the print, 0 to 1, that the engine found and could not read. */
  readonly unread: number
}

/** An OCR engine. */
export interface OcrEngine {
  readonly name: string
  readonly version: string
  /** Reads pages in any orientation; otherwise it needs them upright, and `turn` is always 0. */
  readonly turns: boolean
  /** Uses colour where there is some. */
  readonly colour: boolean
  /** DOCUMENT_TIMEOUT, DOCUMENT_CORRUPT, READER_UNAVAILABLE. */
  readonly read: (image: OcrImage) => Promise<OcrRead>
  readonly close: () => Promise<void>
}

export interface TesseractSettings {
  readonly languages: string // for example eng+deu
  readonly workers: number
  readonly deadlineMs: number // for one page
  readonly cacheFolder?: string // folder for the language data
}

interface Slot {
  worker: Worker | null
  pages: number
}

const pagesPerWorker = 50 // its memory grows with every page
const startMs = 60_000 // to load the language data
const tall = 1.8 // height by width from which an image is a receipt rather than a sheet (A4: 1.41)

/**
 * Opens the engine; threads start with the first page. CONFIG_INVALID where a language is not
 * installed.
 */
export async function openTesseract(settings: TesseractSettings): Promise<OcrEngine> {
  const languages = settings.languages.split('+').filter((language) => language !== '')
  const langPath = await gatherLanguages(languages, settings.cacheFolder)
  const slots: Slot[] = Array.from({ length: Math.max(1, settings.workers) }, () => ({
    worker: null,
    pages: 0,
  }))

  /** A thread that is still starting when the engine closes would keep the process alive. */
  const begin = async (): Promise<Worker> => {
    const worker = await start(languages, langPath)
    if (!pages.closed()) return worker
    await threadOf(worker).terminate()
    throw unavailable('the reader is closing')
  }

  const work = async (slot: Slot, image: OcrImage): Promise<Word[]> => {
    try {
      slot.worker ??= await begin()
      const words = await readPage(slot.worker, image, settings.deadlineMs).catch(
        async (error: unknown) => {
          if (pages.closed() || codeOf(error) !== 'READER_UNAVAILABLE') throw error
          // If a thread dies while reading a page, the first time it may be the machine's fault,
          // the second time it is the page's
          await leave(slot)
          slot.worker = await begin()
          return readPage(slot.worker, image, settings.deadlineMs).catch((again: unknown) => {
            throw codeOf(again) === 'READER_UNAVAILABLE'
              ? new ErrataError('DOCUMENT_CORRUPT', 'the OCR engine dies of the image')
              : again
          })
        },
      )
      slot.pages++
      if (slot.pages >= pagesPerWorker) void leave(slot)
      return words
    } catch (error) {
      void leave(slot)
      if (pages.closed()) throw unavailable('the reader is closing')
      throw error instanceof ErrataError ? error : unavailable('an OCR thread failed', error)
    }
  }

  const pages = openWorkerPool(slots, work, () => unavailable('the reader is closing'))

  return {
    name: 'tesseract',
    version: packageVersion('tesseract.js'),
    turns: false,
    colour: false,
    read: async (image) => {
      const words = await pages.read(image)
      return { words, turn: 0, unread: unreadOf(words) }
    },
    close: async () => {
      pages.close()
      await Promise.all(slots.map((slot) => leave(slot)))
      if (settings.cacheFolder === undefined) await rm(langPath, { recursive: true, force: true })
    },
  }
}

/** Terminates a worker's thread; the next page starts another. */
function leave(slot: Slot): Promise<unknown> {
  const worker = slot.worker
  slot.worker = null
  slot.pages = 0
  return worker === null ? Promise.resolve() : threadOf(worker).terminate()
}

/** The thread of a worker, which the library's types don't expose. */
function threadOf(worker: Worker): import('node:worker_threads').Worker {
  return (worker as unknown as { readonly worker: import('node:worker_threads').Worker }).worker
}

async function start(languages: readonly string[], langPath: string): Promise<Worker> {
  let failed: (error: ErrataError) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  failure.catch(() => undefined)
  const created = createWorker([...languages], OEM.LSTM_ONLY, {
    langPath,
    workerPath: fileURLToPath(new URL('./thread.cjs', import.meta.url)),
    cacheMethod: 'none',
    gzip: true,
    // without a handler, a bad page ends the process
    errorHandler: () => failed(unavailable('an OCR thread could not start')),
  })
  const worker = await within(Promise.race([created, failure]), startMs, () =>
    unavailable('an OCR thread did not start in time'),
  )
  // an unhandled error event would end the process
  threadOf(worker).on('error', () => undefined)
  await within(
    worker.setParameters({
      debug_file: '/dev/null',
      tessedit_enable_doc_dict: '0',
      classify_enable_learning: '0',
      classify_enable_adaptive_matcher: '0',
    }),
    startMs,
    () => unavailable('an OCR thread did not start in time'),
  )
  return worker
}

async function readPage(worker: Worker, image: OcrImage, mostMs: number): Promise<Word[]> {
  const deadlineMs = Math.min(mostMs, image.deadlineMs ?? Infinity)
  const thread = threadOf(worker)
  let stop: (error: ErrataError) => void = () => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = reject
  })
  stopped.catch(() => undefined)
  const onEnd = (): void => stop(unavailable('an OCR thread ended'))
  thread.once('error', onEnd).once('exit', onEnd)
  const reading = worker
    .recognize(Buffer.from(image.bytes), optionsOf(image), {
      text: false,
      tsv: true,
    })
    .then(
      ({ data }) => wordsOf(data.tsv ?? ''),
      () => {
        throw new ErrataError('DOCUMENT_CORRUPT', 'the OCR engine refuses the image')
      },
    )
  try {
    return await within(
      Promise.race([reading, stopped]),
      deadlineMs,
      () => new ErrataError('DOCUMENT_TIMEOUT', 'OCR of a page took too long', { deadlineMs }),
    )
  } finally {
    thread.off('error', onEnd).off('exit', onEnd)
  }
}

const doubtful = 40 // confidence of a word: below this it is guessed

/** The share of what was read as words that is guessed, by their width. */
function unreadOf(words: readonly Word[]): number {
  const width = (some: readonly Word[]): number =>
    some.reduce((sum, { box }) => sum + box[2] - box[0], 0)
  return width(words.filter(({ confidence }) => confidence < doubtful)) / Math.max(1, width(words))
}

function optionsOf(image: OcrImage): Partial<RecognizeOptions & WorkerParams> {
  const { width, top: height } = image
  return {
    tessedit_pageseg_mode: layoutOf(image),
    ...(height === undefined ? {} : { rectangle: { left: 0, top: 0, width, height } }),
  }
}

/** A receipt is one column of text; a sheet has blocks side by side. */
function layoutOf(image: OcrImage): PSM {
  return image.height > tall * image.width ? PSM.SINGLE_BLOCK : PSM.SINGLE_COLUMN
}

/**
 * Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height,
 * confidence, text.
 */
function wordsOf(table: string): Word[] {
  const words: Word[] = []
  let line = -1
  let at = ''
  for (const row of table.split('\n')) {
    const cells = row.split('\t')
    const text = cells.slice(11).join(' ').normalize('NFC').replace(/\s+/g, '')
    if (cells[0] !== '5' || text === '') continue
    const here = cells.slice(1, 5).join(' ')
    if (here !== at) line++
    at = here
    const [left, top, width, height, confidence] = cells.slice(6, 11).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ]
    words.push({
      text,
      page: 1,
      line,
      box: [10 * left, 10 * top, 10 * (left + width), 10 * (top + height)],
      confidence: Math.min(100, Math.max(0, Math.round(confidence))),
    })
  }
  return words
}

/**
 * One folder with the data of all languages: the library takes one folder, but npm installs them
 * separately.
 */
async function gatherLanguages(
  languages: readonly string[],
  cacheFolder: string | undefined,
): Promise<string> {
  if (languages.length === 0) throw new ErrataError('CONFIG_INVALID', 'no OCR language')
  const folder =
    cacheFolder === undefined
      ? await mkdtemp(join(tmpdir(), 'errata-languages-'))
      : join(cacheFolder, `languages-${packageVersion('tesseract.js')}`)
  await mkdir(folder, { recursive: true })
  const require = createRequire(import.meta.url)
  for (const language of languages) {
    const name = `${language}.traineddata.gz`
    let source: string
    try {
      if (!/^[a-z_]+$/i.test(language)) throw new Error('not a language')
      source = join(
        dirname(require.resolve(`@tesseract.js-data/${language}`)),
        '4.0.0_best_int',
        name,
      )
      const { size } = await stat(source)
      if (
        size ===
        (await stat(join(folder, name)).then(
          (file) => file.size,
          () => -1,
        ))
      )
        continue
    } catch (cause) {
      throw new ErrataError(
        'CONFIG_INVALID',
        `OCR language ${language} is not installed: npm install @tesseract.js-data/${language}`,
        { language },
        cause,
      )
    }
    // a process may have two readers
    const temporary = join(folder, `${name}.${randomUUID()}.partial`)
    try {
      await copyFile(source, temporary)
      await rename(temporary, join(folder, name))
    } catch (cause) {
      await rm(temporary, { force: true })
      if (!isDiskFull(cause)) throw cause
      throw new ErrataError(
        'DISK_FULL',
        'the language data of OCR do not fit on the disk',
        { language },
        cause,
      )
    }
  }
  return folder
}

async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  late: () => ErrataError,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

const unavailable = (message: string, cause?: unknown): ErrataError =>
  new ErrataError('READER_UNAVAILABLE', message, {}, cause)
