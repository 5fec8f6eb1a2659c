/**
 * Payment slips at the foot of an invoice: the Swiss payment part, the German transfer form, the
 * stub that is torn off and returned. They repeat payer, payee and amount with their own labels,
 * and add payment references.
 *
 * Swiss: Six, "Swiss implementation guidelines QR-bill" 2.3, section 3. The code itself is drawn as
 * a box.
 */

import { ibanPrinted } from './bank.ts'
import { wrap, type Face, type Piece } from './canvas.ts'
import { fitFace, label, lineHeight, mark, say, type SampleSheet } from './parts.ts'
import { nameLines } from './party.ts'
import { stubWords, swissWords, transferWords } from './slip-words.ts'

export type Slip = 'swiss' | 'transfer' | 'stub'

/** The slip on the issuer's invoices, null for most. */
export function slipOf(sheet: SampleSheet): Slip | null {
  const { issuer, design } = sheet
  const { code } = issuer.country
  if (code === 'CH') return issuer.iban !== null && design.chance('slip', 0.6) ? 'swiss' : null
  if (issuer.language in transferWords && issuer.iban !== null && design.chance('slip', 0.07))
    return 'transfer'
  return design.chance(
    'slip',
    code === 'US' || code === 'GB' || issuer.trade.kind === 'utility' ? 0.18 : 0.04,
  )
    ? 'stub'
    : null
}

export const slipHeight: Readonly<Record<Slip, number>> = { swiss: 250, transfer: 190, stub: 130 }

/** Draws a slip from y on. */
export function drawSlip(sheet: SampleSheet, slip: Slip, y: number): void {
  switch (slip) {
    case 'swiss':
      return swiss(sheet, y)
    case 'transfer':
      return transfer(sheet, y)
    case 'stub':
      return stub(sheet, y)
    default:
      slip satisfies never
  }
}

function swiss(sheet: SampleSheet, y: number): void {
  const { canvas, left, right, issuer, invoice, formats } = sheet
  const { language } = issuer
  const [receipt, part, to, by, reference, currency, amount, point, extra] =
    swissWords[language === 'fr' || language === 'it' || language === 'en' ? language : 'de']
  canvas.rule(0, y, canvas.width, y, 0.4)
  const head: Face = { family: 'Helvetica', bold: true, size: 11 }
  const strong: Face = { ...head, size: 6.5 }
  const body: Face = { ...strong, bold: false, size: 8 }
  const column = (x: number, width: number, top: number, rows: readonly SlipEntry[]): void =>
    drawEntries(sheet, { x, top, width, strong, body }, rows)
  const payee = (): Piece[][] => [
    [{ text: ibanPrinted(sheet, issuer.iban ?? ''), marks: [mark(sheet, 'iban')] }],
    [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }],
    ...addressRows(sheet, 'seller'),
  ]
  const payer = (): Piece[][] => [
    [{ text: invoice.buyer.legalName, marks: [mark(sheet, 'buyer_name')] }],
    ...addressRows(sheet, 'buyer'),
  ]
  const ref: SlipEntry[] = sheet.design.chance('swiss reference', 0.7)
    ? [[reference, [[{ text: `00 00000 ${invoice.reference}` }]]]]
    : []
  const sums = (x: number, top: number): void => {
    canvas.text(x, top, currency, strong)
    canvas.text(x + 40, top, amount, strong)
    canvas.text(
      x,
      top + 10,
      [{ text: issuer.country.currency, marks: [mark(sheet, 'currency')] }],
      body,
    )
    canvas.text(
      x + 40,
      top + 10,
      [
        {
          text: formats.number(invoice.due, 2).replace(/['’]/g, ' '),
          marks: [
            mark(sheet, 'due_payable'),
            ...(invoice.paid === null ? [mark(sheet, 'grand_total')] : []),
          ],
        },
      ],
      body,
    )
  }
  const third = left + (right - left) * 0.33
  canvas.rule(third - 8, y, third - 8, y + 245, 0.4)
  canvas.text(left, y + 6, receipt, head)
  column(left, third - left - 16, y + 26, [[to, payee()], ...ref, [by, payer()]])
  sums(left, y + 205)
  canvas.text(third - 14, y + 232, point, strong, { align: 'right' })
  canvas.text(third, y + 6, part, head)
  canvas.box(third, y + 30, 120, 120, { stroke: [0, 0, 0] })
  sums(third, y + 205)
  const wide = third + 140
  column(wide, right - wide, y + 8, [
    [to, payee()],
    ...ref,
    [
      extra,
      [
        [
          { text: `${say(sheet, 'title')} ` },
          { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
        ],
      ],
    ],
    [by, payer()],
  ])
}

/** A name, and the lines with that label. */
type SlipEntry = readonly [name: string, values: readonly (readonly Piece[])[]]

interface SlipColumn {
  readonly x: number
  readonly top: number
  readonly width: number
  readonly strong: Face // of the labels
  readonly body: Face
}

function drawEntries(
  { canvas }: SampleSheet,
  column: SlipColumn,
  rows: readonly SlipEntry[],
): void {
  const { x, width, strong, body } = column
  let { top } = column
  for (const [name, values] of rows) {
    canvas.text(x, top, name, fitFace(name, strong, width))
    top += 10
    for (const value of values) {
      canvas.text(x, top, value, fitFace(value.map((piece) => piece.text).join(''), body, width))
      top += 10
    }
    top += 5
  }
}

function addressRows(sheet: SampleSheet, role: 'seller' | 'buyer'): Piece[][] {
  const company = role === 'seller' ? sheet.issuer : sheet.invoice.buyer
  const marks = role === 'seller' ? [mark(sheet, 'seller_address')] : []
  return company.address.map((text) => [{ text, marks }])
}

function transfer(sheet: SampleSheet, y: number): void {
  const { canvas, left, right, small, issuer, invoice, formats, strong } = sheet
  const words = transferWords[issuer.language as keyof typeof transferWords]
  canvas.rule(left, y, right, y, 0.3, [0.5, 0.5, 0.5])
  canvas.text(left + 8, y + 8, words[0], strong)
  const tiny: Face = { ...small, size: 5.5 }
  const type: Face = {
    family: sheet.design.pick('slip font', ['Courier', 'Helvetica'] as const),
    bold: false,
    size: 9,
  }
  const due = [
    mark(sheet, 'due_payable'),
    ...(invoice.paid === null ? [mark(sheet, 'grand_total')] : []),
  ]
  const rows: (readonly [string, readonly Piece[]])[] = [
    [
      words[1],
      nameLines(sheet, issuer, 'seller').flatMap((piece, k) =>
        k === 0
          ? [piece]
          : [{ text: ' ', ...(piece.marks === undefined ? {} : { marks: piece.marks }) }, piece],
      ),
    ],
    [words[2], [{ text: ibanPrinted(sheet, issuer.iban ?? ''), marks: [mark(sheet, 'iban')] }]],
    [words[3], [{ text: issuer.bic }]],
    [words[4], [{ text: formats.number(invoice.due, 2), marks: due }]],
    [
      words[5],
      [
        { text: `${invoice.customerNumber} ` },
        { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
      ],
    ],
    [words[6], [{ text: invoice.buyer.legalName, marks: [mark(sheet, 'buyer_name')] }]],
  ]
  let at = y + 26
  for (const [name, value] of rows) {
    canvas.text(left + 8, at, name, tiny)
    canvas.text(
      left + 8,
      at + 8,
      value,
      fitFace(value.map((piece) => piece.text).join(''), type, right - left - 16),
    )
    at += 26
  }
}

function stub(sheet: SampleSheet, y: number): void {
  const { canvas, left, right, small, body, issuer, invoice, formats, design } = sheet
  const [detach, enclosed, remit] = stubWords[issuer.language]
  canvas.rule(left, y, right, y, 0.5, [0.4, 0.4, 0.4])
  canvas.text((left + right) / 2, y + 3, detach, small, { align: 'center' })
  const middle = left + (right - left) * 0.55
  let at = y + 20
  canvas.text(left, at, `${remit}:`, { ...small, bold: true })
  at += lineHeight(small)
  const named = mark(sheet, 'seller_name')
  for (const text of wrap(issuer.legalName, body, middle - left - 10)) {
    canvas.text(left, at, [{ text, marks: [named] }], body)
    at += lineHeight(body)
  }
  for (const row of addressRows(sheet, 'seller')) {
    canvas.text(left, at, row, body)
    at += lineHeight(body)
  }
  const due = [
    mark(sheet, 'due_payable'),
    ...(invoice.paid === null ? [mark(sheet, 'grand_total')] : []),
  ]
  const { before, amount, after } = formats.money(invoice.due)
  const rows: (readonly [string, readonly Piece[]])[] = [
    [label(sheet, 'customerNumber'), [{ text: invoice.customerNumber }]],
    [label(sheet, 'number'), [{ text: invoice.number, marks: [mark(sheet, 'invoice_number')] }]],
    [
      label(sheet, 'due'),
      [
        ...(before === '' ? [] : [{ text: before }]),
        { text: amount, marks: due },
        ...(after === '' ? [] : [{ text: after }]),
      ],
    ],
    ...(design.chance('due date on stub', 0.5)
      ? [
          [
            label(sheet, 'dueDate'),
            [{ text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] }],
          ] as const,
        ]
      : []),
    [`${enclosed}:`, [{ text: '________' }]],
  ]
  at = y + 20
  for (const [name, value] of rows) {
    canvas.text(middle, at, name, fitFace(name, body, (right - middle) * 0.6))
    canvas.text(
      right,
      at,
      value,
      fitFace(value.map((piece) => piece.text).join(''), body, (right - middle) * 0.38),
      { align: 'right' },
    )
    at += lineHeight(body) + 2
  }
}
