/**
 * The columns of the item table: which there are, where they are, and the content of their cells.
 */

import { plus, round, times, type Decimal } from '../../processors/values/money.ts'
import { textWidth, type Face, type Piece } from './canvas.ts'
import { isoDay, type SampleLine } from './invoice.ts'
import { amount, say, type SampleSheet } from './parts.ts'

export type ColumnName =
  | 'position'
  | 'date'
  | 'sku'
  | 'description'
  | 'quantity'
  | 'unit'
  | 'unitPrice'
  | 'discountColumn'
  | 'taxRate'
  | 'taxAmount'
  | 'lineTotal'
  | 'grossTotal'

export interface Column {
  readonly name: ColumnName
  readonly x: number // left edge
  readonly width: number
  readonly align: 'left' | 'right' | 'center'
}

export function columnsOf(sheet: SampleSheet): Column[] {
  const wanted = wantedColumns(sheet)
  const widths = widthsOf(sheet, wanted)
  const shown = wanted.filter((name) => name === 'description' || widths.has(name))
  const rest = sheet.right - sheet.left - total(widths)
  let x = sheet.left
  return shown.map((name) => {
    const width = name === 'description' ? rest : (widths.get(name) ?? 0)
    const column: Column = { name, x, width, align: alignOf(sheet, name) }
    x += width
    return column
  })
}

/** The columns of the issuer's table, in order. */
function wantedColumns(sheet: SampleSheet): ColumnName[] {
  const { design, invoice } = sheet
  const { kind } = sheet.issuer.trade
  const isService = kind === 'service'
  const isSold = !isService && kind !== 'subscription'
  const wanted: ColumnName[] = []
  if (design.chance('position column', 0.45)) wanted.push('position')
  if (design.chance('date column', isService ? 0.25 : 0.08)) wanted.push('date')
  if (isSold && design.chance('sku column', 0.4)) wanted.push('sku')
  const numbers = !design.chance('totals only', isSold ? 0.05 : 0.3)
  const unit = numbers && design.chance('unit column', 0.35)
  const quantity: ColumnName[] = numbers ? ['quantity', ...(unit ? (['unit'] as const) : [])] : []
  if (isQuantityFirst(sheet)) wanted.push(...quantity, 'description')
  else wanted.push('description', ...quantity)
  if (numbers && !design.chance('no unit price', 0.06)) wanted.push('unitPrice')
  if (invoice.lines.some((line) => line.discount > 0)) wanted.push('discountColumn')
  return [...wanted, ...totalColumns(sheet, numbers)]
}

function isQuantityFirst({ design }: SampleSheet): boolean {
  return design.chance('quantity first', 0.25)
}

/** Rates and totals of lines: the columns at the right. */
function totalColumns({ design, invoice, issuer }: SampleSheet, numbers: boolean): ColumnName[] {
  const severalRates = new Set(invoice.lines.map((line) => line.rate)).size > 1
  const rates =
    issuer.country.code !== 'US' && design.chance('rate column', severalRates ? 0.95 : 0.4)
  if (!rates) return ['lineTotal']
  const columns: ColumnName[] = design.chance('rate last', 0.2)
    ? ['lineTotal', 'taxRate']
    : ['taxRate', 'lineTotal']
  if (!numbers || invoice.gross || !design.chance('gross column', 0.08)) return columns
  if (design.chance('tax amounts', 0.6)) columns.push('taxAmount')
  return [...columns, 'grossTotal']
}

const gap = 10 // between columns, points
const leastDescription = 120
/** Columns dropped first if the description would be too narrow. */
const dispensable = [
  'unit',
  'taxAmount',
  'position',
  'date',
  'sku',
  'grossTotal',
  'taxRate',
] as const

/** The width of every column except the description; columns without room are dropped. */
function widthsOf(sheet: SampleSheet, wanted: readonly ColumnName[]): Map<ColumnName, number> {
  const { invoice, left, right, body } = sheet
  const strong: Face = { ...body, bold: true }
  const natural = (name: ColumnName): number =>
    Math.max(
      Math.min(78, textWidth(say(sheet, name), strong)),
      ...invoice.lines.map((line) => textWidth(cellText(sheet, name, line, 1), body)),
      name === 'lineTotal' || name === 'unitPrice' ? 42 : 16,
    ) + gap
  const widths = new Map(
    wanted.filter((name) => name !== 'description').map((name) => [name, natural(name)]),
  )
  for (const name of dispensable)
    if (right - left - total(widths) < leastDescription) widths.delete(name)
  return widths
}

function total(widths: ReadonlyMap<ColumnName, number>): number {
  return [...widths.values()].reduce((a, b) => a + b, 0)
}

function alignOf(sheet: SampleSheet, name: ColumnName): Column['align'] {
  const { design } = sheet
  switch (name) {
    case 'description':
    case 'sku':
    case 'unit':
    case 'date':
      return 'left'
    case 'position':
      return design.pick('align position', ['left', 'center'])
    case 'quantity':
      return isQuantityFirst(sheet) || design.chance('quantity centred', 0.3)
        ? design.pick('align quantity', ['left', 'center'])
        : 'right'
    case 'unitPrice':
    case 'discountColumn':
    case 'taxRate':
    case 'taxAmount':
    case 'lineTotal':
    case 'grossTotal':
      return 'right'
    default:
      return name satisfies never
  }
}

/** The text of a line's cell; `number` counts lines from 1. */
export function cellText(
  sheet: SampleSheet,
  name: ColumnName,
  line: SampleLine,
  number: number,
): string {
  return cellTexts[name](sheet, line, number)
}

const cellTexts: Readonly<
  Record<ColumnName, (sheet: SampleSheet, line: SampleLine, number: number) => string>
> = {
  position: ({ design }, _line, number) =>
    design.pick('position style', [
      String(number),
      String(number * 10),
      String(number).padStart(3, '0'),
      `${number}.`,
    ]),
  sku: (_sheet, line) => line.sku,
  date: ({ formats, invoice }, _line, number) =>
    formats.date(
      isoDay(Date.parse(`${invoice.deliveryDate}T00:00:00Z`) - 86_400_000 * ((number * 3) % 17)),
    ),
  taxAmount: ({ formats }, line) => formats.number(taxOf(line), 2),
  grossTotal: ({ formats }, line) => formats.number(plus(line.total, taxOf(line)), 2),
  unit: (_sheet, line) => line.unit,
  quantity: quantityText,
  unitPrice: (sheet, line) => {
    const plain = !sheet.formats.showsCurrencyInLines
    return textOf(amount(sheet, line.price, [], plain, Math.max(2, line.price.scale)))
  },
  discountColumn: ({ formats }, line) =>
    line.discount === 0 ? '' : formats.percent(String(line.discount)),
  taxRate: ({ formats, design }, line) =>
    design.chance('rate with percent', 0.75)
      ? formats.percent(line.rate)
      : formats.percent(line.rate).replace(/\s?%/, ''),
  lineTotal: (sheet, line) =>
    textOf(amount(sheet, line.total, [], !sheet.formats.showsCurrencyInLines)),
  description: (_sheet, line) => line.description,
}

function quantityText({ formats, design }: SampleSheet, line: SampleLine): string {
  const places = Math.max(line.quantity.scale, design.pick('quantity places', [0, 0, 0, 2, 1, 4]))
  const hasUnit = !design.chance('unit column', 0.35) && design.chance('unit in quantity', 0.15)
  return `${formats.number(line.quantity, places)}${hasUnit ? ` ${line.unit}` : ''}`
}

const textOf = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('')

function taxOf(line: SampleLine): Decimal {
  return round(
    times(line.total, { units: BigInt(Math.round(Number(line.rate) * 100)), scale: 4 }),
    2,
  )
}

/** Where the text of a column's cells is aligned to. */
export function anchor({ align, x, width }: Column): number {
  switch (align) {
    case 'left':
      return x + 4
    case 'center':
      return x + width / 2
    case 'right':
      return x + width - 4
    default:
      return align satisfies never
  }
}
