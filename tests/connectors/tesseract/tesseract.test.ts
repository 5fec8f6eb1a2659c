/** OCR as it is: real engine, real language data, images painted here. */

import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { encodeForOcr, pagesOf, prepareForOcr } from '../../../connectors/images/images.ts'
import {
  openTesseract,
  type OcrEngine,
  type OcrImage,
} from '../../../connectors/tesseract/tesseract.ts'
import { codeOf } from '../../../errors.ts'
import type { Word } from '../../../processors/document/words.ts'
import { imageOf } from '../../papers.ts'

const limits = { maxPages: 1, maxPixels: 50_000_000 }
const cacheFolder = mkdtempSync(join(tmpdir(), 'errata-ocr-'))
let engine: OcrEngine

beforeAll(async () => {
  engine = await openTesseract({
    languages: 'eng+deu',
    workers: 1,
    deadlineMs: 60_000,
    cacheFolder,
  })
})
afterAll(async () => {
  await engine.close()
  rmSync(cacheFolder, { recursive: true })
})

const wordsBy = async (reader: OcrEngine, image: OcrImage): Promise<readonly Word[]> =>
  (await reader.read(image)).words
const prepared = async (
  bytes: Buffer,
): Promise<{ bytes: Buffer; width: number; height: number }> => {
  const [page] = await pagesOf(bytes, limits)
  const { png, width, height } = await prepareForOcr(bytes, 1, page!, limits)
  return { bytes: png, width, height }
}

test('printed words are read, with their lines and places', async () => {
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
  expect(Math.abs((words[0]?.box[0] ?? 0) - 800)).toBeLessThan(60)
  expect(
    words.every(
      ({ confidence, box: [x0, y0, x1, y1] }) =>
        confidence > 50 && confidence <= 100 && x0 < x1 && y0 < y1,
    ),
  ).toBe(true)
})

test('blank paper has no words', async () =>
  expect(await wordsBy(engine, await prepared(await imageOf([])))).toEqual([]))

test('a page reads the same whatever was read before it', async () => {
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

test('bytes that are no image are DOCUMENT_CORRUPT, and the next page is read', async () => {
  expect(
    await wordsBy(engine, { bytes: Buffer.from('not an image'), width: 10, height: 10 }).then(
      () => 'read',
      codeOf,
    ),
  ).toBe('DOCUMENT_CORRUPT')
  expect(
    await wordsBy(
      engine,
      await prepared(await imageOf(['Still here'], { width: 500, height: 300 })),
    ),
  ).toHaveLength(2)
})

test('a page that takes longer than the deadline is DOCUMENT_TIMEOUT, and the next one is read', async () => {
  const strict = await openTesseract({
    languages: 'eng',
    workers: 1,
    deadlineMs: 1_500,
    cacheFolder,
  })
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
  expect(
    await wordsBy(strict, await prepared(await imageOf(['Fine'], { width: 200, height: 160 }))),
  ).toHaveLength(1)
  await strict.close()
})

test('after closing, a page is READER_UNAVAILABLE, which is tried again elsewhere', async () => {
  const closing = await openTesseract({
    languages: 'eng',
    workers: 1,
    deadlineMs: 60_000,
    cacheFolder,
  })
  const image = await prepared(await imageOf(['One'], { width: 200, height: 160 }))
  const underWay = [wordsBy(closing, image), wordsBy(closing, image)].map((work) =>
    work.then(() => 'read', codeOf),
  )
  await closing.close()
  expect(await Promise.all(underWay)).toEqual(['READER_UNAVAILABLE', 'READER_UNAVAILABLE'])
  expect(await wordsBy(closing, image).then(() => 'read', codeOf)).toBe('READER_UNAVAILABLE')
})

test('a thread that cannot start does not keep the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'errata-ocr-'))
  const settings = { languages: 'eng', workers: 1, deadlineMs: 60_000, cacheFolder: folder }
  await (await openTesseract(settings)).close()
  const [languages] = readdirSync(folder)
  const data = join(folder, String(languages), 'eng.traineddata.gz')
  const { size } = statSync(data)
  truncateSync(data, 1_000)
  truncateSync(data, size) // as long as before, so that it isn't copied anew
  const script = `
    import { openTesseract } from ${JSON.stringify(resolve('connectors/tesseract/tesseract.ts'))}
    const engine = await openTesseract(${JSON.stringify(settings)})
    const image = { bytes: new Uint8Array(), width: 10, height: 10 }
    console.log(await engine.read(image).then(() => 'read', (error) => error.code))
    await engine.close()`
  const file = join(folder, 'read.mts')
  writeFileSync(file, script)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx/esm', file], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  rmSync(folder, { recursive: true })
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'READER_UNAVAILABLE\n',
    stderr: '',
  })
})

test('a language that is not installed is named when the engine opens', async () => {
  await expect(
    openTesseract({ languages: 'eng+xyz', workers: 1, deadlineMs: 1, cacheFolder }),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID', facts: { language: 'xyz' } })
})

const real = '../shared/data/sroie/'
const withReal = existsSync(real) ? describe : describe.skip
withReal('real receipts (skipped where ../shared/data is absent)', () => {
  test('are read well enough to find things in: word F1 without case', async () => {
    const names = readdirSync(real)
      .filter((file) => file.endsWith('.jpg'))
      .filter((_, i) => i % 40 === 7)
      .slice(0, 5)
    let [found, printed, read] = [0, 0, 0]
    for (const name of names) {
      const words = (await wordsBy(engine, await prepared(readFileSync(real + name)))).map((word) =>
        word.text.toUpperCase(),
      )
      const left = new Map<string, number>()
      for (const word of words) left.set(word, (left.get(word) ?? 0) + 1)
      const truth = (
        JSON.parse(readFileSync(real + name.replace('.jpg', '.words.json'), 'utf8')) as {
          pages: { words: { t: string }[] }[]
        }
      ).pages.flatMap((page) => page.words.flatMap((line) => line.t.toUpperCase().split(/\s+/)))
      for (const word of truth) {
        const count = left.get(word) ?? 0
        if (count > 0) found++
        left.set(word, count - 1)
      }
      printed += truth.length
      read += words.length
    }
    const f1 = (2 * found) / (printed + read)
    console.info(`word F1 on ${names.length} receipts: ${f1.toFixed(3)}`)
    expect(f1).toBeGreaterThan(0.6)
  }, 180_000)
})

test('encoding painted pixels gives what the engine reads', async () => {
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
