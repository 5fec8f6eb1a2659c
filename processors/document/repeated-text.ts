/**
 * Where else a text is printed in the same document, and beside what: an issuer repeats its name
 * above the address window, in the letterhead, in the footer beside bank account, VAT id and
 * register, while a buyer's name is repeated, if at all, as the delivery address. So the text
 * beside a name's other mentions tells whose name it is.
 *
 * A text is repeated where two consecutive words of a line are consecutive in another line as well,
 * or, if no pair is, where a single word of five letters or more occurs again. Used for documents
 * on sheets only: receipts print a name once.
 */

import { mix } from '../shared/hashing.ts'
import type { Token, Tokens } from './tokens.ts'

// mentions of a text: one on every page of a long document adds nothing
const mostEchoes = 12
const leastLetters = 5 // letters of a single word

export interface RepeatedText {
  readonly text: Tokens
  readonly letters: Int32Array
  // lines, by hash of two consecutive words
  readonly pairs: ReadonlyMap<number, readonly number[]>
  readonly singles: ReadonlyMap<number, readonly number[]>
}

/** `letters`: hashes of the tokens' letters, 0 for fewer than two. */
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
 * Other lines that contain the token's pair of words; where there are none, lines that contain the
 * word. Ascending.
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

/** A hash of two consecutive words of a line; 0 where there are none. */
function pairAt(i: number, tokens: readonly Token[], letters: Int32Array): number {
  const [first, second] = [letters[i] as number, letters[i + 1] ?? 0]
  return first === 0 || second === 0 || tokens[i]?.line !== tokens[i + 1]?.line
    ? 0
    : mix(4, first, second)
}
