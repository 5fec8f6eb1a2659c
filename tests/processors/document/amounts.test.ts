/** Amounts by what stands beside them. */

import { amountFeatures } from '../../../processors/model/amount-features.ts'
import { kindsOf } from '../../../processors/model/features.ts'
import { modelInputOf } from '../../../processors/model/model-input.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import type { Print, Word } from '../../../processors/document/words.ts'

/** Lines of text; a `_` is a thin space between words of their own. */
function print(...lines: readonly string[]): Print {
  return {
    pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'given' }],
    words: lines.flatMap((line, row) =>
      [...line.matchAll(/[^\s_]+/g)].map((match): Word => {
        const x = 300 + 60 * match.index
        const box = [x, 200 * row, x + 60 * match[0].length, 200 * row + 100] as const
        return { text: match[0], page: 1, line: row, confidence: 100, box }
      }),
    ),
  }
}

const moneyOf = (...lines: readonly string[]): string[] =>
  modelInputOf(print(...lines)).candidates.money.map(({ value }) => value)

const amountsOf = (...lines: readonly string[]): string[] => {
  const text = tokensOf(print(...lines))
  return [...amountFeatures(text, kindsOf(text)).keys()].map(
    (i) => text.tokens[i]?.text ?? 'no token',
  )
}

test.each([
  ['合計 ¥803,886', ['803886']],
  ['合計 803,886円', ['803886']],
  ['Végösszeg 12_500 Ft', ['12500']],
  ['Celkem 29_853,48 Kč', ['29853.48']],
  ['Celkem 1_029_853,48 Kč', ['1029853.48']],
  ['Summa 500 kr', ['500']],
])('%s holds %j', (line, expected) => {
  expect(moneyOf(line)).toEqual(expected)
})

test('a number without a currency is an amount only where no cents are printed', () => {
  expect(amountsOf('小計 743,729', '合計 ¥803,886')).toEqual(['743,729', '803,886'])
  expect(amountsOf('Artikel 743.729', 'Summe 803,86 EUR')).toEqual(['803,86'])
  expect(amountsOf('Invoice 2024', 'Order 4711')).toEqual([])
})

test('net and tax of amounts in groups are known as such', () => {
  const text = tokensOf(print('Netto 24_000,00', 'Moms 6_000,00', 'Totalt 30_000,00'))
  const amounts = [...amountFeatures(text, kindsOf(text)).values()]
  expect(amounts.map(({ rank }) => rank)).toEqual([1, 2, 0])
  expect(amounts.map(({ role }) => role)).toEqual([2, 4, 1])
})
