/**
 * From bytes to words: combines the steps of reading under enforced limits.
 *
 *   bytes ─► child process: sniff, PDFium, libvips ─► words of the text layer ───────────► Reading
 *                                                 └─► grey image ─► OCR in a thread ─► words ─┘
 *
 * A page is read from its text layer where that is usable, and by OCR otherwise, page by page.
 * Decoders run in child processes, since only a process can be killed reliably, and its crash
 * doesn't affect the parent: each step has a deadline, the memory of a child is watched, and on an
 * overrun the child is killed and the document fails with a code. If a child dies by itself, it is
 * replaced and the document is retried once, so that a transient fault of the machine doesn't count
 * against it.
 *
 * A DOCUMENT HAS A BUDGET over all its pages: time for decoding and OCR, drawn objects, words.
 * Decompression is bounded by the memory of its child and by the time. Waiting for a worker doesn't
 * count.
 *
 * TWO LANES. A document that is not read within a short time moves to the slow lane and continues
 * there from its current page. Each lane has its own processes and OCR workers, so however many
 * slow documents there are, an ordinary one waits only for other ordinary ones; the cores are
 * shared. In the slow lane there is an OCR worker for each process, so that no document uses up its
 * budget by waiting for another.
 *
 * The same bytes give the same words: nothing depends on what was read before. Readings are cached
 * by sha256, engines and languages; a cache can only save time.
 *
 * The folders reader, pdf, images, tesseract, ppocr and blobs are one connector.
 */

import { availableParallelism } from 'node:os'
import type { Config } from '../../config.ts'
import { codeOf, ErrataError } from '../../errors.ts'
import type { OcrReading } from '../../processors/ocr.ts'
import type { Word } from '../../processors/document/words.ts'
import type { Page, PageCode } from '../../schemas/types.ts'
import { openCache, type Cache } from '../redis/cache.ts'
import { redisSettingsOf, type RedisSettings } from '../redis/redis.ts'
import type { ReaderRequest, Limits, Opened, ReadPage } from './child.ts'
import { parseReading, readingKey } from './cached.ts'
import { costOfTesseract, openEngine } from './engine.ts'
import { died, openLane, type Lane } from './lane.ts'
import { spawnChild, unavailable, type ReaderProcess } from './process.ts'
import { openReadingBudget, type Budget } from './budget.ts'
import type { OcrEngine } from '../tesseract/tesseract.ts'
import { readImage, type Desk } from './read-image.ts'
import type { ScriptSettings } from './scripts.ts'
import { packageVersion } from '../package-versions.ts'

export interface DocumentReader {
  /** Why scans are read worse than they could be; null where they are not. */
  readonly degraded: string | null
  /** DOCUMENT_*, READER_UNAVAILABLE. */
  readonly read: (document: {
    readonly bytes: Uint8Array
    readonly sha256: string
  }) => Promise<OcrReading>
  /** A page for display, re-encoded, rotated by this many degrees clockwise. DOCUMENT_*. */
  readonly renderPage: (
    bytes: Uint8Array,
    number: number,
    maxWidth: number,
    turn?: number,
  ) => Promise<{ readonly bytes: Buffer; readonly mediaType: 'image/webp' }>
  readonly close: () => Promise<void>
}

export type ReaderSettings = RedisSettings &
  Pick<
    Config,
    | 'maxPages'
    | 'maxPixels'
    | 'maxObjects'
    | 'readTimeoutMs'
    | 'documentTimeoutMs'
    | 'ocrWorkers'
    | 'ocrEngine'
    | 'ocrLanguages'
  >

export interface ReaderParts {
  /** Folder for language data; a temporary folder otherwise. */
  readonly cacheFolder?: string
  /** Folder of PP-OCR's models, filled by `errata ocr install`; without one, none are installed. */
  readonly modelFolder?: string
  readonly cache?: Cache
  readonly engine?: OcrEngine
  /** Most resident memory of a child, on systems that report it. */
  readonly memoryBytes?: number
  /** How long a document may take before it moves to the slow lane. */
  readonly quickMs?: number
}

const pdfEngine = `pdfium-${packageVersion('@hyzyla/pdfium')}`
// resident, for decoding: a page of 80 million pixels needs a fifth
const childMemoryBytes = 1_600_000_000
const widest = 4000 // pixels of a page image
// of a document: 100 dense pages have this many, and extracting more would hold up the stage
const mostWords = 150_000
const mostWordsOfLine = 2_000 // a dense line of a spreadsheet has some hundred
// a scanned page; if slow documents occupy all processes, others wait this long
const quickMs = 5_000
const idleChildren = 2 // kept running for the next document

/**
 * Opens a reader; processes and threads start with the first document. CONFIG_INVALID where a
 * language is missing.
 */
export async function openDocumentReader(
  settings: ReaderSettings,
  parts: ReaderParts = {},
): Promise<DocumentReader> {
  const workers =
    settings.ocrWorkers > 0 ? settings.ocrWorkers : Math.max(1, availableParallelism() - 1)
  const engine = parts.engine ?? (await openEngine(settings, engineParts(parts, workers)))
  const cache = parts.cache ?? openCache(redisSettingsOf(settings))
  const limits: Limits = {
    maxPages: settings.maxPages,
    maxPixels: settings.maxPixels,
    maxObjects: settings.maxObjects,
  }
  const ocrEngine = `${engine.name}-${engine.version}`
  const cacheKey = (sha256: string): string =>
    readingKey([pdfEngine, ocrEngine, settings.ocrLanguages], sha256)
  const lanes = openLanes(settings, parts, engine, workers)

  const read = async ({
    bytes,
    sha256,
  }: {
    readonly bytes: Uint8Array
    readonly sha256: string
  }): Promise<OcrReading> => {
    const began = performance.now()
    const cached = await cache.get(cacheKey(sha256), (text) =>
      parseReading(text, { mostPages: limits.maxPages, mostWords }),
    )
    if (cached !== null) return { ...cached, readMs: Math.round(performance.now() - began) }
    const sofar = nothingRead()
    const opened = await lanes.use((desk) => readPages(desk, bytes, limits, sofar))
    const { pages, words, codes, engines } = sofar
    const reading = {
      mediaType: opened.mediaType,
      pages,
      words,
      codes,
      xml: opened.xml,
      engine: [...engines].sort().join('+'),
    }
    await cache.put(cacheKey(sha256), JSON.stringify(reading))
    return { ...reading, readMs: Math.round(performance.now() - began) }
  }

  return {
    degraded: settings.ocrEngine === 'auto' && engine.name === 'tesseract' ? costOfTesseract : null,
    read,
    renderPage: (bytes, number, maxWidth, turn = 0) =>
      lanes.use(async ({ ask }) => {
        await ask<Opened>({ kind: 'open', bytes, limits })
        const image = await ask<Uint8Array>({
          kind: 'render',
          number,
          maxWidth: Math.min(Math.max(1, Math.round(maxWidth)), widest),
          turn,
        })
        return { bytes: Buffer.from(image), mediaType: 'image/webp' }
      }),
    close: async () => {
      await Promise.all([lanes.close(), cache.close()])
    },
  }
}

function engineParts(
  { cacheFolder, modelFolder }: ReaderParts,
  workers: number,
): Parameters<typeof openEngine>[1] {
  return {
    workers,
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    ...(modelFolder === undefined ? {} : { modelFolder }),
  }
}

interface Lanes {
  /**
   * Runs once in each lane that the document enters; in the slow lane counting from the start of
   * `use`. DOCUMENT_TIMEOUT at the end of its budget.
   */
  readonly use: <T>(use: (desk: Desk) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

function openLanes(
  settings: ReaderSettings,
  parts: ReaderParts,
  engine: OcrEngine,
  workers: number,
): Lanes {
  const spawn = (): ReaderProcess => spawnChild(parts.memoryBytes ?? childMemoryBytes)
  const ordinary = openLane({ processes: Math.max(2, workers + 1), keep: idleChildren, spawn })
  const slow = openLane({ processes: workers, keep: 0, spawn })
  let slowEngine: Promise<OcrEngine> | null = null
  const openSlowEngine = (): Promise<OcrEngine> =>
    (slowEngine ??=
      parts.engine === undefined
        ? openEngine(settings, engineParts(parts, workers))
        : Promise.resolve(engine))
  const shortMs = Math.min(parts.quickMs ?? quickMs, settings.documentTimeoutMs)

  const { cacheFolder } = parts
  const scripts: ScriptSettings = {
    deadlineMs: settings.readTimeoutMs,
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  }

  const runIn = <T>(
    lane: Lane,
    itsEngine: Desk['engine'],
    budget: Budget,
    use: (desk: Desk) => Promise<T>,
  ): Promise<T | typeof died> =>
    lane.lend((child) => {
      const ask: Desk['ask'] = (question) =>
        budget.spend((leftMs) => child.ask(question, Math.min(leftMs, settings.readTimeoutMs)))
      return use({ ask, engine: itsEngine, scripts, budget })
    })

  /**
   * The first time a child dies the machine is at fault, the second time the document, if other
   * children work.
   */
  const twice = async <T>(run: () => Promise<T | typeof died>): Promise<T> => {
    const first = await run()
    const result = first === died ? await run() : first
    if (result !== died) return result
    if (await canSpawn(spawn, settings))
      throw new ErrataError('DOCUMENT_CORRUPT', 'the decoder dies of the document')
    throw unavailable('the reading process does not stay alive')
  }

  return {
    async use(use) {
      const budget = openReadingBudget(shortMs)
      try {
        return await twice(() => runIn(ordinary, async () => engine, budget, use))
      } catch (error) {
        if (
          codeOf(error) !== 'DOCUMENT_TIMEOUT' ||
          !budget.isSpent() ||
          shortMs === settings.documentTimeoutMs
        )
          throw error
      }
      budget.extend(settings.documentTimeoutMs - shortMs)
      return twice(() => runIn(slow, openSlowEngine, budget, use))
    },
    async close() {
      ordinary.close()
      slow.close()
      await Promise.all([
        engine.close(),
        slowEngine?.then(
          (opened) => opened.close(),
          () => undefined,
        ),
      ])
    },
  }
}

/** Whether a child works at all: if not, the machine is at fault and no document. */
async function canSpawn(
  spawn: () => ReaderProcess,
  { readTimeoutMs, maxPages, maxPixels, maxObjects }: ReaderSettings,
): Promise<boolean> {
  const child = spawn()
  const limits: Limits = { maxPages, maxPixels, maxObjects }
  const question: ReaderRequest = { kind: 'open', bytes: Buffer.from('<ok/>'), limits }
  const answered = await child
    .started()
    .then(() => child.ask(question, readTimeoutMs))
    .then(
      () => true,
      () => false,
    )
  child.kill()
  return answered
}

/** Pages read so far: whole pages only. */
interface Sofar {
  readonly pages: Page[]
  readonly words: Word[]
  readonly codes: PageCode[]
  readonly engines: Set<string>
}

const nothingRead = (): Sofar => ({ pages: [], words: [], codes: [], engines: new Set() })

/** The pages that are not in `sofar` yet. DOCUMENT_TOO_COMPLEX for too many words. */
async function readPages(
  desk: Desk,
  bytes: Uint8Array,
  limits: Limits,
  sofar: Sofar,
): Promise<Opened> {
  const opened = await desk.ask<Opened>({ kind: 'open', bytes, limits })
  const { colour } = await desk.engine()
  const { pages, words, codes, engines } = sofar
  for (let number = pages.length + 1; number <= opened.pageCount; number++) {
    const page = await desk.ask<ReadPage>({ kind: 'page', number, colour })
    const source = page.image === null ? 'text_layer' : 'ocr'
    const asPrinted = {
      words: page.words ?? [],
      width: page.width,
      height: page.height,
      by: pdfEngine,
    }
    const {
      words: found,
      by,
      ...size
    } = page.image === null ? asPrinted : await readImage(desk, page, page.image, number)
    refuseTooMany(words.length, found)
    const line = (words.at(-1)?.line ?? -1) + 1
    for (const word of found) words.push({ ...word, page: number, line: word.line + line })
    codes.push(...page.codes.map((text) => ({ kind: 'qr', text, page: number })))
    engines.add(by)
    pages.push({ number, ...size, unit: page.unit, source })
  }
  return opened
}

function refuseTooMany(before: number, found: readonly Word[]): void {
  if (before + found.length > mostWords)
    throw new ErrataError('DOCUMENT_TOO_COMPLEX', 'the document has too many words', {
      limit: mostWords,
    })
  // a line's words are consecutive
  const tooLong = found.some((word, i) => found[i + mostWordsOfLine]?.line === word.line)
  if (tooLong)
    throw new ErrataError('DOCUMENT_TOO_COMPLEX', 'a line has too many words', {
      limit: mostWordsOfLine,
    })
}
