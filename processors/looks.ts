/**
 * What the text of a token says by itself, wherever it stands: its kind, hashes of its word, letters and shape, the
 * features that follow from them. Found once for a text, since nine of ten tokens stood on earlier documents, and laid
 * out for a document in one array for each property, since that is how features and re-ranking ask.
 */

import { beginningsOf } from './beginnings.ts'
import { featureOf, hashText } from './hashing.ts'
import { oncePer, oncePerText } from './once.ts'
import { kinds as allKinds, kindOf, plainLetters, type Kind } from './shapes.ts'
import type { Tokens } from './tokens.ts'

const { min } = Math

export interface Look {
  readonly serial: number // of this look, no other has it
  readonly kind: Kind
  readonly kindNumber: number // its index, from 1
  readonly word: number // lower case without accents, digits as 0
  readonly letters: number // letters only; 0 for fewer than two
  readonly coarse: number // amount, date, word, identifier or other: 1 to `coarsest`
  readonly lexicon: number // as lexicons keep it
  readonly parts: readonly number[] | null // the letters of what slashes join
  readonly features: Int32Array // templates 1 to 19
  readonly figures: number // 1 where it has any
  readonly colon: number // 1 where it ends with one
  readonly lettered: number // 1 where two letters stand side by side
  readonly brackets: number // 1 where it has a round one
  readonly beginnings: number // of which types a value could begin so: bits of beginnings.ts
}

export const coarsest = 5

/** The looks of a document's tokens, each property by itself. */
export interface Looks {
  readonly all: readonly Look[]
  readonly kinds: readonly Kind[]
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

export const looksOf: (text: Tokens) => Looks = oncePer(({ tokens }: Tokens): Looks => {
  const n = tokens.length
  const all: Look[] = []
  const kinds: Kind[] = []
  const memory = new ArrayBuffer(24 * n) // one piece: many documents are short
  const [kind, word, letters, coarse, lexicon] = [0, 1, 2, 3, 4].map((k) => new Int32Array(memory, 4 * k * n, n)) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]
  const [figures, colon, lettered, brackets] = [20, 21, 22, 23].map((k) => new Uint8Array(memory, k * n, n)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  for (let i = 0; i < n; i++) {
    const { look } = tokens[i] as Tokens['tokens'][number]
    all.push(look)
    kinds.push(look.kind)
    kind[i] = look.kindNumber
    word[i] = look.word
    letters[i] = look.letters
    coarse[i] = look.coarse
    lexicon[i] = look.lexicon
    figures[i] = look.figures
    colon[i] = look.colon
    lettered[i] = look.lettered
    brackets[i] = look.brackets
  }
  return { all, kinds, kind, word, letters, coarse, lexicon, figures, colon, lettered, brackets }
})

let serials = 0

export const lookOf: (text: string) => Look = oncePerText((text: string): Look => {
  const plain = plainLetters(text)
  const kind = kindOf(text)
  const kindNumber = allKinds.indexOf(kind) + 1
  const letters = plain.replace(/[^\p{L}]/gu, '')
  const zeroed = plain.replace(/\d/g, '0')
  const word = hashText(zeroed)
  return {
    serial: serials++, kind, kindNumber, word,
    letters: letters.length > 1 ? hashText(letters) : 0,
    coarse: kind === 'amount' ? 1 : kind === 'date' ? 2 : kind === 'word' ? 3 : kind === 'code' || kind === 'iban' || kind === 'vat' ? 4 : coarsest,
    lexicon: lexiconWord(text),
    parts: partsOf(text, plain),
    features: ownFeatures(text, zeroed, word, kindNumber),
    figures: /\d/.test(text) ? 1 : 0,
    colon: text.endsWith(':') ? 1 : 0,
    lettered: /\p{L}{2}/u.test(text) ? 1 : 0,
    brackets: /[()]/.test(text) ? 1 : 0,
    beginnings: beginningsOf(text, kind),
  }
})

/** The word of a token as lexicons keep it: no accents, case or hanging punctuation, digits as 0; 0 where that leaves nothing. */
export function lexiconWord(text: string): number {
  const bare = plainLetters(text).replace(/\d/g, '0').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  return bare === '' ? 0 : hashText(bare)
}

/** Labels that a slash joins are as many words, on sheets. */
function partsOf(text: string, plain: string): readonly number[] | null {
  if (!/\p{L}\/\p{L}/u.test(text)) return null
  const words = plain.split('/').map((part) => part.replace(/[^\p{L}]/gu, '')).filter((part) => part.length > 1)
  return words.length > 1 ? words.map((part) => hashText(part)) : null
}

/** Templates 1 to 19: the token itself, its beginnings, endings and letter triples. `plain` has digits as 0. */
function ownFeatures(text: string, plain: string, word: number, kind: number): Int32Array {
  const marked = text.replace(/\p{Lu}/gu, 'A').replace(/\p{Ll}/gu, 'a').replace(/\d/g, '9')
  const found = [
    featureOf(1, 0, 0), featureOf(2, word, 0), featureOf(3, kind, 0),
    featureOf(4, hashText(marked.replace(/A+/g, 'A').replace(/a+/g, 'a').slice(0, 12)), 0), // runs of capitals, small letters and digits
    featureOf(5, hashText(marked.slice(0, 14)), 0), // the same without collapsing letters' runs: "AA99.99"
    featureOf(6, min(12, text.length), 0),
  ]
  for (let k = 1; k <= 4 && k < plain.length; k++) found.push(featureOf(6 + k, hashText(plain, 0, k), 0), featureOf(10 + k, hashText(plain, plain.length - k), 0))
  if (plain.length > 4) for (let k = 0; k + 3 <= plain.length && k < 12; k++) found.push(featureOf(15, hashText(plain, k, k + 3), 0))
  return Int32Array.from(found)
}
