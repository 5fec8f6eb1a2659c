/**
 * How an amount relates to the other amounts of its document: its rank, how often it occurs, and
 * its possible roles in a sum. Net + tax = total holds in every language, so these features
 * generalise to unseen vendors.
 */

import { hundredthsAt } from '../document/amounts.ts'
import type { TokenKind } from '../document/shapes.ts'
import type { Tokens } from '../document/tokens.ts'

/** An amount in relation to the other amounts of its document. */
export interface Amount {
  readonly rank: number // 0 for the largest value
  readonly mentions: readonly number[] // tokens with the same amount
  readonly fromStart: number
  readonly fromEnd: number
  readonly eighth: number // position in the list of amounts, 0 to 7
  readonly occurrence: number // how many earlier tokens have the same amount
  readonly sign: number // 0 zero, 1 negative, 2 positive
  readonly round: number // bits: whole number, multiple of five hundredths
  readonly isDifference: boolean // of two other amounts: paid less change
  readonly role: number // bits: 1 total of a net and a tax, 2 such a net, 4 such a tax
}

const mostValues = 60 // distinct amounts, largest first: the cost is quadratic
const taxRates: readonly [least: number, most: number] = [0.02, 0.3] // as a share of net

/** The amounts of a text, by token index. */
export function amountFeatures(
  text: Tokens,
  kinds: readonly TokenKind[],
): ReadonlyMap<number, Amount> {
  const places: number[] = []
  const values: number[] = []
  const byValue = new Map<number, number[]>()
  const occurrences: number[] = []
  for (let i = 0; i < text.tokens.length; i++) {
    const value = kinds[i] === 'amount' ? hundredthsAt(text.tokens, i) : null
    if (value === null) continue
    const mentions = byValue.get(value)
    places.push(i)
    values.push(value)
    occurrences.push(mentions?.length ?? 0)
    if (mentions === undefined) byValue.set(value, [i])
    else mentions.push(i)
  }
  const sorted = [...byValue.keys()].sort((a, b) => b - a)
  const ranks = new Map(sorted.map((value, rank) => [value, rank]))
  const { roles, differences } = sums(
    sorted
      .slice(0, mostValues)
      .map(Math.abs)
      .filter((value) => value > 0),
  )
  const found = new Map<number, Amount>()
  for (let k = 0; k < places.length; k++) {
    const value = values[k] as number
    found.set(places[k] as number, {
      rank: ranks.get(value) as number,
      mentions: byValue.get(value) as number[],
      fromStart: k,
      fromEnd: places.length - 1 - k,
      eighth: Math.floor((8 * k) / places.length),
      occurrence: occurrences[k] as number,
      sign: signOf(value),
      round: (value % 100 === 0 ? 1 : 0) + (value % 5 === 0 ? 2 : 0),
      isDifference: differences.has(Math.abs(value)),
      role: roles.get(Math.abs(value)) ?? 0,
    })
  }
  return found
}

function signOf(value: number): Amount['sign'] {
  if (value === 0) return 0
  return value < 0 ? 1 : 2
}

function sums(values: readonly number[]): {
  roles: ReadonlyMap<number, number>
  differences: ReadonlySet<number>
} {
  const known = new Set(values)
  const roles = new Map<number, number>()
  const differences = new Set<number>()
  for (const total of known) {
    for (const part of known) {
      const rest = total - part
      if (rest <= 0 || !known.has(rest)) continue
      differences.add(part)
      if (rest > part) continue
      const rate = rest / part
      if (rate < taxRates[0] || rate > taxRates[1]) continue
      mark(total, 1, roles)
      mark(part, 2, roles)
      mark(rest, 4, roles)
    }
  }
  return { roles, differences }
}

function mark(value: number, role: number, roles: Map<number, number>): void {
  roles.set(value, (roles.get(value) ?? 0) | role)
}
