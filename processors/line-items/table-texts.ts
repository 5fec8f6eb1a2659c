/**
 * Which lines of text describe the item of a table row.
 *
 * The description begins on the row's own line, or on the line above or below it. Further lines
 * continue it while they are close, at its left edge and of its size. Cells may also be vertically
 * centred on their row: then as many lines are above the numbers as below them, in every row of the
 * table.
 *
 * A line doesn't continue the description if its first word would have fitted on the line before
 * (other lines of the table are longer), or if it is a period, a bullet or a label with its value.
 * An item number alone above the description is no part of it. EN 16931 makes the same distinction
 * between item name and description (BT-153 and BT-154).
 *
 * Where all lines are short nothing can be told from breaks: they belong together.
 */

import { findDates } from '../values/dates.ts'
import { joined } from './table-rows.ts'
import { columnKind } from './table-words.ts'
import type { Token, Tokens } from '../document/tokens.ts'
import type { Box } from '../document/words.ts'

export interface TextLine {
  readonly tokens: readonly number[] // indexes, at least one
  readonly page: number
  readonly box: Box
  readonly letter: number // height of its first word
}

/** An item row and the text lines around it. */
export interface Goods {
  readonly page: number
  readonly y0: number
  readonly y1: number
  readonly own: TextLine | null // tokens in the description column
  readonly beside: TextLine | null // other text of the row, where the description column is empty
  /** Lines since the previous item row, or since another row that ended it. */
  readonly before: readonly TextLine[]
  readonly after: readonly TextLine[] // up to the next item row or the next row of another kind
  // the item row before this one: they share the lines between them
  readonly follows: boolean
}

const nearRow = 2.4 // in letter heights, bottom to top: text farther away isn't the row's
const nearLine = 0.75 // in letter heights: a line farther away doesn't continue the description
// smaller text below a description belongs to it as a note, but is no wrapped line
const sameSize = 0.82
const sameEdge = 2.5 // in letter heights
const sameStart = 0.3 // in letter heights: lines of one column that aren't centred
const longestCode = 20 // characters of an item number

export function textLineOf(tokens: readonly number[], read: Tokens): TextLine {
  const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
  const side = (k: 0 | 1 | 2 | 3, pick: (...values: number[]) => number): number =>
    pick(...boxes.map((box) => box[k]))
  const { page, box } = read.tokens[tokens[0] as number] as Token
  return {
    tokens,
    page,
    box: [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)],
    letter: Math.max(1, box[3] - box[1]),
  }
}

/** The tokens of each row's description; empty where no text belongs to it. */
export function descriptionsOf(goods: readonly Goods[], read: Tokens): number[][] {
  const blocks = centred(goods) ?? goods.map(topAligned)
  const columns: { page: number; start: number; end: number }[] = []
  const columnAt = ({ page, box, letter }: TextLine): (typeof columns)[number] | undefined =>
    columns.find((one) => one.page === page && Math.abs(one.start - box[0]) < sameStart * letter)
  for (const line of blocks.flat()) {
    const column = columnAt(line)
    if (column === undefined)
      columns.push({ page: line.page, start: line.box[0], end: line.box[2] })
    else column.end = Math.max(column.end, line.box[2])
  }
  return blocks.map((lines) =>
    nameOf(lines, (line) => columnAt(line)?.end ?? 0, read).flatMap((line) => line.tokens),
  )
}

/** Whether a line above a row may be its text. */
export function isNear(
  above: TextLine | undefined,
  { y0, y1 }: { readonly y0: number; readonly y1: number },
): above is TextLine {
  return above !== undefined && y0 - above.box[3] < nearRow * (y1 - y0)
}

function topAligned({ own, beside, before, after, follows, y0, y1 }: Goods): TextLine[] {
  const above = before.at(-1)
  const first = own ?? beside ?? (!follows && isNear(above, { y0, y1 }) ? above : null)
  const lines = first === null ? [] : [first]
  for (const line of after) {
    // A line that doesn't continue the description may be outside the table
    if (lines.length === 0 ? line.box[1] - y1 < nearRow * line.letter : goesOn(lines, line))
      lines.push(line)
  }
  return lines
}

/** Every row with as many lines above as below; null where the table is not centred. */
function centred(goods: readonly Goods[]): TextLine[][] | null {
  const blocks: TextLine[][] = []
  let above = 0 // lines of this row
  // widest gap within a row and narrowest gap between two rows
  let [within, between] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const [at, row] of goods.entries()) {
    if (!row.follows) above = touching([...row.before].reverse(), row)
    const shares = goods[at + 1]?.follows === true // its lines below with the next row
    const below = shares ? row.after.length : touching(row.after, row)
    if (below < above || (!shares && below !== above)) return null
    const lines = linesAround(row, above)
    if (lines.length === 0 || !areClose(lines)) return null
    if (shares) between = Math.min(between, gapBetween(lines.at(-1), row.after[above]))
    within = Math.max(within, widestGap(lines))
    blocks.push(lines)
    above = shares ? row.after.length - above : 0
  }
  if (between <= within) return null
  return blocks.some((lines, at) => beginsAbove(lines, goods[at] as Goods)) ? blocks : null
}

const beginsAbove = (lines: readonly TextLine[], { before }: Goods): boolean =>
  lines.length > 1 && before.includes(lines[0] as TextLine)

/** A row's own line with this many lines above and below it. */
function linesAround({ before, own, after }: Goods, count: number): TextLine[] {
  return [
    ...before.slice(before.length - count),
    ...(own === null ? [] : [own]),
    ...after.slice(0, count),
  ]
}

const areClose = (lines: readonly TextLine[]): boolean =>
  lines.every((line, k) => k === 0 || isClose(lines.slice(0, k), line))

function gapBetween(above: TextLine | undefined, below: TextLine | undefined): number {
  return above === undefined || below === undefined
    ? Number.POSITIVE_INFINITY
    : below.box[1] - above.box[3]
}

function widestGap(lines: readonly TextLine[]): number {
  return lines.reduce(
    (widest, line, k) =>
      k === 0 ? widest : Math.max(widest, line.box[1] - (lines[k - 1] as TextLine).box[3]),
    Number.NEGATIVE_INFINITY,
  )
}

/** How many lines follow each other closely, beginning at the row. */
function touching(lines: readonly TextLine[], { page, y0, y1, own }: Goods): number {
  let edge: readonly [number, number] = [y0, y1]
  const first = own ?? lines[0]
  for (const [count, line] of lines.entries()) {
    const distance = Math.max(line.box[1] - edge[1], edge[0] - line.box[3])
    if (
      first === undefined ||
      line.page !== page ||
      distance >= nearLine * first.letter ||
      !sameColumn(first, line)
    )
      return count
    edge = [line.box[1], line.box[3]]
  }
  return lines.length
}

/** Whether a line continues the lines above it: close below, at their left edge, of their size. */
function goesOn(lines: readonly TextLine[], line: TextLine): boolean {
  return isClose(lines, line) && sameType(lines[0] as TextLine, line)
}

function isClose(lines: readonly TextLine[], line: TextLine): boolean {
  const [first, last] = [lines[0] as TextLine, lines.at(-1) as TextLine]
  return (
    line.page === last.page &&
    line.box[1] - last.box[3] < nearLine * first.letter &&
    sameColumn(first, line)
  )
}

function sameColumn(a: TextLine, b: TextLine): boolean {
  return Math.abs(a.box[0] - b.box[0]) < sameEdge * a.letter
}

function sameType(a: TextLine, b: TextLine): boolean {
  return b.letter > sameSize * a.letter && b.letter < a.letter / sameSize
}

function nameOf(
  lines: readonly TextLine[],
  endOf: (line: TextLine) => number,
  read: Tokens,
): TextLine[] {
  const wrapped = (above: TextLine, below: TextLine): boolean => {
    const second = below.tokens.findIndex(
      (index, at) => at > 0 && (read.tokens[index] as Token).spaced,
    )
    const word = textLineOf(second === -1 ? below.tokens : below.tokens.slice(0, second), read).box
    return (
      above.box[2] + 0.3 * above.letter + word[2] - word[0] > endOf(above) ||
      /[-,&/(]$/.test(joined(above.tokens, read))
    )
  }
  const [first, second] = lines
  const rest =
    first !== undefined &&
    second !== undefined &&
    isCode(joined(first.tokens, read)) &&
    !wrapped(first, second)
      ? lines.slice(1)
      : lines
  const end = rest.findIndex(
    (line, k) =>
      k > 0 &&
      (isNote(joined(line.tokens, read)) ||
        !sameType(rest[0] as TextLine, line) ||
        !wrapped(rest[k - 1] as TextLine, line)),
  )
  return end === -1 ? [...rest] : rest.slice(0, end)
}

/** An item number: one word with a digit in it. */
function isCode(text: string): boolean {
  return (
    text.length <= longestCode &&
    /\d/.test(text) &&
    /^[\p{Lu}\d][\p{Lu}\d./-]+[\p{Lu}\d]$/u.test(text)
  )
}

/** A period, a bullet, a label with its value, or an item number with its label. */
function isNote(text: string): boolean {
  if (/^(?:[•▪◦·*]|[–-]\s)/u.test(text) || /^\p{L}[\p{L}\p{N}./ -]{0,30}[:=]\s?\S/u.test(text))
    return true
  const [date] = findDates(text, 'dmy')
  if (date !== undefined && date.start <= 6) return true
  const words = text.split(' ')
  return [1, 2].some(
    (count) =>
      /\d/.test(words[count] ?? '') && columnKind(words.slice(0, count).join(' ')) === 'other',
  )
}
