/**
 * How a text begins and ends: whether it needs a continuation, whether a bracket is left open.
 * Re-ranking uses it for the first and the last word of a span. Memoized by text, since the spans
 * of a field share their words.
 */

import { shapeClassOf } from './char-classes.ts'

export interface SpanEdges {
  readonly begins: number // class of its first UTF-16 unit, see char-classes.ts
  readonly ends: number // of its last one
  readonly edgeBits: number // bits of `spanEdge`
}

export const spanEdge = {
  opens: 1, // begins with a round bracket
  closes: 2, // ends with one
  wantsMore: 4, // a punctuation mark or a word that needs a continuation
  wantsBefore: 8, // one that continues something before it
  unfinished: 16, // the same, as the last word of the line before
} as const

// Words that need a continuation, and words that continue something before them
const opening: ReadonlySet<string> = new Set(['and', 'und', 'et', 'e', 'y', 'en', 'of'])
const following: ReadonlySet<string> = new Set(['and', 'und', 'et', 'y'])

export function spanEdgesOf(text: string): SpanEdges {
  const [first, last, lower] = [text[0] as string, text.at(-1) as string, text.toLowerCase()]
  const bits =
    (first === '(' ? spanEdge.opens : 0) |
    (last === ')' ? spanEdge.closes : 0) |
    ('&+-:(/'.includes(last) || opening.has(lower) ? spanEdge.wantsMore : 0) |
    ('&+-),.:;/'.includes(first) || following.has(lower) ? spanEdge.wantsBefore : 0) |
    (last === '&' || last === '-' || lower === 'and' ? spanEdge.unfinished : 0)
  return {
    begins: shapeClassOf(text.charCodeAt(0)),
    ends: shapeClassOf(text.charCodeAt(text.length - 1)),
    edgeBits: bits,
  }
}
