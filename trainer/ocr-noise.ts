/**
 * Simulates OCR errors on a transcript: similar letters exchanged, words joined or split, a word or
 * a line lost. The tagger sees each transcript alternately with and without errors, so that it
 * depends less on single letters; otherwise a model trained on transcripts fails on every `RH` that
 * was `RM`.
 *
 * Words with digits are unchanged: a misread value is another value. Only typed transcripts are
 * changed, and only if no truth refers to words by index.
 */

import type { Print, Word } from '../processors/document/words.ts'
import type { Example } from './dataset.ts'
import { randomFrom, type Random } from './random.ts'

const misreadLetters = 0.015 // share of letters exchanged
const joined = 0.04 // share of words joined with the next
const broken = 0.01 // share of longer words split
const lostWords = 0.005
const lostLines = 0.01
const breakable = 7 // letters

// Capitals and what they are misread as; both ways
const alike = [
  'MH',
  'NH',
  'EF',
  'TI',
  'O0',
  'I1',
  'S5',
  'B8',
  'OD',
  'OQ',
  'CG',
  'RA',
  'LI',
  'UV',
  'VY',
  'PF',
  'KX',
  '.,',
  ':.',
  '-.',
]
const others = new Map<string, string[]>()
for (const [a = '', b = ''] of alike.map((pair) => [...pair])) {
  others.set(a, [...(others.get(a) ?? []), b])
  others.set(b, [...(others.get(b) ?? []), a])
}

/** The same example with OCR errors; null if it can't be changed. The same seed gives the same. */
export function renditionOf(example: Example, seed: number): Example | null {
  const typed =
    example.generated !== true && example.print.pages.every((page) => page.source === 'given')
  if (
    !typed ||
    [...example.truth.values()].some(
      ({ words, places }) => words.length > 0 || places !== undefined,
    )
  )
    return null
  return { ...example, print: misread(example.print, randomFrom(seed)) }
}

function misread(print: Print, random: Random): Print {
  const words: Word[] = []
  let lost = -1
  let line = -1
  for (const word of print.words) {
    if (word.line !== line) {
      line = word.line
      lost = random() < lostLines ? line : -1
    }
    if (line === lost || random() < lostWords) continue
    const text = letterwise(word.text, random)
    const before = words.at(-1)
    if (before?.line === word.line && before.page === word.page && random() < joined) {
      words[words.length - 1] = {
        ...before,
        text: before.text + text,
        box: [
          before.box[0],
          Math.min(before.box[1], word.box[1]),
          word.box[2],
          Math.max(before.box[3], word.box[3]),
        ],
      }
    } else if (text.length >= breakable && !/\d/.test(text) && random() < broken) {
      const at = 2 + Math.floor(random() * (text.length - 3))
      const middle = Math.round(word.box[0] + ((word.box[2] - word.box[0]) * at) / text.length)
      words.push(
        { ...word, text: text.slice(0, at), box: [word.box[0], word.box[1], middle, word.box[3]] },
        { ...word, text: text.slice(at), box: [middle, word.box[1], word.box[2], word.box[3]] },
      )
    } else {
      words.push({ ...word, text })
    }
  }
  return { pages: print.pages, words }
}

function letterwise(text: string, random: Random): string {
  if (/\d/.test(text)) return text
  return [...text]
    .map((letter) => {
      const wrong = others.get(letter)
      return wrong !== undefined && random() < misreadLetters
        ? (wrong[Math.floor(random() * wrong.length)] as string)
        : letter
    })
    .join('')
}
