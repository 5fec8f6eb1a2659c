/**
 * The layout of a document as a few numbers: which words stand in which part of the first page, as
 * a MinHash signature (Broder 1997). What a vendor prints on every document, its labels and
 * letterhead, makes up most of it, so two documents of one layout share much and two layouts
 * little; figures are left out, and so is the height, which the number of rows moves. The share of
 * equal numbers estimates the share of common words in their places, give or take 0.09.
 *
 * Not an identity: vendor.ts says who sent a document. Nothing of the text can be read back from
 * it.
 */

import { beginMix, endMix, hashText, mix } from '../shared/hashing.ts'
import { oncePerText } from '../shared/memoize.ts'
import type { Print } from './words.ts'

const numbers = 32
const columns = 5 // over the page's width: narrow enough to tell layouts, wide enough for a scan that lies askew
const shortest = 3 // letters of a word that counts

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

/** A hash of the letters of a word that counts; 0 for one that is short or has figures. */
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
  for (let i = 0; i < numbers; i++) if (a[i] !== b[i]) unequal++ // counted so, since a vendor's documents are all compared with each other
  return unequal / numbers
}
