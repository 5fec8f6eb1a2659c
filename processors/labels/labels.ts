/**
 * Labels of invoices by what they mean, so that what a model learns in one language holds in all: a
 * file of words for each language, looked up by the hashes that layout.ts computes of the words
 * beside a value and of a line.
 */

import { labelHash, labelWords, lineHash } from '../document/label-hashes.ts'
import { tokenFeaturesOf } from '../document/token-features.ts'
import { oncePer } from '../shared/memoize.ts'
import { concepts, type Concept, type LabelWords } from './concepts.ts'
import { arabic } from './arabic.ts'
import { bulgarian } from './bulgarian.ts'
import { catalan } from './catalan.ts'
import { chinese } from './chinese.ts'
import { croatian } from './croatian.ts'
import { czech } from './czech.ts'
import { danish } from './danish.ts'
import { dutch } from './dutch.ts'
import { english } from './english.ts'
import { estonian } from './estonian.ts'
import { finnish } from './finnish.ts'
import { french } from './french.ts'
import { german } from './german.ts'
import { greek } from './greek.ts'
import { hebrew } from './hebrew.ts'
import { hindi } from './hindi.ts'
import { hungarian } from './hungarian.ts'
import { indonesian } from './indonesian.ts'
import { italian } from './italian.ts'
import { japanese } from './japanese.ts'
import { korean } from './korean.ts'
import { latvian } from './latvian.ts'
import { lithuanian } from './lithuanian.ts'
import { norwegian } from './norwegian.ts'
import { polish } from './polish.ts'
import { portuguese } from './portuguese.ts'
import { romanian } from './romanian.ts'
import { russian } from './russian.ts'
import { slovak } from './slovak.ts'
import { slovenian } from './slovenian.ts'
import { spanish } from './spanish.ts'
import { swedish } from './swedish.ts'
import { thai } from './thai.ts'
import { turkish } from './turkish.ts'
import { ukrainian } from './ukrainian.ts'
import { vietnamese } from './vietnamese.ts'

const languages: readonly LabelWords[] = [
  arabic,
  bulgarian,
  catalan,
  chinese,
  croatian,
  czech,
  danish,
  dutch,
  english,
  estonian,
  finnish,
  french,
  german,
  greek,
  hebrew,
  hindi,
  hungarian,
  indonesian,
  italian,
  japanese,
  korean,
  latvian,
  lithuanian,
  norwegian,
  polish,
  portuguese,
  romanian,
  russian,
  slovak,
  slovenian,
  spanish,
  swedish,
  thai,
  turkish,
  ukrainian,
  vietnamese,
]

/** Numbers of concepts, from 1; none for words that are no label. */
type Found = readonly number[]

const none: Found = []

/** The concepts of the label whose last words have this hash. */
export const conceptsOfLabel = (hash: number): Found => labels.get(hash) ?? none

const inside = 64 // is added to concepts of a label that is only a part of its line

/** The concept, whether its label is a whole line or a part of one. */
export const anywhere = (concept: number): number => concept % inside

const longestLine = 8 // words: longer ones are sentences

/**
 * The concepts of the label that a line is; of the longest ones within it where it is more than a
 * label, with 64 added.
 */
export const conceptsOfLine: (words: readonly number[]) => Found = oncePer(findInLine)

function findInLine(words: readonly number[]): Found {
  const whole = lines.get(lineHash(words))
  if (whole !== undefined) return whole
  if (words.length > longestLine) return none
  for (let size = Math.min(labelWords, words.length); size > 0; size--) {
    const found = new Set<number>()
    for (let k = 0; k + size <= words.length; k++)
      for (const concept of parts.get(labelHash(words.slice(k, k + size))) ?? none)
        found.add(concept + inside)
    if (found.size > 0) return [...found].slice(0, mostInside)
  }
  return none
}

const mostInside = 3

// "De" and "Van" are headings of a party where nothing else is in the line, and otherwise parts of
// names and streets
const preposition = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{1,4}$/u
const ofParties: ReadonlySet<Concept> = new Set<Concept>(['seller', 'buyer', 'ship_to'])

const labels = new Map<number, number[]>()
const parts = new Map<number, number[]>() // those that may be a part of a line
const lines = new Map<number, number[]>()
for (const words of languages)
  for (const [k, concept] of concepts.entries())
    for (const phrase of words[concept]?.split('|') ?? []) {
      const hashes = phrase
        .split(' ')
        .map((word) => tokenFeaturesOf(word).letters)
        .filter((hash) => hash !== 0)
      if (hashes.length === 0) continue
      note(labels, labelHash(hashes.slice(-labelWords)), k + 1)
      note(lines, lineHash(hashes), k + 1)
      if (!ofParties.has(concept) || !preposition.test(phrase))
        note(parts, labelHash(hashes.slice(-labelWords)), k + 1)
    }

/** The words of some concepts in all languages. */
export function wordsOf(...wanted: readonly Concept[]): string[] {
  return languages.flatMap((words) => wanted.flatMap((concept) => words[concept]?.split('|') ?? []))
}

function note(map: Map<number, number[]>, hash: number, concept: number): void {
  const known = map.get(hash) ?? []
  if (!known.includes(concept)) map.set(hash, [...known, concept])
}
