/** When a date is among the dates of its document. */

import fc from 'fast-check'
import { chronologyOf } from '../../../processors/model/chronology.ts'
import { kindsOf } from '../../../processors/model/features.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import type { Print } from '../../../processors/document/words.ts'

function print(...lines: readonly string[]): Print {
  return {
    pages: [{ number: 1, width: 600, height: 800, unit: 'pt', source: 'given' }],
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

const momentsOf = (...lines: readonly string[]): [string, number, number, boolean, boolean][] => {
  const text = tokensOf(print(...lines))
  return [...chronologyOf(text, kindsOf(text))].map(
    ([token, { fromFirst, fromLast, isTerm, hasTerm }]) => [
      text.tokens[token]?.text ?? '',
      fromFirst,
      fromLast,
      isTerm,
      hasTerm,
    ],
  )
}

test('the order of dates is that of time, not of the page', () => {
  expect(
    momentsOf(
      'Fällig 31.05.2024',
      'Rechnung vom 01.05.2024',
      'Lieferung 29.04.2024',
      'Rechnung 01.05.2024',
    ),
  ).toEqual([
    ['31.05.2024', 2, 0, true, false],
    ['01.05.2024', 1, 1, false, true],
    ['29.04.2024', 0, 2, false, false],
    ['01.05.2024', 1, 1, false, true],
  ])
})

test.each([
  [
    ['Date: March 3, 2024', 'Due April 2, 2024'],
    [
      ['March', 0, 1, false, true],
      ['April', 1, 0, true, false],
    ],
  ],
  [
    ['Fecha 30 de agosto de 2019', 'Vence 13 de septiembre de 2019'],
    [
      ['30', 0, 1, false, true],
      ['13', 1, 0, true, false],
    ],
  ],
  [
    ['le 5 mai 2021', 'du 12 mai 2021'],
    [
      ['5', 0, 1, false, true],
      ['12', 1, 0, true, false],
    ],
  ],
])('a date of several words is described at its first: %p', (lines, expected) =>
  expect(momentsOf(...lines)).toEqual(expected),
)

test('a day past the twelfth tells how all dates of the document are written', () => {
  expect(momentsOf('Invoice date 03/04/2024', 'Due date 03/18/2024')).toEqual([
    ['03/04/2024', 0, 1, false, true],
    ['03/18/2024', 1, 0, true, false],
  ])
  expect(
    momentsOf('Invoice date 03/04/2024', 'Due date 18/04/2024').map(([, ...rest]) => rest),
  ).toEqual([
    [0, 1, false, true],
    [1, 0, true, false],
  ])
})

test('whatever is printed, each moment is that of a token, and no number is odd', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'May',
      'mai',
      '3.',
      '31',
      '2024',
      '31.02.2024',
      '29.02.2024',
      '12/11/2024',
      'de',
      ',',
      '00.00.0000',
      '99/99/99',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => /^\S+$/.test(text)),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const text = tokensOf(print(words.join(' ')))
      for (const [token, moment] of chronologyOf(text, kindsOf(text))) {
        expect(text.tokens[token]).toBeDefined()
        for (const value of Object.values(moment)) expect(Number.isFinite(Number(value))).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
