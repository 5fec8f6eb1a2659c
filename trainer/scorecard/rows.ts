/**
 * Judges table rows against the true ones. Rows are paired greedily, the most similar first: an
 * equal total counts 1, and the similarity of the descriptions up to 1; below a half two rows are
 * not a pair. Then each cell that the truth counts is right or wrong, numbers as decimals and
 * descriptions by letters and digits or a similarity of at least 0.8; a row is right if all its
 * counted cells are. Cells of unpaired rows are wrong on one side or missing on the other.
 */

import { compare } from '../../processors/values/money.ts'
import { plainOf } from '../../processors/values/identifiers.ts'
import type { TruthFile } from '../dataset.ts'
import type { Tally } from './tally.ts'
import { amountOf } from './judge.ts'
import { likeness, mostLikeness } from './likeness.ts'

export const rowKinds = ['numbers', 'description', 'rows'] as const
export type RowKind = (typeof rowKinds)[number]
type Cells = Readonly<Record<string, string | null | undefined>>

const leastAlike = 0.5
const sameDescription = 0.8
const columns = ['quantity', 'unit_price', 'line_total', 'description'] as const

/** Null where the truth lists no rows. */
export function judgeRows(
  truth: Pick<TruthFile, 'line_items' | 'line_items_printed'>,
  given: readonly Cells[],
): Readonly<Record<RowKind, Tally>> | null {
  const wanted = truth.line_items ?? []
  if (wanted.length === 0) return null
  const tallies = {
    numbers: { right: 0, given: 0, truths: 0 },
    description: { right: 0, given: 0, truths: 0 },
    rows: { right: 0, given: given.length, truths: wanted.length },
  }
  for (const row of given)
    for (const column of columns) if (filled(row[column])) tallies[kindOf(column)].given++
  const partners = paired(wanted, given)
  wanted.forEach((row, w) => {
    const counted = columns.filter(
      (column) => filled(row[column]) && (truth.line_items_printed?.[w]?.includes(column) ?? true),
    )
    const partner = given[partners.get(w) ?? -1]
    let right = 0
    for (const column of counted) {
      tallies[kindOf(column)].truths++
      if (partner !== undefined && isSameCell(column, partner[column], row[column] as string)) {
        tallies[kindOf(column)].right++
        right++
      }
    }
    // A cell that the truth doesn't count is neither right nor wrong
    if (partner !== undefined)
      for (const column of columns)
        if (filled(partner[column]) && !counted.includes(column)) tallies[kindOf(column)].given--
    if (partner !== undefined && counted.length > 0 && right === counted.length)
      tallies.rows.right++
  })
  return tallies
}

/** For each true row the predicted one that it is compared with. */
function paired(wanted: readonly Cells[], given: readonly Cells[]): Map<number, number> {
  const pairs: { likeness: number; w: number; g: number }[] = []
  const [texts, others] = [wanted, given].map((rows) =>
    rows.map((row) => plainOf(row['description'] ?? '')),
  ) as [string[], string[]]
  const [totals, amounts] = [wanted, given].map((rows) =>
    rows.map((row) => amountOf(row['line_total'])),
  ) as [ReturnType<typeof amountOf>[], ReturnType<typeof amountOf>[]]
  texts.forEach((text, w) =>
    others.forEach((other, g) => {
      const [a, b] = [totals[w] ?? null, amounts[g] ?? null]
      const same = a !== null && b !== null && compare(a, b) === 0 ? 1 : 0
      if (same + mostLikeness(text, other) < leastAlike) return
      const alike = same + likeness(text, other)
      if (alike >= leastAlike) pairs.push({ likeness: alike, w, g })
    }),
  )
  pairs.sort((a, b) => b.likeness - a.likeness || a.w - b.w || a.g - b.g)
  const partners = new Map<number, number>()
  const taken = new Set<number>()
  for (const { w, g } of pairs) {
    if (partners.has(w) || taken.has(g)) continue
    partners.set(w, g)
    taken.add(g)
  }
  return partners
}

function isSameCell(
  column: (typeof columns)[number],
  given: string | null | undefined,
  wanted: string,
): boolean {
  if (!filled(given)) return false
  if (column === 'description')
    return (
      plainOf(given) === plainOf(wanted) ||
      likeness(plainOf(given), plainOf(wanted)) >= sameDescription
    )
  const [a, b] = [amountOf(given), amountOf(wanted)]
  return a !== null && b !== null && compare(a, b) === 0
}

const kindOf = (column: (typeof columns)[number]): 'numbers' | 'description' =>
  column === 'description' ? 'description' : 'numbers'
const filled = (cell: string | null | undefined): cell is string =>
  cell !== null && cell !== undefined && cell !== ''
