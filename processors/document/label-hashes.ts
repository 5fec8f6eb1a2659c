/** Hashes of several words: of those before a value, nearest first, and of the words of a line. */

import { mix } from '../shared/hashing.ts'

export const labelWords = 3 // of a label that are compared, the last ones

/**
 * The hash of a label with one more word before it; 0 stands for no words. Signed, as in the arrays
 * of layout.ts, so that a label is found by the number kept there.
 */
export const withWordBefore = (label: number, word: number): number => mix(1, word, label) | 0

/** Of words in reading order. */
export const labelHash = (words: readonly number[]): number => words.reduceRight(withWordBefore, 0)

const wordsOfLine = 5

/** Of the first five words of a line. */
export function lineHash(words: readonly number[]): number {
  return joinedHash(2, words)
}

/** One hash of the first five words; `seed` tells kinds of lists apart. */
export function joinedHash(seed: number, words: readonly number[]): number {
  let hash = 0
  for (let k = 0; k < words.length && k < wordsOfLine; k++)
    hash = mix(seed, hash, words[k] as number)
  return hash
}
