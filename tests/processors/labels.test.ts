/** Labels of many languages mean the same things. */

import { lineHash, labelHash } from '../../processors/document/label-hashes.ts'
import { tokenFeaturesOf } from '../../processors/document/token-features.ts'
import { concepts, type Concept } from '../../processors/labels/concepts.ts'
import { conceptsOfLabel, conceptsOfLine } from '../../processors/labels/labels.ts'

const hashesOf = (text: string): number[] =>
  text
    .split(' ')
    .map((word) => tokenFeaturesOf(word).letters)
    .filter((hash) => hash !== 0)

const named = (numbers: readonly number[]): (Concept | undefined)[] =>
  numbers.map((number) => concepts[(number % 64) - 1])

test.each<[string, Concept]>([
  ['Invoice number:', 'invoice_number'],
  ['RECHNUNGSNUMMER', 'invoice_number'],
  ['Número de factura', 'invoice_number'],
  ['Datum splatnosti:', 'due_date'],
  ['お支払期限', 'due_date'],
  ['المبلغ المستحق', 'due_payable'],
  ['Do zapłaty', 'due_payable'],
  ['Facturé à', 'buyer'],
  ['Αγοραστής', 'buyer'],
  ['Продавец', 'seller'],
])('%s labels %s, beside a value and as a line', (text, concept) => {
  const hashes = hashesOf(text)
  expect(named(conceptsOfLabel(labelHash(hashes.slice(-3))))).toContain(concept)
  expect(named(conceptsOfLine(hashes))).toContain(concept)
})

test('a label within a line is known as a part of it', () => {
  const [first = 0] = conceptsOfLine(hashesOf('Informationen zum Verkäufer'))
  expect([first > 64, named([first])]).toEqual([true, ['seller']])
  expect(conceptsOfLine(hashesOf('Drucksache Elbtunnel'))).toEqual([])
})

test('a sentence is no label', () => {
  const sentence = 'wir bitten Sie den Rechnungsbetrag auf unser Konto zu überweisen danke'
  expect(conceptsOfLine(hashesOf(sentence))).toEqual([])
})

test('the hash of a line counts its first five words', () => {
  expect(lineHash([1, 2, 3, 4, 5, 6])).toBe(lineHash([1, 2, 3, 4, 5]))
  expect(lineHash([1, 2])).not.toBe(lineHash([2, 1]))
})
