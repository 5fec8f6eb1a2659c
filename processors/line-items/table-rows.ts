/** The rows of a page as cells: tokens close together form one cell, and a cell may be a number. */

import { least, most } from '../shared/extent.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import type { Token, Tokens } from '../document/tokens.ts'

export interface TableCell {
  readonly tokens: readonly number[] // indexes
  readonly text: string
  readonly x0: number
  readonly x1: number
  readonly value: string | null // a decimal string where the cell is a number, else null
}
export interface TableRow {
  readonly page: number
  readonly cells: readonly TableCell[]
  readonly y0: number
  readonly y1: number
}
const cellGap = 0.8 // in heights of a letter: a wider gap separates cells
// A number, perhaps with a currency, a percent sign or a short unit
export const numeric =
  /^[-–−(]?\s*(?:[A-Z]{0,3}\p{Sc}|[A-Z]{2,3}\b|RM|Rs\.?|Fr\.)?\s*[-–−(]?\s*\d[\d.,'’ \u00a0]*\s*\)?-?(?:\s*(?:[\p{Sc}%]|[A-Z]{3}|\p{L}[\p{L}\d()]{0,8}[.²³]?))?$/u

export function tableRowsOf(read: Tokens, context: DocumentContext): TableRow[] {
  const rows: TableRow[] = []
  for (const indexes of read.rows) {
    const cells: TableCell[] = []
    let open: number[] = []
    const close = (): void => {
      if (open.length > 0) cells.push(cellOf(open, read, context))
      open = []
    }
    for (const index of indexes) {
      const token = read.tokens[index] as Token
      const last = open.length === 0 ? null : (read.tokens[open.at(-1) as number] as Token)
      const height = Math.max(1, token.box[3] - token.box[1])
      if (last !== null && token.box[0] - last.box[2] > cellGap * height) close()
      open.push(index)
    }
    close()
    const boxes = indexes.map((index) => (read.tokens[index] as Token).box)
    if (boxes.length > 0)
      rows.push({
        page: (read.tokens[indexes[0] as number] as Token).page,
        cells,
        y0: least(boxes.map((box) => box[1])),
        y1: most(boxes.map((box) => box[3])),
      })
  }
  return rows
}

export function cellOf(
  tokens: readonly number[],
  read: Tokens,
  context: DocumentContext,
): TableCell {
  const text = joined(tokens, read)
  const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
  const value = isNumber(text) ? normaliseValue('money', text, context) : null
  // "2 pcs" is aligned by its number
  const digits =
    value === null
      ? boxes
      : tokens
          .filter((index) => /\d/.test((read.tokens[index] as Token).text))
          .map((index) => (read.tokens[index] as Token).box)
  return {
    tokens,
    text,
    x0: least(digits.map((box) => box[0])),
    x1: most(digits.map((box) => box[2])),
    value,
  }
}

function isNumber(text: string): boolean {
  return text.length <= 30 && numeric.test(text) && !/\d[/.-]\d{1,2}[/.-]\d/.test(text)
}

/** Tokens as printed, with single spaces where white space is printed. */
export function joined(tokens: readonly number[], read: Tokens): string {
  return tokens
    .map(
      (index, at) =>
        `${at > 0 && (read.tokens[index] as Token).spaced ? ' ' : ''}${(read.tokens[index] as Token).text}`,
    )
    .join('')
}
