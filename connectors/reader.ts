/**
 * Bytes in, words out: the parts of reading put together, with limits that hold.
 *
 *   bytes ─► child process: sniff, PDFium, libvips ─► words of the text layer ───────────► Reading
 *                                                 └─► grey image ─► OCR in a thread ─► words ─┘
 *
 * A page is read from its text layer where that is usable, and by OCR otherwise, page by page. Decoders run in child
 * processes, since only a process can be killed for sure, and its crash is not ours: each step has a deadline, the memory
 * of a child is watched, and an overrun ends the child and becomes a code. A child that dies by itself is replaced and the
 * document tried once more, so that a machine's hiccup is not held against it.
 *
 * The same bytes give the same words: nothing depends on what was read before. Readings are cached by sha256, engines and
 * languages; a cache can only save time.
 *
 * This file and those it imports (reader-child, pdf, glyphs, letters, images, lean, codes, sniff, upright, tesseract, ppocr, cache) are one connector.
 */

import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Config } from '../config.ts'
import { codeOf, ErrataError } from '../errors.ts'
import type { Reading } from '../processors/ocr.ts'
import { turned } from '../processors/turns.ts'
import type { Word } from '../processors/words.ts'
import type { Page, PageCode } from '../schemas/types.ts'
import { openCache, type Cache } from './cache.ts'
import type { Prepared } from './images.ts'
import type { Lean } from './lean.ts'
import type { Answer, Ask, Limits, Opened, ReadPage } from './reader-child.ts'
import { openEngine } from './reader-engine.ts'
import type { OcrEngine } from './tesseract.ts'
import { readUpright } from './upright.ts'
import { versionOf } from './versions.ts'

export interface Reader {
  /** DOCUMENT_*, READER_UNAVAILABLE. */
  readonly read: (document: { readonly bytes: Uint8Array; readonly sha256: string }) => Promise<Reading>
  /** A page for people, encoded anew, turned by so many degrees with the clock. DOCUMENT_*. */
  readonly renderPage: (bytes: Uint8Array, number: number, maxWidth: number, turn?: number) => Promise<{ readonly bytes: Buffer; readonly mediaType: 'image/webp' }>
  readonly close: () => Promise<void>
}

export type ReaderSettings = Pick<Config, 'maxPages' | 'maxPixels' | 'readTimeoutMs' | 'ocrWorkers' | 'ocrEngine' | 'ocrLanguages' | 'redisUrl'>

export interface ReaderParts {
  /** Where language data is gathered; a temporary folder otherwise. */
  readonly cacheFolder?: string
  /** Of PP-OCR's models, which `errata ocr install` fills; without one, none are installed. */
  readonly modelFolder?: string
  readonly cache?: Cache
  readonly engine?: OcrEngine
  /** Most resident memory of a child, where the system tells. */
  readonly memoryBytes?: number
}

interface Child {
  readonly process: ChildProcess
  /** READER_UNAVAILABLE where the child dies by itself. */
  readonly ask: <T>(ask: Ask) => Promise<T>
  readonly kill: () => void
  readonly alive: () => boolean
}

const readingVersion = 3 // rises with every change to this connector that changes what is read
const childHeapMb = 512 // of JavaScript; PDFium and libvips have theirs beside it
const childMemoryBytes = 1_600_000_000 // resident, all together: a page of 80 million pixels needs a fifth
const idleBytes = 500_000_000 // resident: WebAssembly memory never shrinks, so a child that grew is not kept
const startMs = 60_000 // on a machine under load; not the document's fault, so not part of its deadline
const watchMs = 200
const widest = 4000 // pixels of a page image
const died = Symbol('the child died')
const idleChildren = 2 // kept warm for the next document

/** Opens a reader; processes and threads start with the first document. CONFIG_INVALID where a language is missing. */
export async function openReader(settings: ReaderSettings, parts: ReaderParts = {}): Promise<Reader> {
  const workers = settings.ocrWorkers > 0 ? settings.ocrWorkers : Math.max(1, availableParallelism() - 1)
  const engine = parts.engine ?? await openEngine(settings, {
    workers, ...(parts.cacheFolder === undefined ? {} : { cacheFolder: parts.cacheFolder }), ...(parts.modelFolder === undefined ? {} : { modelFolder: parts.modelFolder }),
  })
  const cache = parts.cache ?? openCache({ redisUrl: settings.redisUrl })
  const limits: Limits = { maxPages: settings.maxPages, maxPixels: settings.maxPixels }
  const pdfEngine = `pdfium-${versionOf('@hyzyla/pdfium')}`
  const ocrEngine = `${engine.name}-${engine.version}`
  const cacheKey = (sha256: string): string => `errata:reading:${readingVersion}:${pdfEngine}:${ocrEngine}:${settings.ocrLanguages}:${sha256}`
  const idle: Child[] = []
  const all = new Set<Child>()
  let closed = false

  /** At most so many children at once; who comes later waits in turn. */
  let seats = Math.max(2, workers + 1)
  const waiting: (() => void)[] = []
  const seat = async (): Promise<void> => {
    if (seats > 0) seats--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) seats++
    else next()
  }

  /** One that still lives: an idle child may have been ended by the system. */
  const idleOne = (): Child | undefined => {
    let child = idle.pop()
    while (child !== undefined && !child.alive()) {
      all.delete(child)
      child = idle.pop()
    }
    return child
  }

  /** Lends a child for one document; one that is in doubt afterwards is not lent again. */
  const lend = async <T>(use: (child: Child) => Promise<T>): Promise<T | typeof died> => {
    await seat()
    const child = closed ? null : idleOne() ?? spawn(settings.readTimeoutMs, parts.memoryBytes ?? childMemoryBytes)
    if (child === null) {
      leave()
      throw new ErrataError('READER_UNAVAILABLE', 'the reader is closing')
    }
    all.add(child)
    try {
      return await use(child)
    } catch (error) {
      if (!closed && !child.alive() && codeOf(error) === 'READER_UNAVAILABLE') return died
      throw error
    } finally {
      const grown = child.alive() && (await residentBytes(child.process.pid)) > idleBytes
      if (closed || grown || !child.alive() || idle.length >= idleChildren) {
        child.kill()
        all.delete(child)
      } else {
        idle.push(child)
      }
      leave()
    }
  }

  /** A child that dies by itself is the machine's fault once and the document's twice, if others live. */
  const withChild = async <T>(use: (child: Child) => Promise<T>): Promise<T> => {
    const first = await lend(use)
    const result = first === died ? await lend(use) : first
    if (result !== died) return result
    if (await canSpawn()) throw new ErrataError('DOCUMENT_CORRUPT', 'the decoder dies of the document')
    throw new ErrataError('READER_UNAVAILABLE', 'the reading process does not stay alive')
  }

  /** Whether a child does any work at all: if not, the machine is at fault and no document. */
  const canSpawn = async (): Promise<boolean> => {
    const child = spawn(settings.readTimeoutMs, parts.memoryBytes ?? childMemoryBytes)
    const answered = await child.ask({ kind: 'open', bytes: Buffer.from('<ok/>'), limits }).then(() => true, () => false)
    child.kill()
    return answered
  }

  const readPages = (bytes: Uint8Array): Promise<Omit<Reading, 'readMs'>> =>
    withChild(async (child) => {
      const { mediaType, pageCount, xml } = await child.ask<Opened>({ kind: 'open', bytes, limits })
      const pages: Page[] = []
      const words: Word[] = []
      const codes: PageCode[] = []
      const engines = new Set<string>()
      let line = 0
      for (let number = 1; number <= pageCount; number++) {
        const page = await child.ask<ReadPage>({ kind: 'page', number, colour: engine.colour })
        const { words: found, ...size } = page.image === null ? { words: page.words ?? [], width: page.width, height: page.height } : await readImage(child, page, page.image, number)
        engines.add(page.image === null ? pdfEngine : ocrEngine)
        pages.push({ number, ...size, unit: page.unit, source: page.image === null ? 'text_layer' : 'ocr' })
        codes.push(...page.codes.map((text) => ({ kind: 'qr', text, page: number })))
        words.push(...found.map((word) => ({ ...word, page: number, line: word.line + line })))
        line = (words.at(-1)?.line ?? line - 1) + 1
      }
      return { mediaType, pages, words, codes, xml, engine: [...engines].sort().join('+') }
    })

  /** Words by OCR, and the size of the page that they lie on. */
  const readImage = async (child: Child, page: ReadPage, image: Prepared, number: number): Promise<Pick<Page, 'width' | 'height' | 'turn'> & { readonly words: Word[] }> => {
    const found = await readUpright(engine, image, {
      turnedBy: (turn) => child.ask<Prepared>({ kind: 'image', number, turn }),
      lean: () => child.ask<Lean>({ kind: 'lean', number }),
    })
    const { width, height, degrees } = turned(page, found.turn)
    const size = degrees === 0 ? { width, height } : { width: round(width), height: round(height), turn: round(degrees) }
    return { ...size, words: toPage(found.words, found.image.scale) }
  }

  const read = async ({ bytes, sha256 }: { readonly bytes: Uint8Array; readonly sha256: string }): Promise<Reading> => {
    const began = performance.now()
    const cached = parseReading(await cache.get(cacheKey(sha256)))
    if (cached !== null && cached.pages.length <= limits.maxPages) return { ...cached, readMs: Math.round(performance.now() - began) }
    const reading = await readPages(bytes)
    await cache.put(cacheKey(sha256), JSON.stringify(reading))
    return { ...reading, readMs: Math.round(performance.now() - began) }
  }

  return {
    read,
    renderPage: (bytes, number, maxWidth, turn = 0) =>
      withChild(async (child) => {
        await child.ask<Opened>({ kind: 'open', bytes, limits })
        const image = await child.ask<Uint8Array>({ kind: 'render', number, maxWidth: Math.min(Math.max(1, Math.round(maxWidth)), widest), turn })
        return { bytes: Buffer.from(image), mediaType: 'image/webp' }
      }),
    close: async () => {
      closed = true
      for (const child of [...all, ...idle]) child.kill()
      await Promise.all([engine.close(), cache.close()])
    },
  }
}

const round = (value: number): number => Number(value.toFixed(2))

/** Boxes from tenths of the image's pixels to tenths of the page's unit. */
function toPage(words: readonly Word[], scale: number): Word[] {
  return words.map((word) => ({ ...word, box: word.box.map((tenth) => Math.round(tenth / scale)) as unknown as Word['box'] }))
}

/** What the cache holds, if it is a reading. */
function parseReading(text: string | null): Omit<Reading, 'readMs'> | null {
  if (text === null) return null
  try {
    const reading = JSON.parse(text) as Partial<Reading> | null
    const complete = typeof reading?.mediaType === 'string' && typeof reading.engine === 'string' && Array.isArray(reading.pages) && Array.isArray(reading.words) && Array.isArray(reading.codes)
    return complete ? (reading as Reading) : null
  } catch {
    return null
  }
}

function spawn(deadlineMs: number, memoryBytes: number): Child {
  // tsx is named by its own place: the working directory may be anywhere.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
  const child = fork(fileURLToPath(new URL('./reader-child.ts', import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: ['--import', loader, `--max-old-space-size=${childHeapMb}`],
    env: {}, // none of our secrets
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // decoders may quote the document in their warnings
  })
  let ended = false
  let pending: { readonly resolve: (value: unknown) => void; readonly reject: (error: ErrataError) => void } | null = null
  let started: () => void = () => undefined
  let stillborn: (error: ErrataError) => void = () => undefined
  const ready = new Promise<void>((resolve, reject) => { [started, stillborn] = [resolve, reject] })
  ready.catch(() => undefined)
  const fail = (error: ErrataError): void => {
    ended = true
    stillborn(error)
    pending?.reject(error)
    pending = null
    child.kill('SIGKILL')
  }
  child.on('message', (answer: Answer) => {
    if ('ready' in answer) return started()
    if (answer.ok) pending?.resolve(answer.value)
    else pending?.reject(new ErrataError(answer.code, answer.message, { ...answer.facts }))
    pending = null
  })
  child.on('error', (cause) => fail(new ErrataError('READER_UNAVAILABLE', 'the reading process failed', {}, cause)))
  child.on('exit', (status, signal) => fail(new ErrataError('READER_UNAVAILABLE', 'the reading process ended', { status: status ?? -1, signal: signal ?? '' })))
  child.unref() // an idle child keeps nobody alive
  child.channel?.unref()

  const ask = async <T>(question: Ask): Promise<T> => {
    if (ended || pending !== null) throw new ErrataError('READER_UNAVAILABLE', 'the reading process is not free')
    child.channel?.ref()
    const watch = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => {
        if (bytes > memoryBytes) fail(new ErrataError('DOCUMENT_TOO_LARGE', 'the document needs too much memory', { limit: memoryBytes }))
      })
    }, watchMs)
    let late = setTimeout(() => fail(new ErrataError('READER_UNAVAILABLE', 'the reading process did not start in time', { startMs })), startMs)
    try {
      await ready
      clearTimeout(late)
      late = setTimeout(() => fail(new ErrataError('DOCUMENT_TIMEOUT', 'reading a page took too long', { deadlineMs })), deadlineMs)
      return await new Promise<T>((resolve, reject) => {
        pending = { resolve: resolve as (value: unknown) => void, reject }
        child.send(question, (error) => {
          if (error !== null) fail(new ErrataError('READER_UNAVAILABLE', 'the reading process does not listen', {}, error))
        })
      })
    } finally {
      clearTimeout(late)
      clearInterval(watch)
      if (!ended) child.channel?.unref()
    }
  }
  return { process: child, ask, kill: () => fail(new ErrataError('READER_UNAVAILABLE', 'the reader is closing')), alive: () => !ended }
}

/** Linux tells; elsewhere the deadline alone holds. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const pages = await readFile(`/proc/${pid ?? 0}/statm`, 'utf8').then((text) => Number(text.split(' ')[1]), () => 0)
  return pages * 4096
}
