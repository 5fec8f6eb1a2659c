/**
 * Whether XML says what the page says: what is another value, and what an honest page may leave
 * out.
 */

import { statedField } from '../../../processors/shared/stated-field.ts'
import { codeDisagrees, xmlDisagrees } from '../../../processors/sources/cross-source-check.ts'
import { printedDocument } from '../../../processors/rules/spans.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { FieldType } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'
import { fieldOf, printOf } from '../../documents.ts'

const print = printOf(
  'Corner Shop Ltd',
  'VAT DE136695976',
  'Invoice R-1',
  '02.03.2024',
  'Net 10.00',
  'Tax 2.00',
  'Total 12.00',
  'Paid 5.00',
  'To pay 7.00',
  'until 16.03.2024',
  'less 2 % until 09.03.2024',
)
const sheet = printedDocument(print)
const types = new Map(
  profileOf(loadProfiles(), 'invoice').fields.map(({ name, type }) => [name, type]),
)
const xml = (name: string, value: string): Field => statedField(name, value, 'xml', '/x')
const disagrees = (name: string, value: string, read: string | null, confidence: number): boolean =>
  xmlDisagrees(
    xml(name, value),
    types.get(name) as FieldType,
    read === null ? null : fieldOf(print, name, read, null, confidence),
    sheet,
  )

test.each([
  ['due_payable', '70.00', '7.00'],
  ['grand_total', '120.00', '12.00'],
  ['seller_vat_id', 'DE811907980', 'DE136695976'],
  ['invoice_number', 'X-9', 'R-1'],
])('%s: another value, read decently, where the XML’s stands nowhere', (name, stated, read) => {
  expect(disagrees(name, stated, read, 0.6)).toBe(true)
  expect(disagrees(name, stated, read, 0.4)).toBe(false)
  expect(disagrees(name, stated, null, 0)).toBe(false)
  expect(disagrees(name, read, read, 0.6)).toBe(false)
})

test.each([
  ['net_total', '11.00', '10.00'],
  ['tax_total', '1.00', '2.00'],
  ['due_date', '2024-04-01', '2024-03-16'],
  ['purchase_order', '4711', 'R-1'],
])(
  '%s may be left out of a page: another value must be read all but surely',
  (name, stated, read) => {
    expect(disagrees(name, stated, read, 0.96)).toBe(true)
    expect(disagrees(name, stated, read, 0.9)).toBe(false)
  },
)

test('what the page prints as well is contradicted only by a reading that is sure, and a day of discount never is', () => {
  expect(disagrees('grand_total', '10.00', '12.00', 0.98)).toBe(false)
  expect(disagrees('grand_total', '10.00', '12.00', 0.995)).toBe(true)
  expect(disagrees('due_date', '2024-03-09', '2024-03-16', 0.999)).toBe(false)
})

test('a date of issue that stands nowhere among the dates needs no reading; names are not compared', () => {
  expect(disagrees('issue_date', '2024-03-03', null, 0)).toBe(true)
  expect(disagrees('due_date', '2024-03-03', null, 0)).toBe(false)
  expect(disagrees('seller_name', 'Somebody else', 'Corner Shop Ltd', 1)).toBe(false)
})

test.each([
  ['500100144', false],
  ['PT500100144', false],
  ['DE500100144', true],
  ['500100145', true],
])('a VAT id of a code with its country is what a page prints without: %s', (read, isOther) => {
  const code = statedField('seller_vat_id', 'PT500100144', 'code', 'atcud')
  const printed = fieldOf(print, 'seller_vat_id', read, null, 0.9)
  expect(codeDisagrees(code, types.get('seller_vat_id') as FieldType, printed)).toBe(isOther)
})
