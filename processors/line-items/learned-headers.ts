/**
 * What the columns of a vendor's tables hold, learned from corrected rows: once a person has put
 * "Pcs" cells under quantity, "Pcs" means quantity on every invoice of the vendor.
 *
 * The head is the nearest row above the first corrected one that has text over at least two of the
 * corrected columns. Names already known, and text over two columns, teach nothing. Learned names
 * are backtested on all confirmed documents of the vendor: they must give the corrected rows and
 * may break none.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { LineItem } from '../../schemas/types.ts'
import { least, most } from '../shared/extent.ts'
import { plainOf } from '../values/identifiers.ts'
import { readLines } from './line-items.ts'
import { documentContext } from '../document/context.ts'
import { tableRowsOf } from './table-rows.ts'
import { columnKind } from './table-words.ts'
import { tokensOf, type Token } from '../document/tokens.ts'
import type { Print } from '../document/words.ts'

/** A confirmed document: its words, the true rows and the rows that had been read. */
export interface TableLesson {
  readonly print: Print
  readonly truth: readonly LineItem[]
  readonly predicted: readonly LineItem[]
}

/** Head text (letters and digits) → column name. */
export type ColumnNames = Readonly<Record<string, string>>

const farthestHead = 6 // rows searched above the first corrected one

/** The names that the lessons teach; null where none explains the corrected rows. */
export function columnsTaught(
  lessons: readonly TableLesson[],
  profile: Profile,
): ColumnNames | null {
  const changed = lessons.filter(({ truth, predicted }) => !sameRows(truth, predicted, profile))
  const names: Record<string, string> = {}
  for (const lesson of changed) {
    for (const [head, column] of headsOver(lesson, profile)) {
      if (Object.hasOwn(names, head) && names[head] !== column) return null
      names[head] = column
    }
  }
  if (Object.keys(names).length === 0) return null
  const sorted = Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)))
  const holds = lessons.every(({ print, truth }) =>
    sameRows(truth, readLines(print, profile, documentContext(print), sorted), profile),
  )
  return holds ? sorted : null
}

function headsOver(
  { print, truth }: TableLesson,
  profile: Profile,
): [head: string, column: string][] {
  const read = tokensOf(print)
  const rows = tableRowsOf(read, documentContext(print))
  const columns = profile.lineItems.flatMap(({ name }) => {
    const words = new Set(
      truth.flatMap(({ cells }) =>
        cells
          .filter((cell) => cell.name === name && cell.value !== null)
          .flatMap((cell) => cell.words),
      ),
    )
    const tokens = read.tokens.filter((token) => words.has(token.word))
    const first = tokens[0]
    return first === undefined
      ? []
      : [
          {
            name,
            page: first.page,
            x0: least(sides(tokens, 0)),
            x1: most(sides(tokens, 2)),
            top: least(
              sides(
                tokens.filter(({ page }) => page === first.page),
                1,
              ),
            ),
          },
        ]
  })
  const page = Math.min(...columns.map((column) => column.page))
  const top = Math.min(
    ...columns.filter((column) => column.page === page).map((column) => column.top),
  )
  const above = rows
    .filter((row) => row.page === page && (row.y0 + row.y1) / 2 < top)
    .sort((a, b) => b.y0 - a.y0)
    .slice(0, farthestHead)
  for (const row of above) {
    const over = columns.flatMap(({ name, x0, x1 }): [string, string, string][] => {
      const texts = row.cells.filter(
        (cell) => cell.value === null && Math.min(cell.x1, x1) > Math.max(cell.x0, x0),
      )
      return texts.length === 1 && texts[0] !== undefined
        ? [[plainOf(texts[0].text), name, texts[0].text]]
        : []
    })
    if (over.length < 2) continue
    const single = over.filter(
      ([head]) => head !== '' && over.filter(([other]) => other === head).length === 1,
    )
    return single
      .filter(([, name, text]) => columnKind(text) !== name)
      .map(([head, name]) => [head, name])
  }
  return []
}

/**
 * Compares numbers only: which text lines belong to a description doesn't depend on column names.
 */
function sameRows(a: readonly LineItem[], b: readonly LineItem[], profile: Profile): boolean {
  const numbers = profile.lineItems.filter(({ type }) => type !== 'text')
  const values = (items: readonly LineItem[]): string =>
    JSON.stringify(
      items.map(({ cells }) =>
        numbers.map(({ name }) => cells.find((cell) => cell.name === name)?.value ?? null),
      ),
    )
  return values(a) === values(b)
}

const sides = (tokens: readonly Token[], side: 0 | 1 | 2): number[] =>
  tokens.map(({ box }) => box[side])
