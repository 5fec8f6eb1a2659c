/**
 * Completions: printed texts that begin like the text being typed, each with its words.
 *
 * A name or description usually fills its line up to the next wide gap, so that text comes first. A
 * number, date or amount is usually one word with a digit; words shaped like a date come first for
 * dates, and like an amount for amounts. Texts in the same letter case come before others. A text
 * never spans two columns.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import { textOfWords, type PageWords } from './words.ts'

export interface Completion {
  readonly text: string
  readonly words: readonly number[]
}

const longest = 8 // words
const longestPhrase = 14 // words
const longestText = 80 // characters
const wideGap = 1.6 // word heights: a wider gap separates columns

/** The usual shape of a value by type; other texts come after. */
const shapes: Readonly<Partial<Record<FieldType, RegExp>>> = {
  date: /^\D*\d{1,4}\D{1,12}\d{1,2}\D{1,12}\d{2,4}$|\p{L}{3}.*\d{4}$/u,
  money: /^\D{0,5}\d{1,3}(?:[.,'’ ]?\d{3})*(?:[.,]\d{1,2})?\D{0,5}$/u,
}

export function complete(
  words: PageWords,
  typed: string,
  most: number,
  type: FieldType,
): Completion[] {
  const found = begun(words, typed, 4 * most)
  const all = ranked(type === 'text' ? [...phrases(words, typed), ...found] : found, ({ text }) =>
    text.startsWith(typed),
  )
  const inOrder =
    type === 'text' ? all : ranked(all, ({ text }) => (shapes[type] ?? /\p{N}/u).test(text))
  return inOrder
    .filter(({ text }, index) => inOrder.findIndex((other) => other.text === text) === index)
    .slice(0, most)
}

/** Stable partition: matching completions first. */
function ranked(list: readonly Completion[], holds: (one: Completion) => boolean): Completion[] {
  return [...list.filter(holds), ...list.filter((one) => !holds(one))]
}

/** From a matching word to the end of its phrase in the line. */
function phrases(words: PageWords, typed: string): Completion[] {
  const wanted = fold(typed)
  if (wanted === '') return []
  const folded = foldedWords(words)
  return folded.flatMap((word, start) => {
    if (!compatible(word, wanted)) return []
    let end = start
    while (
      end + 1 < words.count &&
      end - start < longestPhrase - 1 &&
      standTogether(words, end, end + 1)
    )
      end++
    const indexes = Array.from({ length: end - start + 1 }, (_, i) => start + i)
    const text = textOfWords(words, indexes)
    return end === start || text.length > longestText || !fold(text).startsWith(wanted)
      ? []
      : [{ text, words: indexes }]
  })
}

function standTogether(words: PageWords, one: number, next: number): boolean {
  const [a, b] = [words.box(one), words.box(next)]
  return (
    words.page(one) === words.page(next) &&
    words.line(one) === words.line(next) &&
    b.x0 - a.x1 < wideGap * (a.y1 - a.y0)
  )
}

function allTogether(words: PageWords, start: number, length: number): boolean {
  for (let index = start; index < start + length - 1; index++)
    if (!standTogether(words, index, index + 1)) return false
  return true
}

/** Texts within a line that begin alike, shortest first. */
function begun(words: PageWords, typed: string, most: number): Completion[] {
  const wanted = fold(typed)
  if (wanted === '') return []
  const folded = foldedWords(words)
  const found = new Map<string, Completion>()
  for (let length = 1; length <= longest && found.size < most; length++) {
    for (let start = 0; start + length <= words.count && found.size < most; start++) {
      if (!compatible(folded[start] as string, wanted) || !allTogether(words, start, length))
        continue
      const indexes = Array.from({ length }, (_, i) => start + i)
      const text = textOfWords(words, indexes)
      if (text.length > longestText || !fold(text).startsWith(wanted) || found.has(text)) continue
      found.set(text, { text, words: indexes })
    }
  }
  return [...found.values()]
}

const foldings = new WeakMap<PageWords, readonly string[]>()

/** Folded once for each document, so a keystroke costs the same on 2,000 words as on 20. */
function foldedWords(words: PageWords): readonly string[] {
  const known =
    foldings.get(words) ??
    Array.from({ length: words.count }, (_, index) => fold(words.text(index)))
  foldings.set(words, known)
  return known
}

function compatible(word: string, wanted: string): boolean {
  return word.startsWith(wanted) || (word !== '' && wanted.startsWith(word))
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\s\p{M}]/gu, '')
}
