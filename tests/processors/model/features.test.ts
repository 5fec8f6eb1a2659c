/** Features, shapes, candidates and sums: what the model may see. */

import fc from 'fast-check'
import { candidatesOf } from '../../../processors/model/candidates.ts'
import { amountFeatures } from '../../../processors/model/amount-features.ts'
import { featuresOf, kindsOf } from '../../../processors/model/features.ts'
import { featureBits } from '../../../processors/shared/hashing.ts'
import { emptyContext } from '../../../processors/values/normalise.ts'
import { hundredths, tokenKindOf } from '../../../processors/document/shapes.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import { constrainTotals } from '../../../processors/model/totals-constraint.ts'
import type { Print } from '../../../processors/document/words.ts'

/** Lines of text, one word after the other, as a narrow page. */
function print(...lines: readonly string[]): Print {
  return {
    pages: [{ number: 1, width: 300, height: 1000, unit: 'pt', source: 'given' }],
    words: lines.flatMap((line, row) =>
      [...line.matchAll(/\S+/g)].map((match) => ({
        text: match[0],
        page: 1,
        line: row,
        confidence: 100,
        box: [
          100 + 60 * match.index,
          200 * row,
          100 + 60 * (match.index + match[0].length),
          200 * row + 120,
        ] as const,
      })),
    ),
  }
}

test.each([
  ['1,234.50', 123_450],
  ['1.234,50', 123_450],
  ['1’234.50', 123_450],
  ['(12.00)', -1200],
  ['12.00-', -1200],
  ['-7,67', -767],
  ['160', 16_000],
  ['12.5', 1250],
  ['x', null],
  ['', null],
])('%s is %s hundredths', (text, expected) => {
  expect(hundredths(text)).toBe(expected)
})

test.each([
  ['25/12/2018', 'date'],
  ['2018-12-25', 'date'],
  ['16.Mai.2024', 'date'],
  ['12.50', 'amount'],
  ['1.234,50', 'amount'],
  ['19%', 'percent'],
  ['€', 'currency'],
  ['EUR', 'currency'],
  ['2024', 'year'],
  ['17', 'integer'],
  ['81100', 'postcode'],
  ['12:30', 'time'],
  ['März', 'month'],
  ['789417-W', 'registration'],
  ['DE88200800000970375700', 'iban'],
  ['DE136695976', 'vat'],
  ['info@example.org', 'web'],
  ['RE-2024/17', 'code'],
  ['Straße', 'word'],
  ['---', 'punctuation'],
])('%s looks like %s', (text, kind) => {
  expect(tokenKindOf(text)).toBe(kind)
})

test('the same print gives the same features, and all are in range', () => {
  const given = print(
    'EXAMPLE TRADING LTD',
    'Date 25/12/2018',
    'Net 100.00',
    'Tax 19.00',
    'Total 119.00',
  )
  const rows = (): ReturnType<typeof featuresOf> => {
    const text = tokensOf(given)
    return featuresOf(text, kindsOf(text))
  }
  expect(rows()).toEqual(rows())
  expect(rows().starts.at(-1)).toBe(rows().ids.length)
  expect(rows().ids.every((id) => id >= 0 && id < 1 << featureBits)).toBe(true)
})

test('no print makes features fail', () => {
  const word = fc.record({
    text: fc.string({ minLength: 1, maxLength: 12 }),
    page: fc.integer({ min: 1, max: 3 }),
    line: fc.nat(5),
    confidence: fc.constant(100),
    box: fc.tuple(fc.nat(9000), fc.nat(9000), fc.nat(9000), fc.nat(9000)),
  })
  const page = (number: number): Print['pages'][0] => ({
    number,
    width: 600,
    height: 800,
    unit: 'pt',
    source: 'ocr',
  })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const text = tokensOf({ pages: [page(1), page(2), page(3)], words })
      const kinds = kindsOf(text)
      const features = featuresOf(text, kinds)
      expect(features.starts).toHaveLength(text.tokens.length + 1)
      expect(features.starts.at(-1)).toBe(features.ids.length)
      for (const list of Object.values(candidatesOf(text, kinds, emptyContext)))
        for (const { first, last } of list) expect(last).toBeGreaterThan(first)
    }),
  )
})

test('candidates are found whole, whatever spaces stand inside', () => {
  const text = tokensOf(
    print(
      'Am 25. Dezember 2018 fällig',
      'IBAN DE88 2008 0000 0970 3757 00',
      'USt-IdNr. DE 136 695 976',
      'Summe 1.234,50 €',
      'Date 12 / 11 / 2019',
      'Fecha 30 de agosto de 2019',
      'the 3rd of May 2021',
      'due 27 Növember 2016',
      '1 août 2020',
      '2 MÄRZ 2020',
      'Lot 12 3.50',
    ),
  )
  const found = candidatesOf(text, kindsOf(text), emptyContext)
  expect(found.date.map(({ value }) => value)).toEqual([
    '2018-12-25',
    '2019-11-12',
    '2019-08-30',
    '2021-05-03',
    '2016-11-27',
    '2020-08-01',
    '2020-03-02',
  ])
  expect(found.iban.map(({ value }) => value)).toContain('DE88200800000970375700')
  expect(found.vat.map(({ value }) => value)).toContain('DE136695976')
  expect(found.money.map(({ value }) => value)).toContain('1234.50')
  expect(found.currency.map(({ value }) => value)).toContain('EUR')
})

test('amounts know which part of a sum they could be', () => {
  const text = tokensOf(print('a 100.00', 'b 19.00', 'c 119.00', 'd 7.77'))
  const evidence = amountFeatures(text, kindsOf(text))
  const role = (word: string): number =>
    evidence.get(text.tokens.findIndex((token) => token.text === word))?.role ?? -1
  expect([role('119.00'), role('100.00'), role('19.00'), role('7.77')]).toEqual([1, 2, 4, 0])
})

interface Option {
  readonly value: string
  readonly probability: number
  readonly first: number
}

const options = (...list: readonly (readonly [string, number])[]): Option[] =>
  list.map(([value, probability], first) => ({ value, probability, first }))
const shares = (list: readonly Option[] | undefined): Record<string, number> =>
  Object.fromEntries((list ?? []).map(({ value, probability }) => [value, probability]))

test('combinations weigh as the product of their probabilities, 500 times that where the sum holds', () => {
  const [net] = constrainTotals([
    options(['100.00', 0.3], ['200.00', 0.7]),
    options(['19.00', 0.5], ['20.00', 0.5]),
    options(['119.00', 0.5], ['999.00', 0.5]),
  ])
  const holds = 0.3 * 0.5 * 0.5 // 100.00 + 19.00 = 119.00
  const all = 1 + 499 * holds
  expect(shares(net)['100.00']).toBeCloseTo((0.3 + 499 * holds) / all, 4)
  expect(shares(net)['200.00']).toBeCloseTo(0.7 / all, 4)
})

test('where no sum holds every option keeps its probability', () => {
  const [net, tax] = constrainTotals([
    options(['10.00', 0.7], ['20.00', 0.3]),
    options(['3.00', 0.6]),
    options(['99.00', 0.8]),
  ])
  expect(shares(net)['10.00']).toBeCloseTo(0.7, 4)
  expect(shares(net)['20.00']).toBeCloseTo(0.3, 4)
  expect(shares(tax)['3.00']).toBeCloseTo(0.6, 4)
})

test('twelve options are combined; of any beyond them a hundredth is left', () => {
  const many = Array.from({ length: 14 }, (_, k): [string, number] => [`${k + 1}.00`, 0.05])
  const [net] = constrainTotals([
    options(...many),
    options(['500.00', 0.9]),
    options(['900.00', 0.9]),
  ])
  expect(shares(net)['12.00']).toBeCloseTo(0.05, 4)
  expect(shares(net)['13.00']).toBeCloseTo(0.0005, 9)
  expect(shares(net)['14.00']).toBeCloseTo(0.0005, 9)
})

test('what is in doubt is settled by the sum, what is certain stays', () => {
  const [net, tax, total] = constrainTotals([
    options(['119.00', 0.5], ['100.00', 0.45]),
    options(['7.77', 0.5], ['19.00', 0.45]),
    options(['119.00', 0.99]),
  ])
  expect([net?.[0]?.value, tax?.[0]?.value, total?.[0]?.value]).toEqual([
    '100.00',
    '19.00',
    '119.00',
  ])
  for (const list of [net, tax, total])
    expect(list?.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(
      1 + 1e-9,
    )
})
