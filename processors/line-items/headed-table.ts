/**
 * Goods under a table's head. The head says what each column holds; rows below it are goods, sums,
 * carried sums or text that belongs to the goods around it. A table may go on over several pages;
 * it ends where sums or another table begin.
 */

import {
  endsGoods,
  headOf,
  inOther,
  isNumberKind,
  isUnderDescription,
  type Column,
} from './table-heads.ts'
import { itemOf, sunken, wantsNumber, type TableItem } from './table-item.ts'
import type { TableCell, TableRow } from './table-rows.ts'
import { isNear, textLineOf, type TextLine } from './table-texts.ts'
import { isCarryWord, isTotalWord, type ColumnKind } from './table-words.ts'
import type { Tokens } from '../document/tokens.ts'

const sameStart = 0.5 // in letters

/** A document's tables, as far as they have been read. */
interface Progress {
  readonly rows: readonly TableRow[]
  readonly read: Tokens
  readonly items: TableItem[]
  columns: readonly Column[] | null // of the table that is open
  known: readonly Column[] // of the table that gave the items so far
  done: boolean // sums of the table have been met
  page: number
  last: TableItem | null // that what follows may belong to
  between: TextLine[] // text since the last item, or since what stands before the next one
}

/** The goods of a document's tables in reading order. `names`: heads that were taught. */
export function headedItems(
  rows: readonly TableRow[],
  read: Tokens,
  names: Readonly<Record<string, string>>,
): TableItem[] {
  const progress: Progress = {
    rows,
    read,
    items: [],
    columns: null,
    known: [],
    done: false,
    page: 0,
    last: null,
    between: [],
  }
  for (let i = 0; i < rows.length;) i += readHead(progress, i, names) ?? readRow(progress, i)
  return progress.items
}

/** The number of rows that the head of a table takes; null where none begins or ends goods. */
function readHead(
  progress: Progress,
  at: number,
  names: Readonly<Record<string, string>>,
): number | null {
  const { rows, items } = progress
  const row = rows[at] as TableRow
  const head = headOf(rows, at, progress.read, names)
  if (head !== null && (items.length === 0 || isSameTable(progress.known, head.columns))) {
    progress.columns = progress.known = head.columns
    progress.done = false
    progress.page = row.page
    interrupt(progress)
    return head.rows
  }
  if (progress.columns === null) return 1
  // Another table begins, of tax rates or sums: what multiplies there is no goods
  if ((head !== null && row.cells.length > 1) || (items.length > 0 && endsGoods(rows, at))) {
    progress.done = true
    progress.columns = null
    interrupt(progress)
    return head?.rows ?? 1
  }
  return null
}

/** The number of rows that were read: two where a total stands lower than its row. */
function readRow(progress: Progress, at: number): number {
  const { rows, read, items } = progress
  const row = rows[at] as TableRow
  if (row.page !== progress.page) turnPage(progress, row.page)
  const { columns } = progress
  if (columns === null) return 1
  const label = labelOf(row)
  if (isCarried(row, label)) {
    interrupt(progress)
    return 1
  }
  const item = itemOf(row, columns, read) ?? sunken(row, rows[at + 1], columns, read)
  const taken = item !== null && item.row !== row ? 2 : 1
  const complete = item !== null && isComplete(item)
  if (!complete && isSum(row, label)) {
    if (items.length > 0 && !goesOn(rows, at + taken - 1, columns, read)) progress.done = true
    interrupt(progress)
  } else if (complete || !progress.done) add(progress, item, row, columns)
  return taken
}

function add(
  progress: Progress,
  item: TableItem | null,
  row: TableRow,
  columns: readonly Column[],
): void {
  if (item === null) addText(progress, row, columns)
  else if (isGoods(progress, item, row, columns)) addItem(progress, item)
}

/** The first text of a row. */
function labelOf(row: TableRow): string {
  return row.cells.find((cell) => cell.value === null)?.text ?? ''
}

/** A sum carried over from one page to the next. */
function isCarried(row: TableRow, label: string): boolean {
  return isCarryWord(label) && row.cells.filter((cell) => cell.value !== null).length <= 2
}

/** What follows doesn't belong to the item before. */
function interrupt(progress: Progress): void {
  progress.last = null
  progress.between = []
}

/** A table that ended in sums doesn't go on over the page. */
function turnPage(progress: Progress, page: number): void {
  if (progress.done) progress.columns = null
  progress.page = page
  interrupt(progress)
}

function isComplete({ verified, description, numbers }: TableItem): boolean {
  return (
    verified || (description.length > 0 && numbers.has('quantity') && numbers.has('unit_price'))
  )
}

/** Amounts without a word or a count are no goods: a sum, or what an allowance takes off. */
function isGoods(
  { between, last }: Progress,
  item: TableItem,
  row: TableRow,
  columns: readonly Column[],
): boolean {
  if (item.description.length > 0) return true
  const above = between.at(-1)
  const named = last === null ? isNear(above, row) : above !== undefined && above.box[3] > row.y0
  if (named) return true
  const lacksCount =
    !item.numbers.has('quantity') && columns.some((column) => column.kind === 'quantity')
  return wantsNumber(columns) && !lacksCount
}

function addItem(progress: Progress, item: TableItem): void {
  const after: TextLine[] = []
  progress.last = { ...item, before: progress.between, after, follows: progress.last !== null }
  progress.items.push(progress.last)
  progress.between = after
}

/** A row without goods: text of the items around it, unless anything else stands there. */
function addText(progress: Progress, row: TableRow, columns: readonly Column[]): void {
  const { read, last, between } = progress
  const texts = row.cells.filter(
    (cell) =>
      cell.value === null &&
      (startsBelow(cell, last, read) ||
        (!inOther(cell, columns) && isUnderDescription(cell, columns))),
  )
  const others = row.cells.filter((cell) => !texts.includes(cell) && !inOther(cell, columns))
  if (texts.length === 0) interrupt(progress)
  else if (others.length === 0) {
    const tokens = texts.flatMap((cell) => cell.tokens)
    between.push(textLineOf(tokens, read))
  }
}

/**
 * Whether a cell begins where the item's own text does, whatever the head names there: heads may be
 * set otherwise than texts.
 */
function startsBelow(cell: TableCell, item: TableItem | null, read: Tokens): boolean {
  const first = read.tokens[item?.description[0] ?? -1]
  return (
    first !== undefined &&
    Math.abs(cell.x0 - first.box[0]) < sameStart * (first.box[3] - first.box[1])
  )
}

/** Whether goods follow a sum before another sum does: it was a section's. */
function goesOn(
  rows: readonly TableRow[],
  at: number,
  columns: readonly Column[],
  read: Tokens,
): boolean {
  for (const row of rows.slice(at + 1, at + 5)) {
    const label = labelOf(row)
    if (row.page !== rows[at]?.page || isSum(row, label)) return false
    if (!isTotalWord(label) && (itemOf(row, columns, read)?.description.length ?? 0) > 0)
      return true
  }
  return false
}

/**
 * A row that begins with a sum's name and has an amount, or that names several sums over a row of
 * amounts.
 */
function isSum(row: TableRow, label: string): boolean {
  if (!isTotalWord(label)) return false
  return (
    row.cells.some((cell) => cell.value !== null && /[.,]\d{2}(?!\d)/.test(cell.text)) ||
    (row.cells.length >= 2 && row.cells.filter((cell) => isTotalWord(cell.text)).length >= 2)
  )
}

/**
 * A head further down belongs to goods as well if it names what the first one named; tables of tax
 * rates and sums don't.
 */
function isSameTable(known: readonly Column[], columns: readonly Column[]): boolean {
  const named = (all: readonly Column[]): Set<ColumnKind> =>
    new Set(all.map((column) => column.kind).filter((kind) => isNumberKind(kind)))
  const [before, now] = [named(known), named(columns)]
  return [...before].filter((kind) => !now.has(kind)).length <= (before.size > 2 ? 1 : 0)
}
