/**
 * Heads of tables: which row names columns, what each column holds, and which column a cell belongs
 * to.
 */

import { plainOf } from '../values/identifiers.ts'
import { joined, type TableCell, type TableRow } from './table-rows.ts'
import {
  columnKind,
  hasHeadWord,
  isBreakdownWord,
  isSectionWord,
  isTotalWord,
  type ColumnKind,
} from './table-words.ts'
import type { Token, Tokens } from '../document/tokens.ts'

export interface Column {
  readonly kind: ColumnKind
  readonly x0: number
  readonly x1: number
}
/**
 * The columns named by a row, alone or together with up to two text rows close below. Null where it
 * is no head.
 */
export function headOf(
  rows: readonly TableRow[],
  at: number,
  read: Tokens,
  names: Readonly<Record<string, string>> = {},
): { columns: Column[]; rows: number } | null {
  let best: { columns: Column[]; rows: number } | null = null
  let stacked: readonly TableCell[] = []
  for (let count = 1; count <= 3; count++) {
    const row = rows[at + count - 1]
    const above = rows[at + count - 2]
    if (row === undefined || row.cells.some((cell) => cell.value !== null)) break
    if (
      count > 1 &&
      (above === undefined ||
        row.page !== above.page ||
        row.y0 - above.y1 > 0.9 * (row.y1 - row.y0))
    )
      break
    stacked = stack(stacked, row.cells)
    const columns = namedColumns(stacked, read, names)
    if (isHead(columns) && (best === null || kindsOf(columns) > kindsOf(best.columns)))
      best = { columns, rows: count }
  }
  return best === null ? null : { columns: settled(best.columns), rows: best.rows }
}

/**
 * Whether the items end here: a line that introduces taxes or totals, or the head of such a table,
 * on one row or two.
 */
export function endsGoods(rows: readonly TableRow[], at: number): boolean {
  const row = rows[at] as TableRow
  if (row.cells.some((cell) => cell.value !== null)) return false
  if (row.cells.length === 1) return isSectionWord(row.cells[0]?.text ?? '')
  if (
    row.cells.filter((cell) => isTotalWord(cell.text)).length >= 2 &&
    rows[at + 1]?.cells.some((cell) => cell.value !== null) === true
  )
    return true
  const next = rows[at + 1]
  const below =
    next !== undefined &&
    next.page === row.page &&
    next.y0 - row.y1 < row.y1 - row.y0 &&
    next.cells.every((cell) => cell.value === null)
      ? next.cells
      : []
  const names = [row.cells, stack(row.cells, below)].map((cells) => cells.map((cell) => cell.text))
  return names.some(
    (texts) =>
      texts.some(isBreakdownWord) &&
      !texts.some((text) => ['quantity', 'unit_price', 'thing'].includes(columnKind(text) ?? '')),
  )
}

/** Cells stacked on one another are one name: "Unit" over "price". */
function stack(upper: readonly TableCell[], lower: readonly TableCell[]): TableCell[] {
  const cells: TableCell[] = [...upper]
  for (const cell of lower) {
    const at = cells.findIndex((one) => one.x0 < cell.x1 && cell.x0 < one.x1)
    const over = cells[at]
    if (over === undefined) cells.push(cell)
    else
      cells[at] = {
        tokens: [...over.tokens, ...cell.tokens],
        text: `${over.text} ${cell.text}`,
        x0: Math.min(over.x0, cell.x0),
        x1: Math.max(over.x1, cell.x1),
        value: null,
      }
  }
  return cells
}

function kindsOf(columns: readonly Column[]): number {
  return new Set(
    columns
      .filter((column) => column.kind !== 'other' && column.kind !== 'unknown')
      .map((column) => column.kind),
  ).size
}

function isHead(columns: readonly Column[]): boolean {
  const kinds = new Set(columns.map((column) => column.kind))
  const described = kinds.has('description') || kinds.has('thing')
  const money =
    kinds.has('line_total') || kinds.has('unit_price') || kinds.has('price') || kinds.has('gross')
  const named =
    (described ? 1 : 0) +
    ['quantity', 'unit_price', 'line_total', 'price', 'gross', 'tax_rate'].filter((kind) =>
      kinds.has(kind as ColumnKind),
    ).length
  return money && named >= 2 && (described || kinds.has('quantity') || named >= 3)
}

/** The names within cells: one, or several where heads are printed close together. */
function namedColumns(
  cells: readonly TableCell[],
  read: Tokens,
  names: Readonly<Record<string, string>>,
): Column[] {
  const columns: Column[] = []
  for (const cell of cells) {
    const head = plainOf(cell.text)
    const whole = Object.hasOwn(names, head) ? taughtKind(names[head]) : columnKind(cell.text)
    if (whole !== null) {
      columns.push({ kind: whole, x0: cell.x0, x1: cell.x1 })
      continue
    }
    if (cell.value !== null || cell.text.length > 60) continue
    const known = columns.length
    const mayName = cell.tokens.some((token) => hasHeadWord((read.tokens[token] as Token).text))
    for (let from = 0; mayName && from < cell.tokens.length;) {
      let used = 0
      for (let count = Math.min(4, cell.tokens.length - from); count > 0 && used === 0; count--) {
        const part = cell.tokens.slice(from, from + count)
        const kind = columnKind(joined(part, read))
        if (kind === null) continue
        columns.push({
          kind,
          x0: (read.tokens[part[0] as number] as Token).box[0],
          x1: (read.tokens[part.at(-1) as number] as Token).box[2],
        })
        used = count
      }
      from += Math.max(1, used)
    }
    // A column of unknown name still bounds its neighbours
    if (columns.length === known) columns.push({ kind: 'unknown', x0: cell.x0, x1: cell.x1 })
  }
  return columns.sort((a, b) => a.x0 - b.x0)
}

/** The kind of a column that a person named; null for an unknown name. */
function taughtKind(name: string | undefined): ColumnKind | null {
  return (
    (['description', 'quantity', 'unit_price', 'line_total', 'tax_rate'] as const).find(
      (kind) => kind === name,
    ) ?? null
  )
}

/**
 * At most one column of each kind: a bare "price" is the unit price where a total is to its right,
 * else the total.
 */
function settled(columns: readonly Column[]): Column[] {
  const sorted = [...columns].sort((a, b) => a.x0 - b.x0)
  const hasNet = sorted.some(
    (column, index) =>
      column.kind === 'line_total' ||
      (column.kind === 'price' &&
        index > 0 &&
        sorted
          .slice(0, index)
          .some((other) => other.kind === 'unit_price' || other.kind === 'price')),
  )
  const hasTotal = (from: number): boolean =>
    sorted
      .slice(from + 1)
      .some(
        (column) =>
          column.kind === 'line_total' || column.kind === 'price' || column.kind === 'gross',
      )
  const hasLineTotal = sorted.some((other) => other.kind === 'line_total')
  const amountKind = (kind: ColumnKind, index: number): ColumnKind => {
    if (kind === 'gross') return hasNet ? 'other' : 'line_total'
    if (kind !== 'price') return kind
    return hasTotal(index) || hasLineTotal ? 'unit_price' : 'line_total'
  }
  const renamed = sorted.map((column, index): Column => ({
    ...column,
    kind: amountKind(column.kind, index),
  }))
  // Of several totals the rightmost is the line's. The description is the column so named, else the
  // one named like a product, else an unknown one
  const lastTotal = renamed.findLastIndex((column) => column.kind === 'line_total')
  const described = (['description', 'thing', 'unknown'] as const).find((kind) =>
    renamed.some((column) => column.kind === kind),
  )
  const seen = new Set<ColumnKind>()
  // "Item" over numbers and "Product" over text both name the product: the text column wins
  const room = (index: number): number =>
    (renamed[index + 1]?.x0 ?? Number.POSITIVE_INFINITY) - (renamed[index] as Column).x0
  const chosen = renamed.reduce(
    (best, column, index) =>
      column.kind === described &&
      (best < 0 || (described !== 'description' && room(index) > room(best)))
        ? index
        : best,
    -1,
  )
  const textKind = (kind: ColumnKind, index: number): ColumnKind => {
    if (index === chosen) return 'description'
    return kind === 'thing' || kind === 'unknown' || kind === 'description' ? 'other' : kind
  }
  return renamed.map((column, index) => {
    const named = textKind(column.kind, index)
    const again = named === 'line_total' ? index !== lastTotal : seen.has(named)
    const kind = again ? 'other' : named
    seen.add(kind)
    return { ...column, kind }
  })
}

export type NumberKind = 'quantity' | 'unit_price' | 'line_total' | 'tax_rate' | 'discount'

export function isNumberKind(kind: ColumnKind): kind is NumberKind {
  return (
    kind !== 'description' &&
    kind !== 'thing' &&
    kind !== 'unknown' &&
    kind !== 'other' &&
    kind !== 'price' &&
    kind !== 'gross'
  )
}

export function columnOf(cell: TableCell, columns: readonly Column[]): Column | null {
  let best: Column | null = null
  let least = Number.POSITIVE_INFINITY
  for (const column of columns) {
    const overlap = Math.min(column.x1, cell.x1) - Math.max(column.x0, cell.x0)
    const edges = Math.min(
      Math.abs(cell.x1 - column.x1),
      Math.abs(cell.x0 - column.x0),
      Math.abs((cell.x0 + cell.x1 - column.x0 - column.x1) / 2),
    )
    const distance = overlap > 0 ? edges * 0.3 - overlap * 0.01 : edges
    if (distance < least) {
      least = distance
      best = column
    }
  }
  return best
}

/** Whether text begins under a column that holds neither descriptions nor numbers. */
export function inOther(cell: TableCell, columns: readonly Column[]): boolean {
  return columns.some(
    (column) =>
      column.kind === 'other' &&
      cell.x0 < column.x1 &&
      cell.x0 >= column.x0 - 0.25 * (column.x1 - column.x0),
  )
}

export function isUnderDescription(cell: TableCell, columns: readonly Column[]): boolean {
  const at = columns.findIndex((column) => column.kind === 'description')
  const column = columns[at]
  if (column === undefined) return true
  const before = columns[at - 1]
  const next = columns.slice(at + 1).find((one) => one.kind !== 'other') ?? columns[at + 1]
  const left = before === undefined ? Number.NEGATIVE_INFINITY : Math.min(before.x1, column.x0 - 1)
  return cell.x0 >= left && cell.x0 < (next?.x0 ?? Number.POSITIVE_INFINITY)
}
