/** Tax identifiers go with the party beside which they stand. */

import { nearParty } from '../../../processors/model/party-constraint.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import type { Word } from '../../../processors/document/words.ts'

/** Two columns of lines, and a line far below. */
const text = tokensOf({
  pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'given' }],
  words: [
    ['Seller', 400, 500],
    ['DE111111111', 400, 630],
    ['Buyer', 3000, 500],
    ['DE222222222', 3000, 630],
    ['DE333333333', 400, 7000],
  ].map(([word, x, y], line): Word => {
    const [left, top] = [Number(x), Number(y)]
    const box = [left, top, left + 50 * String(word).length, top + 100] as const
    return { text: String(word), page: 1, line, confidence: 100, box }
  }),
})

const at = (word: string): number => text.tokens.findIndex((token) => token.text === word)
const option = (value: string, probability: number) => ({ value, first: at(value), probability })
const [seller, buyer] = [[option('Seller', 0.9)], [option('Buyer', 0.9)]]

test('the identifier in the seller’s column outweighs a likelier one in the buyer’s', () => {
  const found = nearParty(
    [option('DE222222222', 0.6), option('DE111111111', 0.35)],
    seller,
    buyer,
    text,
  )
  expect(found.map(({ value }) => value)).toEqual(['DE111111111', 'DE222222222'])
  const sum = found.reduce((all, { probability }) => all + probability, 0)
  expect(sum).toBeGreaterThan(0.5)
  expect(sum).toBeLessThanOrEqual(1)
})

test('an identifier in the buyer’s column is rather nobody’s than the seller’s', () => {
  const [only] = nearParty([option('DE222222222', 0.9)], seller, buyer, text)
  expect(only?.probability).toBeLessThan(0.5)
})

test('identifiers that stand with neither party keep their odds', () => {
  const [only] = nearParty([option('DE333333333', 0.7)], seller, buyer, text)
  expect(only?.probability).toBeCloseTo(0.7, 6)
})

test('a name that is hardly believed moves nothing', () => {
  const doubted = [option('Seller', 0.001)]
  const found = nearParty(
    [option('DE222222222', 0.6), option('DE111111111', 0.35)],
    doubted,
    [option('Buyer', 0.001)],
    text,
  )
  expect(found[0]?.value).toBe('DE222222222')
})

test('no identifiers stay none', () => {
  expect(nearParty([], seller, buyer, text)).toEqual([])
})
