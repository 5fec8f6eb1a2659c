/**
 * The words of a value that the OCR engine doubts, spelled as words of such values are: `Jaian` is
 * `Jalan` where addresses of many vendors hold that word. The model's lexicons know which words
 * those are; the print itself stays as it was read.
 *
 * Only a word of letters alone that the engine is unsure of and the lexicon doesn't know; only
 * where exactly one known word is a single edit away (Damerau 1964, without transpositions, which
 * no eye makes), or where a stain was read as a mark among its letters: `L.UMPUR`. Never a short
 * word otherwise, since among those everything is near to something. In a list of parts between
 * commas a doubtful point is a comma (on receipts one in twenty of such marks within a line is a
 * point). What is printed is read so, not invented: a sure word stays, right or wrong.
 *
 * Lexicons hold hashes. So the words that are one edit away are made and looked up, some five
 * hundred for a word of ten letters.
 */

import type { LexiconSets } from './lexicons.ts'
import { lexiconWord } from '../document/token-features.ts'
import { plainLetters } from '../document/shapes.ts'
import type { Token } from '../document/tokens.ts'
import type { Word } from '../document/words.ts'

const doubted = 95 // confidence, of 100, under which a word may be respelled
const shortest = 5 // letters of a known word
const shortestSpecked = 3
const alphabet = [...'abcdefghijklmnopqrstuvwxyz']

/**
 * A value's tokens respelled; `words` of the whole print. The very same tokens where nothing is in
 * doubt.
 */
export function corrected(
  tokens: readonly Token[],
  words: readonly Word[],
  lexicon: LexiconSets | undefined,
): readonly Token[] {
  if (lexicon === undefined || tokens.every(({ word }) => isSure(words[word]))) return tokens
  const read = tokens.map((token) =>
    isSure(words[token.word]) ? token : { ...token, text: spelled(token.text, lexicon) },
  )
  return isList(read)
    ? read.map((token, k) =>
        isSure(words[token.word]) || read[k + 1]?.spaced !== true
          ? token
          : { ...token, text: token.text.replace(fullPoint, '$1,') },
      )
    : read
}

// after a whole word or a number, not an abbreviation or an ordinal
const fullPoint = /^(\p{L}{5,}|\p{N}{2,})\.$/u
const leastCommas = 2

/**
 * Parts between commas: more than one within the value, and at most one point that could be
 * another.
 */
function isList(tokens: readonly Token[]): boolean {
  const inner = tokens.filter((_, k) => tokens[k + 1]?.spaced === true)
  return (
    inner.filter(({ text }) => text.endsWith(',')).length >= leastCommas &&
    inner.filter(({ text }) => fullPoint.test(text)).length <= 1
  )
}

const isSure = (word: Word | undefined): boolean => (word?.confidence ?? 100) >= doubted

function spelled(text: string, { ends, inside }: LexiconSets): string {
  const [, before = '', core = '', after = ''] =
    /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(text) ?? []
  const isKnown = (word: string): boolean => {
    const hash = lexiconWord(word)
    return inside.has(hash) || ends.has(hash)
  }
  const near = /^\p{L}+$/u.test(core) ? lettersOnly(core, isKnown) : withoutSpeck(core)
  return near.length >= shortestSpecked && isKnown(near) ? before + near + after : text
}

const withoutSpeck = (word: string): string => (specked.test(word) ? word.replace(speck, '') : word)

const speck = /[.,'’`]/u
const specked = /^\p{L}+[.,'’`]\p{L}+$/u // a stain among the letters, read as a mark

/**
 * The one known word that is an edit away; the word itself where it is known, or there is none, or
 * more than one.
 */
function lettersOnly(word: string, isKnown: (word: string) => boolean): string {
  if (word.length < shortest - 1 || plainLetters(word).length !== word.length || isKnown(word))
    return word
  const found = new Map(
    edits(word)
      .filter((edited) => edited.length >= shortest && isKnown(edited))
      .map((edited) => [plainLetters(edited), edited]),
  )
  const [only] = found.values()
  return found.size === 1 && only !== undefined ? only : word
}

/** All words one letter more, less or other, in the word's own case: `Umpur` has `Lumpur`. */
function edits(word: string): string[] {
  const letters = [...word]
  const [first = '', ...rest] = letters
  const isUpper = (part: readonly string[]): boolean =>
    part.filter((letter) => letter === letter.toUpperCase()).length * 2 > part.length
  const capital = isUpper([first])
  const capitals = isUpper(rest)
  const cased = (letter: string, at: number): string =>
    (at === 0 ? capital : capitals) ? letter.toUpperCase() : letter.toLowerCase()
  const all: string[] = []
  for (let at = 0; at <= letters.length; at++) {
    const left = letters.slice(0, at).join('')
    const right = letters.slice(at + 1).join('')
    const here = letters[at] ?? ''
    for (const letter of alphabet) {
      all.push(left + cased(letter, at) + (at === 0 ? cased(here, 1) : here) + right)
      if (here !== '') all.push(left + cased(letter, at) + right)
    }
    if (here !== '')
      all.push(at === 0 ? cased(right.slice(0, 1), 0) + right.slice(1) : left + right)
  }
  return all
}
