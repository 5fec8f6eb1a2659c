/**
 * PP-OCR as it is: real models, images painted here. Skipped, and says so, where `errata ocr
 * install` never ran.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { readConfig } from '../../../config.ts'
import { encodeForOcr, pagesOf, prepareForOcr } from '../../../connectors/images/images.ts'
import { installedIn, modelFiles } from '../../../connectors/ppocr/models.ts'
import { openPpocr } from '../../../connectors/ppocr/ppocr.ts'
import { openEngine } from '../../../connectors/reader/engine.ts'
import { openDocumentReader } from '../../../connectors/reader/reader.ts'
import type { OcrEngine, OcrImage } from '../../../connectors/tesseract/tesseract.ts'
import { ocrFolderOf } from '../../../operations/ocr-models.ts'
import { codeOf } from '../../../errors.ts'
import type { Word } from '../../../processors/document/words.ts'
import { imageOf } from '../../papers.ts'

const folder = ocrFolderOf(readConfig({ ERRATA_CACHE: process.env.ERRATA_CACHE }))
const installed = existsSync(join(folder, modelFiles.recogniser.name))
const withModels = installed ? describe : describe.skip
if (!installed)
  console.warn(`PP-OCR is not tested: its models are not in ${folder} (errata ocr install)`)

jest.setTimeout(180_000) // a page takes seconds of a processor that other tests may want too

const limits = { maxPages: 1, maxPixels: 50_000_000, maxObjects: 1_000_000 }
const wordsBy = async (reader: OcrEngine, image: OcrImage): Promise<readonly Word[]> =>
  (await reader.read(image)).words
const prepared = async (
  bytes: Buffer,
): Promise<{ bytes: Buffer; width: number; height: number }> => {
  const [page] = await pagesOf(bytes, limits)
  const { png, width, height } = await prepareForOcr(bytes, 1, page!, limits)
  return { bytes: png, width, height }
}
const temporary = mkdtempSync(join(tmpdir(), 'errata-ppocr-'))
afterAll(() => rmSync(temporary, { recursive: true }))
const settings = { readTimeoutMs: 60_000, ocrLanguages: 'eng' }

describe('the choice of the engine', () => {
  test('is Tesseract where no models are installed, and PP-OCR without models is refused', async () => {
    const engine = await openEngine(
      { ...settings, ocrEngine: 'auto' },
      { workers: 1, modelFolder: join(temporary, 'none') },
    )
    await engine.close()
    expect(engine.name).toBe('tesseract')
    await expect(
      openEngine(
        { ...settings, ocrEngine: 'ppocr' },
        { workers: 1, modelFolder: join(temporary, 'none') },
      ),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(
      openEngine({ ...settings, ocrEngine: 'ppocr' }, { workers: 1 }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(
      openEngine({ ...settings, ocrEngine: 'best' }, { workers: 1 }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', facts: { key: 'ERRATA_OCR_ENGINE' } })
  })

  test('is an error where models are damaged: a worse reading never comes in silence', async () => {
    writeFileSync(join(temporary, modelFiles.detector.name), 'half a model')
    expect(await installedIn(temporary)).toBe('damaged')
    await expect(
      openEngine({ ...settings, ocrEngine: 'auto' }, { workers: 1, modelFolder: temporary }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

withModels('PP-OCR (skipped where its models are not installed)', () => {
  let engine: OcrEngine
  beforeAll(async () => {
    engine = await openPpocr({ folder, workers: 1, deadlineMs: 60_000 })
  })
  afterAll(() => engine.close())

  test('reads printed words, with their lines and places', async () => {
    const words = await wordsBy(
      engine,
      await prepared(
        await imageOf(['Invoice number 4711', 'Grand total 1234.50'], { width: 900, height: 600 }),
      ),
    )
    expect(words.map((word) => word.text)).toEqual([
      'Invoice',
      'number',
      '4711',
      'Grand',
      'total',
      '1234.50',
    ])
    expect(words.map((word) => word.line)).toEqual([0, 0, 0, 1, 1, 1])
    expect(
      words.every(
        ({ confidence, page, box: [x0, y0, x1, y1] }) =>
          page === 1 && confidence > 50 && confidence <= 100 && x0 < x1 && y0 < y1,
      ),
    ).toBe(true)
  })

  test('puts a word where its ink is, to half its height', async () => {
    // Narrow letters beside wide ones: by their share of the letters the space would lie far too
    // late.
    const image = await prepared(await imageOf(['illicit WIMWAM'], { width: 900, height: 400 }))
    const words = await wordsBy(engine, image)
    expect(words).toHaveLength(2)
    for (const [from, to, word] of [
      [0, words[1]!.box[0], words[0]!],
      [words[0]!.box[2], 10 * image.width, words[1]!],
    ] as const) {
      const ink = await inkBetween(image.bytes, from / 10, to / 10)
      expect(Math.abs(word.box[0] / 10 - ink.left)).toBeLessThan(18)
      expect(Math.abs(word.box[2] / 10 - ink.right)).toBeLessThan(18)
    }
  })

  test('keeps the columns of a row on one line, left to right, and reads single figures', async () => {
    const words = await wordsBy(
      engine,
      await prepared(
        await imageOf(
          [
            '1               Coffee                12.40',
            '7               Tea                     3.10',
          ],
          { width: 1200, height: 400 },
        ),
      ),
    )
    expect(words.map(({ text, line }) => `${line} ${text}`)).toEqual([
      '0 1',
      '0 Coffee',
      '0 12.40',
      '1 7',
      '1 Tea',
      '1 3.10',
    ])
  })

  test('reads a page that slants, and one of its lines that stands on its side', async () => {
    const level = await imageOf(['Rechnung 2024', 'Summe 99,00 EUR'], { width: 900, height: 400 })
    const texts = async (bytes: Buffer): Promise<string[]> =>
      (await wordsBy(engine, await prepared(bytes))).map(({ text }) => text)
    expect(await texts(await sharp(level).rotate(6, { background: '#fff' }).toBuffer())).toEqual([
      'Rechnung',
      '2024',
      'Summe',
      '99,00',
      'EUR',
    ])
    const beside = await sharp(await imageOf(['Kopie'], { width: 300, height: 200 }))
      .rotate(90)
      .toBuffer()
    const both = await sharp(level)
      .composite([{ input: beside, left: 680, top: 60 }])
      .png()
      .toBuffer()
    expect((await texts(both)).sort()).toEqual([
      '2024',
      '99,00',
      'EUR',
      'Kopie',
      'Rechnung',
      'Summe',
    ])
  })

  test.each([
    ['blank paper', async () => imageOf([])],
    [
      'one black pixel',
      async () =>
        sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
          .png()
          .toBuffer(),
    ],
    [
      'a strip of 4000 by 2',
      async () =>
        sharp({ create: { width: 4000, height: 2, channels: 3, background: '#fff' } })
          .png()
          .toBuffer(),
    ],
    [
      'black paper',
      async () =>
        sharp({ create: { width: 800, height: 800, channels: 3, background: '#000' } })
          .png()
          .toBuffer(),
    ],
  ])('finds no words on %s', async (_, make) =>
    expect(await wordsBy(engine, await prepared(await make()))).toEqual([]),
  )

  test('reads noise within its limits', async () => {
    const noise = await sharp({
      create: {
        width: 1500,
        height: 1500,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
    const words = await wordsBy(engine, await prepared(noise))
    expect(
      words.every(
        ({ text, box, confidence }) =>
          text !== '' &&
          box.every((side) => side >= 0 && side <= 15_000) &&
          confidence >= 0 &&
          confidence <= 100,
      ),
    ).toBe(true)
  })

  test('reads a page the same whatever was read before it', async () => {
    const pages = await Promise.all(
      [
        ['Rechnung 4711', 'Summe 99,00'],
        ['Delivery note', 'O0O0 l1l1 I1'],
        ['Total 12.40', 'Visa 0012'],
      ].map(async (lines) => prepared(await imageOf(lines, { width: 700, height: 400 }))),
    )
    const forwards = []
    for (const page of pages) forwards.push(await wordsBy(engine, page))
    const backwards = []
    for (const page of [...pages].reverse()) backwards.unshift(await wordsBy(engine, page))
    expect(backwards).toEqual(forwards)
  })

  test('refuses bytes that are no image, or a larger one than stated, and reads the next page', async () => {
    const still = await prepared(await imageOf(['Still here'], { width: 500, height: 300 }))
    expect(
      await wordsBy(engine, { bytes: Buffer.from('not an image'), width: 10, height: 10 }).then(
        () => 'read',
        codeOf,
      ),
    ).toBe('DOCUMENT_CORRUPT')
    expect(
      await wordsBy(engine, { bytes: still.bytes, width: 10, height: 10 }).then(
        () => 'read',
        codeOf,
      ),
    ).toBe('DOCUMENT_CORRUPT')
    expect(await wordsBy(engine, still)).toHaveLength(2)
  })

  test('ends a page at the deadline, as DOCUMENT_TIMEOUT, and reads the next one', async () => {
    const strict = await openPpocr({ folder, workers: 1, deadlineMs: 2_000 })
    const dense = await prepared(
      await imageOf(
        Array.from(
          { length: 90 },
          (_, i) =>
            `${i} The quick brown fox jumps over the lazy dog and pays 12.${i} EUR for it to the seller in Berlin`,
        ),
        { width: 2400, height: 2900, size: 17 },
      ),
    )
    expect(await wordsBy(strict, dense).then(() => 'read', codeOf)).toBe('DOCUMENT_TIMEOUT')
    // A machine that is busy may be late with a small page too, and is then asked again
    const small = await prepared(await imageOf(['Fine'], { width: 200, height: 160 }))
    let read: string | number = 'DOCUMENT_TIMEOUT'
    for (let attempt = 0; attempt < 8 && read === 'DOCUMENT_TIMEOUT'; attempt++)
      read = await wordsBy(strict, small).then(({ length }) => length, codeOf)
    expect(read).toBe(1)
    await strict.close()
  })

  test('ends a page that needs too much memory, as DOCUMENT_TOO_LARGE', async () => {
    const small = await openPpocr({
      folder,
      workers: 1,
      deadlineMs: 60_000,
      memoryBytes: 1_000_000,
    }) // less than Node alone
    expect(
      await wordsBy(
        small,
        await prepared(await imageOf(['One'], { width: 200, height: 160 })),
      ).then(() => 'read', codeOf),
    ).toBe('DOCUMENT_TOO_LARGE')
    await small.close()
  })

  test('gives back what waits when it closes, as READER_UNAVAILABLE, which is tried again elsewhere', async () => {
    const closing = await openPpocr({ folder, workers: 1, deadlineMs: 60_000 })
    const image = await prepared(await imageOf(['One'], { width: 200, height: 160 }))
    const underWay = [wordsBy(closing, image), wordsBy(closing, image)].map((work) =>
      work.then(() => 'read', codeOf),
    )
    await closing.close()
    expect(await Promise.all(underWay)).toEqual(['READER_UNAVAILABLE', 'READER_UNAVAILABLE'])
    expect(await wordsBy(closing, image).then(() => 'read', codeOf)).toBe('READER_UNAVAILABLE')
  })

  test('is what a reader takes by itself, and says so in the reading', async () => {
    const reader = await openDocumentReader(
      {
        maxPages: 2,
        maxPixels: 30_000_000,
        maxObjects: 1_000_000,
        readTimeoutMs: 60_000,
        documentTimeoutMs: 600_000,
        ocrWorkers: 1,
        ocrEngine: 'auto',
        ocrLanguages: 'eng',
        redisUrl: null,
      },
      { modelFolder: folder },
    )
    const reading = await reader.read({
      bytes: await imageOf(['Invoice 4711'], { width: 500, height: 300 }),
      sha256: 'a'.repeat(64),
    })
    await reader.close()
    expect(reading.engine).toBe(`ppocr-${engine.version}`)
    expect(reading.words.map(({ text }) => text)).toEqual(['Invoice', '4711'])
  })

  test('reads painted pixels', async () => {
    expect(
      await wordsBy(engine, {
        bytes: (
          await encodeForOcr(
            { data: Buffer.alloc(90_000, 255), width: 300, height: 300, channels: 1 },
            1,
          )
        ).png,
        width: 300,
        height: 300,
      }),
    ).toEqual([])
  })

  const real = '../shared/data/sroie/'
  const withReal = existsSync(real) ? test : test.skip
  withReal(
    'reads real receipts well: word F1 without case (skipped where ../shared/data is absent)',
    async () => {
      const names = readdirSync(real)
        .filter((file) => file.endsWith('.jpg'))
        .filter((_, i) => i % 40 === 7)
        .slice(0, 5)
      let [found, printed, read] = [0, 0, 0]
      for (const name of names) {
        const words = (await wordsBy(engine, await prepared(readFileSync(real + name)))).map(
          (word) => word.text.toUpperCase(),
        )
        const truth = (
          JSON.parse(readFileSync(real + name.replace('.jpg', '.words.json'), 'utf8')) as {
            pages: { words: { t: string }[] }[]
          }
        ).pages.flatMap((page) => page.words.flatMap((line) => line.t.toUpperCase().split(/\s+/)))
        const left = [...words]
        for (const word of truth) {
          const at = left.indexOf(word)
          if (at < 0) continue
          found++
          left.splice(at, 1)
        }
        printed += truth.length
        read += words.length
      }
      const f1 = (2 * found) / (printed + read)
      console.info(`word F1 on ${names.length} receipts: ${f1.toFixed(3)}`)
      expect(f1).toBeGreaterThan(0.8)
    },
    180_000,
  )
})

/** The dark columns between two others, in pixels. */
async function inkBetween(
  png: Uint8Array,
  from: number,
  to: number,
): Promise<{ left: number; right: number }> {
  const { data, info } = await sharp(png)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const dark: number[] = []
  for (let x = Math.max(0, Math.ceil(from)); x < Math.min(info.width, Math.floor(to)); x++) {
    for (let y = 0; y < info.height; y++) {
      if ((data[(y * info.width + x) * info.channels] as number) > 128) continue
      dark.push(x)
      break
    }
  }
  return { left: dark[0] ?? Number.NaN, right: (dark.at(-1) ?? Number.NaN) + 1 }
}
