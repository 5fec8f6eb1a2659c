/** What the two sides of an invoice know of each other. */

import { apart, named, type Guess } from '../../../processors/model/guess.ts'
import { modelInputOf } from '../../../processors/model/model-input.ts'
import { rowTable } from '../../../processors/model/feature-index.ts'
import { printOf } from '../../documents.ts'

const sheet = modelInputOf(printOf('Bristol Mutual', 'Max Smith'))
const guess = (
  field: string,
  ...options: readonly (readonly [value: string, probability: number])[]
): Guess => ({
  field,
  signals: [1, 0, 0, 0],
  options: options.map(([value, probability], k) => ({
    value,
    probability,
    first: k,
    last: k + 1,
  })),
})
const best = (first: Guess, second: Guess): (string | null)[] =>
  apart([first, second], [first.field, second.field], sheet, { rows: rowTable([]) }).map(
    ({ options }) => options[0]?.value ?? null,
  )

test.each<[string, Guess, Guess, (string | null)[]]>([
  [
    'one name for both: it goes where the other has the better second choice',
    guess('seller_name', ['Bristol Mutual', 0.6], ['Max Smith', 0.1]),
    guess('buyer_name', ['Bristol Mutual', 0.5], ['Max Smith', 0.4]),
    ['Bristol Mutual', 'Max Smith'],
  ],
  [
    'one VAT id for both, and no other',
    guess('seller_vat_id', ['DE136695976', 0.9]),
    guess('buyer_vat_id', ['DE136695976', 0.4]),
    ['DE136695976', null],
  ],
  [
    'one VAT id that the buyer probably has not',
    guess('seller_vat_id', ['DE136695976', 0.9], ['GB980780684', 0.05]),
    guess('buyer_vat_id', ['DE136695976', 0.3]),
    ['DE136695976', null],
  ],
  [
    'one number of an invoice and an order',
    guess('invoice_number', ['26-0331', 0.9]),
    guess('purchase_order', ['26-0331', 0.3]),
    ['26-0331', null],
  ],
  [
    'two names',
    guess('seller_name', ['Bristol Mutual', 0.6]),
    guess('buyer_name', ['Max Smith', 0.5]),
    ['Bristol Mutual', 'Max Smith'],
  ],
])('%s', (_, seller, buyer, expected) => expect(best(seller, buyer)).toEqual(expected))

test('a legal form that was cut off its name is no name, unless there is nothing else', () => {
  const form = { first: 2, last: 5, probability: 0.6 }
  const whole = { first: 0, last: 5, probability: 0.3 }
  const polish = modelInputOf(printOf('Elektro Nowak Sp. z o.o.'))
  expect(named([form, whole], polish)).toEqual([whole])
  expect(named([form], polish)).toEqual([form])
})
