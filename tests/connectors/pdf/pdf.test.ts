/** What a PDF says, and that hostile ones end in a code. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { PDFDocument } from 'pdf-lib'
import { openPdf } from '../../../connectors/pdf/pdf.ts'
import { codeOf } from '../../../errors.ts'
import type { Word } from '../../../processors/document/words.ts'
import { encryptedPdf, imageOf, pdfOf, rawPdf, scanOf } from '../../papers.ts'

const limits = { maxPages: 10, maxPixels: 20_000_000, maxObjects: 1_000_000 }
const lines = [
  { text: 'Invoice No. 4711', x: 50, y: 780 },
  { text: 'Total', x: 50, y: 700 },
  { text: '1.234,50 EUR', x: 400, y: 700 },
]

const openCode = (bytes: Buffer): Promise<string> =>
  openPdf(bytes, limits).then((pdf) => {
    pdf.close()
    return 'opened'
  }, codeOf)

describe('the text layer', () => {
  test('gives words with their places, from the top left in tenths of a point', async () => {
    const pdf = await openPdf(await pdfOf(lines), limits)
    const { words, width, height, textUsable } = pdf.page(1)
    pdf.close()
    expect([width, height, textUsable]).toEqual([595, 842, true])
    expect(words.map((word) => word.text)).toEqual([
      'Invoice',
      'No.',
      '4711',
      'Total',
      '1.234,50',
      'EUR',
    ])
    const [x0, y0, x1, y1] = words[0]?.box ?? [0, 0, 0, 0]
    expect(Math.abs(x0 - 500)).toBeLessThan(20)
    expect(y0).toBeGreaterThan(10 * (842 - 780 - 14))
    expect(y1).toBeLessThan(10 * (842 - 780 + 6))
    expect(x1 - x0).toBeGreaterThan(300)
    expect(words.map((word) => word.line)).toEqual([0, 0, 0, 1, 1, 1])
  })

  test.each([90, 180, 270])(
    'of a page that lies on its side by %i degrees is that of the upright page',
    async (rotate) => {
      const read = async (bytes: Buffer): Promise<readonly Omit<Word, 'confidence'>[]> => {
        const pdf = await openPdf(bytes, limits)
        const { words, width, height } = pdf.page(1)
        pdf.close()
        expect([width, height]).toEqual([842, 595])
        return words
      }
      const landscape = [
        ...lines.map((line) => ({ ...line, y: line.y - 247 })),
        { text: 'Footer', x: 600, y: 40 },
      ]
      const upright = await read(await pdfOf(landscape, { width: 842, height: 595 }))
      expect(await read(await pdfOf(landscape, { width: 842, height: 595, rotate }))).toEqual(
        upright,
      )
    },
  )

  test('that runs up the margin is one line of whole words', async () => {
    const pdf = await openPdf(
      await pdfOf([{ text: 'Registered office Berlin', x: 30, y: 100, angle: 90 }]),
      limits,
    )
    const { words } = pdf.page(1)
    pdf.close()
    expect(words.map((word) => [word.text, word.line])).toEqual([
      ['Registered', 0],
      ['office', 0],
      ['Berlin', 0],
    ])
  })

  test('includes what was filled into a form', async () => {
    const document = await PDFDocument.create()
    const page = document.addPage([595, 842])
    const field = document.getForm().createTextField('number')
    field.setText('RE-2024-77')
    field.addToPage(page, { x: 50, y: 700, width: 200, height: 20 })
    const pdf = await openPdf(await document.save(), limits)
    expect(pdf.page(1).words.map((word) => word.text)).toEqual(['RE-2024-77'])
    pdf.close()
  })

  test('is called unusable where the page is a picture, and usable where the page is empty', async () => {
    const scan = await openPdf(await scanOf(await imageOf(['Hello'])), limits)
    const blank = await openPdf(await pdfOf([]), limits)
    expect([scan.page(1).textUsable, blank.page(1).textUsable]).toEqual([false, true])
    scan.close()
    blank.close()
  })
})

describe('an embedded e-invoice', () => {
  const xml =
    '<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"><a>ü</a></rsm:CrossIndustryInvoice>'
  test.each([
    ['by its standard name', { 'note.xml': '<note/>', 'factur-x.xml': xml }, xml],
    ['by its standard name in any case', { 'ZUGFeRD-invoice.xml': xml }, xml],
    ['by its root element', { 'our own name.xml': xml }, xml],
    ['not where it is something else', { 'note.xml': '<note/>', 'factur-x.txt': xml }, null],
    [
      'where it declares a document type, for extraction to refuse',
      { 'factur-x.xml': `<!DOCTYPE x>${xml}` },
      `<!DOCTYPE x>${xml}`,
    ],
    [
      'before another that only bears the name',
      { 'factur-x.xml': '<note/>', 'our own name.xml': xml },
      xml,
    ],
    ['as empty text where it has no end', { 'factur-x.xml': `<a>${' '.repeat(9_000_000)}` }, ''],
  ])('is found %s', async (_, attach, expected) => {
    const pdf = await openPdf(await pdfOf(lines, { attach }), limits)
    expect(pdf.xml()).toBe(expected)
    pdf.close()
  })
})

describe('a hostile PDF', () => {
  test('that needs a password is DOCUMENT_ENCRYPTED', async () =>
    expect(await openCode(encryptedPdf())).toBe('DOCUMENT_ENCRYPTED'))
  test('with too many pages is DOCUMENT_TOO_MANY_PAGES', async () =>
    expect(await openCode(await pdfOf([], { pages: 11 }))).toBe('DOCUMENT_TOO_MANY_PAGES'))
  test('that is cut off before anything is DOCUMENT_CORRUPT', async () =>
    expect(await openCode((await pdfOf(lines)).subarray(0, 60))).toBe('DOCUMENT_CORRUPT'))
  test('that is a header and nothing else is DOCUMENT_CORRUPT', async () =>
    expect(await openCode(Buffer.from('%PDF-1.7\n'))).toBe('DOCUMENT_CORRUPT'))
  test('without pages has none to read', async () =>
    expect(['DOCUMENT_EMPTY', 'DOCUMENT_CORRUPT']).toContain(
      await openCode(
        rawPdf('<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'),
      ),
    ))
  test('whose page tree is a ring ends', async () =>
    expect(
      await openCode(
        rawPdf(
          '<< /Type /Catalog /Pages 2 0 R >>',
          '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>',
        ),
      ),
    ).toMatch(/^(opened|DOCUMENT_)/))
  test('whose page is an acre large is painted within the limit on pixels or not at all', async () => {
    const pdf = await openPdf(await pdfOf(lines, { width: 14_000, height: 14_000 }), limits)
    expect(() => pdf.paint(1, { dpi: 300, gray: true })).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_TOO_MANY_PIXELS' }),
    )
    expect(pdf.paint(1, { dpi: 300, maxSide: 1000, gray: true })).toMatchObject({
      width: 1000,
      height: 1000,
    })
    pdf.close()
  })
})

test('a page image is the page: white paper, dark where there is print', async () => {
  const pdf = await openPdf(await pdfOf(lines), limits)
  const { data, width, height, channels } = pdf.paint(1, { dpi: 72, gray: true })
  pdf.close()
  expect([width, height, channels, data.length]).toEqual([595, 842, 1, 595 * 842])
  expect(data[0]).toBe(255)
  const rowOfPrint = data.subarray(595 * (842 - 784), 595 * (842 - 780))
  expect(Math.min(...rowOfPrint)).toBeLessThan(100)
})

const real = '../shared/data/zugferd/'
const withReal = existsSync(real) ? describe : describe.skip
withReal('real invoices (skipped where ../shared/data is absent)', () => {
  test('give nearly all words that another tool finds', async () => {
    let found = 0
    let wanted = 0
    for (const name of readdirSync(real)
      .filter((file) => file.endsWith('.pdf'))
      .slice(0, 20)) {
      const pdf = await openPdf(readFileSync(real + name), { ...limits, maxPages: 100 })
      const left = new Map<string, number>()
      for (let number = 1; number <= pdf.pageCount; number++)
        for (const { text } of pdf.page(number).words) left.set(text, (left.get(text) ?? 0) + 1)
      pdf.close()
      const truth = (
        JSON.parse(readFileSync(real + name.replace('.pdf', '.words.json'), 'utf8')) as {
          pages: { words: { t: string }[] }[]
        }
      ).pages.flatMap((page) => page.words.map((word) => word.t.normalize('NFC')))
      for (const text of truth) {
        const count = left.get(text) ?? 0
        if (count > 0) found++
        left.set(text, count - 1)
      }
      wanted += truth.length
    }
    expect(found / wanted).toBeGreaterThan(0.97)
  })
})
