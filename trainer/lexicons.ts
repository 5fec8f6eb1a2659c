/** Words that end or fill the values of each tagged field, of several vendors. */

import { lexiconWord } from '../processors/document/token-features.ts'
import type { Token } from '../processors/document/tokens.ts'
import type { Lexicon, SpanHead } from '../processors/model/manifest.ts'
import { column } from './columns.ts'
import type { FitLesson } from './labels.ts'

// vendors with values that end with a word, before it counts as an ending
const endVendors = 3
const insideVendors = 5

/** The words of the true values of all documents. */
export interface SpanWords {
  /** In the order of the documents. */
  readonly add: (lesson: Pick<FitLesson, 'sheet' | 'targets'>) => void
  /** Of some documents, with the vendor of each. */
  readonly lexicons: (
    members: readonly number[],
    vendorOf: (document: number) => string,
  ) => Map<string, Lexicon>
}

export function spanWords(heads: readonly SpanHead[]): SpanWords {
  // of each document and head: the last word or 0, then the words of letters
  const hashes = column(new Float64Array(0))
  const starts = column(new Int32Array(0))
  const wordsOf = (at: number): Float64Array =>
    hashes.values().subarray(starts.values()[at], starts.values()[at + 1])

  const lexiconOf = (
    head: number,
    members: readonly number[],
    vendorOf: (document: number) => string,
  ): Lexicon => {
    const ends = new Map<number, Set<string>>()
    const inside = new Map<number, Set<string>>()
    for (const document of members) {
      const [last = 0, ...lettered] = wordsOf(document * heads.length + head)
      if (last !== 0) note(ends, last, vendorOf(document))
      for (const hash of lettered) note(inside, hash, vendorOf(document))
    }
    return { ends: frequent(ends, endVendors), inside: frequent(inside, insideVendors) }
  }

  starts.push(0)
  return {
    add({ sheet, targets }) {
      for (const { field } of heads) {
        const place = targets.spans.get(field) ?? [0, 0]
        const words = sheet.text.tokens
          .slice(...place)
          .map((token: Token) => ({
            hash: lexiconWord(token.text),
            lettered: /\p{L}/u.test(token.text),
          }))
          .filter(({ hash }) => hash !== 0)
        const last = words.at(-1)
        if (last !== undefined) hashes.push(last.hash)
        for (const { hash, lettered } of words) if (lettered) hashes.push(hash)
        starts.push(hashes.length())
      }
    },
    lexicons: (members, vendorOf) =>
      new Map(heads.map(({ field }, head) => [field, lexiconOf(head, members, vendorOf)])),
  }
}

function note(sets: Map<number, Set<string>>, key: number, vendor: string): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([vendor]))
  else known.add(vendor)
}

function frequent(sets: ReadonlyMap<number, ReadonlySet<string>>, least: number): number[] {
  return [...sets]
    .filter(([, vendors]) => vendors.size >= least)
    .map(([key]) => key)
    .sort((a, b) => a - b)
}
