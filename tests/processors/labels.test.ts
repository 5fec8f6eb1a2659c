/** Labels of many languages mean the same things. */

import { labelWords, lineHash } from '../../processors/document/label-hashes.ts'
import { layoutOf } from '../../processors/document/layout.ts'
import { documentFeaturesOf, tokenFeaturesOf } from '../../processors/document/token-features.ts'
import { tokensOf } from '../../processors/document/tokens.ts'
import { concepts, type Concept } from '../../processors/labels/concepts.ts'
import { conceptsOfLabel, conceptsOfLine } from '../../processors/labels/labels.ts'

const hashesOf = (text: string): number[] =>
  text
    .split(' ')
    .map((word) => tokenFeaturesOf(word).letters)
    .filter((hash) => hash !== 0)

const named = (numbers: readonly number[]): (Concept | undefined)[] =>
  numbers.map((number) => concepts[(number % 64) - 1])

/** The concepts of a label that is printed left of a number. */
function besideValue(label: string): readonly number[] {
  const text = tokensOf({
    pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'given' }],
    words: [...label.split(' '), '4711'].map((word, k) => ({
      text: word,
      page: 1,
      line: 0,
      confidence: 100,
      box: [600 * k, 500, 600 * k + 500, 600],
    })),
  })
  const features = documentFeaturesOf(text)
  const { label: labels, labelled } = layoutOf(text, features.kinds, features)
  const value = text.tokens.length - 1
  const words = Math.min(labelWords, labelled[value] ?? 0)
  return conceptsOfLabel(labels[labelWords * value + words - 1] ?? 0)
}

test.each<[string, Concept]>([
  ['Invoice number:', 'invoice_number'],
  ['Bestellnummer', 'purchase_order'],
  ['Customer PO', 'purchase_order'],
  ['Order Reference', 'purchase_order'],
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
  expect(named(besideValue(text))).toContain(concept)
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
