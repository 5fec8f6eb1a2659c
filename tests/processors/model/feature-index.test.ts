/** Which row a feature has, and all matches of a pattern: both say what the plain way says. */

import fc from 'fast-check'
import { matchesOf } from '../../../processors/shared/matches.ts'
import { rowIn, rowTable } from '../../../processors/model/feature-index.ts'

test('a feature has the row that its place in the list says, and others have none', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: (1 << 20) - 1 }), { maxLength: 300 }),
      fc.array(fc.integer({ min: 0, max: (1 << 20) - 1 })),
      (numbers, others) => {
        const features = numbers.sort((a, b) => a - b)
        const table = rowTable(features)
        for (const feature of [...features, ...others, 0, (1 << 20) - 1])
          expect(rowIn(table, feature)).toBe(features.indexOf(feature) + 1)
      },
    ),
    { numRuns: 30 },
  )
})

test('features side by side fill whole words of the table', () => {
  const features = Array.from({ length: 200 }, (_, k) => 1000 + k)
  expect(features.map((feature) => rowIn(rowTable(features), feature))).toEqual(
    features.map((_, k) => k + 1),
  )
})

test.each([/\d+/gu, /\b(?=([a-z]{2}\d))/giu, /(?:)/g])(
  '%s matches where matchAll finds it',
  (pattern) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '1', '2', ' ', '.', 'é') }),
        (text) => {
          expect(matchesOf(text, pattern).map((match) => [match.index, ...match])).toEqual(
            [...text.matchAll(pattern)].map((match) => [match.index, ...match]),
          )
        },
      ),
    )
  },
)
