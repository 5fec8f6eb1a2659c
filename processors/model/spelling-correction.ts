/**
 * Corrects doubtful words of a value: `Jaian` becomes `Jalan` where addresses of many vendors
 * contain that word. The model's lexicons hold those words; the document's own words stay as read.
 *
 * Corrects only a word of letters that the engine is unsure of and the lexicon doesn't have; only
 * where exactly one known word is a single edit away (Damerau 1964, without transpositions, which
 * OCR doesn't make), or where a stain was read as punctuation among its letters: `L.UMPUR`. Short
 * words are corrected only in the second case, since every short word is near another. In a list of
 * parts between commas a doubtful point is a comma (on receipts one in twenty of such marks within
 * a line is a point). A word that the engine is sure of is never changed.
 *
 * Lexicons hold hashes, so all words one edit away are generated and looked up, some five hundred
 * for a word of ten letters.
 */

import type { LexiconSets } from './lexicons.ts'
import { lexiconWord } from '../document/token-features.ts'
import { plainLetters } from '../document/shapes.ts'
import type { Token } from '../document/tokens.ts'
import type { Word } from '../document/words.ts'

const doubted = 95 // confidence, of 100, below which a word may be corrected
const shortest = 5 // letters of a known word
const shortestSpecked = 3
const alphabet = [...'abcdefghijklmnopqrstuvwxyz']

/**
 * A value's tokens, corrected; `words`: all words of the document. The same token objects where
 * nothing is in doubt.
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

// after a whole word or a number, but not after an abbreviation or an ordinal
const fullPoint = /^(\p{L}{5,}|\p{N}{2,})\.$/u
const leastCommas = 2

/**
 * Parts between commas: more than one comma within the value, and at most one point that could be
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
const specked = /^\p{L}+[.,'’`]\p{L}+$/u // a stain among the letters, read as punctuation

/**
 * The only known word one edit away; the word itself where it is known, or there is none or more
 * than one.
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

/**
 * All words one edit away (insertion, deletion, substitution), in the word's own case: `Umpur`
 * gives `Lumpur`.
 */
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
