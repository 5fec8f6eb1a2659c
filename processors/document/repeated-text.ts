/**
 * Where else a text stands in the same document, and in what company: an issuer repeats its name
 * above the address window, in the head, in the foot beside bank account, VAT id and register,
 * while a buyer's comes back, if at all, as the place of delivery. So the company that a name keeps
 * elsewhere says whose it is where it stands alone.
 *
 * A text echoes where two words that follow one another in a line do so in another line as well, or
 * where one word of five letters or more does and no pair of it. Only documents on sheets are asked
 * about: receipts say a name once.
 */

import { mix } from '../shared/hashing.ts'
import type { Token, Tokens } from './tokens.ts'

// of a text: what stands on every page of a long document says no more each time
const mostEchoes = 12
const leastLetters = 5 // of a single word

export interface RepeatedText {
  readonly text: Tokens
  readonly letters: Int32Array
  // lines of two words that follow one another
  readonly pairs: ReadonlyMap<number, readonly number[]>
  readonly singles: ReadonlyMap<number, readonly number[]>
}

/** `letters` are the hashes of the tokens' letters, 0 for fewer than two. */
export function repeatedTextOf(text: Tokens, letters: Int32Array): RepeatedText {
  const { tokens } = text
  const pairs = new Map<number, number[]>()
  const singles = new Map<number, number[]>()
  for (let i = 0; i < tokens.length; i++) {
    const pair = pairAt(i, tokens, letters)
    const { line, text: print } = tokens[i] as Token
    if (pair !== 0) note(pairs, pair, line)
    if (letters[i] !== 0 && print.length >= leastLetters) note(singles, letters[i] as number, line)
  }
  return { text, letters, pairs, singles }
}

/**
 * Lines, other than the token's own, where its pair stands again; where none does, where the word
 * does. Ascending.
 */
export function repetitionsAt(
  i: number,
  { text, letters, pairs, singles }: RepeatedText,
): { readonly pair: boolean; readonly lines: readonly number[] } {
  const { line } = text.tokens[i] as Token
  const after = pairs.get(pairAt(i, text.tokens, letters)) ?? []
  const before = i > 0 ? (pairs.get(pairAt(i - 1, text.tokens, letters)) ?? []) : []
  const found = [...new Set([...after, ...before])]
    .filter((one) => one !== line)
    .sort((a, b) => a - b)
  if (found.length > 0) return { pair: true, lines: found }
  return {
    pair: false,
    lines:
      letters[i] === 0
        ? []
        : (singles.get(letters[i] as number) ?? []).filter((one) => one !== line),
  }
}

function note(places: Map<number, number[]>, key: number, line: number): void {
  const lines = places.get(key)
  if (lines === undefined) places.set(key, [line])
  else if (lines.at(-1) !== line && lines.length <= mostEchoes) lines.push(line)
}

/** A hash of two words that follow one another in a line; 0 where there are none. */
function pairAt(i: number, tokens: readonly Token[], letters: Int32Array): number {
  const [first, second] = [letters[i] as number, letters[i + 1] ?? 0]
  return first === 0 || second === 0 || tokens[i]?.line !== tokens[i + 1]?.line
    ? 0
    : mix(4, first, second)
}
