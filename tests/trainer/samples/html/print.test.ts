/** Documents printed by the real Chromium and read back by the reader of every PDF. */

import { documentContext } from '../../../../processors/document/context.ts'
import { normaliseValue } from '../../../../processors/values/normalise.ts'
import { loadProfiles, profileOf } from '../../../../schemas/profiles.ts'
import { lettersAndDigits } from '../../../../trainer/labels.ts'
import { chromiumPath, withPrinter } from '../../../../trainer/samples/html/chromium.ts'
import { missingFonts } from '../../../../trainer/samples/html/training.ts'
import { compose } from '../../../../trainer/samples/html/compose.ts'
import { truthOf } from '../../../../trainer/samples/html/examples.ts'
import { locales } from '../../../../trainer/samples/html/locales.ts'
import { typefacesOf } from '../../../../trainer/samples/html/look.ts'
import { fontsOfHtml, printed, type Printed } from '../../../../trainer/samples/html/print.ts'
import { labelsOf } from '../../../../trainer/samples/html/drawn-locales.ts'

const alphabets = new Set(['latin', 'greek', 'cyrillic'])
const withChromium = chromiumPath === null ? describe.skip : describe
if (chromiumPath === null) process.stderr.write('no Chromium: printing is not tested\n')

test('without Chromium the error says what is missing', async () => {
  await expect(withPrinter(async () => null, null)).rejects.toMatchObject({
    code: 'CHROMIUM_MISSING',
    message: expect.stringContaining('/usr/bin/chromium') as string,
  })
})

withChromium('printed documents', () => {
  let documents: readonly Printed[]
  beforeAll(async () => {
    await withPrinter(async (printer) => {
      const missing = await missingFonts(printer)
      // Latin, Greek and Cyrillic letters are in any font
      const readable = locales.filter(
        ({ script }) =>
          alphabets.has(script) || typefacesOf(script).every((one) => !missing.includes(one)),
      )
      const wanted = { locales: readable, english: labelsOf('en') }
      documents = await printed(
        printer,
        Array.from({ length: 16 }, (_, index) => compose(8, index, index, wanted)),
      )
    })
  }, 60_000)

  test('a typeface that is not installed is named', async () => {
    await withPrinter(async (printer) => {
      const html = '<p style="font-family:No Such Face, serif">a</p>'
      const fonts = [...(await fontsOfHtml(printer, html))]
      expect(fonts.length).toBeGreaterThan(0)
      expect(fonts.filter((name) => /nosuch/i.test(name))).toEqual([])
    })
  })

  test('every marked value is found on the page, word for word', () => {
    const types = new Map(
      profileOf(loadProfiles(), 'invoice').fields.map(({ name, type }) => [name, type]),
    )
    let wrong = 0
    let all = 0
    for (const one of documents) {
      const { fields, spans = {} } = truthOf(one)
      const { words } = one.print
      const context = documentContext(one.print)
      const unplaced = one.document.marks.filter((_, number) => one.places[number]?.length === 0)
      expect([one.document.id, unplaced]).toEqual([one.document.id, []])
      for (const [field, places] of Object.entries(spans)) {
        const type = types.get(field)
        const value = fields[field]
        if (type === undefined || field === 'seller_address' || field === 'currency') continue
        for (const place of places) {
          const raw = place.map((index) => words[index]?.text).join(' ')
          const read = normaliseValue(type, raw, context) ?? ''
          const same = lettersAndDigits(value ?? '').endsWith(lettersAndDigits(read))
          const printed = lettersAndDigits(raw).includes(lettersAndDigits(value ?? '-'))
          all++
          if (!printed && (read === '' || !same)) wrong++
        }
      }
    }
    expect(all).toBeGreaterThan(120)
    // Dates and numbers that a single document doesn't settle, names over two lines
    expect(wrong / all).toBeLessThan(0.04)
  })

  test('each document keeps to its own pages', () => {
    for (const { print } of documents) {
      expect(print.words.length).toBeGreaterThan(30)
      expect(print.pages.length).toBeLessThan(5)
      for (const { box, page } of print.words) {
        const { width, height } = print.pages[page - 1] ?? { width: 0, height: 0 }
        expect(box[0] >= -10 && box[2] <= 10 * width + 10 && box[3] <= 10 * height + 10).toBe(true)
      }
    }
  })
})
