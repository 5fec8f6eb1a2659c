/** How sure a party can be depends on what names it: a heading, its place, or nothing. */

import { tokensOf, type Tokens } from '../../../processors/document/tokens.ts'
import {
  noSurerThanParties,
  type PredictedField,
} from '../../../processors/model/field-predictor.ts'
import type { Guess } from '../../../processors/model/guess.ts'
import { placedPrint, type PlacedLine } from '../../documents.ts'
import { withPartyEvidence } from '../../../processors/model/party-evidence.ts'

const sheetOf = (...lines: readonly PlacedLine[]): Tokens => tokensOf(placedPrint(lines))

/** The signals added to guesses that take Alpha for the seller and Beta for the buyer. */
function signalsOf(text: Tokens): Record<string, readonly number[]> {
  const guesses = [
    ['seller_name', 'Alpha'],
    ['buyer_name', 'Beta'],
    ['invoice_number', 'GmbH'],
  ].map(([field = '', value = '']): Guess => {
    const first = text.tokens.findIndex((token) => token.text === value)
    return { field, options: [{ value, first, last: first + 1, probability: 0.9 }], signals: [] }
  })
  return Object.fromEntries(
    withPartyEvidence(guesses, text).map(({ field, signals }) => [field, signals]),
  )
}

test('two parties side by side that nothing names may be the other way round', () => {
  expect(signalsOf(sheetOf(['Alpha GmbH', 400, 600], ['Beta AG', 3000, 600]))).toEqual({
    seller_name: [1],
    buyer_name: [1],
    invoice_number: [],
  })
})

test('a heading that names either party settles both', () => {
  const settled = { seller_name: [0], buyer_name: [0] }
  const parties: readonly PlacedLine[] = [
    ['Alpha GmbH', 400, 600],
    ['Beta AG', 3000, 600],
  ]
  expect(signalsOf(sheetOf(['Kunde', 3000, 450], ...parties))).toMatchObject(settled)
  expect(signalsOf(sheetOf(['Verkäufer', 400, 450], ...parties))).toMatchObject(settled)
})

test("a heading that names the other party doesn't", () => {
  const text = sheetOf(['Kunde', 400, 450], ['Alpha GmbH', 400, 600], ['Beta AG', 3000, 600])
  expect(signalsOf(text)).toMatchObject({ seller_name: [1], buyer_name: [1] })
})

test('a letterhead and an address below it are not side by side', () => {
  const text = sheetOf(['Alpha GmbH', 3000, 300], ['Beta AG', 400, 1500])
  expect(signalsOf(text)).toMatchObject({ seller_name: [0], buyer_name: [0] })
})

test('a street with "de" in it is no heading', () => {
  const text = sheetOf(
    ['Calle de Goya', 400, 450],
    ['Alpha GmbH', 400, 600],
    ['Beta AG', 3000, 600],
  )
  expect(signalsOf(text)).toMatchObject({ seller_name: [1], buyer_name: [1] })
})

test('a tax identifier is no surer than the name of its party', () => {
  const read = (name: string, confidence: number | null): PredictedField => ({
    name,
    best:
      confidence === null
        ? null
        : { value: '1', raw: '1', confidence, page: 1, box: [0, 0, 1, 1], words: [0] },
    alternatives: [],
  })
  const confidences = (...fields: PredictedField[]): (number | undefined)[] =>
    noSurerThanParties(fields).map(({ best }) => best?.confidence)
  expect(confidences(read('seller_name', 0.6), read('seller_vat_id', 0.97))).toEqual([0.6, 0.6])
  expect(confidences(read('seller_name', 0.99), read('seller_vat_id', 0.97))).toEqual([0.99, 0.97])
  expect(confidences(read('seller_name', null), read('buyer_vat_id', 0.97))).toEqual([
    undefined,
    0.97,
  ])
})
