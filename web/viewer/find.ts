/**
 * Finding a text on the pages. Their words are no elements, so the browser's own search can't see
 * them.
 */

import type { PageWords } from '../review/words.ts'

const mostFound = 500

/** Where a text is printed: indexes of words, by place. Case and accents make no difference. */
export function findText(words: PageWords, text: string): number[][] {
  const wanted = folded(text).trim().replace(/\s+/g, ' ')
  if (wanted === '') return []
  const ends: number[] = []
  let all = ''
  for (let index = 0; index < words.count; index++) {
    all += `${folded(words.text(index))} `
    ends.push(all.length)
  }
  const found: number[][] = []
  let first = 0
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + wanted.length)) {
    while ((ends[first] as number) <= at) first++
    let last = first
    while ((ends[last] as number) < at + wanted.length) last++
    found.push(Array.from({ length: last - first + 1 }, (_, i) => first + i))
    if (found.length === mostFound) break
  }
  return found
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
