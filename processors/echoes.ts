/**
 * Where else a text stands in the same document, and in what company: an issuer repeats its name above the address window,
 * in the head, in the foot beside bank account, VAT id and register, while a buyer's comes back, if at all, as the place of
 * delivery. So the company that a name keeps elsewhere says whose it is where it stands alone.
 *
 * A text echoes where two words that follow one another in a line do so in another line as well, or where one word of five
 * letters or more does and no pair of it. Only documents on sheets are asked about: receipts say a name once.
 */

import { mix } from './hashing.ts'
import type { Tokens } from './tokens.ts'

const mostEchoes = 12 // of a text: what stands on every page of a long document says no more each time
const leastLetters = 5 // of a single word

export interface Echoes {
  /** Lines, other than the token's own, where its pair stands again; where none does, where the word does. Ascending. */
  of(i: number): { readonly pair: boolean; readonly lines: readonly number[] }
}

/** `letters` are the hashes of the tokens' letters, 0 for fewer than two. */
export function echoesOf(text: Tokens, letters: Int32Array): Echoes {
  const { tokens } = text
  const pairs = new Map<number, number[]>()
  const singles = new Map<number, number[]>()
  const note = (places: Map<number, number[]>, key: number, line: number): void => {
    const lines = places.get(key)
    if (lines === undefined) places.set(key, [line])
    else if (lines.at(-1) !== line && lines.length <= mostEchoes) lines.push(line)
  }
  const pairAt = (i: number): number => {
    const [first, second] = [letters[i] as number, letters[i + 1] ?? 0]
    return first === 0 || second === 0 || tokens[i]?.line !== tokens[i + 1]?.line ? 0 : mix(4, first, second)
  }
  for (let i = 0; i < tokens.length; i++) {
    const pair = pairAt(i)
    const line = (tokens[i] as Tokens['tokens'][number]).line
    if (pair !== 0) note(pairs, pair, line)
    if (letters[i] !== 0 && (tokens[i] as Tokens['tokens'][number]).text.length >= leastLetters) note(singles, letters[i] as number, line)
  }
  return {
    of: (i) => {
      const line = tokens[i]?.line
      const others = (lines: readonly number[] | undefined): number[] => (lines ?? []).filter((one) => one !== line)
      const found = [...new Set([...others(pairs.get(pairAt(i))), ...(i > 0 ? others(pairs.get(pairAt(i - 1))) : [])])].sort((a, b) => a - b)
      return found.length > 0 ? { pair: true, lines: found } : { pair: false, lines: letters[i] === 0 ? [] : others(singles.get(letters[i] as number)) }
    },
  }
}
