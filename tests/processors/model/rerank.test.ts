/** What re-ranking sees of a span beyond its own words. */

import { lookedUp, rerankView } from '../../../processors/model/lexicons.ts'
import { spanFeatures } from '../../../processors/model/rerank.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import type { Word } from '../../../processors/document/words.ts'

interface Look {
  readonly width?: number // of the page
  readonly step?: number // tenths from line to line
  readonly last?: number // to the last one
}

/** Features of the second line as a name. */
function featuresOf(
  lines: readonly string[],
  { width = 300, step = 300, last = step }: Look = {},
): readonly number[] {
  const words = lines.flatMap((line, row) =>
    [...line.matchAll(/\S+/g)].map((match): Word => {
      const top = row * step + (row === lines.length - 1 ? last - step : 0)
      return {
        text: match[0],
        page: 1,
        line: row,
        box: [120 * match.index, top, 120 * (match.index + match[0].length), top + 200],
        confidence: 100,
      }
    }),
  )
  const text = tokensOf({
    pages: [{ number: 1, width, height: 800, unit: 'px', source: 'given' }],
    words,
  })
  const [first, ...others] = text.lines[1] as readonly number[]
  const span = {
    first: first as number,
    last: (others.at(-1) ?? (first as number)) + 1,
    probability: 0.5,
  }
  return [
    ...(spanFeatures(
      [span],
      rerankView(text, lookedUp(text, new Map()), 'seller_name'),
      [],
    )[0] as number[]),
  ]
}

const shared = (one: readonly number[], other: readonly number[]): number =>
  one.filter((feature, template) => feature === other[template]).length

describe('a span on a receipt', () => {
  const name = ['TAX INVOICE', 'BAKER AND SONS', 'HIGH STREET']

  test('is seen with what begins the next line: a registration number differs from a street in more than its letters', () => {
    const followed = (by: string): readonly number[] =>
      featuresOf(['TAX INVOICE', 'BAKER AND SONS', by])
    expect(shared(followed('HIGH STREET'), followed('123456-X'))).toBeLessThan(
      shared(followed('HIGH STREET'), followed('LONG STREET')),
    )
  })

  test('is seen with the distance to the next line', () => {
    const [near, far] = [featuresOf(name), featuresOf(name, { last: 500 })]
    expect(far).toHaveLength(near.length)
    expect(shared(near, far)).toBe(near.length - 1)
  })

  test('looks the same where lines stand a hair further apart', () => {
    expect(featuresOf(name, { step: 310 })).toEqual(featuresOf(name))
  })
})

test('a span on a sheet, where text stands in columns, is seen without the lines around it', () => {
  const name = ['Invoice', 'Baker and Sons', 'High Street']
  const [receipt, sheet] = [featuresOf(name), featuresOf(name, { width: 2000 })]
  expect(sheet.length).toBeLessThan(receipt.length)
  expect(featuresOf(name, { width: 2000, last: 350 })).toEqual(sheet)
})
