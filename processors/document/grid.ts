/**
 * Text as rows of boxes, for finding what is above and below a box. Rows run from left to right; a
 * running maximum of right edges lets a search skip everything that ends left of a box.
 */

import { integers } from '../shared/integers.ts'
import type { PageText, Token, Tokens } from './tokens.ts'
import type { Box } from './words.ts'

const rowsAway = 3

export interface TokenGrid {
  readonly text: Tokens
  readonly page: Int32Array // of each token
  readonly column: Int32Array
  readonly columns: Int32Array // of the tokens of each row
  readonly firstRow: Int32Array // of each row's page …
  readonly endRow: Int32Array // … and one past the last
  readonly starts: Int32Array // start of each row in `reach`
  readonly reach: Float64Array // largest right edge up to each token of a row
}

export function gridOf(text: Tokens): TokenGrid {
  const { tokens, rows, pages } = text
  const [page, column, columns, firstRow, endRow, starts] = integers(
    tokens.length,
    tokens.length,
    rows.length,
    rows.length,
    rows.length,
    rows.length,
  )
  const reach = new Float64Array(tokens.length)
  let at = 0
  for (let p = 0; p < pages.length; p++) {
    const [first, end] = (pages[p] as PageText).rows
    for (let r = first; r < end; r++) {
      const row = rows[r] as readonly number[]
      firstRow[r] = first
      endRow[r] = end
      starts[r] = at
      let count = 0
      let farthest = -Infinity
      for (let k = 0; k < row.length; k++) {
        const token = row[k] as number
        if (k > 0 && (tokens[token] as Token).line !== (tokens[row[k - 1] as number] as Token).line)
          count++
        page[token] = p
        column[token] = count
        reach[at++] = farthest = Math.max(farthest, (tokens[token] as Token).box[2])
      }
      columns[r] = count + 1
      if ((pages[p] as PageText).rightToLeft)
        for (const token of row) column[token] = count - (column[token] as number)
    }
  }
  return { text, page, column, columns, firstRow, endRow, starts, reach }
}

/** The token of a row that overlaps most of a box's width, -1 if none does. */
export function overlapping(row: number, box: Box, { text, starts, reach }: TokenGrid): number {
  const inside = text.rows[row] as readonly number[]
  const start = starts[row] as number
  let low = 0
  let high = inside.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((reach[start + middle] as number) > box[0]) high = middle
    else low = middle + 1
  }
  let best = -1
  let most = 0
  for (let k = low; k < inside.length; k++) {
    const other = inside[k] as number
    const theirs = (text.tokens[other] as Token).box
    if (theirs[0] >= box[2]) break // rows run from left to right
    const shared = Math.min(box[2], theirs[2]) - Math.max(box[0], theirs[0])
    if (shared <= most) continue
    most = shared
    best = other
  }
  return best
}

/**
 * The nearest token above (-1) or below (1) that overlaps most of the width, within three rows; -1
 * if none.
 */
export function vertical(i: number, step: 1 | -1, grid: TokenGrid): number {
  const { row, box } = grid.text.tokens[i] as Token
  for (let k = 1; k <= rowsAway; k++) {
    const next = row + step * k
    if (next < (grid.firstRow[row] as number) || next >= (grid.endRow[row] as number)) return -1
    const best = overlapping(next, box, grid)
    if (best >= 0) return best
  }
  return -1
}
