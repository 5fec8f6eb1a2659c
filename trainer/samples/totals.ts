/**
 * The sums under the table, in the ways issuers set them out: a list at the right, a box, a strip
 * of cells, with or without a table of tax rates. Sums that stand there only to mislead a reader
 * (goods before shipping, tax of one rate) are printed without a mark.
 */

import { type Decimal, compare, negate, sum } from '../../processors/values/money.ts'
import { type Color, type Face, type Piece, textWidth } from './canvas.ts'
import { type Sheet, amount, fitFace, label, lineHeight, mark, say } from './parts.ts'

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

/** Height that the totals may need: layouts turn the page where less is left. */
export function totalsHeight(sheet: Sheet): number {
  return (
    (totalsOf(sheet).length + 1) * (lineHeight(sheet.body) + 9) +
    (sheet.design.chance('rate table', 0.3)
      ? (sheet.invoice.rates.length + 2) * lineHeight(sheet.body)
      : 0) +
    16
  )
}

/** Draws the totals; gives where they end. */
export function drawTotals(sheet: Sheet, y: number, style: TotalsStyle): number {
  const { canvas, left, right, design, formats, body, strong, accent } = sheet
  const totals = totalsOf(sheet)
  if (design.chance('rate table', 0.3) && sheet.invoice.rates.length > 0 && !sheet.invoice.exempt)
    y = rateTable(sheet, y)
  if (style === 'strip') return totalsStrip(sheet, y, totals)
  const plain = !formats.showsCurrency
  const valueOf = (total: Total): ReturnType<typeof amount> =>
    amount(sheet, total.value, total.fields, plain)
  const widest = Math.max(
    ...totals.map((total) =>
      textWidth(
        valueOf(total)
          .map((piece) => piece.text)
          .join(''),
        { ...strong, size: strong.size + 2 },
      ),
    ),
  )
  const labels = Math.max(...totals.map((total) => textWidth(labelled(sheet, total), strong)))
  const width =
    style === 'wide'
      ? right - left
      : Math.min(
          right - left,
          Math.max(labels + widest + 26, design.between('totals width', 170, 250)),
        )
  const x0 = style === 'left' ? left : right - width
  const x1 = x0 + width
  const gap = design.between('totals gap', 1, 6)
  const top = y
  const big = design.chance('big total', 0.35)
  for (const total of totals) {
    const face: Face = total.strong ? { ...strong, size: strong.size + (big ? 2 : 0) } : body
    const height = lineHeight(face) + gap
    const inverted = style === 'filled' && total.strong
    const color: Color = inverted ? [1, 1, 1] : [0, 0, 0]
    if (inverted) canvas.box(x0, y, width, height + 2, { fill: accent })
    else if (total.strong && design.chance('rule above total', 0.5)) canvas.rule(x0, y, x1, y, 0.7)
    else if (style === 'boxed') canvas.rule(x0, y, x1, y, 0.4)
    const near = design.chance('labels near values', 0.25)
    canvas.text(
      near ? x1 - 6 - widest - 12 : x0 + 6,
      y + gap / 2 + 1,
      labelPieces(sheet, labelled(sheet, total)),
      fitFace(labelled(sheet, total), face, width - widest - 14),
      { align: near ? 'right' : 'left', color },
    )
    canvas.text(x1 - 6, y + gap / 2 + 1, valueOf(total), face, { align: 'right', color })
    y += height + (inverted ? 2 : 0)
    if (total.strong && design.chance('double rule', 0.25)) {
      canvas.rule(x0, y, x1, y, 0.5)
      canvas.rule(x0, y + 1.6, x1, y + 1.6, 0.5)
      y += 3
    }
  }
  if (style === 'boxed') canvas.box(x0, top, width, y - top, { stroke: [0.2, 0.2, 0.2] })
  return y + 8
}

/**
 * What is summed up, in the issuer's order. The grand total is always there; net and tax mostly.
 */
function totalsOf(sheet: Sheet): Total[] {
  const { invoice, design } = sheet
  const totals: Total[] = []
  const add = (text: string, value: Decimal, fields: readonly string[], strong = false): void =>
    void totals.push({ text, value, fields, strong })
  const extras = invoice.shipping !== null || invoice.discount !== null
  const netLabel = say(sheet, 'net')
  if (extras) {
    const other = sheet.issuer.language === 'en' ? 'Items' : say(sheet, 'base')
    if (design.chance('goods before extras', 0.7))
      add(other, sum(invoice.lines.map((line) => line.total)), [])
    if (invoice.shipping !== null) add(say(sheet, 'shipping'), invoice.shipping, [])
    if (invoice.discount !== null)
      add(say(sheet, 'discount'), { ...invoice.discount, units: -invoice.discount.units }, [])
  }
  const single = invoice.rates.length === 1
  const untaxed = compare(invoice.tax, { units: 0n, scale: 0 }) === 0
  const taxShown = !untaxed || design.chance('zero tax shown', 0.5)
  const netShown = untaxed
    ? design.chance('net without tax', 0.5)
    : !design.chance('no net', invoice.gross ? 0.3 : 0.05)
  const taxRows = (): void => {
    if (!taxShown) return
    const halves =
      sheet.issuer.country.code === 'IN' &&
      invoice.tax.units % 2n === 0n &&
      design.chance('tax in halves', 0.6)
    if (halves && single) {
      const rate = String(Number(invoice.rates[0]?.rate ?? 0) / 2)
      for (const part of design.pick('halves', [
        ['CGST', 'SGST'],
        ['Central tax', 'State tax'],
      ]))
        add(
          `${part} ${sheet.formats.percent(rate)}`,
          { ...invoice.tax, units: invoice.tax.units / 2n },
          [],
        )
      if (design.chance('tax sum as well', 0.4)) add(say(sheet, 'tax'), invoice.tax, ['tax_total'])
    } else if (single) add(say(sheet, 'tax', invoice.rates[0]?.rate), invoice.tax, ['tax_total'])
    else {
      const each = design.chance('tax of each rate', 0.8)
      if (each)
        for (const one of invoice.rates)
          add(
            `${say(sheet, 'tax', one.rate)}${/\{p\}/.test(say(sheet, 'tax')) || /\d/.test(say(sheet, 'tax', one.rate)) ? '' : ` ${sheet.formats.percent(one.rate)}`}`,
            one.tax,
            [],
          )
      if (!each || design.chance('tax sum as well', 0.4))
        add(
          each
            ? `${sheet.issuer.language === 'en' ? 'Total tax' : `${say(sheet, 'tax')} ${sheet.issuer.language === 'de' ? 'gesamt' : 'total'}`}`
            : say(sheet, 'tax'),
          invoice.tax,
          ['tax_total'],
        )
    }
  }
  const dueShown = invoice.paid !== null || design.chance('due shown', 0.3)
  const grandFields = dueShown ? ['grand_total'] : ['grand_total', 'due_payable']
  const grandOnly =
    !dueShown && design.chance('total called due', 0.15) ? say(sheet, 'due') : say(sheet, 'grand')
  const grand = (): void =>
    add(
      sheet.design.chance('currency in label', sheet.formats.showsCurrency ? 0.05 : 0.5)
        ? `${grandOnly} ${sheet.formats.currencyMark}`
        : grandOnly,
      invoice.grand,
      grandFields,
      true,
    )
  if (invoice.gross && design.chance('total first', 0.5)) {
    grand()
    if (netShown) add(netLabel, invoice.net, ['net_total'])
    taxRows()
  } else {
    if (netShown) add(netLabel, invoice.net, ['net_total'])
    taxRows()
    grand()
  }
  // What an account owed before and has paid since: it comes to nothing
  const earlier: Decimal = { units: BigInt(sheet.issuer.account.slice(0, 5)), scale: 2 }
  if (
    sheet.issuer.trade.kind === 'utility' &&
    invoice.paid === null &&
    design.chance('earlier balance', 0.35)
  ) {
    add(say(sheet, 'previous'), earlier, [])
    add(say(sheet, 'received'), negate(earlier), [])
  }
  const paidOn = design.chance('paid on', 0.3) ? ` ${sheet.formats.date(invoice.orderDate)}` : ''
  if (invoice.paid !== null)
    add(`${say(sheet, 'paid')}${paidOn}`, { ...invoice.paid, units: -invoice.paid.units }, [])
  if (dueShown) add(say(sheet, 'due'), invoice.due, ['due_payable'], true)
  return totals
}

function labelled(sheet: Sheet, total: Total): string {
  return sheet.design.chance('colons in totals', 0.4)
    ? `${total.text.replace(/:$/, '')}${label(sheet, 'net').endsWith(':') ? ':' : ''}`
    : total.text
}

function labelPieces(sheet: Sheet, text: string): Piece[] {
  const code = sheet.formats.currencyMark
  const bare = text.replace(/:$/, '')
  if (!bare.endsWith(` ${code}`)) return [{ text }]
  return [
    { text: bare.slice(0, -code.length) },
    { text: code, marks: [mark(sheet, 'currency')] },
    { text: text.slice(bare.length) },
  ]
}

function totalsStrip(sheet: Sheet, y: number, totals: readonly Total[]): number {
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

function rateTable(sheet: Sheet, y: number): number {
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
