/**
 * Sums of rows in WebAssembly are those of plain additions in single precision, for every width,
 * known and unknown features.
 */

import fc from 'fast-check'
import type { FeatureRows } from '../../../processors/model/features.ts'
import { rowIn, rowTable, type RowTable } from '../../../processors/model/feature-index.ts'
import { adder, padded } from '../../../processors/model/feature-scores.ts'
import { randomFrom } from '../../../trainer/random.ts'

const random = randomFrom(3)

function model(
  features: readonly number[],
  outputs: number,
): { table: RowTable; rowScores: Float32Array } {
  const wide = padded(outputs)
  return {
    table: rowTable(features),
    rowScores: Float32Array.from({ length: features.length * wide }, (_, k) =>
      k % wide < outputs ? 8 * random() - 4 : 0,
    ),
  }
}

function plainly(
  { starts, ids }: FeatureRows,
  { table, rowScores }: ReturnType<typeof model>,
  outputs: number,
): Float32Array {
  const sums = new Float32Array((starts.length - 1) * outputs)
  for (let i = 0; i + 1 < starts.length; i++) {
    for (const id of ids.subarray(starts[i], starts[i + 1])) {
      const row = rowIn(table, id)
      if (row === 0) continue
      for (let l = 0; l < outputs; l++)
        sums[i * outputs + l] =
          (sums[i * outputs + l] as number) + (rowScores[(row - 1) * padded(outputs) + l] as number)
    }
  }
  return sums
}

function rowsOf(tokens: readonly (readonly number[])[]): FeatureRows {
  const starts = [0]
  for (const token of tokens) starts.push((starts.at(-1) as number) + token.length)
  return { starts: Int32Array.from(starts), ids: Int32Array.from(tokens.flat()) }
}

const feature = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: (1 << 20) - 1 }),
)

test('sums are the same numbers, on the first document and on those after it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 41 }),
      fc.uniqueArray(feature, { maxLength: 120 }),
      fc.array(fc.array(fc.array(feature, { maxLength: 40 }), { maxLength: 8 }), {
        minLength: 1,
        maxLength: 4,
      }),
      (outputs, features, documents) => {
        const given = model(
          [...features].sort((a, b) => a - b),
          outputs,
        )
        const sums = adder(given.table, given.rowScores, outputs)
        for (const document of documents) {
          const rows = rowsOf(document)
          expect(sums(rows)).toEqual(plainly(rows, given, outputs))
        }
      },
    ),
  )
})

test('a document with more features than are added up at once, and one token with more than that', () => {
  const features = Array.from({ length: 1000 }, (_, k) => 7 * k)
  const given = model(features, 19)
  const sums = adder(given.table, given.rowScores, 19)
  const many = (count: number): number[] =>
    Array.from({ length: count }, () => Math.floor(10_000 * random()))
  const rows = rowsOf([
    many(40),
    ...Array.from({ length: 1500 }, () => many(200)),
    many(300_000),
    [],
    many(3),
  ])
  expect(sums(rows)).toEqual(plainly(rows, given, 19))
  const short = rowsOf([many(5)])
  expect(sums(short)).toEqual(plainly(short, given, 19))
})
