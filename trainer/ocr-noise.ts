/**
 * A transcript as a recogniser would have read it: letters that look alike taken for one another,
 * words run together or broken, a word or a line lost. The tagger sees each transcript in both ways
 * in turn, so that it leans less on single letters; otherwise what is trained on transcripts
 * falters on every `RH` that was `RM`.
 *
 * Words with figures are kept as they are: a value that is misread is another value. Only prints
 * that were typed are rendered, and only where no truth points at words by their number.
 */

import type { Print, Word } from '../processors/document/words.ts'
import type { Example } from './dataset.ts'
import { randomFrom, type Random } from './random.ts'

const misreadLetters = 0.015 // share of letters
const joined = 0.04 // share of words that lose the space after them
const broken = 0.01 // share of longer words
const lostWords = 0.005
const lostLines = 0.01
const breakable = 7 // letters

// Capitals as they are printed and as they come out; both ways
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

/** The same example, misread; null for one that can't be. The same seed gives the same. */
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
