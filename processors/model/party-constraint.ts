/**
 * A tax identifier belongs to the party in whose part of the page it stands. The weight of each pair
 * of an identifier and a name is the product of their probabilities, times a bonus where they stand
 * together; each identifier then gets its marginal (a product of experts, as in
 * totals-constraint.ts). Identifiers that stand with neither party keep their odds.
 */

import { oncePer, oncePerIndex } from '../shared/memoize.ts'
import type { Token, Tokens } from '../document/tokens.ts'
import { boxAround } from '../document/segmentation.ts'
import type { Box } from '../document/words.ts'

interface Placed {
  readonly first: number // token index
  readonly probability: number
}

/** The identifier's field, the name of the party that it is of, and the other party's. */
export const partyFields = [
  ['seller_vat_id', 'seller_name', 'buyer_name'],
  ['buyer_vat_id', 'buyer_name', 'seller_name'],
] as const

const bonus = 20 // odds for an identifier in its party's part of the page, against the other's
const reach = 3 // in letter heights: blocks of a party are not farther apart
const mostNames = 3 // options of a name that are looked at

/** The identifiers with new probabilities, best first. */
export function nearParty<Option extends Placed>(
  identifiers: readonly Option[],
  own: readonly Placed[],
  other: readonly Placed[],
  text: Tokens,
): Option[] {
  const parts = partsOf(text)
  const together = (identifier: Placed, names: readonly Placed[]): number =>
    names
      .slice(0, mostNames)
      .reduce((sum, name) => sum + (parts(identifier.first, name.first) ? name.probability : 0), 0)
  const weights = identifiers.map(
    (one) =>
      (one.probability * (1 + (bonus - 1) * Math.min(1, together(one, own)))) /
      (1 + (bonus - 1) * Math.min(1, together(one, other))),
  )
  const before = identifiers.reduce((sum, { probability }) => sum + probability, 0)
  const absent = Math.max(1e-6, 1 - before)
  const total = absent + weights.reduce((sum, weight) => sum + weight, 0)
  return identifiers
    .map((one, k) => ({ ...one, probability: (weights[k] as number) / total }))
    .sort((a, b) => b.probability - a.probability || a.first - b.first)
}

/** Whether two tokens stand in one part of the page: in one block, or in blocks right below it. */
const partsOf = oncePer(({ tokens, lines, blocks, pages }: Tokens) => {
  const blockOf = new Int32Array(lines.length)
  blocks.forEach((block, k) => {
    for (const line of block) blockOf[line] = k
  })
  const letters = new Map(pages.map(({ number, letter }) => [number, letter]))
  const boxOf = oncePerIndex((block): Box =>
    boxAround(
      (blocks[block] as readonly number[]).flatMap((line) =>
        (lines[line] as readonly number[]).map((i) => tokens[i] as Token),
      ),
    ),
  )
  return (a: number, b: number): boolean => {
    const [one, two] = [tokens[a] as Token, tokens[b] as Token]
    if (one.page !== two.page) return false
    const [first, second] = [blockOf[one.line] as number, blockOf[two.line] as number]
    const near = reach * (letters.get(one.page) as number)
    return first === second || areStacked(boxOf(first), boxOf(second), near)
  }
})

/** Whether one box is right below the other, with the same left or right edge. */
function areStacked(a: Box, b: Box, near: number): boolean {
  const gap = Math.max(a[1], b[1]) - Math.min(a[3], b[3])
  const isAligned = Math.abs(a[0] - b[0]) < near / 2 || Math.abs(a[2] - b[2]) < near / 2
  return gap < near && isAligned
}
