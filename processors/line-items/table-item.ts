/**
 * One table row as an item: which of its cells are the quantity, the price and the total, and which
 * text describes it. Arithmetic corrects a reading: if the assigned numbers don't multiply but
 * others of the row do, those are taken. A row needs a line total and a second number (where the
 * head has such a column) or a text.
 */

import { isProduct } from '../routing/checks.ts'
import { least, most } from '../shared/extent.ts'
import { compare, decimal, near, times, type Decimal } from '../values/money.ts'
import {
  columnOf,
  inOther,
  isNumberKind,
  isUnderDescription,
  type Column,
  type NumberKind,
} from './table-heads.ts'
import { joined, numeric, type TableCell, type TableRow } from './table-rows.ts'
import type { TextLine } from './table-texts.ts'
import type { ColumnKind } from './table-words.ts'
import type { Token, Tokens } from '../document/tokens.ts'

export interface TableItem {
  readonly row: TableRow
  readonly numbers: Map<NumberKind, TableCell>
  readonly description: readonly number[] // tokens of the row itself
  readonly beside: boolean // under another column's head
  before: TextLine[]
  after: TextLine[]
  follows: boolean // of the previous item, with only text in between
  verified: boolean
}

/** The item that a row holds under a table's head; null where it holds none. */
export function itemOf(row: TableRow, columns: readonly Column[], read: Tokens): TableItem | null {
  const { numbers, texts, aside, spare } = cellsByRole(row, columns, read)
  const beside = texts.length === 0 ? textBeside(aside, read) : []
  const verified = assignProduct(numbers, spare)
  const total = numbers.get('line_total')
  if (total === undefined) return null
  if (wantsNumber(columns) && !numbers.has('quantity') && !numbers.has('unit_price')) return null
  if (!/[.,]\d|\d{2}/.test(total.text) && !verified) return null
  return {
    row,
    numbers,
    description: texts.length === 0 ? beside : texts,
    beside: beside.length > 0,
    before: [],
    after: [],
    follows: false,
    verified,
  }
}

interface CellsByRole {
  readonly numbers: TableItem['numbers']
  readonly texts: readonly number[] // tokens in the description column
  // text in columns of item numbers, and numbers in the description column
  readonly aside: readonly TableCell[]
  readonly spare: readonly TableCell[] // numbers that may be factors of the total
}

function cellsByRole(row: TableRow, columns: readonly Column[], read: Tokens): CellsByRole {
  const numbers: TableItem['numbers'] = new Map()
  const texts: number[] = []
  const aside: TableCell[] = []
  const spare: TableCell[] = []
  for (const cell of row.cells.flatMap((one) => splitCell(one, columns, read))) {
    const kind = columnOf(cell, columns)?.kind ?? null
    if (cell.value !== null) {
      if (kind !== 'description') spare.push(cell)
      if (kind !== null && isNumberKind(kind) && !numbers.has(kind)) numbers.set(kind, cell)
      else aside.push(cell)
    } else if (inOther(cell, columns)) aside.push(cell)
    else if (kind === null || kind === 'description' || isUnderDescription(cell, columns))
      for (const token of cell.tokens) texts.push(token)
  }
  return { numbers, texts, aside, spare }
}

/** Whether an item has more than text and a total. */
export function wantsNumber(columns: readonly Column[]): boolean {
  return columns.some((column) => column.kind === 'quantity' || column.kind === 'unit_price')
}

/**
 * "4 Falcon" under "No. Description": where the description column is empty, the widest text beside
 * it, without its number.
 */
function textBeside(aside: readonly TableCell[], read: Tokens): number[] {
  const words = aside.filter((cell) => /\p{L}{3}/u.test(cell.text))
  if (words.length === 0) return []
  const { tokens } = words.reduce((a, b) => (b.x1 - b.x0 > a.x1 - a.x0 ? b : a))
  return tokens.length > 1 &&
    /^\d{1,3}[.)]?$/.test((read.tokens[tokens[0] as number] as Token).text)
    ? tokens.slice(1)
    : [...tokens]
}

/** A row whose total is printed slightly lower than the rest, as in bottom-aligned tables. */
export function sunken(
  row: TableRow,
  next: TableRow | undefined,
  columns: readonly Column[],
  read: Tokens,
): TableItem | null {
  if (next === undefined || next.page !== row.page || next.y0 - row.y1 > 0.5 * (row.y1 - row.y0))
    return null
  const kinds = (one: TableRow): (ColumnKind | undefined)[] =>
    one.cells.filter((cell) => cell.value !== null).map((cell) => columnOf(cell, columns)?.kind)
  const [upper, lower] = [kinds(row), kinds(next)]
  if (
    !upper.includes('unit_price') ||
    upper.includes('line_total') ||
    !lower.includes('line_total') ||
    lower.includes('unit_price') ||
    lower.includes('quantity')
  )
    return null
  return itemOf(
    { page: row.page, cells: [...row.cells, ...next.cells], y0: row.y0, y1: next.y1 },
    columns,
    read,
  )
}

/**
 * "3 Sprockets" under "Qty Description": a number and a text close together are two cells where the
 * head has two columns.
 */
function splitCell(cell: TableCell, columns: readonly Column[], read: Tokens): TableCell[] {
  if (cell.value !== null || cell.tokens.length < 2) return [cell]
  const kinds = cell.tokens.map((index) => {
    const { box, text } = read.tokens[index] as Token
    const column = columns.find(
      (one) =>
        Math.min(one.x1, box[2]) - Math.max(one.x0, box[0]) >
        0.5 * Math.min(one.x1 - one.x0, box[2] - box[0]),
    )
    return /^[-\d]/.test(text) &&
      numeric.test(text) &&
      column !== undefined &&
      column.kind !== 'description'
      ? column
      : null
  })
  const first = kinds[0]
  if (first === null || first === undefined || kinds[1] === first) return [cell]
  const part = (tokens: readonly number[]): TableCell => {
    const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
    return {
      tokens,
      text: joined(tokens, read),
      x0: least(boxes.map((box) => box[0])),
      x1: most(boxes.map((box) => box[2])),
      value: null,
    }
  }
  const number = part(cell.tokens.slice(0, 1))
  return [
    { ...number, value: /^-?\d+$/.test(number.text) ? number.text : null },
    part(cell.tokens.slice(1)),
  ]
}

/**
 * Takes the numbers that multiply: as assigned, else any three of the row with the total rightmost.
 * True where some do.
 */
function assignProduct(numbers: TableItem['numbers'], spare: readonly TableCell[]): boolean {
  if (multiplies(numbers)) return true
  const triple = product(spare)
  if (triple === null) return false
  const [first, second, third] = triple
  const swapped =
    numbers.get('unit_price') === first ||
    numbers.get('quantity') === second ||
    (numbers.get('quantity') !== first &&
      numbers.get('unit_price') !== second &&
      isCount(second) &&
      !isCount(first))
  numbers.set('quantity', swapped ? second : first)
  numbers.set('unit_price', swapped ? first : second)
  numbers.set('line_total', third)
  return true
}

/** Whether quantity × price is the printed total, with or without the discount in percent. */
function multiplies(numbers: TableItem['numbers']): boolean {
  const value = (kind: NumberKind): Decimal | null => decimal(numbers.get(kind)?.value)
  const [quantity, price, total] = [value('quantity'), value('unit_price'), value('line_total')]
  if (quantity === null || price === null || total === null) return false
  if (isProduct(quantity, price, total, value('tax_rate'))) return true
  const discount = value('discount')
  if (discount === null) return false
  const reduced = times(times(quantity, price), {
    units: 10n ** BigInt(discount.scale + 2) - discount.units,
    scale: discount.scale + 2,
  })
  return near(reduced, total, { units: 2n, scale: 2 })
}

/**
 * Three cells, the last one rightmost, of which the first two multiply to the third; trivial
 * products (a quantity of one) only as a last resort.
 */
export function product(
  cells: readonly TableCell[],
): readonly [TableCell, TableCell, TableCell] | null {
  const sorted = [...cells].sort((a, b) => a.x0 - b.x0).slice(-8)
  let trivial: readonly [TableCell, TableCell, TableCell] | null = null
  for (let t = sorted.length - 1; t >= 2; t--) {
    for (let p = t - 1; p >= 1; p--) {
      for (let q = p - 1; q >= 0; q--) {
        const [a, b, c] = [sorted[q] as TableCell, sorted[p] as TableCell, sorted[t] as TableCell]
        const [x, y, z] = [decimal(a.value), decimal(b.value), decimal(c.value)]
        if (
          x === null ||
          y === null ||
          z === null ||
          z.units === 0n ||
          !/[.,]\d/.test(c.text) ||
          !isProduct(x, y, z, null)
        )
          continue
        const one: Decimal = { units: 1n, scale: 0 }
        if (compare(x, one) !== 0 && compare(y, one) !== 0) return [a, b, c]
        if (compare(x, one) === 0) trivial ??= [a, b, c]
      }
    }
  }
  return trivial
}

/** Printed without decimals: a quantity rather than a price. */
export function isCount(cell: TableCell): boolean {
  return !/[.,]\d/.test(cell.text)
}
