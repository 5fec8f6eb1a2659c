/**
 * Maps a feature to its row of weights: a bit vector with rank, 32 bits a word, each with the
 * number of set bits before it. It takes 256 KiB for 2^20 features, so the ten thousand look-ups of
 * a document stay in a core's own cache; a plain array of rows takes 4 MiB. (Jacobson,
 * Space-efficient static trees and graphs, FOCS 1989.)
 */

import { featureBits } from '../shared/hashing.ts'

/** Pairs: 32 bits, and how many features come before them. */
export type RowTable = Int32Array

const { imul } = Math

/** `features`: the features of rows 1, 2, 3 and so on, ascending. */
export function rowTable(features: ArrayLike<number>): RowTable {
  const table = new Int32Array((1 << featureBits) / 16)
  for (let k = 0; k < features.length; k++) {
    const word = 2 * ((features[k] as number) >>> 5)
    table[word] = (table[word] as number) | (1 << ((features[k] as number) & 31))
  }
  for (let word = 2; word < table.length; word += 2)
    table[word + 1] = (table[word - 1] as number) + ones(table[word - 2] as number)
  return table
}

/** The row of a feature; 0 where the model has none. */
export function rowIn(table: RowTable, feature: number): number {
  const word = 2 * (feature >>> 5)
  const bits = table[word] as number
  const bit = 1 << (feature & 31)
  return (bits & bit) === 0 ? 0 : (table[word + 1] as number) + ones(bits & (bit - 1)) + 1
}

/** The number of set bits (population count). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
