/**
 * What a document may cost in all, and that a slow one is nobody else's delay. Real processes, and
 * an OCR engine that only takes time.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PDFDocument } from 'pdf-lib'
import { sha256Of } from '../../../connectors/blobs/blobs.ts'
import type { Cache } from '../../../connectors/redis/cache.ts'
import {
  openDocumentReader,
  type DocumentReader,
  type ReaderParts,
  type ReaderSettings,
} from '../../../connectors/reader/reader.ts'
import type { OcrEngine } from '../../../connectors/tesseract/tesseract.ts'
import { codeOf, ErrataError } from '../../../errors.ts'
import { imageOf, pdfOf } from '../../papers.ts'

const settings: ReaderSettings = {
  maxPages: 100,
  maxPixels: 30_000_000,
  maxObjects: 1_000,
  readTimeoutMs: 60_000,
  documentTimeoutMs: 60_000,
  ocrWorkers: 1,
  ocrEngine: 'tesseract',
  ocrLanguages: 'eng',
  redisUrl: null,
}
const none: Cache = {
  get: async () => null,
  put: async () => undefined,
  close: async () => undefined,
}
const cacheFolder = mkdtempSync(join(tmpdir(), 'errata-budget-'))
const opened: DocumentReader[] = []
afterAll(async () => {
  await Promise.all(opened.map((reader) => reader.close()))
  rmSync(cacheFolder, { recursive: true })
})

/** Reads nothing for so long, or for as long as it may; `pages` counts what was finished. */
function slowEngine(pageMs: number): OcrEngine & { pages: number } {
  const engine = {
    name: 'slow',
    version: '1',
    turns: true,
    colour: false,
    pages: 0,
    read: async ({ deadlineMs = Infinity }: { readonly deadlineMs?: number }) => {
      await sleep(Math.min(pageMs, deadlineMs))
      if (deadlineMs < pageMs) throw new ErrataError('DOCUMENT_TIMEOUT', 'the page took too long')
      engine.pages++
      return { words: [], turn: 0, unread: 0 }
    },
    close: async () => undefined,
  }
  return engine
}

async function open(
  changes: Partial<ReaderSettings>,
  parts: ReaderParts = {},
): Promise<DocumentReader> {
  const reader = await openDocumentReader(
    { ...settings, ...changes },
    { cacheFolder, cache: none, ...parts },
  )
  opened.push(reader)
  return reader
}

const read = (reader: DocumentReader, bytes: Buffer): ReturnType<DocumentReader['read']> =>
  reader.read({ bytes, sha256: sha256Of(bytes) })
const outcome = (reader: DocumentReader, bytes: Buffer): Promise<string> =>
  read(reader, bytes).then(() => 'read', codeOf)

/** So many pages, each a picture. `title` keeps documents apart. */
async function scans(pages: number, title = ''): Promise<Buffer> {
  const document = await PDFDocument.create()
  document.setTitle(title)
  const picture = await document.embedPng(
    await imageOf(['Total 99,00'], { width: 300, height: 400 }),
  )
  for (let i = 0; i < pages; i++)
    document.addPage([100, 140]).drawImage(picture, { x: 0, y: 0, width: 100, height: 140 })
  return Buffer.from(await document.save())
}

describe('a document', () => {
  test.each([
    ['in the slow lane', 500],
    ['in the ordinary lane', 60_000],
  ])(
    'whose pages keep their deadline, but not all together, is DOCUMENT_TIMEOUT in its time: %s',
    async (_, quickMs) => {
      const engine = slowEngine(300)
      const reader = await open({ documentTimeoutMs: 5_000 }, { engine, quickMs })
      expect(await outcome(reader, await scans(60))).toBe('DOCUMENT_TIMEOUT')
      expect(engine.pages).toBeGreaterThan(0)
      expect(engine.pages).toBeLessThan(17) // 5 s
      expect(await outcome(reader, await pdfOf([{ text: 'Invoice', x: 50, y: 700 }]))).toBe('read')
    },
  )

  test('that is one slow page is DOCUMENT_TIMEOUT at the end of its time, and not before', async () => {
    const reader = await open(
      { documentTimeoutMs: 4_000 },
      { engine: slowEngine(30_000), quickMs: 1_000 },
    )
    const began = performance.now()
    expect(await outcome(reader, await scans(1))).toBe('DOCUMENT_TIMEOUT')
    expect(performance.now() - began).toBeGreaterThan(3_900)
  })

  test('with too much drawn on its pages together is DOCUMENT_TOO_COMPLEX, and with less it is read', async () => {
    const reader = await open({})
    const text = Array.from({ length: 45 }, (_, i) => ({
      text: `Artikel ${i} zu je 10,00`,
      x: 50,
      y: 800 - 16 * i,
    }))
    expect(await outcome(reader, await pdfOf(text, { pages: 20 }))).toBe('read') // 900
    // 1,350
    expect(await outcome(reader, await pdfOf(text, { pages: 30 }))).toBe('DOCUMENT_TOO_COMPLEX')
  })

  test('that goes to the slow lane keeps the pages that were read before', async () => {
    const engine = slowEngine(200)
    const reader = await open({}, { engine, quickMs: 1_500 })
    const reading = await read(reader, await scans(12))
    expect(reading.pages.map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ])
    expect(engine.pages).toBe(12)
  })
})

test('an ordinary document waits for none of the slow ones, however many there are', async () => {
  const reader = await open({}, { engine: slowEngine(500), quickMs: 1_000 })
  const documents = await Promise.all(Array.from({ length: 6 }, (_, i) => scans(40, String(i))))
  let finished = 0 // each takes 20 s and more
  const slow = documents.map((bytes) => outcome(reader, bytes).finally(() => finished++))
  for (let i = 0; i < 5; i++)
    expect(await outcome(reader, await pdfOf([{ text: `Invoice ${i}`, x: 50, y: 700 }]))).toBe(
      'read',
    )
  expect(finished).toBe(0)
  await reader.close()
  expect(await Promise.all(slow)).toEqual(documents.map(() => 'READER_UNAVAILABLE'))
}, 120_000)
