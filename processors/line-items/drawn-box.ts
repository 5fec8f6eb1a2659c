/**
 * Rows read from a box that a person drew over a table, for what extraction missed or read wrong.
 *
 * Where columns are known (from existing rows, or the one column being filled), each word belongs
 * to the column above it. Otherwise the box is read as a table. Without a head, each line is read
 * as text and numbers: the last number is the total, the one before it the price, the first of
 * three the quantity.
 *
 * A line that has only text belongs to the row above it. Values are normalised where possible; text
 * that can't be normalised is kept as printed, for the person to correct. Every value comes from
 * words of the page.
 */

import type { Profile, ProfileColumn } from '../../schemas/profiles.ts'
import type { Field, LineItem } from '../../schemas/types.ts'
import { readLines } from './line-items.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import type { Box, Print, Word } from '../document/words.ts'

/** A column of the table: its name and its horizontal extent, in tenths of the page's unit. */
export interface KnownColumn {
  readonly name: string
  readonly x0: number
  readonly x1: number
}

interface Printed {
  readonly index: number // into the print's words
  readonly word: Word
}

const byPosition = ['quantity', 'unit_price', 'line_total'] as const

/** The rows inside the box, from top to bottom; cells in the order of the profile's columns. */
export function rowsInBox(
  print: Print,
  page: number,
  box: Box,
  profile: Profile,
  context: DocumentContext,
  columns: readonly KnownColumn[] = [],
): LineItem[] {
  const inside = print.words.flatMap((word, index): Printed[] =>
    word.page === page && isInside(word.box, box) ? [{ index, word }] : [],
  )
  const known = columns.filter(({ name }) =>
    profile.lineItems.some((column) => column.name === name),
  )
  if (known.length > 0) return byColumns(linesOf(inside), known, profile, context)
  const whole = readLines(
    { pages: print.pages, words: inside.map(({ word }) => word) },
    profile,
    context,
  )
  if (whole.length > 0)
    return whole.map((row) => ({
      cells: row.cells.map((cell) =>
        byHand({ ...cell, words: cell.words.map((index) => inside[index]?.index ?? 0) }),
      ),
    }))
  return joined(linesOf(inside).map((line) => byOrder(line, profile, context)))
}

function isInside([x0, y0, x1, y1]: Box, [left, top, right, bottom]: Box): boolean {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2]
  return x >= left && x <= right && y >= top && y <= bottom
}

/** Words side by side, from top to bottom and from left to right. */
function linesOf(words: readonly Printed[]): Printed[][] {
  const lines: { middle: number; height: number; words: Printed[] }[] = []
  for (const item of [...words].sort(
    (a, b) => a.word.box[1] + a.word.box[3] - b.word.box[1] - b.word.box[3],
  )) {
    const [, y0, , y1] = item.word.box
    const middle = (y0 + y1) / 2
    const line = lines.at(-1)
    if (line !== undefined && middle - line.middle < 0.5 * Math.max(line.height, y1 - y0))
      line.words.push(item)
    else lines.push({ middle, height: y1 - y0, words: [item] })
  }
  return lines.map((line) => line.words.sort((a, b) => a.word.box[0] - b.word.box[0]))
}

function byColumns(
  lines: readonly (readonly Printed[])[],
  columns: readonly KnownColumn[],
  profile: Profile,
  context: DocumentContext,
): LineItem[] {
  const rows = lines.map((line): LineItem => {
    const cells = new Map<string, Printed[]>()
    for (const item of line) {
      const column = nearest(item.word.box, columns)
      cells.set(column.name, [...(cells.get(column.name) ?? []), item])
    }
    return {
      cells: profile.lineItems.flatMap((column) =>
        cells.has(column.name)
          ? [cellOf(column, cells.get(column.name) as Printed[], context)]
          : [],
      ),
    }
  })
  return joined(rows.filter((row) => row.cells.length > 0))
}

/** The column that overlaps the word most, else the one with the nearest edge. */
function nearest([x0, , x1]: Box, columns: readonly KnownColumn[]): KnownColumn {
  // negative: overlap
  const gap = (column: KnownColumn): number => Math.max(column.x0, x0) - Math.min(column.x1, x1)
  return columns.reduce((best, column) => (gap(column) < gap(best) ? column : best))
}

function byOrder(line: readonly Printed[], profile: Profile, context: DocumentContext): LineItem {
  const isNumber = ({ word }: Printed): boolean =>
    normaliseValue('money', word.text, context) !== null
  const first = line.findIndex((item, i) => i > 0 && line.slice(i).every(isNumber))
  const [texts, numbers] =
    first < 0 ? [line, []] : [line.slice(0, first), line.slice(first).slice(-byPosition.length)]
  const names = byPosition.slice(byPosition.length - numbers.length)
  const given = new Map<string, readonly Printed[]>([
    ...(texts.length > 0 ? [['description', texts] as const] : []),
    ...numbers.map((item, i) => [names[i] as string, [item]] as const),
  ])
  return {
    cells: profile.lineItems.flatMap((column) =>
      given.has(column.name)
        ? [cellOf(column, given.get(column.name) as readonly Printed[], context)]
        : [],
    ),
  }
}

/** A row of nothing but text continues the text of the row above. */
function joined(rows: readonly LineItem[]): LineItem[] {
  const found: LineItem[] = []
  for (const row of rows) {
    const above = found.at(-1)
    const [only] = row.cells
    const text = above?.cells.find((cell) => cell.name === only?.name)
    if (
      above === undefined ||
      text === undefined ||
      row.cells.length !== 1 ||
      only?.name !== 'description' ||
      above.cells.length === 1
    ) {
      found.push(row)
      continue
    }
    const longer = {
      ...text,
      value: `${text.value} ${only.value}`,
      raw: `${text.raw} ${only.raw}`,
      words: [...text.words, ...only.words],
    }
    found[found.length - 1] = { cells: above.cells.map((cell) => (cell === text ? longer : cell)) }
  }
  return found
}

function cellOf(column: ProfileColumn, items: readonly Printed[], context: DocumentContext): Field {
  const raw = items.map(({ word }) => word.text).join(' ')
  return byHand({
    name: column.name,
    value: normaliseValue(column.type, raw, context) ?? raw,
    raw,
    page: items[0]?.word.page ?? null,
    box: [],
    words: items.map(({ index }) => index),
  })
}

function byHand(cell: Omit<Field, 'confidence' | 'origin' | 'originId'>): Field {
  return { ...cell, confidence: 1, origin: 'human', originId: null }
}
