/**
 * The words of a value that the OCR engine doubts, spelled as words of such values are: `Jaian` is `Jalan` where addresses
 * of many vendors hold that word. The model's lexicons know which words those are; the print itself stays as it was read.
 *
 * Only a word of letters alone that the engine is unsure of and the lexicon doesn't know; only where exactly one known word
 * is a single edit away (Damerau 1964, without transpositions, which no eye makes); never a short word, since among those
 * everything is near to something. What is printed is read so, not invented: a sure word stays, right or wrong.
 *
 * Lexicons hold hashes. So the words that are one edit away are made and looked up, some five hundred for a word of ten
 * letters.
 */

import { lexiconWord, type LexiconSets } from './rerank.ts'
import { plainLetters } from './shapes.ts'
import type { Token } from './tokens.ts'
import type { Word } from './words.ts'

const doubted = 85 // confidence, of 100, under which a word may be respelled
const shortest = 5 // letters of a known word
const alphabet = [...'abcdefghijklmnopqrstuvwxyz']

/** Tokens first to last (exclusive), respelled; the very same ones where nothing is in doubt. */
export function respelled(tokens: readonly Token[], words: readonly Word[], lexicon: LexiconSets | undefined): readonly Token[] {
  if (lexicon === undefined || tokens.every(({ word }) => isSure(words[word]))) return tokens
  return tokens.map((token) => (isSure(words[token.word]) ? token : { ...token, text: spelled(token.text, lexicon) }))
}

const isSure = (word: Word | undefined): boolean => (word?.confidence ?? 100) >= doubted

function spelled(text: string, { ends, inside }: LexiconSets): string {
  const [, before = '', core = '', after = ''] = /^([^\p{L}\p{N}]*)(\p{L}*)([^\p{L}\p{N}]*)$/u.exec(text) ?? []
  const isKnown = (word: string): boolean => {
    const hash = lexiconWord(word)
    return inside.has(hash) || ends.has(hash)
  }
  if (core.length < shortest - 1 || plainLetters(core).length !== core.length || isKnown(core)) return text
  const found = new Map(edits(core).filter((word) => word.length >= shortest && isKnown(word)).map((word) => [plainLetters(word), word]))
  const [only] = found.values()
  return found.size === 1 && only !== undefined ? before + only + after : text
}

/** All words one letter more, less or other, in the word's own case. */
function edits(word: string): string[] {
  const letters = [...word]
  const [first = '', ...rest] = letters
  const isUpper = (part: readonly string[]): boolean => part.filter((letter) => letter === letter.toUpperCase()).length * 2 > part.length
  const cased = (letter: string, at: number): string => ((at === 0 ? isUpper([first]) : isUpper(rest)) ? letter.toUpperCase() : letter)
  const all: string[] = []
  for (let at = 0; at <= letters.length; at++) {
    const [left, right] = [letters.slice(0, at).join(''), letters.slice(at + 1).join('')]
    if (at < letters.length) all.push(left + right)
    for (const letter of alphabet) {
      all.push(left + cased(letter, at) + (letters[at] ?? '') + right)
      if (at < letters.length) all.push(left + cased(letter, at) + right)
    }
  }
  return all
}
