/**
 * Which words of a document training knows as ends or parts of names and addresses, and where those lines begin and end.
 * A word is one to a field where it stood in values of several vendors, so that nobody is recognised for having been seen.
 */

import { looksOf, type Looks } from './looks.ts'
import type { Lexicon } from './model.ts'
import { oncePer } from './once.ts'
import { kinds as allKinds } from './shapes.ts'
import type { Tokens } from './tokens.ts'

const postcode = allKinds.indexOf('postcode') + 1
const headLines = 10

/** What the spans of one document need: which of its words the lexicons hold, found once for a field. */
export interface RerankView {
  readonly text: Tokens
  readonly looks: Looks
  readonly ends: Uint8Array // 1 where the word ends values of this field
  readonly own: Uint8Array // 1 where it fills values of this field
  readonly other: Uint8Array // 1 where it fills values of another field
  readonly edges: Uint8Array // of each line: 1 the first of a block, 2 the last
  readonly sheets: ReadonlySet<number> // pages on which text stands in columns
  readonly anyEnd: boolean // some word of the first lines ends such values
}

/** The lexicons of all fields as one: for each word what it is to each field, and to how many it is an inside word. */
interface Joint {
  readonly fields: readonly string[]
  readonly words: ReadonlyMap<number, Uint8Array> // for each field 1 ends, 2 fills, 3 both; then the count
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

/** What the words of a document are to the lexicons: asked once, whatever the number of fields. */
export interface Found {
  readonly fields: readonly string[]
  readonly words: readonly (Uint8Array | undefined)[] // of each token
}

export function lookedUp(text: Tokens, lexicons: ReadonlyMap<string, LexiconSets>): Found {
  const { fields, words } = jointOf(lexicons)
  const found: (Uint8Array | undefined)[] = []
  for (const word of looksOf(text).lexicon) found.push(word === 0 ? undefined : words.get(word))
  return { fields, words: found }
}

export function rerankView(text: Tokens, found: Found, field: string): RerankView {
  const looks = looksOf(text)
  const n = looks.lexicon.length
  const memory = new Uint8Array(3 * n)
  const [ends, own, other] = [memory.subarray(0, n), memory.subarray(n, 2 * n), memory.subarray(2 * n)]
  const place = found.fields.indexOf(field)
  for (let i = 0; i < n; i++) {
    if (looks.kind[i] === postcode && looks.lexicon[i] !== 0) own[i] = 1
    const word = found.words[i]
    if (word === undefined) continue
    const mine = place < 0 ? 0 : (word[place] as number)
    ends[i] = mine & 1
    if ((mine & 2) !== 0) own[i] = 1
    if ((word[found.fields.length] as number) > mine >> 1) other[i] = 1
  }
  const { edges, sheets } = edgesOf(text)
  return { text, looks, ends, own, other, edges, sheets, anyEnd: text.lines.slice(0, headLines).some((line) => line.some((i) => ends[i] === 1)) }
}

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
