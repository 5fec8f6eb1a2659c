/**
 * Line items: the rows of an invoice's table, read without its ruling lines.
 *
 * A table is found by its head: a row in which at least two columns are named, one of them an
 * amount. Each cell belongs to the column above it. Without a head, rows are found in which two
 * numbers multiply to a third. Arithmetic also corrects a reading: if the assigned numbers don't
 * multiply but others of the row do, those are taken. A row needs a line total and a second number
 * (where the head has such a column) or a text; totals, also carried ones, are recognised by their
 * words and left out. table-texts.ts decides which text around a row describes it.
 *
 * Not supported: rows with stacked cells, rotated tables, two tables side by side.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field, LineItem } from '../../schemas/types.ts'
import { tokensOf, type Token, type Tokens } from '../document/tokens.ts'
import type { Print } from '../document/words.ts'
import { least, most } from '../shared/extent.ts'
import { compare, decimal, minus, plus, sum, type Decimal } from '../values/money.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import { headedItems } from './headed-table.ts'
import { isCount, product, type TableItem } from './table-item.ts'
import { joined, tableRowsOf, type TableCell, type TableRow } from './table-rows.ts'
import { descriptionsOf, textLineOf } from './table-texts.ts'
import { isTotalWord } from './table-words.ts'

const maxRows = 20_000
const confidences = { verified: 0.97, summed: 0.93, headed: 0.75, guessed: 0.55 }
const columnNames = {
  quantity: 'quantity',
  unit_price: 'unit_price',
  line_total: 'line_total',
  tax_rate: 'tax_rate',
} as const

/**
 * The rows of the document's tables, in the profile's columns; empty where there is no table.
 * `names`: column names learned from corrections.
 */
export function readLines(
  print: Print,
  profile: Profile,
  context: DocumentContext,
  names: Readonly<Record<string, string>> = {},
): LineItem[] {
  if (profile.lineItems.length === 0 || print.words.length === 0) return []
  const read = tokensOf(print)
  const rows = tableRowsOf(read, context).slice(0, maxRows)
  const headed = headedItems(rows, read, names)
  const items = withoutSums(headed.length > 0 ? headed : byArithmetic(rows, read))
  const found = headed.length > 0 ? 'headed' : 'guessed'
  const how = sumsUp(items, rows) ? 'summed' : found
  const descriptions = descriptionsOf(
    items.map((item) => ({
      ...item,
      page: item.row.page,
      y0: item.row.y0,
      y1: item.row.y1,
      own: item.beside || item.description.length === 0 ? null : textLineOf(item.description, read),
      beside: item.beside ? textLineOf(item.description, read) : null,
    })),
    read,
  )
  return items.map((item, at) =>
    lineItem(item, descriptions[at] ?? [], read, profile, context, how),
  )
}

function byArithmetic(rows: readonly TableRow[], read: Tokens): TableItem[] {
  const items: TableItem[] = []
  let last: TableItem | null = null
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
        textLineOf(
          texts.flatMap((cell) => cell.tokens),
          read,
        ),
      )
    else last = null
  }
  return items
}

function inOrder([first, second, third]: readonly [
  TableCell,
  TableCell,
  TableCell,
]): TableItem['numbers'] {
  const swapped = isCount(second) && !isCount(first)
  return new Map([
    ['quantity', swapped ? second : first],
    ['unit_price', swapped ? first : second],
    ['line_total', third],
  ])
}

/**
 * Without rows that are the total of the rows above them, whatever they are called, and without the
 * unconfirmed rows after them.
 */
function withoutSums(items: readonly TableItem[]): TableItem[] {
  const kept: TableItem[] = []
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
function sumsUp(items: readonly TableItem[], rows: readonly TableRow[]): boolean {
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
  item: TableItem,
  description: readonly number[],
  read: Tokens,
  profile: Profile,
  context: DocumentContext,
  how: keyof typeof confidences,
): LineItem {
  const confidence = item.verified ? confidences.verified : confidences[how]
  const cells = profile.lineItems.flatMap((column): Field[] => {
    const kind = columnNames[column.name as keyof typeof columnNames]
    const numbers = kind === undefined ? undefined : item.numbers.get(kind)?.tokens
    const tokens = column.name === 'description' ? description : numbers
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
