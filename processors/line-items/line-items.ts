/**
 * Line items: the rows of an invoice's table, read without rules of ink.
 *
 * A table is found by its head: a row in which at least two columns are named, one of them an
 * amount. Cells below belong to the column that they stand under. Where a document has no such
 * head, rows are found in which two numbers multiply to a third. Arithmetic also mends a reading:
 * if the numbers as assigned don't multiply but others of the row do, those are taken. A row needs
 * a line total and a second number (where the head has such a column) or a text; sums and carried
 * sums are left out by their words. Which text around a row describes it, table-texts.ts says.
 *
 * Not attempted: rows whose cells are stacked, tables that are turned, two tables side by side.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field, LineItem } from '../../schemas/types.ts'
import { isProduct } from '../routing/checks.ts'
import { least, most } from '../shared/extent.ts'
import { compare, decimal, minus, near, plus, sum, times, type Decimal } from '../values/money.ts'
import { normaliseValue, type Context } from '../values/normalise.ts'
import {
  columnOf,
  endsGoods,
  headOf,
  inOther,
  isNumberKind,
  isUnderDescription,
  type Column,
} from './table-heads.ts'
import { joined, numeric, rowsOf, type Cell, type Row } from './table-rows.ts'
import { descriptionsOf, isNear, lineOf, type TextLine } from './table-texts.ts'
import { isCarryWord, isTotalWord, type ColumnKind } from './table-words.ts'
import { tokensOf, type Token, type Tokens } from '../document/tokens.ts'
import type { Print } from '../document/words.ts'

interface Item {
  readonly row: Row
  readonly numbers: Map<'quantity' | 'unit_price' | 'line_total' | 'tax_rate' | 'discount', Cell>
  readonly description: readonly number[] // tokens of the row itself
  readonly beside: boolean // they stand under another head
  before: TextLine[]
  after: TextLine[]
  follows: boolean // on the item before it, with nothing but text between
  verified: boolean
}

const sameStart = 0.5 // in letters
const maxRows = 20_000
const confidences = { verified: 0.97, summed: 0.93, headed: 0.75, guessed: 0.55 }
const columnNames = {
  quantity: 'quantity',
  unit_price: 'unit_price',
  line_total: 'line_total',
  tax_rate: 'tax_rate',
} as const

/**
 * The rows of the document's tables, as far as the profile wants them; empty where there is no
 * table. `names`: heads that were taught.
 */
export function readLines(
  print: Print,
  profile: Profile,
  context: Context,
  names: Readonly<Record<string, string>> = {},
): LineItem[] {
  if (profile.lineItems.length === 0 || print.words.length === 0) return []
  const read = tokensOf(print)
  const rows = rowsOf(read, context).slice(0, maxRows)
  const headed = byHead(rows, read, names)
  const items = withoutSums(headed.items.length > 0 ? headed.items : byArithmetic(rows, read))
  const summed = sumsUp(items, rows)
  const how = summed ? 'summed' : headed.items.length > 0 ? 'headed' : 'guessed'
  const descriptions = descriptionsOf(
    items.map((item) => ({
      ...item,
      page: item.row.page,
      y0: item.row.y0,
      y1: item.row.y1,
      own: item.beside || item.description.length === 0 ? null : lineOf(item.description, read),
      beside: item.beside ? lineOf(item.description, read) : null,
    })),
    read,
  )
  return items.map((item, at) =>
    lineItem(item, descriptions[at] ?? [], read, profile, context, how),
  )
}

function byHead(
  rows: readonly Row[],
  read: Tokens,
  names: Readonly<Record<string, string>>,
): { items: Item[] } {
  const items: Item[] = []
  let columns: readonly Column[] | null = null
  let known: readonly Column[] = [] // of the table that gave the items so far
  let done = false
  let page = 0
  let last: Item | null = null
  let between: TextLine[] = [] // text since the last item, or since what stands before the next one
  const interrupt = (): void => {
    last = null
    between = []
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Row
    const found = headOf(rows, i, read, names)
    if (found !== null && (items.length === 0 || isSameTable(known, found.columns))) {
      columns = known = found.columns
      done = false
      interrupt()
      page = row.page
      i += found.rows - 1
      continue
    }
    if (columns === null) continue
    if ((found !== null && row.cells.length > 1) || (items.length > 0 && endsGoods(rows, i))) {
      // Another table begins, of tax rates or sums: what multiplies there is no goods
      done = true
      columns = null
      interrupt()
      i += (found?.rows ?? 1) - 1
      continue
    }
    if (row.page !== page) {
      // A table that ended in sums doesn't go on over the page
      if (done) columns = null
      page = row.page
      interrupt()
      if (columns === null) continue
    }
    const first = row.cells.find((cell) => cell.value === null)
    const label = first?.text ?? ''
    if (isCarryWord(label) && row.cells.filter((cell) => cell.value !== null).length <= 2) {
      interrupt()
      continue
    }
    const item = itemOf(row, columns, read) ?? sunken(row, rows[i + 1], columns, read)
    if (item !== null && item.row !== row) i++
    const complete =
      item !== null &&
      (item.verified ||
        (item.description.length > 0 &&
          item.numbers.has('quantity') &&
          item.numbers.has('unit_price')))
    if (!complete && isSum(row, label)) {
      if (items.length > 0 && !goesOn(rows, i, columns, read)) done = true
      interrupt()
      continue
    }
    if (done && !complete) continue
    if (item !== null) {
      // Amounts without a word or a count: a sum, or what an allowance takes off
      const [above] = between.slice(-1)
      const named =
        item.description.length > 0 ||
        (last === null ? isNear(above, row) : above !== undefined && above.box[3] > row.y0)
      if (
        !named &&
        (!wantsNumber(columns) ||
          (!item.numbers.has('quantity') && columns.some((column) => column.kind === 'quantity')))
      )
        continue
      const after: TextLine[] = []
      items.push((last = { ...item, before: between, after, follows: last !== null }))
      between = after
      continue
    }
    const texts = row.cells.filter(
      (cell) =>
        cell.value === null &&
        (startsBelow(cell, last, read) ||
          (!inOther(cell, columns as readonly Column[]) &&
            isUnderDescription(cell, columns as readonly Column[]))),
    )
    const others = row.cells.filter(
      (cell) => !texts.includes(cell) && !inOther(cell, columns as readonly Column[]),
    )
    if (texts.length > 0 && others.length === 0)
      between.push(
        lineOf(
          texts.flatMap((cell) => cell.tokens),
          read,
        ),
      )
    else if (texts.length === 0) interrupt()
  }
  return { items }
}

/**
 * Whether a cell begins where the item's own text does, whatever the head names there: heads may be
 * set otherwise than texts.
 */
function startsBelow(cell: Cell, item: Item | null, read: Tokens): boolean {
  const first = read.tokens[item?.description[0] ?? -1]
  return (
    first !== undefined &&
    Math.abs(cell.x0 - first.box[0]) < sameStart * (first.box[3] - first.box[1])
  )
}

/** Whether goods follow a sum before another sum does: it was a section's. */
function goesOn(
  rows: readonly Row[],
  at: number,
  columns: readonly Column[],
  read: Tokens,
): boolean {
  for (const row of rows.slice(at + 1, at + 5)) {
    const label = row.cells.find((cell) => cell.value === null)?.text ?? ''
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
function isSum(row: Row, label: string): boolean {
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

function itemOf(row: Row, columns: readonly Column[], read: Tokens): Item | null {
  const numbers: Item['numbers'] = new Map()
  const texts: number[] = []
  // texts under columns of numbers of goods, and numbers under that of texts
  const aside: Cell[] = []
  const spare: Cell[] = []
  for (const cell of row.cells.flatMap((one) => splitCell(one, columns, read))) {
    const column = columnOf(cell, columns)
    if (
      cell.value !== null &&
      column !== null &&
      isNumberKind(column.kind) &&
      !numbers.has(column.kind)
    ) {
      numbers.set(column.kind, cell)
      spare.push(cell)
    } else if (cell.value !== null || inOther(cell, columns)) {
      if (cell.value !== null && column?.kind !== 'description') spare.push(cell)
      aside.push(cell)
    } else if (
      column === null ||
      column.kind === 'description' ||
      isUnderDescription(cell, columns)
    )
      for (const token of cell.tokens) texts.push(token)
  }
  const beside = texts.length === 0 ? textBeside(aside, read) : []
  const verified = mend(numbers, spare)
  if (!numbers.has('line_total')) return null
  const description = texts.length === 0 ? beside : texts
  if (wantsNumber(columns) && !numbers.has('quantity') && !numbers.has('unit_price')) return null
  if (!/[.,]\d|\d{2}/.test(numbers.get('line_total')?.text ?? '') && !verified) return null
  return {
    row,
    numbers,
    description,
    beside: beside.length > 0,
    before: [],
    after: [],
    follows: false,
    verified,
  }
}

/** Whether a row of goods has more than a text and a total. */
function wantsNumber(columns: readonly Column[]): boolean {
  return columns.some((column) => column.kind === 'quantity' || column.kind === 'unit_price')
}

/**
 * "4 Falcon" under "No. Description": where the column of texts is empty, the widest text beside
 * it, without its number.
 */
function textBeside(aside: readonly Cell[], read: Tokens): number[] {
  const words = aside.filter((cell) => /\p{L}{3}/u.test(cell.text))
  if (words.length === 0) return []
  const { tokens } = words.reduce((a, b) => (b.x1 - b.x0 > a.x1 - a.x0 ? b : a))
  return tokens.length > 1 &&
    /^\d{1,3}[.)]?$/.test((read.tokens[tokens[0] as number] as Token).text)
    ? tokens.slice(1)
    : [...tokens]
}

/** A row whose total stands a little lower than the rest, as in tables that align at the foot. */
function sunken(
  row: Row,
  next: Row | undefined,
  columns: readonly Column[],
  read: Tokens,
): Item | null {
  if (next === undefined || next.page !== row.page || next.y0 - row.y1 > 0.5 * (row.y1 - row.y0))
    return null
  const kinds = (one: Row): (ColumnKind | undefined)[] =>
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
 * "3 Sprockets" under "Qty Description": a number and a text that stand close are two cells where
 * the head says so.
 */
function splitCell(cell: Cell, columns: readonly Column[], read: Tokens): Cell[] {
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
  const part = (tokens: readonly number[]): Cell => {
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
 * True where it holds.
 */
function mend(numbers: Item['numbers'], spare: readonly Cell[]): boolean {
  const value = (
    kind: 'quantity' | 'unit_price' | 'line_total' | 'tax_rate' | 'discount',
  ): Decimal | null => decimal(numbers.get(kind)?.value)
  const [quantity, price, total, rate, discount] = [
    value('quantity'),
    value('unit_price'),
    value('line_total'),
    value('tax_rate'),
    value('discount'),
  ]
  if (quantity !== null && price !== null && total !== null) {
    if (isProduct(quantity, price, total, rate)) return true
    const reduced =
      discount === null
        ? null
        : times(times(quantity, price), {
            units: 10n ** BigInt(discount.scale + 2) - discount.units,
            scale: discount.scale + 2,
          })
    if (reduced !== null && near(reduced, total, { units: 2n, scale: 2 })) return true
  }
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

/**
 * Three cells, the last one rightmost, of which the first two multiply to it; trivial products only
 * as a last resort.
 */
function product(cells: readonly Cell[]): readonly [Cell, Cell, Cell] | null {
  const sorted = [...cells].sort((a, b) => a.x0 - b.x0).slice(-8)
  let trivial: readonly [Cell, Cell, Cell] | null = null
  for (let t = sorted.length - 1; t >= 2; t--) {
    for (let p = t - 1; p >= 1; p--) {
      for (let q = p - 1; q >= 0; q--) {
        const [a, b, c] = [sorted[q] as Cell, sorted[p] as Cell, sorted[t] as Cell]
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
      last = {
        row,
        numbers: inOrder(triple),
        description: [...widest.tokens],
        beside: false,
        before: [],
        after: [],
        follows: false,
        verified: true,
      }
      items.push(last)
    } else if (last !== null && texts.length > 0 && texts.length === row.cells.length)
      last.after.push(
        lineOf(
          texts.flatMap((cell) => cell.tokens),
          read,
        ),
      )
    else last = null
  }
  return items
}

function inOrder([first, second, third]: readonly [Cell, Cell, Cell]): Item['numbers'] {
  const swapped = isCount(second) && !isCount(first)
  return new Map([
    ['quantity', swapped ? second : first],
    ['unit_price', swapped ? first : second],
    ['line_total', third],
  ])
}

/**
 * Without the rows that say what the ones above them come to, whatever they are called, and what
 * follows them unproved.
 */
function withoutSums(items: readonly Item[]): Item[] {
  const kept: Item[] = []
  let above: Decimal = { units: 0n, scale: 2 }
  let summed = false
  for (const item of items) {
    const total = decimal(item.numbers.get('line_total')?.value)
    const proved = item.verified && item.numbers.has('quantity') && item.description.length > 0
    if (!proved && total !== null && kept.length > 0 && compare(total, above) === 0) summed = true
    if (summed && !proved) continue
    kept.push(item)
    if (total !== null) above = plus(above, total)
  }
  return kept
}

/** Whether the line totals add up to an amount that is printed below them. */
function sumsUp(items: readonly Item[], rows: readonly Row[]): boolean {
  const totals = items.map((item) => decimal(item.numbers.get('line_total')?.value))
  if (items.length < 2 || totals.includes(null)) return false
  const all = sum(totals as Decimal[])
  const lastRow = items.at(-1)?.row
  return rows.slice(lastRow === undefined ? 0 : rows.indexOf(lastRow) + 1).some((row) =>
    row.cells.some((cell) => {
      const value = decimal(cell.value)
      return value !== null && minus(value, all).units === 0n
    }),
  )
}

function lineItem(
  item: Item,
  description: readonly number[],
  read: Tokens,
  profile: Profile,
  context: Context,
  how: keyof typeof confidences,
): LineItem {
  const confidence = item.verified ? confidences.verified : confidences[how]
  const cells = profile.lineItems.flatMap((column): Field[] => {
    const kind = columnNames[column.name as keyof typeof columnNames]
    const tokens =
      column.name === 'description'
        ? description
        : kind === undefined
          ? undefined
          : item.numbers.get(kind)?.tokens
    if (tokens === undefined || tokens.length === 0) return []
    const raw = joined(tokens, read)
    const value =
      kind === undefined
        ? normaliseValue(column.type, raw, context)
        : (item.numbers.get(kind)?.value ?? null)
    if (value === null) return []
    const boxes = tokens.map((index) => (read.tokens[index] as Token).box)
    const box = [
      least(boxes.map((one) => one[0])),
      least(boxes.map((one) => one[1])),
      most(boxes.map((one) => one[2])),
      most(boxes.map((one) => one[3])),
    ].map(Math.round)
    return [
      {
        name: column.name,
        value,
        raw,
        confidence: column.name === 'description' ? Math.min(confidence, 0.8) : confidence,
        page: (read.tokens[tokens[0] as number] as Token).page,
        box,
        words: [...new Set(tokens.map((index) => (read.tokens[index] as Token).word))],
        origin: 'model',
        originId: 'table',
      },
    ]
  })
  return { cells }
}
