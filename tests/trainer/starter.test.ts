/**
 * The model that ships: good on generated invoices of other issuers, and unmoved by whatever else a
 * page may hold.
 */

import { openReaderOf } from '../../operations/published-models.ts'
import { claimIndex } from '../../processors/routing/duplicates.ts'
import { readDocument, type ExtractUse, type DocumentReading } from '../../processors/extract.ts'
import { packWords, type Print, type Word } from '../../processors/document/words.ts'
import { noPayees } from '../../processors/rules/payees.ts'
import { withPlainSigns } from '../../processors/values/digits.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { printOfWordsFile } from '../../trainer/dataset.ts'
import { lettersAndDigits } from '../../trainer/labels.ts'
import { misread } from '../../trainer/samples/noise.ts'
import { randomOf } from '../../trainer/samples/random.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'

const profiles = loadProfiles()
const invoice = profileOf(profiles, 'invoice')
let use: ExtractUse
beforeAll(async () => {
  const reader = await openReaderOf(
    { name: 'invoice/starter', version: 0, sha256: '' },
    starterBundle('invoice') as Buffer,
    0.01,
  )
  use = {
    profiles,
    readerOf: () => reader,
    rulesOf: () => new Map(),
    rulesVersion: '',
    now: Date.parse('2026-06-10'),
    sampleShare: 0,
    known: claimIndex(),
    payees: noPayees,
  }
})
jest.setTimeout(120_000) // a machine that does much else at the same time

const readPrint = (print: Print): Promise<DocumentReading> =>
  readDocument(
    {
      documentId: 'd',
      tenant: 't',
      profile: 'invoice',
      sha256: 'd',
      pages: print.pages,
      words: packWords(print.words),
      codes: [],
      xml: null,
    },
    use,
  )

/** Lines of text on pages of 60 lines. */
function pageOf(lines: readonly string[]): Print {
  const words = lines.flatMap((line, row) =>
    [...line.matchAll(/\S+/g)].map((match): Word => ({
      text: match[0],
      page: 1 + Math.floor(row / 60),
      line: row,
      box: [
        match.index * 60,
        (row % 60) * 130,
        Math.min(60_000, (match.index + match[0].length) * 60),
        (row % 60) * 130 + 100,
      ],
      confidence: 100,
    })),
  )
  return {
    pages: Array.from({ length: Math.max(1, Math.ceil(lines.length / 60)) }, (_, k) => ({
      number: k + 1,
      width: 600,
      height: 800,
      unit: 'pt',
      source: 'text_layer',
    })),
    words,
  }
}

test('reads most values of generated invoices of issuers that it has not seen', async () => {
  let [right, given, truths] = [0, 0, 0]
  for (let index = 0; index < 40; index++) {
    const { words, truth } = sampleWords(3, index)
    const { fields } = await readPrint(printOfWordsFile(words))
    for (const { name } of invoice.fields) {
      const expected = truth.printed[name] === true ? truth.fields[name] : null
      const value = fields.find((field) => field.name === name)?.value ?? null
      if (value !== null) given++
      if (expected != null) truths++
      if (
        value !== null &&
        expected != null &&
        (lettersAndDigits(value) === lettersAndDigits(expected) ||
          Number(value) === Number(expected))
      )
        right++
    }
  }
  expect((2 * right) / (given + truths)).toBeGreaterThan(0.9)
})

test('accepts nothing by itself: every field of every document has a person to decide', async () => {
  for (let index = 0; index < 10; index++)
    expect((await readPrint(printOfWordsFile(sampleWords(3, index).words))).routing.route).toBe(
      'review',
    )
})

describe('is finite, invents nothing and says what is missing, where a page holds', () => {
  const table = [
    'Invoice 4711',
    'Description                    Qty     Price       Amount',
    ...Array.from(
      { length: 3000 },
      (_, k) =>
        `${`Part number ${k}`.padEnd(31)}${String((k % 9) + 1).padEnd(8)}${'2.50'.padEnd(12)}${(((k % 9) + 1) * 2.5).toFixed(2)}`,
    ),
  ]
  test.each<[string, readonly string[]]>([
    ['nothing', []],
    ['one sign', ['.']],
    ['a megabyte in one word', ['Rechnung', 'x'.repeat(1024 * 1024), 'Summe 12,00']],
    ['a megabyte of digits', ['Total', '9'.repeat(1024 * 1024)]],
    [
      'text from right to left',
      [
        'فاتورة رقم ١٢٣٤',
        'التاريخ ٢٠٢٤/٠٥/٠١',
        'חשבונית מס 4711',
        'סה״כ 117.00 ₪',
        '\u202e00.711 latoT\u202c',
      ],
    ],
    [
      'forty pages of the same',
      Array.from({ length: 40 * 60 }, (_, k) =>
        k % 60 === 0 ? 'Invoice no. 12 of 03/04/2024' : `Line ${k} of text without meaning 12.00`,
      ),
    ],
    ['three thousand rows', table],
    [
      'code',
      [
        '<script>alert(1)</script>',
        '${jndi:ldap://x}',
        "'; DROP TABLE fields; --",
        '{{7*7}}',
        "=cmd|'/C calc'!A0",
        '\u0000\u0001 null undefined NaN Infinity __proto__ constructor',
        'Total NaN Infinity 1e309 0x1F',
      ],
    ],
    ['nothing but amounts', Array.from({ length: 400 }, (_, k) => `${k}.00 ${k}.00 ${k}.00`)],
    [
      'nothing but dates',
      Array.from({ length: 400 }, (_, k) => `${1 + (k % 28)}.0${1 + (k % 9)}.20${10 + (k % 15)}`),
    ],
    ['boxes beside the page', ['Invoice 12']],
  ])('%s', async (name, lines) => {
    const made = pageOf(lines)
    const print =
      name === 'boxes beside the page'
        ? {
            ...made,
            words: made.words.map((word): Word => ({
              ...word,
              box: [-5000, 90_000, -4000, 90_000],
            })),
          }
        : made
    const { fields, lineItems, routing } = await readPrint(print)
    expect(routing.route).toBe('review')
    const printed = print.words.map(({ text }) => withPlainSigns(text))
    for (const { value, confidence, words, raw } of [
      ...fields,
      ...lineItems.flatMap(({ cells }) => cells),
    ]) {
      expect(Number.isFinite(confidence)).toBe(true)
      if (value === null) continue
      expect(value.length).toBeLessThan(5000)
      expect(
        words
          .map((index) => printed[index])
          .join('')
          .replace(/\s+/g, ''),
      ).toContain((raw ?? '').replace(/\s+/g, ''))
    }
    const required = invoice.fields.filter((field) => field.required).map((field) => field.name)
    const absent = required.filter((field) =>
      fields.every((one) => one.name !== field || one.value === null),
    )
    for (const field of absent)
      expect(routing.reasons.some((reason) => reason.field === field)).toBe(true)
    if (name === 'three thousand rows') expect(lineItems.length).toBe(3000)
  })
})

test('misread words are as many, and stand where they stood', () => {
  const { words } = sampleWords(3, 1)
  const seen = misread(words, randomOf('noise', 1), 0.05)
  const [before = [], after = []] = [words, seen].map((file) =>
    file.pages.flatMap((page) => page.words),
  )
  expect(after).toHaveLength(before.length)
  expect(after.filter(({ t }, k) => t !== before[k]?.t).length).toBeGreaterThan(
    before.length * 0.05,
  )
  expect(after.filter(({ t }, k) => t.length !== before[k]?.t.length)).toEqual([])
  for (const [k, { b }] of after.entries())
    for (const edge of [0, 1, 2, 3] as const)
      expect(Math.abs(b[edge] - (before[k]?.b[edge] ?? 0))).toBeLessThan(3)
})
