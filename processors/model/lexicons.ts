/**
 * Which words of a document are known from training as ends or parts of names and addresses, and
 * where their lines begin and end. A word enters a field's lexicon only if it occurred in values of
 * several vendors, so that no vendor is recognised merely because it was in training.
 */

import { integers } from '../shared/integers.ts'
import { documentFeaturesOf, type DocumentFeatures } from '../document/token-features.ts'
import { oncePer } from '../shared/memoize.ts'
import { tokenKinds as allKinds } from '../document/shapes.ts'
import type { Tokens } from '../document/tokens.ts'
import type { Lexicon } from './manifest.ts'

const [postcode, web, phone, registration] = (
  ['postcode', 'web', 'phone', 'registration'] as const
).map((kind) => allKinds.indexOf(kind) + 1) as [number, number, number, number]
export { postcode }
const headLines = 10

/**
 * What the spans of one document need: which of its words are in the lexicons, looked up once for
 * each field.
 */
export interface RerankView {
  readonly text: Tokens
  readonly tokenFeatures: DocumentFeatures
  readonly ends: RunningCounts // words that end values of this field
  readonly own: RunningCounts // that occur in values of this field
  readonly other: RunningCounts // that occur in values of another field
  readonly content: RunningCounts // words of letters but endings: "SDN BHD" is no name
  readonly signs: Signs
  readonly edges: Uint8Array // position of each line: 1 the first of a block, 2 the last
  readonly sheets: ReadonlySet<number> // pages with columns of text
  readonly anyEnd: boolean // whether a word of the first lines ends such values
}

/**
 * Prefix sums of the tokens of a kind: spans of a document overlap, and each needs counts of many
 * kinds.
 */
export type RunningCounts = Int32Array

export const between = (counts: RunningCounts, first: number, last: number): number =>
  (counts[last] as number) - (counts[first] as number)

/** Properties of tokens that don't depend on the field. */
export interface Signs {
  readonly figures: RunningCounts
  readonly colon: RunningCounts
  readonly brackets: RunningCounts
  readonly web: RunningCounts
  readonly numbers: RunningCounts // labels of telephone and registration numbers
}

/**
 * The lexicons of all fields merged: for each word its role in each field, and in how many fields
 * it is an inside word.
 */
interface Joint {
  readonly fields: readonly string[]
  // for each field 1 ends, 2 fills, 3 both; then the number of fields
  readonly words: ReadonlyMap<number, Uint8Array>
}

const jointOf = oncePer((lexicons: ReadonlyMap<string, LexiconSets>): Joint => {
  const fields = [...lexicons.keys()]
  const words = new Map<number, Uint8Array>()
  const note = (set: ReadonlySet<number>, field: number, bit: 1 | 2): void => {
    for (const word of set) {
      const known = words.get(word) ?? new Uint8Array(fields.length + 1)
      words.set(word, known)
      known[field] = (known[field] as number) | bit
      if (bit === 2) known[fields.length] = (known[fields.length] as number) + 1
    }
  }
  ;[...lexicons.values()].forEach(({ ends, inside }, field) => {
    note(ends, field, 1)
    note(inside, field, 2)
  })
  return { fields, words }
})

/** The roles of a document's words in the lexicons, looked up once for all fields. */
export interface KnownWords {
  readonly fields: readonly string[]
  readonly words: readonly (Uint8Array | undefined)[] // of each token
}

export function lookedUp(text: Tokens, lexicons: ReadonlyMap<string, LexiconSets>): KnownWords {
  const { fields, words } = jointOf(lexicons)
  const found: (Uint8Array | undefined)[] = []
  for (const word of documentFeaturesOf(text).lexicon)
    found.push(word === 0 ? undefined : words.get(word))
  return { fields, words: found }
}

export function rerankView(text: Tokens, found: KnownWords, field: string): RerankView {
  const tokenFeatures = documentFeaturesOf(text)
  const n = tokenFeatures.lexicon.length
  const [ends, own, other, content] = integers(n + 1, n + 1, n + 1, n + 1)
  const place = found.fields.indexOf(field)
  for (let i = 0; i < n; i++) {
    const word = found.words[i]
    const mine = word === undefined || place < 0 ? 0 : (word[place] as number)
    const fields = word === undefined ? 0 : (word[found.fields.length] as number)
    const isWord = tokenFeatures.lexicon[i] !== 0
    const isEnd = (mine & 1) === 1
    ends[i + 1] = (ends[i] as number) + (isEnd ? 1 : 0)
    own[i + 1] =
      (own[i] as number) +
      ((mine & 2) !== 0 || (isWord && tokenFeatures.kind[i] === postcode) ? 1 : 0)
    other[i + 1] = (other[i] as number) + (fields > mine >> 1 ? 1 : 0)
    content[i + 1] =
      (content[i] as number) + (isWord && !isEnd && tokenFeatures.lettered[i] === 1 ? 1 : 0)
  }
  const { edges, sheets } = edgesOf(text)
  const head = text.lines[Math.min(headLines, text.lines.length) - 1]?.at(-1) ?? -1
  return {
    text,
    tokenFeatures,
    ends,
    own,
    other,
    content,
    signs: signsOf(tokenFeatures),
    edges,
    sheets,
    anyEnd: between(ends, 0, head + 1) > 0,
  }
}

const signsOf = oncePer(({ kind, figures, colon, brackets }: DocumentFeatures): Signs => {
  const n = kind.length
  const [ofFigures, ofColon, ofBrackets, ofWeb, ofNumbers] = integers(
    n + 1,
    n + 1,
    n + 1,
    n + 1,
    n + 1,
  )
  for (let i = 0; i < n; i++) {
    ofFigures[i + 1] = (ofFigures[i] as number) + (figures[i] as number)
    ofColon[i + 1] = (ofColon[i] as number) + (colon[i] as number)
    ofBrackets[i + 1] = (ofBrackets[i] as number) + (brackets[i] as number)
    ofWeb[i + 1] = (ofWeb[i] as number) + (kind[i] === web ? 1 : 0)
    ofNumbers[i + 1] =
      (ofNumbers[i] as number) + (kind[i] === phone || kind[i] === registration ? 1 : 0)
  }
  return {
    figures: ofFigures,
    colon: ofColon,
    brackets: ofBrackets,
    web: ofWeb,
    numbers: ofNumbers,
  }
})

const edgesOf = oncePer(({ lines, blocks, pages }: Tokens) => {
  const edges = new Uint8Array(lines.length)
  for (const block of blocks) {
    const [first, last] = [block[0] as number, block.at(-1) as number]
    edges[first] = (edges[first] as number) | 1
    edges[last] = (edges[last] as number) | 2
  }
  return { edges, sheets: new Set(pages.filter(({ sheet }) => sheet).map(({ number }) => number)) }
})

export interface LexiconSets {
  readonly ends: ReadonlySet<number>
  readonly inside: ReadonlySet<number>
}

export function lexiconSets(lexicon: Lexicon): LexiconSets {
  return { ends: new Set(lexicon.ends), inside: new Set(lexicon.inside) }
}
