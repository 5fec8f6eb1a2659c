/**
 * Pages that lie, hang or slant, by both engines: read in order, and their boxes lead back to the
 * ink of the file.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { readConfig } from '../../../config.ts'
import { modelFiles } from '../../../connectors/ppocr/models.ts'
import { openDocumentReader, type DocumentReader } from '../../../connectors/reader/reader.ts'
import { ocrFolderOf } from '../../../operations/ocr-models.ts'
import type { OcrReading } from '../../../processors/ocr.ts'
import { boxAsStored } from '../../../processors/document/page-rotation.ts'
import type { Word } from '../../../processors/document/words.ts'
import type { Page } from '../../../schemas/types.ts'
import { imageOf, scanOf } from '../../papers.ts'

const modelFolder = ocrFolderOf(readConfig({ ERRATA_CACHE: process.env.ERRATA_CACHE }))
const installed = existsSync(join(modelFolder, modelFiles.recogniser.name))
if (!installed)
  console.warn(
    `turned pages are not tested with PP-OCR: its models are not in ${modelFolder} (errata ocr install)`,
  )
jest.setTimeout(180_000) // a page takes seconds of a processor that other tests may want too

const cacheFolder = mkdtempSync(join(tmpdir(), 'errata-upright-'))
afterAll(() => rmSync(cacheFolder, { recursive: true }))

const text = [
  'Hardware Store Sunrise',
  'Invoice number 4711 of 12/03/2024',
  'Screws and nails 12.40',
  'One hammer with a handle 18.10',
  'Grand total 30.50',
  'Thank you for your visit',
]
const upright = imageOf(text, { width: 900, height: 640 })
const words = text.flatMap((line) => line.split(' '))

describe.each(['tesseract', 'ppocr'] as const)('%s', (ocrEngine) => {
  const withEngine = ocrEngine === 'ppocr' && !installed ? test.skip : test
  let reader: DocumentReader
  let level: OcrReading
  const read = (bytes: Buffer): Promise<OcrReading> =>
    reader.read({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') })
  beforeAll(async () => {
    if (ocrEngine === 'ppocr' && !installed) return
    reader = await openDocumentReader(
      {
        maxPages: 2,
        maxPixels: 30_000_000,
        maxObjects: 1_000_000,
        readTimeoutMs: 60_000,
        documentTimeoutMs: 600_000,
        ocrWorkers: 1,
        ocrEngine,
        ocrLanguages: 'eng',
        redisUrl: null,
      },
      { modelFolder, cacheFolder },
    )
    level = await read(await upright)
  })
  afterAll(() => reader?.close())

  withEngine('leaves an upright page as it is', () => {
    expect(level.words.map((word) => word.text)).toEqual(words)
    expect(level.pages).toEqual([{ number: 1, width: 900, height: 640, unit: 'px', source: 'ocr' }])
  })

  for (const degrees of [90, 180, 270, 5, -9, 84]) {
    withEngine(
      `reads a page that was turned by ${degrees}° in order, and knows where its words are`,
      async () => {
        const bytes = await sharp(await upright)
          .rotate(degrees, { background: '#fff' })
          .png()
          .toBuffer()
        const { words: found, pages } = await read(bytes)
        const page = pages[0] as Page
        expect(found.map((word) => word.text)).toEqual(words)
        const turn = page.turn as number
        expect(Math.abs(((turn + degrees + 540) % 360) - 180)).toBeLessThan(0.6)
        // The image that people see is the turned one
        const shown = await sharp((await reader.renderPage(bytes, 1, 600, turn)).bytes).metadata()
        expect((shown.width as number) / (shown.height as number)).toBeCloseTo(
          page.width / page.height,
          1,
        )
        // On the file, each word's box holds its ink: cut out there and turned back, it reads the
        // same as upright
        const metadata = await sharp(bytes).metadata()
        for (const [k, word] of found.entries()) {
          const [x0, y0, x1, y1] = boxAsStored(word.box, page).map((tenth) => tenth / 10) as [
            number,
            number,
            number,
            number,
          ]
          const centre = rotated(
            [
              (x0 + x1) / 2 - (metadata.width as number) / 2,
              (y0 + y1) / 2 - (metadata.height as number) / 2,
            ],
            -degrees,
          )
          const [u0, v0, u1, v1] = (level.words[k] as Word).box
          expect(
            Math.hypot(centre[0] + 450 - (u0 + u1) / 20, centre[1] + 320 - (v0 + v1) / 20),
          ).toBeLessThan(14) // pixels
        }
      },
    )
  }

  withEngine('reads a scan inside a PDF that lies on its head', async () => {
    const { words: found, pages } = await read(
      await scanOf(
        await sharp(await imageOf(text, { width: 1190, height: 1684 }))
          .rotate(180)
          .png()
          .toBuffer(),
      ),
    )
    expect(found.map((word) => word.text)).toEqual(words)
    expect(pages).toEqual([
      { number: 1, width: 595, height: 842, unit: 'pt', source: 'ocr', turn: 180 },
    ])
  })
})

function rotated([x, y]: readonly [number, number], degrees: number): readonly [number, number] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return [x * cos - y * sin, x * sin + y * cos]
}
