/**
 * Heads of subscription bills: facts first, then a summary or the amount due as a headline.
 */

import { day, told, accountWord } from './account-words.ts'
import { textWidth, type Face } from './canvas.ts'
import { drawFacts, factsOf } from './facts.ts'
import {
  amount,
  fitFace,
  label,
  lineHeight,
  lines,
  logo,
  mark,
  title,
  type SampleSheet,
} from './parts.ts'
import { party, partyLines, registerLines, withHeading } from './party.ts'

const dueOf = (sheet: SampleSheet): readonly string[] => [
  'due_payable',
  ...(sheet.invoice.paid === null ? ['grand_total'] : []),
]

/**
 * Account and buyer at the left, a summary with the total at the right; the issuer in small print.
 */
export function cloud(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice } = sheet
  logo(sheet, left, top, 30)
  canvas.text(right, top, title(sheet), { ...strong, size: strong.size + 8 }, { align: 'right' })
  const half = left + (right - left) * 0.52
  let y =
    lines(sheet, left, top + 46, [`${label(sheet, 'accountNumber')} ${issuer.account}`], body) + 6
  y = party(
    sheet,
    left,
    y,
    half - left - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.3),
      }),
    ),
  )
  canvas.text(half, top + 46, accountWord(sheet, 'summary'), strong)
  canvas.rule(half, top + 46 + lineHeight(strong), right, top + 46 + lineHeight(strong), 0.6)
  let end =
    drawFacts(
      sheet,
      half,
      top + 52 + lineHeight(strong),
      right - half,
      factsOf(sheet, design.chance('due on', 0.7) ? ['dueDate'] : []),
      design.pick('facts', ['right', 'columns', 'right'] as const),
    ) + 4
  if (design.chance('due on', 0.7)) {
    const pieces = told(sheet, 'dueOn')
    const value = amount(sheet, invoice.due, dueOf(sheet))
    const room = right - half - textWidth(value.map((piece) => piece.text).join(''), strong) - 10
    canvas.text(
      half,
      end,
      pieces,
      fitFace(pieces.map((piece) => piece.text).join(''), strong, room),
    )
    canvas.text(right, end, value, strong, { align: 'right' })
    end += lineHeight(strong)
  }
  y = Math.max(y, end) + 12
  y =
    lines(
      sheet,
      left,
      y,
      [accountWord(sheet, 'period', { a: day(sheet, 31), b: day(sheet, 1) })],
      body,
    ) + 4
  const pieces = told(sheet, 'service')
  const fitted = fitFace(pieces.map((piece) => piece.text).join(''), small, right - left)
  canvas.text(left, y, pieces, fitted)
  y += lineHeight(small)
  return lines(sheet, left, y, registerLines(sheet, issuer, 'seller'), small) + 12
}

// Like subscription services: the facts first, the amount due as a headline
export function plan(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, invoice, formats, issuer } = sheet
  canvas.text(left, top, title(sheet), { ...strong, size: strong.size + 10 })
  if (design.chance('name at title', 0.4))
    canvas.text(
      right,
      top + 4,
      issuer.name === issuer.legalName
        ? [{ text: issuer.name, marks: [mark(sheet, 'seller_name')] }]
        : issuer.name,
      fitFace(issuer.name, { ...strong, size: strong.size + 4 }, 200),
      { align: 'right', color: [0.5, 0.5, 0.5] },
    )
  let y =
    drawFacts(
      sheet,
      left,
      top + 36,
      260,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'columns'] as const),
    ) + 14
  const half = (right - left) / 2
  const a = party(
    sheet,
    left,
    y,
    half - 16,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
  )
  const b = party(
    sheet,
    left + half,
    y,
    half - 6,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: true, vat: true }),
    ),
  )
  y = Math.max(a, b) + 18
  if (!design.chance('sum as headline', 0.7)) return y
  const face: Face = { ...strong, size: strong.size + 5 }
  const words = {
    en: ' due ',
    de: ' fällig am ',
    fr: ' à payer avant le ',
    es: ' vence el ',
    it: ' scadenza ',
    nl: ' te betalen voor ',
  }[issuer.language]
  canvas.text(
    left,
    y,
    [
      ...amount(sheet, invoice.due, [
        'due_payable',
        ...(invoice.paid === null ? ['grand_total'] : []),
      ]),
      { text: words },
      { text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] },
    ],
    face,
  )
  return y + lineHeight(face) + 14
}
