/**
 * The totals below the table, in several arrangements: a list at the right, a box, a strip of
 * cells, with or without a table of tax rates. Distractors (subtotal before shipping, tax of one
 * rate) are not marked as values of a field.
 */

import { compare, negate, sum, type Decimal } from '../../processors/values/money.ts'
import { textWidth, type Color, type Face, type Piece } from './canvas.ts'
import { amount, fitFace, label, lineHeight, mark, say, type SampleSheet } from './parts.ts'

interface Total {
  readonly text: string
  readonly value: Decimal
  readonly fields: readonly string[]
  readonly strong: boolean
}

export type TotalsStyle = 'list' | 'boxed' | 'strip' | 'filled' | 'wide' | 'left'

export const totalsStyles: readonly TotalsStyle[] = [
  'list',
  'list',
  'list',
  'boxed',
  'filled',
  'strip',
  'wide',
  'list',
]

/** Height that the totals may need: layouts add a page if less is left. */
export function totalsHeight(sheet: SampleSheet): number {
  return (
    (totalsOf(sheet).length + 1) * (lineHeight(sheet.body) + 9) +
    (sheet.design.chance('rate table', 0.3)
      ? (sheet.invoice.rates.length + 2) * lineHeight(sheet.body)
      : 0) +
    16
  )
}

/** Draws the totals; returns their lower edge. */
export function drawTotals(sheet: SampleSheet, y: number, style: TotalsStyle): number {
  const { canvas, design, invoice } = sheet
  const totals = totalsOf(sheet)
  if (design.chance('rate table', 0.3) && invoice.rates.length > 0 && !invoice.exempt)
    y = rateTable(sheet, y)
  if (style === 'strip') return totalsStrip(sheet, y, totals)
  const list = listOf(sheet, totals, style)
  const top = y
  for (const total of totals) y = drawTotal(sheet, list, total, y)
  if (style === 'boxed') canvas.box(list.x0, top, list.width, y - top, { stroke: [0.2, 0.2, 0.2] })
  return y + 8
}

/** The position of a list of totals. */
interface TotalsList {
  readonly style: TotalsStyle
  readonly x0: number
  readonly x1: number
  readonly width: number
  readonly widest: number // of the values
}

function valueOf(sheet: SampleSheet, total: Total): Piece[] {
  return amount(sheet, total.value, total.fields, !sheet.formats.showsCurrency)
}

function listOf(sheet: SampleSheet, totals: readonly Total[], style: TotalsStyle): TotalsList {
  const { left, right, design, strong } = sheet
  const large = { ...strong, size: strong.size + 2 }
  const textOf = (total: Total): string =>
    valueOf(sheet, total)
      .map((piece) => piece.text)
      .join('')
  const widest = Math.max(...totals.map((total) => textWidth(textOf(total), large)))
  const labels = Math.max(...totals.map((total) => textWidth(labelled(sheet, total), strong)))
  const least = Math.max(labels + widest + 26, design.between('totals width', 170, 250))
  const width = style === 'wide' ? right - left : Math.min(right - left, least)
  const x0 = style === 'left' ? left : right - width
  return { style, x0, x1: x0 + width, width, widest }
}

function drawTotal(sheet: SampleSheet, list: TotalsList, total: Total, y: number): number {
  const { canvas, design, body, strong, accent } = sheet
  const { style, x0, x1, width, widest } = list
  const gap = design.between('totals gap', 1, 6)
  const big = design.chance('big total', 0.35)
  const face: Face = total.strong ? { ...strong, size: strong.size + (big ? 2 : 0) } : body
  const height = lineHeight(face) + gap
  const inverted = style === 'filled' && total.strong
  const color: Color = inverted ? [1, 1, 1] : [0, 0, 0]
  if (inverted) canvas.box(x0, y, width, height + 2, { fill: accent })
  else if (total.strong && design.chance('rule above total', 0.5)) canvas.rule(x0, y, x1, y, 0.7)
  else if (style === 'boxed') canvas.rule(x0, y, x1, y, 0.4)
  const near = design.chance('labels near values', 0.25)
  const name = labelled(sheet, total)
  canvas.text(
    near ? x1 - 6 - widest - 12 : x0 + 6,
    y + gap / 2 + 1,
    labelPieces(sheet, name),
    fitFace(name, face, width - widest - 14),
    { align: near ? 'right' : 'left', color },
  )
  canvas.text(x1 - 6, y + gap / 2 + 1, valueOf(sheet, total), face, { align: 'right', color })
  y += height + (inverted ? 2 : 0)
  if (!total.strong || !design.chance('double rule', 0.25)) return y
  canvas.rule(x0, y, x1, y, 0.5)
  canvas.rule(x0, y + 1.6, x1, y + 1.6, 0.5)
  return y + 3
}

/** The totals, in the issuer's order. The grand total is always included, net and tax mostly. */
function totalsOf(sheet: SampleSheet): Total[] {
  const { invoice, design } = sheet
  const dueShown = invoice.paid !== null || design.chance('due shown', 0.3)
  const [net, tax, grand] = [netRows(sheet), taxRows(sheet), grandRow(sheet, dueShown)]
  const grandFirst = invoice.gross && design.chance('total first', 0.5)
  return [
    ...extraRows(sheet),
    ...(grandFirst ? [grand, ...net, ...tax] : [...net, ...tax, grand]),
    ...balanceRows(sheet),
    ...paidRows(sheet),
    ...(dueShown ? [totalOf(say(sheet, 'due'), invoice.due, ['due_payable'], true)] : []),
  ]
}

function totalOf(
  text: string,
  value: Decimal,
  fields: readonly string[] = [],
  strong = false,
): Total {
  return { text, value, fields, strong }
}

/** Subtotal before shipping and discount, and both of these. */
function extraRows(sheet: SampleSheet): Total[] {
  const { shipping, discount, lines } = sheet.invoice
  if (shipping === null && discount === null) return []
  const goods = sheet.issuer.language === 'en' ? 'Items' : say(sheet, 'base')
  const rows: Total[] = []
  if (sheet.design.chance('goods before extras', 0.7))
    rows.push(totalOf(goods, sum(lines.map((line) => line.total))))
  if (shipping !== null) rows.push(totalOf(say(sheet, 'shipping'), shipping))
  if (discount !== null)
    rows.push(totalOf(say(sheet, 'discount'), { ...discount, units: -discount.units }))
  return rows
}

function isUntaxed({ invoice }: SampleSheet): boolean {
  return compare(invoice.tax, { units: 0n, scale: 0 }) === 0
}

function netRows(sheet: SampleSheet): Total[] {
  const { invoice, design } = sheet
  const isShown = isUntaxed(sheet)
    ? design.chance('net without tax', 0.5)
    : !design.chance('no net', invoice.gross ? 0.3 : 0.05)
  return isShown ? [totalOf(say(sheet, 'net'), invoice.net, ['net_total'])] : []
}

function taxRows(sheet: SampleSheet): Total[] {
  const { invoice, design } = sheet
  if (isUntaxed(sheet) && !design.chance('zero tax shown', 0.5)) return []
  if (invoice.rates.length !== 1) return rowsOfRates(sheet)
  const halves =
    sheet.issuer.country.code === 'IN' &&
    invoice.tax.units % 2n === 0n &&
    design.chance('tax in halves', 0.6)
  if (halves) return rowsOfHalves(sheet)
  return [totalOf(say(sheet, 'tax', invoice.rates[0]?.rate), invoice.tax, ['tax_total'])]
}

/** India's tax is split equally between union and state. */
function rowsOfHalves(sheet: SampleSheet): Total[] {
  const { invoice, design, formats } = sheet
  const rate = String(Number(invoice.rates[0]?.rate ?? 0) / 2)
  const names = design.pick('halves', [
    ['CGST', 'SGST'],
    ['Central tax', 'State tax'],
  ])
  const half = { ...invoice.tax, units: invoice.tax.units / 2n }
  const rows = names.map((name) => totalOf(`${name} ${formats.percent(rate)}`, half))
  return design.chance('tax sum as well', 0.4)
    ? [...rows, totalOf(say(sheet, 'tax'), invoice.tax, ['tax_total'])]
    : rows
}

function rowsOfRates(sheet: SampleSheet): Total[] {
  const { invoice, design } = sheet
  if (!design.chance('tax of each rate', 0.8))
    return [totalOf(say(sheet, 'tax'), invoice.tax, ['tax_total'])]
  const rows = invoice.rates.map((one) => totalOf(nameOfRate(sheet, one.rate), one.tax))
  return design.chance('tax sum as well', 0.4)
    ? [...rows, totalOf(nameOfAllTax(sheet), invoice.tax, ['tax_total'])]
    : rows
}

function nameOfRate(sheet: SampleSheet, rate: string): string {
  const name = say(sheet, 'tax', rate)
  const says = /\{p\}/.test(say(sheet, 'tax')) || /\d/.test(name)
  return `${name}${says ? '' : ` ${sheet.formats.percent(rate)}`}`
}

function nameOfAllTax(sheet: SampleSheet): string {
  const { language } = sheet.issuer
  if (language === 'en') return 'Total tax'
  return `${say(sheet, 'tax')} ${language === 'de' ? 'gesamt' : 'total'}`
}

function grandRow(sheet: SampleSheet, dueShown: boolean): Total {
  const { invoice, design, formats } = sheet
  const fields = dueShown ? ['grand_total'] : ['grand_total', 'due_payable']
  const isCalledDue = !dueShown && design.chance('total called due', 0.15)
  const name = say(sheet, isCalledDue ? 'due' : 'grand')
  const withCurrency = design.chance('currency in label', formats.showsCurrency ? 0.05 : 0.5)
  const text = withCurrency ? `${name} ${formats.currencyMark}` : name
  return totalOf(text, invoice.grand, fields, true)
}

/** Earlier debts of an account and payments since: they add up to zero. */
function balanceRows(sheet: SampleSheet): Total[] {
  const { invoice, issuer, design } = sheet
  const hasBalance =
    issuer.trade.kind === 'utility' &&
    invoice.paid === null &&
    design.chance('earlier balance', 0.35)
  if (!hasBalance) return []
  const earlier: Decimal = { units: BigInt(issuer.account.slice(0, 5)), scale: 2 }
  return [
    totalOf(say(sheet, 'previous'), earlier),
    totalOf(say(sheet, 'received'), negate(earlier)),
  ]
}

function paidRows(sheet: SampleSheet): Total[] {
  const { paid, orderDate } = sheet.invoice
  if (paid === null) return []
  const on = sheet.design.chance('paid on', 0.3) ? ` ${sheet.formats.date(orderDate)}` : ''
  return [totalOf(`${say(sheet, 'paid')}${on}`, { ...paid, units: -paid.units })]
}

function labelled(sheet: SampleSheet, total: Total): string {
  return sheet.design.chance('colons in totals', 0.4)
    ? `${total.text.replace(/:$/, '')}${label(sheet, 'net').endsWith(':') ? ':' : ''}`
    : total.text
}

function labelPieces(sheet: SampleSheet, text: string): Piece[] {
  const code = sheet.formats.currencyMark
  const bare = text.replace(/:$/, '')
  if (!bare.endsWith(` ${code}`)) return [{ text }]
  return [
    { text: bare.slice(0, -code.length) },
    { text: code, marks: [mark(sheet, 'currency')] },
    { text: text.slice(bare.length) },
  ]
}

function totalsStrip(sheet: SampleSheet, y: number, totals: readonly Total[]): number {
  const { canvas, left, right, body, strong, design } = sheet
  const cell = (right - left) / totals.length
  const height = 2 * lineHeight(body) + 10
  totals.forEach((total, index) => {
    const x = left + index * cell
    if (design.chance('strip boxed', 0.7))
      canvas.box(x, y, cell, height, { stroke: [0.3, 0.3, 0.3] })
    const value = amount(sheet, total.value, total.fields, !sheet.formats.showsCurrency)
    const text = value.map((piece) => piece.text).join('')
    canvas.text(x + 4, y + 3, labelPieces(sheet, total.text), fitFace(total.text, body, cell - 8))
    canvas.text(
      x + cell - 4,
      y + lineHeight(body) + 5,
      value,
      fitFace(text, total.strong ? strong : body, cell - 8),
      { align: 'right' },
    )
  })
  return y + height + 10
}

function rateTable(sheet: SampleSheet, y: number): number {
  const { canvas, left, invoice, body, small, formats } = sheet
  const face = sheet.design.chance('rate table small', 0.5) ? small : body
  const cell = 74
  const heads = [say(sheet, 'taxRate'), say(sheet, 'base'), say(sheet, 'lineTotal')]
  heads.forEach(
    (text, index) =>
      void canvas.text(
        left + (index + 1) * cell,
        y,
        text,
        fitFace(text, { ...face, bold: true }, cell - 6),
        { align: 'right' },
      ),
  )
  y += lineHeight(face)
  canvas.rule(left, y, left + heads.length * cell, y, 0.4)
  for (const one of invoice.rates) {
    const alone = invoice.rates.length === 1
    canvas.text(left + cell, y + 2, formats.percent(one.rate), face, { align: 'right' })
    canvas.text(
      left + 2 * cell,
      y + 2,
      [{ text: formats.number(one.base, 2), marks: alone ? [mark(sheet, 'net_total')] : [] }],
      face,
      { align: 'right' },
    )
    canvas.text(
      left + 3 * cell,
      y + 2,
      [{ text: formats.number(one.tax, 2), marks: alone ? [mark(sheet, 'tax_total')] : [] }],
      face,
      { align: 'right' },
    )
    y += lineHeight(face) + 1
  }
  return y + 8
}
