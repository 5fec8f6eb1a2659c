/**
 * The layout of a document as a few numbers: which words are in which part of the first page, as a
 * MinHash signature (Broder 1997). A vendor's labels and letterhead are on every document and make
 * up most of it, so documents of one layout share many numbers and different layouts few. Words
 * with digits are left out, and so is the vertical position, which depends on the number of rows.
 * The share of equal numbers estimates the share of common words in the same places, with an error
 * of about 0.09.
 *
 * Not an identity: vendor.ts determines who sent a document. The text can't be recovered from it.
 */

import { beginMix, endMix, hashText, mix } from '../shared/hashing.ts'
import { oncePerText } from '../shared/memoize.ts'
import type { Print } from './words.ts'

const numbers = 32
// columns of a page: narrow enough to tell layouts apart, wide enough for a skewed scan
const columns = 5
const shortest = 3 // letters of a word that is used

/** 32 integers; none where the first page has no words. */
export function fingerprintOf({ pages, words }: Print): number[] {
  const page = pages[0]
  if (page === undefined) return []
  const places = new Set<number>()
  for (const { page: number, text, box } of words) {
    if (number !== page.number) continue
    const letters = text.length < shortest ? 0 : lettersOf(text)
    if (letters === 0) continue
    places.add(mix(7, letters, Math.floor((columns * box[0]) / (10 * page.width))))
  }
  if (places.size === 0) return []
  const least = new Int32Array(numbers).fill(2 ** 31 - 1)
  for (const place of places) {
    const begun = beginMix(11, place)
    for (let i = 0; i < numbers; i++) {
      const value = endMix(begun, i) | 0
      if (value < (least[i] as number)) least[i] = value
    }
  }
  return Array.from(least)
}

/** A hash of a word's letters; 0 for a word that is short or has digits. */
const lettersOf = oncePerText((text): number => {
  const letters = /\d/.test(text) ? '' : text.replace(/[^\p{L}]/gu, '')
  return letters.length < shortest ? 0 : hashText(letters.toUpperCase())
})

/**
 * 0 for the same layout, 1 for nothing in common; 1 as well where one of the two has no
 * fingerprint, 0 where neither has.
 */
export function layoutDistance(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : 1
  let unequal = 0
  // at this size, since all documents of a vendor are compared pairwise
  for (let i = 0; i < numbers; i++) if (a[i] !== b[i]) unequal++
  return unequal / numbers
}
