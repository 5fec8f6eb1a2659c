/**
 * Scores of tokens as sums of the weights of their features: for the inner loop of training, and
 * for a finished model.
 */

import type { FeatureRows } from '../processors/model/features.ts'

/** Outputs in a row of the table, padded to a multiple of eight. */
export const eights = (count: number): number => (count + 7) & ~7

/**
 * Like scoresOf, for rows given as indexes into a table; eight outputs at a time are summed in
 * registers.
 */
export function addScores(
  { starts, ids }: FeatureRows,
  weights: Float32Array,
  wide: number,
  scores: Float64Array,
): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const from = starts[i] as number
    const to = starts[i + 1] as number
    for (let l = 0; l < wide; l += 8) {
      let a = 0,
        b = 0,
        c = 0,
        d = 0,
        e = 0,
        f = 0,
        g = 0,
        h = 0
      for (let q = from; q < to; q++) {
        const w = (ids[q] as number) + l
        a += weights[w] as number
        b += weights[w + 1] as number
        c += weights[w + 2] as number
        d += weights[w + 3] as number
        e += weights[w + 4] as number
        f += weights[w + 5] as number
        g += weights[w + 6] as number
        h += weights[w + 7] as number
      }
      const at = i * wide + l
      scores[at] = a
      scores[at + 1] = b
      scores[at + 2] = c
      scores[at + 3] = d
      scores[at + 4] = e
      scores[at + 5] = f
      scores[at + 6] = g
      scores[at + 7] = h
    }
  }
}

/** Scores of each token: the sum of the weights of its features. `rows` are rows of `weights`. */
export function scoresOf(rows: FeatureRows, weights: Float32Array, outputs: number): Float64Array {
  const { starts, ids } = rows
  const scores = new Float64Array((starts.length - 1) * outputs)
  for (let i = 0; i + 1 < starts.length; i++) {
    const at = i * outputs
    for (let q = starts[i] as number; q < (starts[i + 1] as number); q++) {
      const w = (ids[q] as number) * outputs
      for (let l = 0; l < outputs; l++)
        scores[at + l] = (scores[at + l] as number) + (weights[w + l] as number)
    }
  }
  return scores
}
