/** The columns of the table of goods: which there are, where they stand, and what a cell says. */

import { type Decimal, plus, round, times } from '../../processors/values/money.ts'
import { type Face, textWidth } from './canvas.ts'
import { type SampleLine, isoDay } from './invoice.ts'
import { type Sheet, amount, say } from './parts.ts'

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

export function columnsOf(sheet: Sheet): Column[] {
  const { design, invoice, left, right, body } = sheet
  const { kind } = sheet.issuer.trade
  const wanted: ColumnName[] = []
  if (design.chance('position column', 0.45)) wanted.push('position')
  if (design.chance('date column', kind === 'service' ? 0.25 : 0.08)) wanted.push('date')
  if (kind !== 'service' && kind !== 'subscription' && design.chance('sku column', 0.4))
    wanted.push('sku')
  const quantityFirst = design.chance('quantity first', 0.25)
  const numbers = !design.chance(
    'totals only',
    kind === 'service' || kind === 'subscription' ? 0.3 : 0.05,
  )
  const unit = numbers && design.chance('unit column', 0.35)
  const quantity: ColumnName[] = numbers ? ['quantity', ...(unit ? (['unit'] as const) : [])] : []
  wanted.push(
    ...(quantityFirst
      ? [...quantity, 'description' as const]
      : ['description' as const, ...quantity]),
  )
  if (numbers && !design.chance('no unit price', 0.06)) wanted.push('unitPrice')
  if (invoice.lines.some((line) => line.discount > 0)) wanted.push('discountColumn')
  if (
    sheet.issuer.country.code !== 'US' &&
    design.chance(
      'rate column',
      new Set(invoice.lines.map((line) => line.rate)).size > 1 ? 0.95 : 0.4,
    )
  ) {
    if (design.chance('rate last', 0.2)) wanted.push('lineTotal', 'taxRate')
    else wanted.push('taxRate', 'lineTotal')
    if (numbers && !invoice.gross && design.chance('gross column', 0.08))
      wanted.push(
        ...(design.chance('tax amounts', 0.6) ? (['taxAmount'] as const) : []),
        'grossTotal',
      )
  } else wanted.push('lineTotal')
  const gap = 10
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
  const least = 120
  for (const name of [
    'unit',
    'taxAmount',
    'position',
    'date',
    'sku',
    'grossTotal',
    'taxRate',
  ] as const) {
    if (
      right - left - [...widths.values()].reduce((a, b) => a + b, 0) < least &&
      widths.has(name)
    ) {
      widths.delete(name)
      wanted.splice(wanted.indexOf(name), 1)
    }
  }
  const rest = right - left - [...widths.values()].reduce((a, b) => a + b, 0)
  let x = left
  return wanted.map((name) => {
    const width = name === 'description' ? rest : (widths.get(name) ?? 0)
    const align =
      name === 'description' || name === 'sku' || name === 'unit' || name === 'date'
        ? 'left'
        : name === 'position' ||
            (name === 'quantity' && (quantityFirst || design.chance('quantity centred', 0.3)))
          ? design.pick(`align ${name}`, ['left', 'center'] as const)
          : 'right'
    const column: Column = { name, x, width, align }
    x += width
    return column
  })
}

export function cellText(sheet: Sheet, name: ColumnName, line: SampleLine, number: number): string {
  const { formats, design } = sheet
  switch (name) {
    case 'position':
      return design.pick('position style', [
        String(number),
        String(number * 10),
        String(number).padStart(3, '0'),
        `${number}.`,
      ])
    case 'sku':
      return line.sku
    case 'date':
      return formats.date(
        isoDay(
          Date.parse(`${sheet.invoice.deliveryDate}T00:00:00Z`) - 86_400_000 * ((number * 3) % 17),
        ),
      )
    case 'taxAmount':
      return formats.number(taxOf(line), 2)
    case 'grossTotal':
      return formats.number(plus(line.total, taxOf(line)), 2)
    case 'unit':
      return line.unit
    case 'quantity':
      return `${formats.number(line.quantity, Math.max(line.quantity.scale, design.pick('quantity places', [0, 0, 0, 2, 1, 4])))}${!design.chance('unit column', 0.35) && design.chance('unit in quantity', 0.15) ? ` ${line.unit}` : ''}`
    case 'unitPrice':
      return amount(
        sheet,
        line.price,
        [],
        !formats.showsCurrencyInLines,
        Math.max(2, line.price.scale),
      )
        .map((piece) => piece.text)
        .join('')
    case 'discountColumn':
      return line.discount === 0 ? '' : formats.percent(String(line.discount))
    case 'taxRate':
      return design.chance('rate with percent', 0.75)
        ? formats.percent(line.rate)
        : formats.percent(line.rate).replace(/\s?%/, '')
    case 'lineTotal':
      return amount(sheet, line.total, [], !formats.showsCurrencyInLines)
        .map((piece) => piece.text)
        .join('')
    case 'description':
      return line.description
    default:
      return name satisfies never
  }
}

function taxOf(line: SampleLine): Decimal {
  return round(
    times(line.total, { units: BigInt(Math.round(Number(line.rate) * 100)), scale: 4 }),
    2,
  )
}

export function anchor(column: Column): number {
  return column.align === 'left'
    ? column.x + 4
    : column.align === 'right'
      ? column.x + column.width - 4
      : column.x + column.width / 2
}
