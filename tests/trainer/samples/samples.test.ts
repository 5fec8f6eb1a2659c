import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPdf } from '../../../connectors/pdf/pdf.ts'
import { runChecks } from '../../../processors/routing/checks.ts'
import { readEinvoice } from '../../../processors/sources/einvoice.ts'
import { fieldByHand } from '../../../processors/review/verdicts.ts'
import {
  compare,
  decimal,
  minus,
  plus,
  sum,
  type Decimal,
} from '../../../processors/values/money.ts'
import { documentContext } from '../../../processors/document/context.ts'
import { normaliseValue, type DocumentContext } from '../../../processors/values/normalise.ts'
import type { Word } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import { generateSamples, sample } from '../../../trainer/samples/generate.ts'
import { layoutNames } from '../../../trainer/samples/layouts.ts'
import { receiptLayouts } from '../../../trainer/samples/receipts.ts'
import {
  drawSample,
  sampleLanguages,
  sampleWords,
  type SampleWords,
} from '../../../trainer/samples/sample.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const some = Array.from({ length: 160 }, (_, index) => sampleWords(21, index))
const receipts = Array.from({ length: 100 }, (_, index) =>
  sampleWords(21, index, { profile: 'receipt' }),
)
const zero: Decimal = { units: 0n, scale: 2 }
const number = (value: string | null | undefined): Decimal => {
  const read = decimal(value)
  if (read === null) throw new Error(`no amount: ${String(value)}`)
  return read
}
const wordsOf = (one: SampleWords): Word[] =>
  one.words.pages.flatMap((page) =>
    page.words.map(({ t, b }): Word => ({
      text: t,
      page: page.page,
      line: 0,
      box: b,
      confidence: 100,
    })),
  )
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test('the same seed gives the same words and truth, another seed others', () => {
  expect(sampleWords(5, 3)).toEqual(sampleWords(5, 3))
  expect(JSON.stringify(sampleWords(5, 3))).not.toBe(JSON.stringify(sampleWords(6, 3)))
  expect(JSON.stringify(sampleWords(5, 3).words)).not.toBe(JSON.stringify(sampleWords(5, 4).words))
})

test('the same seed gives the same PDF and the same scan, byte for byte', async () => {
  for (const options of [{}, { scan: true }, { xml: true }]) {
    const [a, b] = [await sample(5, 8, options), await sample(5, 8, options)]
    expect(sha((a.pdf ?? a.image) as Buffer)).toBe(sha((b.pdf ?? b.image) as Buffer))
    expect(a.words).toEqual(b.words)
  }
})

test('every amount adds up: net and tax to the total, lines with shipping and discount to net or total, and the checks find nothing', () => {
  for (let index = 0; index < 160; index++) {
    const { invoice: made, truth } = drawSample(21, index)
    if (made === null) throw new Error('not an invoice')
    expect(compare(plus(made.net, made.tax), made.grand)).toBe(0)
    expect(compare(minus(made.grand, made.paid ?? zero), made.due)).toBe(0)
    const lines = minus(
      plus(sum(made.lines.map((line) => line.total)), made.shipping ?? zero),
      made.discount ?? zero,
    )
    expect(compare(lines, made.gross ? made.grand : made.net)).toBe(0)
    const type = made.credit ? 'credit_note' : 'invoice'
    const stated = { ...truth.fields, document_type: type }
    const fields = Object.entries(stated).map(([name, value]) => fieldByHand(name, value))
    const failed = runChecks(invoice, fields, [], Date.parse('2026-06-10')).filter(
      (check) => check.outcome === 'failed',
    )
    expect([truth.id, failed]).toEqual([truth.id, []])
    expect(number(truth.fields['grand_total']).units < 0n).toBe(
      made.credit && made.grand.units !== 0n,
    )
  }
})

test('every layout and every language is reached', () => {
  expect(new Set(some.map(({ truth }) => truth.layout))).toEqual(new Set(layoutNames))
  expect(new Set(receipts.map(({ truth }) => truth.layout))).toEqual(new Set(receiptLayouts))
  expect(new Set(some.map(({ truth }) => truth.lang))).toEqual(new Set(sampleLanguages))
  expect(layoutNames.length).toBeGreaterThanOrEqual(12)
})

test('words stand within the page, hold no white space or foreign sign, and don’t lie on one another', () => {
  for (const { truth, words } of [...some, ...receipts]) {
    for (const page of words.pages) {
      const strays = page.words.filter(
        ({ t, b }) =>
          !/^[^\s?]+$/.test(t) ||
          b[0] < 0 ||
          b[1] < 0 ||
          b[2] > page.width ||
          b[3] > page.height ||
          b[0] >= b[2] ||
          b[1] >= b[3],
      )
      expect([truth.id, strays]).toEqual([truth.id, []])
      const sorted = [...page.words].sort((a, b) => a.b[1] - b.b[1])
      sorted.forEach((a, index) => {
        for (
          let next = index + 1;
          next < sorted.length && (sorted[next]?.b[1] ?? 0) < a.b[3];
          next++
        ) {
          const b = sorted[next] as typeof a
          const wide = Math.min(a.b[2], b.b[2]) - Math.max(a.b[0], b.b[0])
          const tall = Math.min(a.b[3], b.b[3]) - Math.max(a.b[1], b.b[1])
          if (wide > 1 && tall > 0.45 * Math.min(a.b[3] - a.b[1], b.b[3] - b.b[1]))
            throw new Error(`${truth.id} (${truth.layout}): ${a.t} lies on ${b.t}`)
        }
      })
    }
  }
})

test('what is printed says what the truth says, in the document’s own conventions', () => {
  const types = new Map(invoice.fields.map((field) => [field.name, field.type]))
  let read = 0
  let right = 0
  for (const one of [...some, ...receipts]) {
    const words = wordsOf(one)
    const context: DocumentContext = documentContext({ pages: [], words })
    for (const [name, occurrences] of Object.entries(one.truth.spans)) {
      const type = types.get(name)
      if (type === undefined || name === 'seller_address') continue
      for (const occurrence of occurrences) {
        const raw = occurrence.map((index) => words[index]?.text).join(' ')
        read++
        if (normaliseValue(type, raw, context) === one.truth.fields[name]) right++
      }
    }
  }
  // What is left is dates and dollars that a document doesn't settle by itself
  expect(right / read).toBeGreaterThan(0.99)
})

test('invoices print what an invoice must, and cells that are printed are listed', () => {
  for (const { truth } of some) {
    const missing = [
      'invoice_number',
      'issue_date',
      'grand_total',
      'due_payable',
      'buyer_name',
    ].filter((name) => truth.printed[name] !== true)
    expect([truth.id, missing]).toEqual([truth.id, []])
    expect(
      truth.line_items_printed.filter(
        (printed) => printed.includes('description') && printed.includes('line_total'),
      ),
    ).toHaveLength(truth.line_items.length)
  }
})

test('payment slips say account, names and sum again, in marked words', () => {
  const slips = Array.from({ length: 240 }, (_, index) => sampleWords(21, index)).filter((one) =>
    wordsOf(one).some(({ text }) =>
      /^(?:Empfangsschein|Récépissé|SEPA-Überweisung\/Zahlschein)$/.test(text),
    ),
  )
  expect(slips.length).toBeGreaterThan(2)
  for (const { truth } of slips) {
    const least = Object.entries({ iban: 2, buyer_name: 2, seller_name: 2, due_payable: 2 }).filter(
      ([field, count]) => (truth.spans[field]?.length ?? 0) < count,
    )
    expect([truth.id, least]).toEqual([truth.id, []])
  }
})

test('a PDF’s text layer has the words of the truth, and its attachment the fields', async () => {
  for (const index of [0, 4, 9]) {
    const one = await sample(21, index, { xml: true })
    const pdf = await openPdf(one.pdf as Buffer, {
      maxPages: 50,
      maxPixels: 1e8,
      maxObjects: 1_000_000,
    })
    try {
      const read = Array.from({ length: pdf.pageCount }, (_, page) =>
        pdf.page(page + 1).words.map((word) => word.text),
      ).flat()
      const letters = (texts: readonly string[]): string => [...texts.join('')].sort().join('')
      expect(letters(read)).toBe(letters(wordsOf(one).map((word) => word.text)))
      const fields = readEinvoice(pdf.xml() ?? '')?.fields ?? []
      expect(fields.find((field) => field.name === 'grand_total')?.value).toBe(
        one.truth.fields['grand_total'],
      )
    } finally {
      pdf.close()
    }
  }
})

test('documents of an issuer look alike and say different things', () => {
  const [a, b] = [sampleWords(9, 1, { issuer: 4 }), sampleWords(9, 2, { issuer: 4 })]
  expect([b.truth.issuer, b.truth.layout, b.truth.fields['seller_vat_id']]).toEqual([
    a.truth.issuer,
    a.truth.layout,
    a.truth.fields['seller_vat_id'],
  ])
  expect(b.truth.fields['invoice_number']).not.toBe(a.truth.fields['invoice_number'])
})

test('a folder holds a file, words and truth for each sample, with the share of scans', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'))
  try {
    const ids = await generateSamples(folder, { count: 6, seed: 2, scans: 1, languages: ['es'] })
    const files = readdirSync(folder)
    for (const id of ids) {
      expect(files).toEqual(expect.arrayContaining([`${id}.words.json`, `${id}.truth.json`]))
      expect(files.some((file) => file === `${id}.pdf` || file === `${id}.jpg`)).toBe(true)
      expect(JSON.parse(readFileSync(join(folder, `${id}.truth.json`), 'utf8'))).toMatchObject({
        id,
        lang: 'es',
      })
    }
    expect(files.filter((file) => file.endsWith('.jpg')).length).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
