/**
 * The features of a token that follow from its text alone: its kind, hashes of its word, letters
 * and shape. Memoized by text, since nine of ten tokens occurred on earlier documents, and stored
 * as one array for each property, since features and re-ranking read them that way.
 */

import { wholeAmounts, type PrintedToken } from './amounts.ts'
import { candidateStart, candidateStartsOf } from './candidate-starts.ts'
import { isLegalForm } from '../values/legal-forms.ts'
import { isTaxIdOf } from '../values/tax-ids.ts'
import { beginHash, endHash, firstOf, hashText, hashUnit } from '../shared/hashing.ts'
import { oncePer, oncePerText } from '../shared/memoize.ts'
import { spanEdgesOf, type SpanEdges } from './span-edges.ts'
import { tokenKinds as allKinds, tokenKindOf, plainLetters, type TokenKind } from './shapes.ts'
import { capital, digit, isLetter, none, small, charClassOf } from './char-classes.ts'

const { min } = Math

export interface TokenFeatures extends SpanEdges {
  readonly kind: TokenKind
  readonly kindNumber: number // the kind's index, from 1
  readonly word: number // lower case without accents, digits as 0
  readonly letters: number // letters only; 0 for fewer than two
  readonly coarse: number // amount, date, word, identifier or other: 1 to `coarsest`
  readonly lexicon: number // the word as lexicons keep it
  readonly parts: readonly number[] | null // hashes of the letters of words joined by slashes
  // templates 1 to 19: the integers from which their hashes are computed, see hashing.ts
  readonly features: readonly number[]
  readonly figures: number // 1 where it has any digit
  readonly colon: number // 1 where it ends with a digit
  readonly lettered: number // 1 where two letters are adjacent
  readonly brackets: number // 1 where it has a round bracket
  readonly legalForm: number // 1 where it is a word of a company's legal form
  // the types of which a value could begin so: bits of candidate-starts.ts
  readonly beginnings: number
}

export const coarsest = 5
const coarseKinds: Partial<Record<TokenKind, number>> = {
  amount: 1,
  date: 2,
  word: 3,
  code: 4,
  iban: 4,
  vat: 4,
}

/** The features of a document's tokens, one array for each property. */
export interface DocumentFeatures {
  readonly all: readonly TokenFeatures[]
  readonly kinds: readonly TokenKind[]
  readonly kind: Int32Array // index of the kind, from 1
  readonly word: Int32Array
  readonly letters: Int32Array
  readonly coarse: Int32Array
  readonly lexicon: Int32Array
  readonly figures: Uint8Array
  readonly colon: Uint8Array
  readonly lettered: Uint8Array
  readonly brackets: Uint8Array
}

interface TextWithFeatures {
  readonly tokens: readonly (PrintedToken & { readonly textFeatures: TokenFeatures })[]
  readonly country: string | null
}

export const documentFeaturesOf: (text: TextWithFeatures) => DocumentFeatures = oncePer(
  ({ tokens, country }: TextWithFeatures): DocumentFeatures => {
    const n = tokens.length
    const all: TokenFeatures[] = []
    const kinds: TokenKind[] = []
    const memory = new ArrayBuffer(24 * n) // one allocation: many documents are short
    const [kind, word, letters, coarse, lexicon] = [0, 1, 2, 3, 4].map(
      (k) => new Int32Array(memory, 4 * k * n, n),
    ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]
    const [figures, colon, lettered, brackets] = [20, 21, 22, 23].map(
      (k) => new Uint8Array(memory, k * n, n),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    for (let i = 0; i < n; i++) {
      const { textFeatures: features } = tokens[i] as TextWithFeatures['tokens'][number]
      all.push(features)
      kinds.push(features.kind)
      kind[i] = features.kindNumber
      word[i] = features.word
      letters[i] = features.letters
      coarse[i] = features.coarse
      lexicon[i] = features.lexicon
      figures[i] = features.figures
      colon[i] = features.colon
      lettered[i] = features.lettered
      brackets[i] = features.brackets
    }
    const become = (i: number, sort: 'amount' | 'vat'): void => {
      kinds[i] = sort
      kind[i] = allKinds.indexOf(sort) + 1
      coarse[i] = coarseKinds[sort] as number
    }
    for (const i of wholeAmounts(tokens, kinds)) become(i, 'amount')
    for (let i = 0; country !== null && i < n; i++) {
      const { text, textFeatures } = tokens[i] as TextWithFeatures['tokens'][number]
      const mayBeTaxId = (textFeatures.beginnings & candidateStart.vat) !== 0
      if (mayBeTaxId && kinds[i] !== 'date' && isTaxIdOf(country, text)) become(i, 'vat')
    }
    return { all, kinds, kind, word, letters, coarse, lexicon, figures, colon, lettered, brackets }
  },
)

export const tokenFeaturesOf: (text: string) => TokenFeatures = oncePerText(
  (text: string): TokenFeatures => {
    const plain = plainLetters(text)
    const kind = tokenKindOf(text)
    const kindNumber = allKinds.indexOf(kind) + 1
    const signs = signsOf(text)
    const zeroed = signs.figures === 0 ? plain : plain.replace(/\d/g, '0')
    const word = hashText(zeroed)
    return {
      kind,
      kindNumber,
      word,
      letters: lettersOf(plain),
      coarse: coarseKinds[kind] ?? coarsest,
      lexicon: innerOf(zeroed),
      parts: text.includes('/') ? partsOf(text, plain) : null,
      features: ownFeatures(text, zeroed, word, kindNumber),
      ...signs,
      ...spanEdgesOf(text),
      legalForm: isLegalForm(text) ? 1 : 0,
      beginnings: candidateStartsOf(text, kind),
    }
  },
)

const kindPlace = 2 // in a token's own features

/** A token's own features, with the kind that it has on its document. */
export function featuresAs(
  { features, kindNumber }: TokenFeatures,
  kind: number,
): readonly number[] {
  return kind === kindNumber ? features : features.with(kindPlace, firstOf(3, kind))
}

/**
 * The word of a token as lexicons keep it: no accents, case or surrounding punctuation, digits as
 * 0; 0 where nothing remains.
 */
export function lexiconWord(text: string): number {
  return innerOf(plainLetters(text).replace(/\d/g, '0'))
}

const unitsOf = (codePoint: number): number => (codePoint > 0xffff ? 2 : 1)

const [openBracket, closeBracket] = [40, 41]

function signsOf(text: string): Pick<TokenFeatures, 'figures' | 'colon' | 'lettered' | 'brackets'> {
  const found = { figures: 0, colon: text.endsWith(':') ? 1 : 0, lettered: 0, brackets: 0 }
  let before = none
  for (let k = 0; k < text.length;) {
    const codePoint = text.codePointAt(k) as number
    const sort = charClassOf(codePoint)
    if (sort === digit) found.figures = 1
    else if (codePoint === openBracket || codePoint === closeBracket) found.brackets = 1
    else if (isLetter(sort) && isLetter(before)) found.lettered = 1
    before = sort
    k += unitsOf(codePoint)
  }
  return found
}

/** A hash of the letters alone; 0 for fewer than two. */
function lettersOf(plain: string): number {
  let hash = beginHash
  let count = 0
  for (let k = 0; k < plain.length;) {
    const codePoint = plain.codePointAt(k) as number
    const end = k + unitsOf(codePoint)
    for (; k < end; k++) {
      if (!isLetter(charClassOf(codePoint))) continue
      hash = hashUnit(hash, plain.charCodeAt(k))
      count++
    }
  }
  return count > 1 ? endHash(hash) : 0
}

/** A hash of the text from the first to the last letter or number. */
function innerOf(zeroed: string): number {
  let start = -1
  let end = 0
  for (let k = 0; k < zeroed.length;) {
    const codePoint = zeroed.codePointAt(k) as number
    const next = k + unitsOf(codePoint)
    if (charClassOf(codePoint) !== none) {
      if (start < 0) start = k
      end = next
    }
    k = next
  }
  return start < 0 ? 0 : hashText(zeroed, start, end)
}

/** Words joined by slashes are separate labels, on sheets. */
function partsOf(text: string, plain: string): readonly number[] | null {
  if (!/\p{L}\/\p{L}/u.test(text)) return null
  const words = plain
    .split('/')
    .map(lettersOf)
    .filter((hash) => hash !== 0)
  return words.length > 1 ? words : null
}

/**
 * Templates 1 to 19: the token itself, its prefixes, suffixes and letter trigrams. `plain` has
 * digits as 0.
 */
function ownFeatures(text: string, plain: string, word: number, kind: number): readonly number[] {
  const { runs, marks } = shapesOf(text)
  const found = [
    firstOf(1, 0),
    firstOf(2, word),
    firstOf(3, kind), // at kindPlace
    firstOf(4, runs),
    firstOf(5, marks),
    firstOf(6, min(12, text.length)),
  ]
  const { length } = plain
  for (let k = 1; k <= 4 && k < length; k++) {
    found.push(firstOf(6 + k, hashText(plain, 0, k)))
    found.push(firstOf(10 + k, hashText(plain, length - k, length)))
  }
  if (length > 4)
    for (let k = 0; k + 3 <= length && k < 12; k++)
      found.push(firstOf(15, hashText(plain, k, k + 3)))
  return found.slice() // trimmed to its length
}

const [markOfCapital, markOfSmall, markOfDigit] = [65, 97, 57] // A, a, 9
const [longestRuns, longestMarks] = [12, 14]

/** The symbol of a character in a shape; -1 where it is the character itself. */
function markOf(sort: number): number {
  if (sort === capital) return markOfCapital
  if (sort === small) return markOfSmall
  return sort === digit ? markOfDigit : -1
}

/**
 * Hashes of a text's shape, "AA99.99": of its prefix, and of the prefix with runs of uppercase and
 * of lowercase letters collapsed.
 */
function shapesOf(text: string): { readonly runs: number; readonly marks: number } {
  let [runs, marks] = [beginHash, beginHash]
  let [runCount, markCount] = [0, 0]
  let before = -1
  for (let k = 0; k < text.length && (runCount < longestRuns || markCount < longestMarks);) {
    const codePoint = text.codePointAt(k) as number
    const sort = charClassOf(codePoint)
    const mark = markOf(sort)
    const end = k + unitsOf(codePoint)
    for (; k < end; k = mark < 0 ? k + 1 : end) {
      const unit = mark < 0 ? text.charCodeAt(k) : mark
      if (markCount < longestMarks) marks = hashUnit(marks, unit)
      markCount++
      if (unit === before && (mark === markOfCapital || mark === markOfSmall)) continue
      if (runCount < longestRuns) runs = hashUnit(runs, unit)
      runCount++
      before = unit
    }
  }
  return { runs: endHash(runs), marks: endHash(marks) }
}
