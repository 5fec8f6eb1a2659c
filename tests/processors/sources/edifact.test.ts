/** EDIFACT: segments of an interchange, and the invoice in it. */

import fc from 'fast-check'
import { isInterchange, messagesOf } from '../../../processors/sources/edifact-segments.ts'
import { failedChecks, reading, type PlainReading } from './syntaxes/reading.ts'

interface Change {
  readonly service?: string
  readonly type?: string
  readonly code?: string
  readonly messages?: number
  readonly drop?: string
}

const segmentsOf = ({ type = 'INVOIC', code = '380', drop = '-' }: Change): string[] =>
  [
    `UNH+1+${type}:D:96A:UN:EAN008`,
    `BGM+${code}+R?+7?:1+9`,
    'DTM+137:20260305:102',
    'RFF+ON:OR-12',
    'RFF+IV:R-3',
    'NAD+SU+4012345500004::9++Schrauben GmbH:& Co. KG+Hauptstr. 1+Köln++50667+DE',
    'RFF+VA:DE136695976',
    'FII+BF+DE88200800000970375700+:::GENODEF1',
    'NAD+BY+5412345000013::9+Käufer AG:Ring 2:1010 Wien',
    'RFF+VA:ATU13585627',
    'CUX+2:EUR:4',
    'PAT+1++5:3:D:30',
    'DTM+13:20260404:102',
    'ALC+A++++DI',
    'MOA+8:10.00',
    'LIN+1++4000862141404:SRV',
    'IMD+F++:::Schrauben M6 verzi:nkt',
    'QTY+47:200:PCE',
    'MOA+203:100.00',
    'PRI+AAA:50:::100',
    'TAX+7+VAT+++:::19+S',
    'LIN+2++4000862141411:SRV',
    'IMD+F++:::Dübel',
    'QTY+47:5',
    'MOA+203:20.00',
    'PRI+AAA:4.00',
    'TAX+7+VAT+++:::19+S',
    'UNS+S',
    'CNT+2:2',
    'MOA+77:130.90',
    'MOA+79:120.00',
    'MOA+125:110.00',
    'MOA+124:20.90',
    'MOA+9:130.90',
  ].filter((segment) => !segment.startsWith(drop))

function interchange(change: Change = {}): string {
  const { service = "UNA:+.? '", messages = 1 } = change
  const inside = segmentsOf(change)
  const message = [...inside, `UNT+${inside.length + 1}+1`]
  const all = [
    'UNB+UNOC:3+SENDER:14+RECEIVER:14+260305:1200+1',
    ...Array.from({ length: messages }, () => message).flat(),
    `UNZ+${messages}+1`,
  ]
  return service + all.map((segment) => `${segment}'`).join('\n')
}

const whole = {
  syntax: 'edifact',
  fields: {
    document_type: 'invoice',
    invoice_number: 'R+7:1',
    purchase_order: 'OR-12',
    preceding_invoice: 'R-3',
    issue_date: '2026-03-05',
    due_date: '2026-04-04',
    seller_name: 'Schrauben GmbH & Co. KG',
    seller_address: 'Hauptstr. 1, 50667 Köln',
    seller_vat_id: 'DE136695976',
    buyer_name: 'Käufer AG',
    buyer_vat_id: 'ATU13585627',
    currency: 'EUR',
    iban: 'DE88200800000970375700',
    net_total: '110.00',
    tax_total: '20.90',
    grand_total: '130.90',
    due_payable: '130.90',
  },
  lines: [
    {
      description: 'Schrauben M6 verzinkt',
      quantity: '200',
      unit_price: '0.5',
      line_total: '100.00',
      tax_rate: '19',
    },
    {
      description: 'Dübel',
      quantity: '5',
      unit_price: '4.00',
      line_total: '20.00',
      tax_rate: '19',
    },
  ],
  adjusted: { lines: false, total: '-10.00' },
  typeDoubt: null,
}

test('an invoice is read, and what is released or in parts is whole', () => {
  expect(reading(interchange())).toEqual(whole)
})

test('the usual service characters need not be stated, and others may be', () => {
  expect(reading(interchange({ service: '' }))).toEqual(whole)
  const swapped: Readonly<Record<string, string>> = {
    ':': '|',
    '+': '*',
    '.': ',',
    '?': '!',
    "'": '~',
  }
  const other = interchange({ service: '' }).replace(/[:+.?']/g, (sign) => swapped[sign] ?? sign)
  const text = `UNA|*,! ~\r\n${other}`
  const read = reading(text) as PlainReading
  expect(read.fields).toMatchObject({ invoice_number: 'R*7|1', grand_total: '130.90' })
  expect(read.lines).toHaveLength(2)
})

test('a credit note is below zero, lines and discount as well', () => {
  expect(reading(interchange({ code: '381' }))).toMatchObject({
    fields: { document_type: 'credit_note', net_total: '-110.00', grand_total: '-130.90' },
    lines: [{ quantity: '-200', unit_price: '0.5', line_total: '-100.00' }, {}],
    adjusted: { total: '10.00' },
  })
})

test.each([
  ['without a net total', 'MOA+125', { net_total: '110.00' }],
  [
    'without the seller’s VAT id',
    'RFF+VA:DE',
    { seller_name: 'Schrauben GmbH & Co. KG', buyer_vat_id: 'ATU13585627' },
  ],
])('%s, the rest is read', (_, drop, fields) => {
  const read = reading(interchange({ drop })) as PlainReading
  expect(read.fields).toMatchObject(fields)
  if (drop.startsWith('RFF')) expect(read.fields).not.toHaveProperty('seller_vat_id')
})

test('an allowance without an amount leaves open what the lines add up to', () => {
  expect(reading(interchange({ drop: 'MOA+8:' }))).toMatchObject({ adjusted: { total: null } })
})

test('an unknown type of document is a doubt', () => {
  expect(reading(interchange({ code: '325' }))).toMatchObject({ typeDoubt: 'type_code' })
})

test.each<[string, string, string]>([
  ['several invoices', interchange({ messages: 2 }), 'xml_several_invoices'],
  ['another message', interchange({ type: 'ORDERS' }), 'xml_not_an_invoice'],
  ['no number', interchange({ drop: 'BGM' }), 'xml_without_number'],
  ['no end', interchange().slice(0, -30), 'edifact_malformed'],
  ['an end within a segment', interchange().slice(0, -1), 'edifact_malformed'],
  ['a lost segment', interchange().replace("MOA+77:130.90'\n", ''), 'edifact_malformed'],
  ['a lost message', interchange().replace('UNZ+1', 'UNZ+2'), 'edifact_malformed'],
  [
    'a message within a message',
    interchange().replace('BGM', "UNH+2+INVOIC'BGM"),
    'edifact_malformed',
  ],
  ['a million segments', `UNB+UNOA:1'${"A'".repeat(1_000_000)}UNZ+0'`, 'edifact_malformed'],
  ['nine megabytes', `UNB+UNOA:1'${'A'.repeat(9_000_000)}`, 'xml_too_large'],
])('an interchange with %s is refused', (_, text, reason) => expect(reading(text)).toBe(reason))

test('words that begin like an interchange are none', () => {
  for (const text of ['UNBEKANNT VERZOGEN', 'UNABHÄNGIG', 'UNA', 'UNB', ''])
    expect(isInterchange(text)).toBe(false)
})

test('whatever the text, it is read or refused', () => {
  const piece = fc.constantFrom(
    ..."UNB+UNOA:1'",
    "UNH+1+INVOIC'",
    "UNT+2+1'",
    "UNZ+1'",
    "BGM+380+1'",
    "LIN+1'",
    "UNS+S'",
    'MOA+77:',
    '?',
    "'",
    '+',
    ':',
    '\n',
    'x',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = `UNB+UNOA:1'${pieces.join('')}`
      messagesOf(text)
      reading(text)
    }),
    { numRuns: 2000 },
  )
})

test('its sums hold, and those of its credit note', () => {
  for (const code of ['380', '381']) expect(failedChecks(interchange({ code }))).toEqual([])
})
