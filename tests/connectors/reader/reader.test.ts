/** From bytes to words through the real processes, and what happens to those processes. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument, StandardFonts } from 'pdf-lib'
import sharp from 'sharp'
import { sha256Of } from '../../../connectors/blobs/blobs.ts'
import type { Cache } from '../../../connectors/redis/cache.ts'
import {
  openDocumentReader,
  type DocumentReader,
  type ReaderSettings,
} from '../../../connectors/reader/reader.ts'
import { codeOf } from '../../../errors.ts'
import { fieldsOfCodes } from '../../../processors/sources/payment-codes.ts'
import { signedDer, signedPieces } from '../files/signing.ts'
import { encryptedPdf, giroCode, imageOf, pdfOf, pngBomb, qrOf, scanOf } from '../../papers.ts'

const settings: ReaderSettings = {
  maxPages: 20,
  maxPixels: 30_000_000,
  maxObjects: 1_000_000,
  readTimeoutMs: 60_000,
  documentTimeoutMs: 600_000,
  ocrWorkers: 1,
  ocrEngine: 'tesseract',
  ocrLanguages: 'eng+deu',
  redisUrl: null,
}
const cacheFolder = mkdtempSync(join(tmpdir(), 'errata-reader-'))
let reader: DocumentReader
beforeAll(async () => {
  reader = await openDocumentReader(settings, { cacheFolder })
})
afterAll(async () => {
  await reader.close()
  rmSync(cacheFolder, { recursive: true })
})

const read = (bytes: Buffer, by: DocumentReader = reader): ReturnType<DocumentReader['read']> =>
  by.read({ bytes, sha256: sha256Of(bytes) })
const codeOfRead = (bytes: Buffer, by: DocumentReader = reader): Promise<string> =>
  read(bytes, by).then(() => 'read', codeOf)
const lines = [
  { text: 'Rechnung 4711', x: 50, y: 780 },
  { text: 'Summe 99,00', x: 50, y: 700 },
]

/** Process ids of the reading processes that are children of this one. */
const children = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(
          readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) . /, '')
            .split(' ')[0],
        )
        return (
          parent === process.pid &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('connectors/reader/child')
        )
      } catch {
        return false
      }
    })
const until = async <T>(find: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a reading', () => {
  test('of a PDF with text comes from the text layer', async () => {
    const reading = await read(await pdfOf(lines, { pages: 2 }))
    expect(reading).toMatchObject({
      mediaType: 'application/pdf',
      xml: null,
      codes: [],
      engine: expect.stringMatching(/^pdfium-[\d.]+$/),
    })
    expect(reading.pages).toEqual(
      [1, 2].map((number) => ({
        number,
        width: 595,
        height: 842,
        unit: 'pt',
        source: 'text_layer',
      })),
    )
    expect(reading.words.map((word) => `${word.page} ${word.line} ${word.text}`)).toEqual([
      '1 0 Rechnung',
      '1 0 4711',
      '1 1 Summe',
      '1 1 99,00',
      '2 2 Rechnung',
      '2 2 4711',
      '2 3 Summe',
      '2 3 99,00',
    ])
  })

  test('of a scan inside a PDF comes from OCR, in points of the page', async () => {
    const reading = await read(
      await scanOf(await imageOf(['Invoice number 4711'], { width: 1190, height: 1684 })),
    )
    expect(reading.pages).toEqual([
      { number: 1, width: 595, height: 842, unit: 'pt', source: 'ocr' },
    ])
    expect(reading.words.map((word) => word.text)).toEqual(['Invoice', 'number', '4711'])
    // 80 of 1190 pixels: 40 points
    expect(Math.abs((reading.words[0]?.box[0] ?? 0) - 400)).toBeLessThan(30)
    expect(reading.engine).toMatch(/^tesseract-[\d.]+$/)
  })

  test('goes to OCR page by page', async () => {
    const document = await PDFDocument.create()
    const font = await document.embedFont(StandardFonts.Helvetica)
    document.addPage([595, 842]).drawText('Typed on this page', { x: 50, y: 700, font, size: 12 })
    document.addPage([595, 842]).drawImage(await document.embedPng(await imageOf(['Scanned'])), {
      x: 0,
      y: 0,
      width: 595,
      height: 842,
    })
    const reading = await read(Buffer.from(await document.save()))
    expect(reading.pages.map((page) => page.source)).toEqual(['text_layer', 'ocr'])
    expect(reading.words.map((word) => `${word.page} ${word.line} ${word.text}`)).toEqual([
      '1 0 Typed',
      '1 0 on',
      '1 0 this',
      '1 0 page',
      '2 1 Scanned',
    ])
    expect(reading.engine).toMatch(/^pdfium-.*\+tesseract-/)
  })

  test('of an image is in its pixels, upright', async () => {
    const upright = await imageOf(['Total 12.40'], { width: 800, height: 500 })
    const sideways = await sharp(upright)
      .rotate(-90)
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const reading = await read(sideways)
    expect(reading.pages).toEqual([
      { number: 1, width: 800, height: 500, unit: 'px', source: 'ocr' },
    ])
    expect(reading.words.map((word) => word.text)).toEqual(['Total', '12.40'])
  })

  test('of an e-invoice is its XML, and of a PDF that carries one both', async () => {
    const xml =
      '<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>ü7</ID></Invoice>'
    expect(await read(Buffer.from(xml))).toMatchObject({
      mediaType: 'application/xml',
      pages: [],
      words: [],
      xml,
      engine: '',
    })
    expect(await read(await pdfOf(lines, { attach: { 'xrechnung.xml': xml } }))).toMatchObject({
      xml,
      pages: [{ source: 'text_layer' }],
    })
  })

  test('of an EDIFACT interchange is its text, in the character set that it names', async () => {
    const text = "UNB+UNOC:3+A+B'UNH+1+INVOIC:D:96A:UN'NAD+SU+++Köln'"
    expect(await read(Buffer.from(text, 'latin1'))).toMatchObject({
      mediaType: 'application/edifact',
      pages: [],
      xml: text,
    })
  })

  test('of a signed file is its content, an e-invoice or a PDF', async () => {
    const xml = '<FatturaElettronica><a>à</a></FatturaElettronica>'
    expect(await read(signedDer(Buffer.from(xml)))).toMatchObject({
      mediaType: 'application/xml',
      pages: [],
      xml,
    })
    const pdf = signedPieces(await pdfOf(lines))
    expect(await read(pdf)).toMatchObject({ mediaType: 'application/pdf', xml: null })
    expect((await reader.renderPage(pdf, 1, 300)).bytes.length).toBeGreaterThan(100)
  })
})

describe('a code on a page', () => {
  const codes = [{ kind: 'qr', text: giroCode, page: 1 }]

  test('is read from the page of a PDF with text, where it is a picture', async () => {
    const document = await PDFDocument.load(await pdfOf(lines))
    document.getPage(0).drawImage(await document.embedPng(await qrOf(giroCode)), {
      x: 60,
      y: 100,
      width: 85,
      height: 85,
    })
    expect(await read(Buffer.from(await document.save()))).toMatchObject({
      codes,
      pages: [{ source: 'text_layer' }],
    })
  })

  test('is read from the page of a PDF with text, where it is drawn in little boxes', async () => {
    const { data, info } = await sharp(await qrOf(giroCode, 1))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const text = Array.from({ length: 10 }, (_, i) => ({
      text: `Artikel ${i} zu je 10,00`,
      x: 50,
      y: 780 - 20 * i,
    })) // enough for a page of text
    const document = await PDFDocument.load(await pdfOf(text))
    const page = document.getPage(0)
    for (const [i, gray] of data.entries()) {
      if (gray < 128)
        page.drawRectangle({
          x: 60 + 1.6 * (i % info.width),
          y: 300 - 1.6 * Math.floor(i / info.width),
          width: 1.6,
          height: 1.6,
        })
    }
    expect(await read(Buffer.from(await document.save()))).toMatchObject({
      codes,
      pages: [{ source: 'text_layer' }],
    })
  })

  test('is read from a scan inside a PDF and from a picture that lies a little crooked', async () => {
    const paper = await sharp(await imageOf(['Rechnung 4711'], { width: 1190, height: 1684 }))
      .composite([{ input: await qrOf(giroCode), left: 120, top: 1200 }])
      .png()
      .toBuffer()
    expect((await read(await scanOf(paper))).codes).toEqual(codes)
    expect(
      (
        await read(
          await sharp(paper)
            .rotate(3, { background: '#fff' })
            .blur(0.8)
            .jpeg({ quality: 60 })
            .toBuffer(),
        )
      ).codes,
    ).toEqual(codes)
  })
})

describe('a Swiss QR-bill, with the cross over its middle', () => {
  const payload = [
    'SPC',
    '0200',
    '1',
    'CH4431999123000889012',
    'S',
    'Max Muster & Söhne',
    'Musterstrasse',
    '123',
    '8000',
    'Seldwyla',
    'CH',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '1949.75',
    'CHF',
    'S',
    'Simon Muster',
    'Musterstrasse',
    '1',
    '8000',
    'Seldwyla',
    'CH',
    'QRR',
    '210000000003139471430009017',
    'Bestellung vom 15.10.2020',
    'EPD',
  ].join('\n')
  const values = {
    iban: 'CH4431999123000889012',
    currency: 'CHF',
    due_payable: '1949.75',
    grand_total: '1949.75',
    seller_name: 'Max Muster & Söhne',
    seller_address: 'Musterstrasse 123, 8000 Seldwyla',
  }
  const fieldsOf = async (bytes: Buffer): Promise<Record<string, string | null>> =>
    Object.fromEntries(
      fieldsOfCodes((await read(bytes)).codes).map(({ name, value }) => [name, value]),
    )
  /** The code as SIX prescribes it: 46 mm, of which the cross takes 7. */
  const crossed = async (): Promise<Buffer> => {
    const code = await qrOf(payload, 6)
    const { width } = await sharp(code).metadata()
    const side = Math.round((width * 7) / 46)
    const bar = (x: number, y: number, w: number, h: number): string =>
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="#fff"/>`
    const cross = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 20 20"><rect width="20" height="20" fill="#fff"/><rect x="1" y="1" width="18" height="18" fill="#000"/>${bar(8.2, 4, 3.6, 12)}${bar(4, 8.2, 12, 3.6)}</svg>`,
    )
    return sharp(code)
      .composite([{ input: cross, gravity: 'centre' }])
      .png()
      .toBuffer()
  }

  test('is read from the page of a PDF with text', async () => {
    const document = await PDFDocument.load(
      await pdfOf([...lines, { text: 'Zahlteil', x: 200, y: 290 }]),
    )
    document.getPage(0).drawImage(await document.embedPng(await crossed()), {
      x: 200,
      y: 120,
      width: 130,
      height: 130,
    })
    expect(await fieldsOf(Buffer.from(await document.save()))).toEqual(values)
  })

  test('is read from a page that was scanned: soft, gray, a little crooked, with the blocks of JPEG', async () => {
    const code = await sharp(await crossed())
      .resize(362, 362)
      .toBuffer() // 46 mm at 200 dpi
    const paper = await sharp(
      await imageOf(['Rechnung 4711', 'Zahlbar durch'], { width: 1654, height: 2339 }),
    )
      .composite([{ input: code, left: 560, top: 1640 }])
      .png()
      .toBuffer()
    const scan = await sharp(paper)
      .rotate(1.4, { background: '#fff' })
      .blur(0.9)
      .linear(0.82, 30)
      .greyscale()
      .jpeg({ quality: 55 })
      .toBuffer()
    expect(await fieldsOf(scan)).toEqual(values)
  })
})

describe('what can not be read', () => {
  test.each<[string, () => Promise<Buffer>, string]>([
    ['nothing', async () => Buffer.alloc(0), 'DOCUMENT_EMPTY'],
    ['a letter', async () => Buffer.from('Dear Sir'), 'DOCUMENT_TYPE'],
    [
      'an order',
      async () =>
        Buffer.from('<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'),
      'DOCUMENT_NOT_INVOICE',
    ],
    [
      'a signed order',
      async () => signedDer(Buffer.from('<OrderResponse><ID>1</ID></OrderResponse>')),
      'DOCUMENT_NOT_INVOICE',
    ],
    [
      'a signature cut off',
      async () => signedDer(Buffer.from('<Invoice/>')).subarray(0, 60),
      'DOCUMENT_CORRUPT',
    ],
    ['an encrypted PDF', async () => encryptedPdf(), 'DOCUMENT_ENCRYPTED'],
    ['a PDF of many pages', () => pdfOf([], { pages: 21 }), 'DOCUMENT_TOO_MANY_PAGES'],
    ['a PDF cut off', async () => (await pdfOf(lines)).subarray(0, 80), 'DOCUMENT_CORRUPT'],
    ['a decompression bomb', async () => pngBomb(30_000, 30_000), 'DOCUMENT_TOO_MANY_PIXELS'],
    [
      'a JPEG that ends early',
      async () =>
        (
          await sharp(await imageOf(['x']))
            .jpeg()
            .toBuffer()
        ).subarray(0, 2_000),
      'DOCUMENT_CORRUPT',
    ],
  ])('%s is refused by a code, and the next document is read', async (_, make, code) => {
    expect(await codeOfRead(await make())).toBe(code)
    expect(
      (await read(await pdfOf([{ text: code, x: 50, y: 500 }]))).words.map((word) => word.text),
    ).toEqual([code])
  })
})

describe('the process that reads', () => {
  const none: Cache = {
    get: async () => null,
    put: async () => undefined,
    close: async () => undefined,
  }

  test('is killed and replaced when it does not answer in time', async () => {
    const strict = await openDocumentReader(
      { ...settings, readTimeoutMs: 3_000 },
      { cacheFolder, cache: none },
    ) // shorter than what leads to the slow lane
    const before = new Set(children())
    await read(await pdfOf(lines), strict)
    const pid = await until(() => children().find((child) => !before.has(child)))
    process.kill(pid, 'SIGSTOP') // as a decoder that never comes back
    expect(await codeOfRead(await pdfOf(lines), strict)).toBe('DOCUMENT_TIMEOUT')
    await until(() => (children().includes(pid) ? undefined : true))
    expect((await read(await pdfOf(lines), strict)).words).toHaveLength(4)
    await strict.close()
  })

  test('may die once without harm to the document', async () => {
    const sturdy = await openDocumentReader(settings, { cacheFolder, cache: none })
    const before = new Set(children())
    await read(await pdfOf(lines), sturdy)
    const pid = await until(() => children().find((child) => !before.has(child)))
    process.kill(pid, 'SIGSTOP')
    const reading = read(await pdfOf(lines), sturdy)
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.kill(pid, 'SIGKILL')
    expect((await reading).words).toHaveLength(4)
    await sturdy.close()
  })

  test("is killed when it takes more memory than it may, which is the document's fault", async () => {
    // less than Node alone
    const small = await openDocumentReader(settings, {
      cacheFolder,
      cache: none,
      memoryBytes: 1_000_000,
    })
    expect(await codeOfRead(await pdfOf(lines), small)).toBe('DOCUMENT_TOO_LARGE')
    await small.close()
  })

  test('is one of a few, however many documents come at once', async () => {
    const busy = await openDocumentReader(settings, { cacheFolder, cache: none })
    const before = new Set(children())
    const bytes = await pdfOf(lines)
    const all = Promise.all(Array.from({ length: 12 }, () => busy.renderPage(bytes, 1, 200)))
    let most = 0
    const count = setInterval(() => {
      most = Math.max(most, children().filter((pid) => !before.has(pid)).length)
    }, 20)
    expect(await all).toHaveLength(12)
    clearInterval(count)
    expect(most).toBeLessThanOrEqual(2)
    await busy.close()
  })

  const resident = (pid: number): number =>
    Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  const withProc = existsSync('/proc/self/statm') ? test : test.skip
  withProc(
    'does not grow with the pages that it reads (skipped where the system does not tell)',
    async () => {
      const steady = await openDocumentReader(settings, { cacheFolder, cache: none })
      const before = new Set(children())
      const pages = await pdfOf(
        Array.from({ length: 30 }, (_, k) => ({
          text: `Line ${k} of a page with some words and 12.${k} EUR`,
          x: 50,
          y: 780 - 24 * k,
        })),
        { pages: 20 },
      )
      for (let k = 0; k < 3; k++) await read(pages, steady)
      const pid = await until(() => children().find((child) => !before.has(child)))
      const early = resident(pid)
      for (let k = 0; k < 12; k++) await read(pages, steady)
      expect(resident(pid) - early).toBeLessThan(30e6) // bytes, after 240 pages more
      await steady.close()
    },
    60_000,
  )

  test('does not outlive the reader', async () => {
    const shortLived = await openDocumentReader(settings, { cacheFolder, cache: none })
    const before = new Set(children())
    await read(await pdfOf(lines), shortLived)
    const pid = await until(() => children().find((child) => !before.has(child)))
    await shortLived.close()
    await until(() => (children().includes(pid) ? undefined : true))
    expect(await codeOfRead(await pdfOf(lines), shortLived)).toBe('READER_UNAVAILABLE')
  })
})

describe('a page image', () => {
  test.each<[string, () => Promise<Buffer>]>([
    ['a PDF', () => pdfOf(lines)],
    ['an image', () => imageOf(['x'], { width: 1500, height: 900 })],
  ])('of %s is WebP of the width that was asked for', async (_, make) => {
    const { bytes, mediaType } = await reader.renderPage(await make(), 1, 500)
    expect(mediaType).toBe('image/webp')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 500 })
  })
  test('that does not exist is a coded refusal', async () => {
    expect(await reader.renderPage(await pdfOf(lines), 2, 500).then(() => 'drawn', codeOf)).toBe(
      'DOCUMENT_EMPTY',
    )
  })
})

describe('the cache', () => {
  test('saves a second reading, and rubbish in it is no reading', async () => {
    const kept = new Map<string, string>()
    const cache: Cache = {
      get: async (key, parse) => parse(kept.get(key) ?? ''),
      put: async (key, value) => {
        kept.set(key, value)
      },
      close: async () => undefined,
    }
    const cached = await openDocumentReader(settings, { cacheFolder, cache })
    const bytes = await pdfOf(lines)
    const { readMs: _, ...first } = await read(bytes, cached)
    const [key] = [...kept.keys()]
    expect(key).toContain(sha256Of(bytes))
    const other = JSON.stringify({ ...first, words: [] })
    kept.set(key!, other)
    expect((await read(bytes, cached)).words).toEqual([])
    for (const rubbish of ['', 'null', '{"pages":1}', '[]']) {
      kept.set(key!, rubbish)
      expect(await read(bytes, cached)).toMatchObject(first)
    }
    await cached.close()
  })
})

const scan = '../shared/data/parsee/parsee_b8e5df7bdd.pdf'
const withScan = existsSync(scan) ? test : test.skip
withScan(
  'a real PDF whose text layer is garbage is read by OCR (skipped where ../shared/data is absent)',
  async () => {
    const reading = await read(readFileSync(scan))
    expect(reading.pages.map((page) => page.source)).toEqual(['ocr'])
    expect(reading.words.map((word) => word.text)).toEqual(
      expect.arrayContaining(['Invoice', 'TeamGantt']),
    )
  },
)
