/**
 * Line items: the rows of an invoice's table, read without rules of ink.
 *
 * A table is found by its head: a row in which at least two columns are named, one of them an amount. Cells below belong
 * to the column that they stand under. Where a document has no such head, rows are found in which two numbers multiply to
 * a third. Arithmetic also mends a reading: if the numbers as assigned don't multiply but others of the row do, those are
 * taken. A row needs a line total and a second number (where the head has such a column) or a text; sums and carried sums
 * are left out by their words. Text under a row belongs to its description while it keeps to its column and its size.
 *
 * Not attempted: rows whose cells are stacked, tables that are turned, two tables side by side.
 */

import type { Profile } from '../schemas/profiles.ts'
import type { Field, LineItem } from '../schemas/types.ts'
import { isProduct } from './checks.ts'
import { compare, decimal, minus, near, sum, times, type Decimal } from './money.ts'
import { normaliseValue, type Context } from './normalise.ts'
import { columnKind, isCarryWord, isTotalWord, type ColumnKind } from './table-words.ts'
import { tokensOf, type Token, type Tokens } from './tokens.ts'
import type { Print } from './words.ts'

interface Cell {
  readonly tokens: readonly number[] // indexes
  readonly text: string
  readonly x0: number
  readonly x1: number
  readonly value: string | null // a decimal string where the cell is a number
}
interface Row {
  readonly page: number
  readonly cells: readonly Cell[]
  readonly y0: number
  readonly y1: number
}
interface Column {
  readonly kind: ColumnKind
  readonly x0: number
  readonly x1: number
}
interface Item {
  readonly row: Row
  readonly numbers: Map<Exclude<ColumnKind, 'description' | 'other' | 'price'>, Cell>
  description: number[] // tokens
  verified: boolean
}

const cellGap = 0.8 // in letters: a wider gap separates cells
const nearRow = 2.4 // in letters, from foot to head: a text further below doesn't belong to the row
const sameSize = 0.82 // smaller text below a description is a note all the same, but no wrapped line
const maxRows = 2000
const confidences = { verified: 0.97, summed: 0.93, headed: 0.75, guessed: 0.55 }
// A number, perhaps with a currency, a percent sign or a short unit
const numeric = /^[-–−(]?\s*(?:[\p{Sc}]|[A-Z]{2,3}\b|RM|Fr\.)?\s*[-–−(]?\s*\d[\d.,'’ \u00a0]*\s*\)?-?(?:\s*(?:[\p{Sc}%]|[A-Z]{3}|\p{L}{1,6}[.²³]?))?$/u
const columnNames = { quantity: 'quantity', unit_price: 'unit_price', line_total: 'line_total', tax_rate: 'tax_rate' } as const

/** The rows of the document's tables, as far as the profile wants them; empty where there is no table. */
export function readLines(print: Print, profile: Profile, context: Context): LineItem[] {
  if (profile.lineItems.length === 0 || print.words.length === 0) return []
  const read = tokensOf(print)
  const rows = rowsOf(read, context).slice(0, maxRows)
  const headed = byHead(rows, read)
  const items = headed.items.length > 0 ? headed.items : byArithmetic(rows, read)
  const summed = sumsUp(items, rows)
  return items.map((item) => lineItem(item, read, profile, context, headed.items.length > 0 ? (summed ? 'summed' : 'headed') : summed ? 'summed' : 'guessed'))
}

function rowsOf(read: Tokens, context: Context): Row[] {
  const rows: Row[] = []
  for (const indexes of read.rows) {
    const cells: Cell[] = []
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
    if (boxes.length > 0) rows.push({ page: (read.tokens[indexes[0] as number] as Token).page, cells, y0: Math.min(...boxes.map((box) => box[1])), y1: Math.max(...boxes.map((box) => box[3])) })
  }
  return rows
}

function cellOf(tokens: readonly number[], read: Tokens, context: Context): Cell {
  const text = joined(tokens, read)
  const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
  const value = isNumber(text) ? normaliseValue('money', text, context) : null
  // "2 pcs" stands where its number stands
  const digits = value === null ? boxes : tokens.filter((index) => /\d/.test((read.tokens[index] as Token).text)).map((index) => (read.tokens[index] as Token).box)
  return { tokens, text, x0: Math.min(...digits.map((box) => box[0])), x1: Math.max(...digits.map((box) => box[2])), value }
}

function isNumber(text: string): boolean {
  return text.length <= 30 && numeric.test(text) && !/\d[/.-]\d{1,2}[/.-]\d/.test(text)
}

function byHead(rows: readonly Row[], read: Tokens): { items: Item[] } {
  const items: Item[] = []
  let columns: readonly Column[] | null = null
  let done = false
  let page = 0
  let last: Item | null = null
  let pending: { cells: readonly Cell[]; y1: number }[] = [] // text above a row that has no description of its own
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Row
    const found = headOf(rows, i, read)
    if (found !== null) {
      columns = found.columns
      done = false
      last = null
      pending = []
      page = row.page
      i += found.rows - 1
      continue
    }
    if (columns === null) continue
    if (row.page !== page) {
      // A table that ended in sums doesn't go on over the page
      if (done) columns = null
      page = row.page
      last = null
      pending = []
      if (columns === null) continue
    }
    const first = row.cells.find((cell) => cell.value === null)
    const label = first?.text ?? ''
    if (isCarryWord(label) && row.cells.filter((cell) => cell.value !== null).length <= 2) {
      last = null
      continue
    }
    const item = itemOf(row, columns, read) ?? sunken(row, rows[i + 1], columns, read)
    if (item !== null && item.row !== row) i++
    const complete = item !== null && (item.verified || (item.numbers.has('quantity') && item.numbers.has('unit_price')))
    if (label !== '' && isTotalWord(label) && !complete) {
      if (items.length > 0) done = true
      last = null
      continue
    }
    if (done && !complete) continue
    if (item !== null) {
      const above = pending.at(-1)
      if (item.description.length === 0 && above !== undefined && row.y0 - above.y1 < nearRow * (row.y1 - row.y0) && last === null) item.description = above.cells.flatMap((cell) => cell.tokens)
      items.push(item)
      last = item
      pending = []
      continue
    }
    const texts = row.cells.filter((cell) => cell.value === null && !inOther(cell, columns as readonly Column[]) && isUnderDescription(cell, columns as readonly Column[]))
    if (texts.length > 0 && texts.length === row.cells.filter((cell) => !inOther(cell, columns as readonly Column[])).length) {
      if (last !== null && wraps(last, row, texts, read)) last.description.push(...texts.flatMap((cell) => cell.tokens))
      else pending.push({ cells: texts, y1: row.y1 })
    } else if (texts.length === 0) last = null
  }
  return { items }
}

/** The columns that a row names, alone or with up to two rows of text close below. Null where it is no head. */
function headOf(rows: readonly Row[], at: number, read: Tokens): { columns: Column[]; rows: number } | null {
  let best: { columns: Column[]; rows: number } | null = null
  let stacked: readonly Cell[] = []
  for (let count = 1; count <= 3; count++) {
    const row = rows[at + count - 1]
    const above = rows[at + count - 2]
    if (row === undefined || row.cells.some((cell) => cell.value !== null)) break
    if (count > 1 && (above === undefined || row.page !== above.page || row.y0 - above.y1 > 0.9 * (row.y1 - row.y0))) break
    stacked = stack(stacked, row.cells)
    const columns = namedColumns(stacked, read)
    if (isHead(columns) && (best === null || kindsOf(columns) > kindsOf(best.columns))) best = { columns, rows: count }
  }
  return best === null ? null : { columns: settled(best.columns), rows: best.rows }
}

/** Cells that stand under one another are one name: "Unit" over "price". */
function stack(upper: readonly Cell[], lower: readonly Cell[]): Cell[] {
  const cells: Cell[] = [...upper]
  for (const cell of lower) {
    const at = cells.findIndex((one) => one.x0 < cell.x1 && cell.x0 < one.x1)
    const over = cells[at]
    if (over === undefined) cells.push(cell)
    else cells[at] = { tokens: [...over.tokens, ...cell.tokens], text: `${over.text} ${cell.text}`, x0: Math.min(over.x0, cell.x0), x1: Math.max(over.x1, cell.x1), value: null }
  }
  return cells
}

function kindsOf(columns: readonly Column[]): number {
  return new Set(columns.filter((column) => column.kind !== 'other').map((column) => column.kind)).size
}

function isHead(columns: readonly Column[]): boolean {
  const kinds = new Set(columns.map((column) => column.kind))
  const money = kinds.has('line_total') || kinds.has('unit_price') || kinds.has('price')
  const named = ['description', 'quantity', 'unit_price', 'line_total', 'price', 'tax_rate'].filter((kind) => kinds.has(kind as ColumnKind)).length
  return money && named >= 2 && (kinds.has('description') || kinds.has('quantity') || named >= 3)
}

/** Names within cells: a cell is one name, or several where heads stand close together. */
function namedColumns(cells: readonly Cell[], read: Tokens): Column[] {
  const columns: Column[] = []
  for (const cell of cells) {
    const whole = columnKind(cell.text)
    if (whole !== null) {
      columns.push({ kind: whole, x0: cell.x0, x1: cell.x1 })
      continue
    }
    if (cell.value !== null || cell.text.length > 60) continue
    const known = columns.length
    for (let from = 0; from < cell.tokens.length; ) {
      let used = 0
      for (let count = Math.min(4, cell.tokens.length - from); count > 0 && used === 0; count--) {
        const part = cell.tokens.slice(from, from + count)
        const kind = columnKind(joined(part, read))
        if (kind === null) continue
        columns.push({ kind, x0: (read.tokens[part[0] as number] as Token).box[0], x1: (read.tokens[part.at(-1) as number] as Token).box[2] })
        used = count
      }
      from += Math.max(1, used)
    }
    // A column of another name is a column all the same
    if (columns.length === known) columns.push({ kind: 'other', x0: cell.x0, x1: cell.x1 })
  }
  return columns.sort((a, b) => a.x0 - b.x0)
}

/** One column of each kind: a bare "price" is the price of one where a total stands right of it, else the total. */
function settled(columns: readonly Column[]): Column[] {
  const sorted = [...columns].sort((a, b) => a.x0 - b.x0)
  const hasTotal = (from: number): boolean => sorted.slice(from + 1).some((column) => column.kind === 'line_total' || column.kind === 'price')
  const renamed = sorted.map((column, index): Column => (column.kind === 'price' ? { ...column, kind: hasTotal(index) || sorted.some((other) => other.kind === 'line_total') ? 'unit_price' : 'line_total' } : column))
  // Of several totals the last one is the line's
  const lastTotal = renamed.findLastIndex((column) => column.kind === 'line_total')
  const seen = new Set<ColumnKind>()
  return renamed.map((column, index) => {
    const kind: ColumnKind = (column.kind === 'line_total' && index !== lastTotal) || (column.kind !== 'line_total' && column.kind !== 'other' && seen.has(column.kind)) ? 'other' : column.kind
    seen.add(kind)
    return { ...column, kind }
  })
}

function itemOf(row: Row, columns: readonly Column[], read: Tokens): Item | null {
  const numbers: Item['numbers'] = new Map()
  const texts: number[] = []
  const spare: Cell[] = []
  for (const cell of row.cells.flatMap((one) => splitCell(one, columns, read))) {
    const column = columnOf(cell, columns)
    if (cell.value !== null && column !== null && column.kind !== 'description' && column.kind !== 'other' && column.kind !== 'price' && !numbers.has(column.kind)) {
      numbers.set(column.kind, cell)
      spare.push(cell)
    } else if (cell.value !== null && column?.kind !== 'description') spare.push(cell)
    else if (cell.value === null && inOther(cell, columns)) continue
    else if (column === null || column.kind === 'description' || isUnderDescription(cell, columns)) texts.push(...cell.tokens)
  }
  const wantsNumber = columns.some((column) => column.kind === 'quantity' || column.kind === 'unit_price')
  const verified = mend(numbers, spare)
  if (!numbers.has('line_total')) return null
  if (wantsNumber ? !numbers.has('quantity') && !numbers.has('unit_price') : texts.length === 0) return null
  if (!/[.,]\d|\d{2}/.test(numbers.get('line_total')?.text ?? '') && !verified) return null
  return { row, numbers, description: texts, verified }
}

/** A row whose total stands a little lower than the rest, as in tables that align at the foot. */
function sunken(row: Row, next: Row | undefined, columns: readonly Column[], read: Tokens): Item | null {
  if (next === undefined || next.page !== row.page || next.y0 - row.y1 > 0.5 * (row.y1 - row.y0)) return null
  const kinds = (one: Row): (ColumnKind | undefined)[] => one.cells.filter((cell) => cell.value !== null).map((cell) => columnOf(cell, columns)?.kind)
  const [upper, lower] = [kinds(row), kinds(next)]
  if (!upper.includes('unit_price') || upper.includes('line_total') || !lower.includes('line_total') || lower.includes('unit_price') || lower.includes('quantity')) return null
  return itemOf({ page: row.page, cells: [...row.cells, ...next.cells], y0: row.y0, y1: next.y1 }, columns, read)
}

/** "3 Sprockets" under "Qty Description": a number and a text that stand close are two cells where the head says so. */
function splitCell(cell: Cell, columns: readonly Column[], read: Tokens): Cell[] {
  if (cell.value !== null || cell.tokens.length < 2) return [cell]
  const kinds = cell.tokens.map((index) => {
    const { box, text } = read.tokens[index] as Token
    const column = columns.find((one) => Math.min(one.x1, box[2]) - Math.max(one.x0, box[0]) > 0.5 * Math.min(one.x1 - one.x0, box[2] - box[0]))
    return /^[-\d]/.test(text) && numeric.test(text) && column !== undefined && column.kind !== 'description' ? column : null
  })
  const first = kinds[0]
  if (first === null || first === undefined || kinds[1] === first) return [cell]
  const part = (tokens: readonly number[]): Cell => {
    const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
    return { tokens, text: joined(tokens, read), x0: Math.min(...boxes.map((box) => box[0])), x1: Math.max(...boxes.map((box) => box[2])), value: null }
  }
  const number = part(cell.tokens.slice(0, 1))
  return [{ ...number, value: /^-?\d+$/.test(number.text) ? number.text : null }, part(cell.tokens.slice(1))]
}

function columnOf(cell: Cell, columns: readonly Column[]): Column | null {
  let best: Column | null = null
  let least = Number.POSITIVE_INFINITY
  for (const column of columns) {
    const overlap = Math.min(column.x1, cell.x1) - Math.max(column.x0, cell.x0)
    const edges = Math.min(Math.abs(cell.x1 - column.x1), Math.abs(cell.x0 - column.x0), Math.abs((cell.x0 + cell.x1 - column.x0 - column.x1) / 2))
    const distance = overlap > 0 ? edges * 0.3 - overlap * 0.01 : edges
    if (distance < least) {
      least = distance
      best = column
    }
  }
  return best
}

/** Whether a text begins under a column that holds neither descriptions nor numbers. */
function inOther(cell: Cell, columns: readonly Column[]): boolean {
  return columns.some((column) => column.kind === 'other' && cell.x0 < column.x1 && cell.x0 >= column.x0 - 0.25 * (column.x1 - column.x0))
}

function isUnderDescription(cell: Cell, columns: readonly Column[]): boolean {
  const at = columns.findIndex((column) => column.kind === 'description')
  const column = columns[at]
  if (column === undefined) return true
  const before = columns[at - 1]
  const next = columns.slice(at + 1).find((one) => one.kind !== 'other') ?? columns[at + 1]
  const left = before === undefined ? Number.NEGATIVE_INFINITY : Math.min(before.x1, column.x0 - 1)
  return cell.x0 >= left && cell.x0 < (next?.x0 ?? Number.POSITIVE_INFINITY)
}

/** Takes the numbers that multiply: as assigned, else any three of the row with the total rightmost. True where it holds. */
function mend(numbers: Item['numbers'], spare: readonly Cell[]): boolean {
  const value = (kind: 'quantity' | 'unit_price' | 'line_total' | 'tax_rate' | 'discount'): Decimal | null => decimal(numbers.get(kind)?.value)
  const [quantity, price, total, rate, discount] = [value('quantity'), value('unit_price'), value('line_total'), value('tax_rate'), value('discount')]
  if (quantity !== null && price !== null && total !== null) {
    if (isProduct(quantity, price, total, rate)) return true
    const reduced = discount === null ? null : times(times(quantity, price), { units: 10n ** BigInt(discount.scale + 2) - discount.units, scale: discount.scale + 2 })
    if (reduced !== null && near(reduced, total, { units: 2n, scale: 2 })) return true
  }
  const triple = product(spare)
  if (triple === null) return false
  const [first, second, third] = triple
  const swapped = numbers.get('unit_price') === first || numbers.get('quantity') === second || (numbers.get('quantity') !== first && numbers.get('unit_price') !== second && isCount(second) && !isCount(first))
  numbers.set('quantity', swapped ? second : first)
  numbers.set('unit_price', swapped ? first : second)
  numbers.set('line_total', third)
  return true
}

/** Three cells, the last one rightmost, of which the first two multiply to it; trivial products only as a last resort. */
function product(cells: readonly Cell[]): readonly [Cell, Cell, Cell] | null {
  const sorted = [...cells].sort((a, b) => a.x0 - b.x0).slice(-8)
  let trivial: readonly [Cell, Cell, Cell] | null = null
  for (let t = sorted.length - 1; t >= 2; t--) {
    for (let p = t - 1; p >= 1; p--) {
      for (let q = p - 1; q >= 0; q--) {
        const [a, b, c] = [sorted[q] as Cell, sorted[p] as Cell, sorted[t] as Cell]
        const [x, y, z] = [decimal(a.value), decimal(b.value), decimal(c.value)]
        if (x === null || y === null || z === null || z.units === 0n || !/[.,]\d/.test(c.text) || !isProduct(x, y, z, null)) continue
        const one: Decimal = { units: 1n, scale: 0 }
        if (compare(x, one) !== 0 && compare(y, one) !== 0) return [a, b, c]
        if (compare(x, one) === 0) trivial ??= [a, b, c]
      }
    }
  }
  return trivial
}

/** Printed without cents: goods are counted, prices have cents. */
function isCount(cell: Cell): boolean {
  return !/[.,]\d/.test(cell.text)
}

function byArithmetic(rows: readonly Row[], read: Tokens): Item[] {
  const items: Item[] = []
  let last: Item | null = null
  for (const row of rows) {
    const texts = row.cells.filter((cell) => cell.value === null)
    const triple = product(row.cells.filter((cell) => cell.value !== null))
    if (triple !== null && texts.length > 0 && !isTotalWord(texts[0]?.text ?? '')) {
      const widest = texts.reduce((a, b) => (b.x1 - b.x0 > a.x1 - a.x0 ? b : a))
      last = { row, numbers: inOrder(triple), description: [...widest.tokens], verified: true }
      items.push(last)
    } else if (last !== null && texts.length === row.cells.length && wraps(last, row, texts, read)) last.description.push(...texts.flatMap((cell) => cell.tokens))
    else last = null
  }
  return items
}

function inOrder([first, second, third]: readonly [Cell, Cell, Cell]): Item['numbers'] {
  const swapped = isCount(second) && !isCount(first)
  return new Map([['quantity', swapped ? second : first], ['unit_price', swapped ? first : second], ['line_total', third]])
}

/** Whether a row of text goes on with an item's description: close below, at its left edge, in its size. */
function wraps(item: Item, row: Row, texts: readonly Cell[], read: Tokens): boolean {
  const first = item.description[0]
  if (first === undefined) {
    item.description = []
    return row.y0 - item.row.y1 < nearRow * (row.y1 - row.y0)
  }
  const start = read.tokens[first] as Token
  const end = read.tokens[item.description.at(-1) as number] as Token
  const height = start.box[3] - start.box[1]
  const own = row.y1 - row.y0
  return row.page === end.page && row.y0 - end.box[3] < 0.75 * height && own > sameSize * height && own < height / sameSize && Math.abs((texts[0] as Cell).x0 - start.box[0]) < 2.5 * height
}

/** Whether the line totals add up to an amount that is printed below them. */
function sumsUp(items: readonly Item[], rows: readonly Row[]): boolean {
  const totals = items.map((item) => decimal(item.numbers.get('line_total')?.value))
  if (items.length < 2 || totals.includes(null)) return false
  const all = sum(totals as Decimal[])
  const lastRow = items.at(-1)?.row
  return rows.slice(lastRow === undefined ? 0 : rows.indexOf(lastRow) + 1).some((row) => row.cells.some((cell) => {
    const value = decimal(cell.value)
    return value !== null && minus(value, all).units === 0n
  }))
}

function lineItem(item: Item, read: Tokens, profile: Profile, context: Context, how: keyof typeof confidences): LineItem {
  const confidence = item.verified ? confidences.verified : confidences[how]
  const cells = profile.lineItems.flatMap((column): Field[] => {
    const kind = columnNames[column.name as keyof typeof columnNames]
    const tokens = column.name === 'description' ? item.description : kind === undefined ? undefined : item.numbers.get(kind)?.tokens
    if (tokens === undefined || tokens.length === 0) return []
    const raw = joined(tokens, read)
    const value = kind === undefined ? normaliseValue(column.type, raw, context) : (item.numbers.get(kind)?.value ?? null)
    if (value === null) return []
    const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
    const box = [Math.min(...boxes.map((one) => one[0])), Math.min(...boxes.map((one) => one[1])), Math.max(...boxes.map((one) => one[2])), Math.max(...boxes.map((one) => one[3]))].map(Math.round)
    return [{ name: column.name, value, raw, confidence: column.name === 'description' ? Math.min(confidence, 0.8) : confidence, page: (read.tokens[tokens[0] as number] as Token).page, box, words: [...new Set(tokens.map((index) => (read.tokens[index] as Token).word))], origin: 'model', originId: 'table' }]
  })
  return { cells }
}

/** Tokens as printed: a space where one stands before a token. */
function joined(tokens: readonly number[], read: Tokens): string {
  return tokens.map((index, at) => `${at > 0 && (read.tokens[index] as Token).spaced ? ' ' : ''}${(read.tokens[index] as Token).text}`).join('')
}

