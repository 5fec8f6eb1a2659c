/**
 * What an amount is among the amounts of its document: its rank, how often it stands there, and the part that it could
 * play in a sum. Net + tax = total holds in every language, so this carries over to vendors nobody has seen.
 */

import { hundredths, type Kind } from './shapes.ts'
import type { Token, Tokens } from './tokens.ts'

export interface AmountEvidence {
  /** Hundredths of each token; null where it is no amount. */
  readonly hundredths: readonly (number | null)[]
  rank(i: number): number // 0 for the largest value
  mentions(i: number): number
  others(i: number): readonly number[] // tokens with the same amount, of the first sixty-four
  fromStart(i: number): number
  fromEnd(i: number): number
  eighth(i: number): number // of the list of amounts, 0 to 7
  occurrence(i: number): number // how many mentions stand before this one
  sign(i: number): number // 0 zero, 1 negative, 2 positive
  round(i: number): number // bits: whole number, multiple of five hundredths
  isDifference(i: number): boolean // of two other amounts: paid less change
  /** Bits: 1 total of a net and a tax, 2 such a net, 4 such a tax. */
  role(i: number): number
}

const mostMentions = 64 // of one amount that are looked at: a page of equal prices says nothing more
const mostValues = 60 // distinct amounts, largest first: pairs are compared
const taxRates: readonly [least: number, most: number] = [0.02, 0.3] // of net

export function amountEvidence(text: Tokens, kinds: readonly Kind[]): AmountEvidence {
  const values: (number | null)[] = []
  const places: number[] = []
  for (let i = 0; i < text.tokens.length; i++) {
    const value = kinds[i] === 'amount' ? hundredths((text.tokens[i] as Token).text) : null
    values.push(value)
    if (value !== null) places.push(i)
  }
  const place = new Map(places.map((token, k) => [token, k]))
  const byValue = new Map<number, number[]>()
  const occurrences = new Map<number, number>()
  for (const token of places) {
    const value = values[token] as number
    const list = byValue.get(value)
    occurrences.set(token, list?.length ?? 0)
    if (list === undefined) byValue.set(value, [token])
    else list.push(token)
  }
  const sorted = [...byValue.keys()].sort((a, b) => b - a)
  const ranks = new Map(sorted.map((value, rank) => [value, rank]))
  const { roles, differences } = sums(sorted.slice(0, mostValues).map(Math.abs).filter((value) => value > 0))
  const value = (i: number): number => values[i] as number
  return {
    hundredths: values,
    rank: (i) => ranks.get(value(i)) as number,
    mentions: (i) => (byValue.get(value(i)) as number[]).length,
    others: (i) => (byValue.get(value(i)) as number[]).slice(0, mostMentions).filter((other) => other !== i),
    fromStart: (i) => place.get(i) as number,
    fromEnd: (i) => places.length - 1 - (place.get(i) as number),
    eighth: (i) => Math.floor((8 * (place.get(i) as number)) / places.length),
    occurrence: (i) => occurrences.get(i) as number,
    sign: (i) => (value(i) === 0 ? 0 : value(i) < 0 ? 1 : 2),
    round: (i) => (value(i) % 100 === 0 ? 1 : 0) + (value(i) % 5 === 0 ? 2 : 0),
    isDifference: (i) => differences.has(Math.abs(value(i))),
    role: (i) => roles.get(Math.abs(value(i))) ?? 0,
  }
}

function sums(values: readonly number[]): { roles: ReadonlyMap<number, number>; differences: ReadonlySet<number> } {
  const known = new Set(values)
  const roles = new Map<number, number>()
  const differences = new Set<number>()
  const mark = (value: number, role: number): void => void roles.set(value, (roles.get(value) ?? 0) | role)
  for (const total of known) {
    for (const part of known) {
      const rest = total - part
      if (rest <= 0 || !known.has(rest)) continue
      differences.add(part)
      if (rest > part) continue
      const rate = rest / part
      if (rate < taxRates[0] || rate > taxRates[1]) continue
      mark(total, 1)
      mark(part, 2)
      mark(rest, 4)
    }
  }
  return { roles, differences }
}
