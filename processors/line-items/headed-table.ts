/**
 * Items under a table's head. The head names what each column holds; rows below it are items,
 * totals, totals carried over a page break, or text of the items around it. A table may span pages;
 * it ends where totals or another table begin.
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

const sameStart = 0.5 // in heights of a letter

/** State of reading a document's tables. */
interface Progress {
  readonly rows: readonly TableRow[]
  readonly read: Tokens
  readonly items: TableItem[]
  columns: readonly Column[] | null // of the open table
  known: readonly Column[] // of the table that gave the last items
  done: boolean // whether totals have been reached
  page: number
  last: TableItem | null // the item that text below may belong to
  between: TextLine[] // text lines since the last item, or since another row that ended it
}

/**
 * The items of a document's tables in reading order. `names`: column names learned from
 * corrections.
 */
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

/** The number of rows that a table's head takes; null where no head begins or ends the items. */
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
  // A table of tax rates or totals begins: rows that multiply there are no items
  if ((head !== null && row.cells.length > 1) || (items.length > 0 && endsGoods(rows, at))) {
    progress.done = true
    progress.columns = null
    interrupt(progress)
    return head?.rows ?? 1
  }
  return null
}

/** The number of rows read: two where the total is printed lower than its row. */
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

/** The first text cell of a row. */
function labelOf(row: TableRow): string {
  return row.cells.find((cell) => cell.value === null)?.text ?? ''
}

/** A total carried over from one page to the next. */
function isCarried(row: TableRow, label: string): boolean {
  return isCarryWord(label) && row.cells.filter((cell) => cell.value !== null).length <= 2
}

/** Text below belongs to no earlier item. */
function interrupt(progress: Progress): void {
  progress.last = null
  progress.between = []
}

/** A table that ended in totals doesn't continue on the next page. */
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

/** Amounts without a word or a count are no items: a total, or what an allowance deducts. */
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

/** A row without an item: text of the items around it, unless it holds anything else. */
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
 * Whether a cell is left-aligned with the item's own text, whatever the head names there: heads and
 * text may be aligned differently.
 */
function startsBelow(cell: TableCell, item: TableItem | null, read: Tokens): boolean {
  const first = read.tokens[item?.description[0] ?? -1]
  return (
    first !== undefined &&
    Math.abs(cell.x0 - first.box[0]) < sameStart * (first.box[3] - first.box[1])
  )
}

/** Whether more items come before the next total: then this one was a subtotal. */
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
 * A row that begins with a total's name and has an amount, or that names several totals above a row
 * of amounts.
 */
function isSum(row: TableRow, label: string): boolean {
  if (!isTotalWord(label)) return false
  return (
    row.cells.some((cell) => cell.value !== null && /[.,]\d{2}(?!\d)/.test(cell.text)) ||
    (row.cells.length >= 2 && row.cells.filter((cell) => isTotalWord(cell.text)).length >= 2)
  )
}

/**
 * A later head belongs to an item table as well if it names the same columns as the first one;
 * tables of tax rates and totals don't.
 */
function isSameTable(known: readonly Column[], columns: readonly Column[]): boolean {
  const named = (all: readonly Column[]): Set<ColumnKind> =>
    new Set(all.map((column) => column.kind).filter((kind) => isNumberKind(kind)))
  const [before, now] = [named(known), named(columns)]
  return [...before].filter((kind) => !now.has(kind)).length <= (before.size > 2 ? 1 : 0)
}
