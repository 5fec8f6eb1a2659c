/** The totals of a form, and text near them: rates, allowances, payment terms. */

import { compare, round, sum, times, type Decimal } from '../../processors/values/money.ts'
import type { Face, Piece } from './canvas.ts'
import { colon, formWord, type FormThing } from './form-words.ts'
import { amount, fitFace, lineHeight, mark, say, type SampleSheet } from './parts.ts'

/**
 * Draws the totals as on a form, including zeros if the issuer prints them; returns their lower
 * edge.
 */
export function drawStatement(sheet: SampleSheet, y: number): number {
  const { canvas, left, right, body, strong, design, invoice, formats } = sheet
  if (design.chance('rates in form', 0.75) && !invoice.exempt) y = drawRates(sheet, y)
  const width = design.pick('statement width', [
    right - left,
    (right - left) * 0.6,
    (right - left) * 0.45,
  ])
  const x = design.chance('statement right', 0.5) ? right - width : left
  for (const [thing, value, fields] of sumsOf(sheet)) {
    const face = thing === 'due' || thing === 'grand' ? strong : body
    const pieces = amount(sheet, value, fields, !formats.showsCurrency)
    canvas.text(
      x,
      y,
      `${formWord(sheet, thing)}${colon(sheet)}`,
      fitFace(formWord(sheet, thing), face, width * 0.62),
    )
    canvas.text(x + width, y, pieces, face, { align: 'right' })
    y += lineHeight(body) * 1.25
  }
  if (design.chance('allowances listed', 0.35)) y = allowances(sheet, y + lineHeight(body))
  // Text about the due date is printed only once
  return !design.chance('due as fact', 0.5) && design.chance('terms in table', 0.6)
    ? termsTable(sheet, y + lineHeight(body))
    : y + 8
}

const zero: Decimal = { units: 0n, scale: 2 }

type FormSum = readonly [thing: FormThing, value: Decimal, fields: readonly string[]]

function sumsOf({ design, invoice }: SampleSheet): FormSum[] {
  const { shipping, discount, net, tax, grand, paid, due } = invoice
  const lineSum = sum(invoice.lines.map((line) => line.total))
  const extras = design.chance('zeros in form', 0.7)
  const isNet = compare(lineSum, net) === 0 && !extras
  const rows: FormSum[] = [['lineSum', lineSum, isNet ? ['net_total'] : []]]
  if (extras || shipping !== null) rows.push(['charges', shipping ?? zero, []])
  if (extras || discount !== null) rows.push(['allowances', discount ?? zero, []])
  rows.push(['net', net, ['net_total']])
  rows.push(['tax', tax, ['tax_total']])
  rows.push(['grand', grand, ['grand_total']])
  if (extras || paid !== null) rows.push(['paid', paid ?? zero, []])
  rows.push(['due', due, ['due_payable']])
  return rows
}

/** Taxable amount and tax of each rate as a table. */
function drawRates(sheet: SampleSheet, y: number): number {
  const { canvas, left, right, body, design, invoice, formats } = sheet
  const columns = [
    say(sheet, 'tax'),
    say(sheet, 'base'),
    say(sheet, 'taxRate'),
    say(sheet, 'lineTotal'),
  ]
  const cell = (right - left) / columns.length
  const put = (text: string | Piece[], k: number, face: Face): void =>
    void canvas.text(left + (k + 1) * cell, y, text, face, { align: 'right' })
  const head: Face = { ...body, bold: design.chance('labels bold', 0.4) }
  columns.forEach((text, k) => put(text, k, fitFace(text, head, cell - 6)))
  y += lineHeight(body) * 1.3
  const alone = invoice.rates.length === 1
  for (const one of invoice.rates) {
    const cells: (string | Piece[])[] = [
      `${say(sheet, 'tax')} (S)`,
      [{ text: formats.number(one.base, 2), marks: alone ? [mark(sheet, 'net_total')] : [] }],
      formats.percent(one.rate),
      [{ text: formats.number(one.tax, 2), marks: alone ? [mark(sheet, 'tax_total')] : [] }],
    ]
    cells.forEach((text, k) =>
      put(text, k, typeof text === 'string' ? fitFace(text, body, cell - 6) : body),
    )
    y += lineHeight(body) * 1.2
  }
  return y + lineHeight(body)
}

/**
 * Payment terms as a small table: the due date is in a column, beside an earlier one for early
 * payment.
 */
function termsTable(sheet: SampleSheet, y: number): number {
  const { canvas, left, right, body, design, invoice, formats } = sheet
  const width = right - left
  const places = [left, left + width * 0.55, right]
  const heads = [say(sheet, 'description'), say(sheet, 'dueDate'), formWord(sheet, 'due')]
  const bold: Face = { ...body, bold: design.chance('section bold', 0.7) }
  const align = (k: number): { align: 'left' | 'right' } => ({ align: k === 2 ? 'right' : 'left' })
  heads
    .slice(0, design.chance('part payments', 0.4) ? 3 : 2)
    .forEach(
      (text, k) =>
        void canvas.text(places[k] as number, y, text, fitFace(text, bold, width * 0.42), align(k)),
    )
  y += lineHeight(body) * 1.4
  const text = say(sheet, 'terms').replace('{n}', String(invoice.days))
  canvas.text(left, y, text, fitFace(text, body, width * 0.52))
  canvas.text(
    places[1] as number,
    y,
    [{ text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] }],
    body,
  )
  return y + lineHeight(body) * 1.6
}

/** Lists single allowances: amounts below the totals that are no field's value. */
export function allowances(sheet: SampleSheet, y: number): number {
  const { canvas, left, right, body, design, invoice, formats } = sheet
  canvas.text(left, y, formWord(sheet, 'allowances'), {
    ...body,
    bold: design.chance('section bold', 0.7),
  })
  y += lineHeight(body) * 1.4
  for (const line of invoice.lines.slice(0, design.pick('allowances', [1, 2, 3, 4]))) {
    const share: Decimal = { units: BigInt(design.pick('allowance', [1, 2, 3, 5, 10])), scale: 2 }
    canvas.text(left, y, `${say(sheet, 'discount')} ${formats.percent(line.rate)} (S)`, body)
    canvas.text(left + (right - left) * 0.7, y, formats.number(line.total, 2), body, {
      align: 'right',
    })
    canvas.text(right, y, formats.number(round(times(line.total, share), 2), 2), body, {
      align: 'right',
    })
    y += lineHeight(body) * 1.3
  }
  return y + 8
}
