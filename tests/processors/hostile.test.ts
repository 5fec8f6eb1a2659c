/** Whatever a page holds, a reading is finite, within its limits, and invents nothing. */

import { openReaderOf } from '../../operations/published-models.ts'
import { claimIndex } from '../../processors/routing/duplicates.ts'
import { readDocument, type ExtractUse, type DocumentReading } from '../../processors/extract.ts'
import { splitWord } from '../../processors/document/word-splitting.ts'
import { oncePerText } from '../../processors/shared/memoize.ts'
import { packWords, type Word } from '../../processors/document/words.ts'
import { noPayees } from '../../processors/rules/payees.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'

let use: ExtractUse
beforeAll(async () => {
  const reader = await openReaderOf(
    { name: 'invoice', version: 0, sha256: '' },
    starterBundle('invoice') as Buffer,
    0.01,
  )
  use = {
    profiles: loadProfiles(),
    readerOf: () => reader,
    rulesOf: () => new Map(),
    rulesVersion: '',
    now: 0,
    sampleShare: 0,
    known: claimIndex(),
    payees: noPayees,
  }
})

/** Words in `columns`, line under line, over pages of 300 lines. */
function laidOut(texts: readonly string[], columns: number): Word[] {
  return texts.map((text, k) => {
    const line = Math.floor(k / columns)
    const [x, y] = [10 + Math.floor((5900 / columns) * (k % columns)), 30 + 28 * (line % 300)]
    return {
      text,
      page: 1 + Math.floor(line / 300),
      line,
      box: [x, y, x + Math.floor(5000 / columns), y + 20],
      confidence: 90,
    }
  })
}

async function read(words: readonly Word[]): Promise<DocumentReading> {
  const pages = Array.from({ length: Math.max(1, words.at(-1)?.page ?? 1) }, (_, k) => ({
    number: k + 1,
    width: 595,
    height: 842,
    unit: 'pt' as const,
    source: 'text_layer' as const,
  }))
  return readDocument(
    {
      documentId: 'd',
      tenant: 't',
      profile: 'invoice',
      sha256: 's',
      pages,
      words: packWords(words),
      codes: [],
      xml: null,
    },
    use,
  )
}

const megabyte = 1_000_000

describe('a document that nobody would send', () => {
  test.each([
    ['letters', 'x'],
    ['digits', '1'],
    ['points', '1.'],
    ['brackets', '('],
    ['labels', 'a:'],
    ['addresses', 'a@'],
    ['currencies', 'RM1'],
    ['dates', '01/01/'],
    ['amounts', '1.00€'],
    ['closed brackets', 'a)('],
    ['VAT ids', 'DE1'],
    ['right to left', 'שלום'],
    ['code', "${{<!--';--"],
  ])('a megabyte of %s in one word ends, and no value is made of it', async (_, piece) => {
    const { fields, routing } = await read(
      laidOut([piece.repeat(Math.ceil(megabyte / piece.length))], 1),
    )
    expect(fields.filter(({ value }) => value !== null)).toEqual([])
    expect(routing.reasons).toContainEqual({
      code: 'missing',
      field: 'grand_total',
      detail: expect.stringMatching(/^(unlikely|nothing_alike)$/) as string,
    })
  })

  test.each([
    ['a page without words', [], 'no_words'],
    ['a page of one word that is no amount', ['Hello'], 'nothing_alike'],
  ] as const)('%s: it is said why the total is missing', async (_, texts, detail) => {
    const { fields, routing } = await read(laidOut(texts, 1))
    expect(fields.filter(({ name }) => name === 'grand_total')).toEqual([])
    expect(routing.reasons).toContainEqual({ code: 'missing', field: 'grand_total', detail })
  })

  test('without a model it is said that there is none', async () => {
    const words = packWords(laidOut(['Total', '12.50'], 2))
    const { routing } = await readDocument(
      {
        documentId: 'd',
        tenant: 't',
        profile: 'invoice',
        sha256: 's',
        pages: [],
        words,
        codes: [],
        xml: null,
      },
      { ...use, readerOf: () => null },
    )
    expect(routing.reasons).toContainEqual({
      code: 'missing',
      field: 'grand_total',
      detail: 'no_model',
    })
  })

  test('ten pages of three thousand words end, with at most one value for each field, each on its words', async () => {
    const texts = Array.from(
      { length: 30_000 },
      (_, k) =>
        ['Total', '12.50', 'Consulting', '2024-03-01', 'EUR', 'DE136695976', 'x'][k % 7] as string,
    )
    const words = laidOut(texts, 10)
    const { fields } = await read(words)
    expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length)
    for (const field of fields) {
      expect(Number.isFinite(field.confidence)).toBe(true)
      expect(field.words.map((word) => words[word]?.text).join('')).toBe(
        (field.raw as string).replace(/\s/g, ''),
      )
    }
  })

  test.each([
    ['groups of three digits in a row', ['123'], 60_000],
    ['yen without cents', ['¥', '5'], 10],
    ['tax identifiers beside one name', ['DE136695976', 'GmbH'], 2],
  ])('sixty thousand words end: %s', async (_, texts, columns) => {
    const words = Array.from({ length: 60_000 }, (_, k) => texts[k % texts.length] as string)
    const { fields } = await read(laidOut(words, columns))
    expect(fields.every(({ confidence }) => Number.isFinite(confidence))).toBe(true)
  })

  test('one line of ten thousand words ends', async () => {
    const words = Array.from({ length: 10_000 }, (_, k): Word => ({
      text: `w${k}`,
      page: 1,
      line: 0,
      box: [3 * k, 10, 3 * k + 2, 20],
      confidence: 90,
    }))
    expect((await read(words)).lineItems).toEqual([])
  })

  test.each([
    ['words', 'w'],
    ['amounts', '12.50'],
    ['amounts and currencies', 'EUR12.50'],
    ['labels', 'Total:'],
  ])('one line of 250,000 %s ends, which no reader gives', async (_, text) => {
    const words = packWords(
      Array.from({ length: 250_000 }, (_, k): Word => ({
        text,
        page: 1,
        line: 0,
        box: [k, 10, k + 1, 20],
        confidence: 90,
      })),
    )
    const { lineItems } = await readDocument(
      {
        documentId: 'd',
        tenant: 't',
        profile: 'invoice',
        sha256: 's',
        pages: [],
        words,
        codes: [],
        xml: null,
      },
      { ...use, readerOf: () => null },
    )
    expect(lineItems).toEqual([])
  })

  test('a thousand words in one place end', async () => {
    const words = Array.from({ length: 1000 }, (_, k): Word => ({
      text: `w${k}`,
      page: 1,
      line: k,
      box: [10, 10, 60, 20],
      confidence: 90,
    }))
    expect((await read(words)).lineItems).toEqual([])
  })
})

test('a word too long to be glued print stays whole, and one just short of that is taken apart', () => {
  expect(splitWord('a:'.repeat(151))).toEqual([302])
  expect(splitWord('a:'.repeat(150)).reduce((sum, length) => sum + length, 0)).toBe(300)
  expect(splitWord('a:'.repeat(150)).length).toBeGreaterThan(100)
})

test('what is remembered of texts is what they say, however many there are', () => {
  let asked = 0
  const lengthOf = oncePerText((text) => {
    asked++
    return text.length
  })
  expect([lengthOf('abc'), lengthOf('abc'), asked]).toEqual([3, 3, 1])
  for (let k = 0; k < 50_000; k++) expect(lengthOf(`text ${k}`)).toBe(`text ${k}`.length)
  expect(lengthOf('abc')).toBe(3)
})
