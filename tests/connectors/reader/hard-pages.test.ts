/**
 * Pages that are hard to read, by PP-OCR as it is: what can be read is read, and what can't is not
 * given as sure. Skipped, and says so, where the models are not installed. `tests/hard-pages-table.ts` reads
 * more of them, and prints a table.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { readConfig } from '../../../config.ts'
import { modelFiles } from '../../../connectors/ppocr/models.ts'
import { openDocumentReader, type DocumentReader } from '../../../connectors/reader/reader.ts'
import { ocrFolderOf } from '../../../operations/ocr-models.ts'
import type { OcrReading } from '../../../processors/ocr.ts'
import { hardPage, hardships, readOf, readTotal, stamped, stamps, total } from '../../hard-pages.ts'

const config = readConfig({ ERRATA_CACHE: process.env.ERRATA_CACHE })
const modelFolder = ocrFolderOf(config)
const installed = existsSync(join(modelFolder, modelFiles.recogniser.name))
const withModels = installed ? describe : describe.skip
if (!installed) console.warn(`hard pages are not read: no models in ${modelFolder}`)
jest.setTimeout(180_000) // a page takes seconds of a processor that other tests may want too

withModels('by PP-OCR (skipped where its models are not installed)', () => {
  let reader: DocumentReader
  const read = (bytes: Buffer): Promise<OcrReading> =>
    reader.read({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') })
  beforeAll(async () => {
    reader = await openDocumentReader({ ...config, ocrEngine: 'ppocr' }, { modelFolder })
  })
  afterAll(() => reader.close())

  test.each(['photographed askew', 'a photograph'])('a page %s is read', async (name) => {
    const { words, pages } = await read(await hardPage(hardships[name] ?? []))
    const { recall, precision } = readOf(words)
    expect(recall).toBeGreaterThan(0.95)
    expect(precision).toBeGreaterThan(0.95)
    expect(pages[0]?.unread ?? 0).toBeLessThan(0.05)
    const last = words.find(({ text }) => text === total)?.line
    const row = words.filter(({ line }) => line === last).map(({ text }) => text)
    expect(row.join(' ')).toBe(`Total to pay GBP ${total}`)
  })

  test.each(['grey ring beside', 'black, left'])(
    'what a stamp left of the total is not given as sure: %s',
    async (name) => {
      const { words } = await read(await hardPage([stamped(stamps[name])]))
      expect(words.filter(({ text }) => text === '315.70')[0]?.confidence ?? 0).toBeGreaterThan(0)
      for (const { text, confidence } of readTotal(words))
        if (/\d/.test(text) && text !== total) expect(confidence).toBeLessThan(30)
    },
  )

  test('letters that it does not know are not left out in silence', async () => {
    const { pages, words } = await read(await strangePage())
    expect(pages[0]?.unread).toBeGreaterThan(0.5)
    expect(words.filter(({ confidence }) => confidence > 50)).toEqual([])
  })

  const withLetters = hasLettersOf('ru') ? test : test.skip
  withLetters(
    'a page in a script that it lacks is read by Tesseract in that script, and the reading says so (skipped where no font has the letters)',
    async () => {
      const lines = ['Счёт-фактура 20481', 'Продавец: Садовая улица', 'Всего к оплате 945,20']
      const { words, pages, engine } = await read(await setIn(lines))
      expect(engine).toMatch(/^tesseract-/)
      expect(pages[0]?.unread ?? 0).toBeLessThan(0.1)
      const texts = words.map(({ text }) => text)
      for (const text of ['20481', 'Продавец:', 'улица', 'Всего', 'оплате', '945,20'])
        expect(texts).toContain(text)
    },
  )
})

function hasLettersOf(language: string): boolean {
  const { status, stdout } = spawnSync('fc-list', [`:lang=${language}`, 'family'])
  return status === 0 && stdout.length > 0
}

/** Lines in whatever font of this machine has the letters. */
async function setIn(lines: readonly string[]): Promise<Buffer> {
  const text = { text: lines.join('\n'), font: 'DejaVu Sans 15', dpi: 130, spacing: 14 }
  return sharp({ text })
    .negate()
    .extend({ top: 60, bottom: 60, left: 60, right: 60, background: '#fff' })
    .png()
    .toBuffer()
}

/** Four lines of Cyrillic capitals, drawn by strokes since a machine may lack the font. */
function strangePage(): Promise<Buffer> {
  const letters = {
    zhe: 'M9 0V24M0 0L9 12L0 24M18 0L9 12L18 24',
    sha: 'M0 0V24H18V0M9 0V24',
    ya: 'M15 24V0H7C-2 0 -2 13 7 13H15M8 13L0 24',
    yu: 'M0 0V24M0 12H6M12 0C4 0 4 24 12 24C20 24 20 0 12 0Z',
    de: 'M0 28V22H18V28M3 22L7 0H14V22',
    tse: 'M0 0V22H14V0M14 22H18V28',
  } as const
  const words = [
    ['zhe', 'sha', 'ya', 'de'],
    ['yu', 'tse', 'zhe', 'ya', 'sha'],
    ['de', 'ya', 'yu', 'zhe'],
  ] as const
  const drawn = [0, 1, 2, 3].flatMap((line) =>
    words.flatMap((word, k) =>
      [...word, ...word].map((letter, i) => {
        const x = 60 + k * 280 + i * 26
        return `<path transform="translate(${x} ${70 + line * 80})" d="${letters[letter]}"/>`
      }),
    ),
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="920" height="400">
    <rect width="920" height="400" fill="#fff"/>
    <g fill="none" stroke="#000" stroke-width="3">${drawn.join('')}</g></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
