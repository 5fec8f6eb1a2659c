/** Pages in scripts that run from right to left. */

import { oncePerText } from '../shared/memoize.ts'
import type { Word } from './words.ts'

interface WordRun {
  readonly words: readonly number[]
}

const arabicOrHebrew = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const isArabicOrHebrew = oncePerText((text: string): boolean => arabicOrHebrew.test(text))
const isOtherWord = oncePerText((text: string): boolean => /\p{L}{2}/u.test(text))

/** Whether most words of a page are in a script that runs from right to left. */
export function isRightToLeft(runs: readonly WordRun[], words: readonly Word[]): boolean {
  let balance = 0
  for (const run of runs)
    for (const index of run.words) {
      const { text } = words[index] as Word
      if (isArabicOrHebrew(text)) balance++
      else if (isOtherWord(text)) balance--
    }
  return balance > 0
}

/**
 * Words from right to left; runs of others, such as the groups of an IBAN, from left to right (a
 * simple case of Unicode's bidirectional algorithm, UAX #9, rule L2).
 */
export function inReadingDirection(indexes: readonly number[], words: readonly Word[]): number[] {
  const found: number[] = []
  let open: number[] = []
  for (const index of [...indexes].reverse()) {
    if (!isArabicOrHebrew((words[index] as Word).text)) {
      open.unshift(index)
      continue
    }
    found.push(...open, index)
    open = []
  }
  return [...found, ...open]
}
