/** What a page calls itself, and the sign of its amounts. */

import {
  inOneSign,
  pageTitle,
  typeDoubts,
  typeOf,
} from '../../../processors/extract/document-type.ts'
import { printedDocument } from '../../../processors/rules/spans.ts'
import { normaliseDocumentType } from '../../../processors/values/document-types.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'
import { readField } from '../../documents.ts'

const invoice = profileOf(loadProfiles(), 'invoice')

/** Lines from the top of a page of twelve; a capital H first makes one twice as tall. */
function page(...lines: readonly string[]): ReturnType<typeof printedDocument> {
  const rows = [...lines, ...Array.from({ length: 12 - lines.length }, () => 'Widget 5.00')]
  return printedDocument({
    pages: [{ number: 1, width: 6000, height: 8000, unit: 'px', source: 'text_layer' }],
    words: rows.flatMap((row, line) => {
      const [height, text] = row.startsWith('H ') ? [200, row.slice(2)] : [100, row]
      let x = 100
      return text.split(' ').map((word) => {
        const left = x
        x += 50 * word.length + 40
        const y = 100 + 500 * line
        const box: [number, number, number, number] = [left, y, x - 40, y + height]
        return { text: word, page: 1, line, box, confidence: 100 }
      })
    }),
  })
}

test.each([
  ['CREDIT NOTE', 'credit_note'],
  ['Credit Note No. CN-17', 'credit_note'],
  ['Rechnung Nr. 4711 vom 12.03.2024', 'invoice'],
  ['Rechnungskorrektur (384) Nr. RK21', 'corrected_invoice'],
  ['Avoir AV-2017-0005', 'credit_note'],
  ['Nota de crédito', 'credit_note'],
  ['NOTA DI CREDITO n. 5/2024', 'credit_note'],
  ['Kreditnota', 'credit_note'],
  ['Creditfactuur', 'credit_note'],
  ['Faktura korygująca', 'corrected_invoice'],
  ['Dobropis č. 12', 'credit_note'],
  ['貸方票', 'credit_note'],
  ['Anzahlungsrechnung 12', 'prepayment_invoice'],
  ['Self-billed invoice', 'self_billed_invoice'],
  ['Facture', 'invoice'],
])('a page titled %s is a %s', (title, type) => {
  const found = pageTitle(page('Acme Ltd', title), [])
  expect(found.field?.value).toBe(type)
  expect(found.isUnclear).toBe(false)
})

test.each([
  ['a sentence', ['Credit note facilities are offered to our customers']],
  ['an address', ['Invoice address Main Street']],
  ['the foot of the page', [...Array.from({ length: 10 }, () => 'Widget 5.00'), 'Credit note']],
])('%s is no title', (_, lines) => {
  expect(pageTitle(page(...lines), [])).toEqual({ field: null, isUnclear: false })
})

test('a credit note names the invoice that it credits, and stays a credit note', () => {
  expect(pageTitle(page('H Credit note', 'Invoice No. 77'), []).field?.value).toBe('credit_note')
})

test('an invoice that names a credit note in smaller letters is read by a person', () => {
  const found = pageTitle(page('H Invoice', 'Credit note No. 5'), [])
  expect(found).toEqual({ field: null, isUnclear: true })
  expect(typeDoubts(invoice, found, [], null)).toEqual([
    { code: 'document_type_unclear', field: 'document_type', detail: 'title' },
  ])
})

test('a Gutschrift is a credit note where an amount is below zero, and a question where none does', () => {
  const sheet = page('Gutschrift Nr. 5')
  expect(pageTitle(sheet, [readField('grand_total', '-5.00')]).field?.value).toBe('credit_note')
  expect(pageTitle(sheet, [readField('grand_total', '5.00')])).toEqual({
    field: null,
    isUnclear: true,
  })
})

test('a page that says the opposite of its e-invoice is read by a person; a correction may go either way', () => {
  const title = pageTitle(page('Credit note'), [])
  const details = (type: string): (string | null)[] =>
    typeDoubts(invoice, title, [readField('document_type', type, 'xml')], null).map(
      ({ detail }) => detail,
    )
  expect(details('invoice')).toEqual(['title_disagrees'])
  expect(details('credit_note')).toEqual([])
  expect(details('corrected_invoice')).toEqual([])
})

describe('amounts of a credit note', () => {
  const note = readField('document_type', 'credit_note', 'rule')
  const valuesOf = (fields: readonly Field[]): Record<string, string | null> =>
    Object.fromEntries(fields.map(({ name, value }) => [name, value]))

  test('are below zero however they are printed, lines included', () => {
    const row = {
      cells: [
        readField('quantity', '2'),
        readField('unit_price', '5.00'),
        readField('line_total', '10.00'),
      ],
    }
    const totals = [
      readField('net_total', '10.00'),
      readField('tax_total', '-1.90'),
      readField('grand_total', '11.90'),
    ]
    const read = inOneSign({ fields: [note, ...totals], lineItems: [row] })
    expect(valuesOf(read.fields)).toMatchObject({
      net_total: '-10.00',
      tax_total: '-1.90',
      grand_total: '-11.90',
    })
    expect(valuesOf(read.lineItems[0]?.cells ?? [])).toEqual({
      quantity: '-2',
      unit_price: '5.00',
      line_total: '-10.00',
    })
    expect(typeOf(read.fields)).toBe('credit_note')
  })

  test('stay as they are where the e-invoice states them, or a person said them', () => {
    const totals = [
      readField('grand_total', '11.90', 'xml'),
      readField('net_total', '10.00', 'human'),
    ]
    expect(inOneSign({ fields: [note, ...totals], lineItems: [] }).fields).toEqual([
      note,
      ...totals,
    ])
  })

  test('are below zero where a code says them without sign, and stay where it says a payment', () => {
    const total = readField('grand_total', '11.90', 'code')
    const said = (originId: string): string | null | undefined =>
      inOneSign({ fields: [note, { ...total, originId }], lineItems: [] }).fields[1]?.value
    expect(said('zatca')).toBe('-11.90')
    expect(said('bcd')).toBe('11.90')
  })

  test('stay as they are on anything else', () => {
    const fields = [
      readField('document_type', 'corrected_invoice'),
      readField('grand_total', '-8.79'),
    ]
    expect(inOneSign({ fields, lineItems: [] }).fields).toEqual(fields)
  })
})

test.each([
  ['credit_note', 'credit_note'],
  ['Credit note', 'credit_note'],
  ['381', 'credit_note'],
  ['389', 'self_billed_invoice'],
  ['Gutschrift', null],
  ['325', null],
  ['anything', null],
])('a person who types %j means %j', (typed, type) => {
  expect(normaliseDocumentType(typed)).toBe(type)
})
