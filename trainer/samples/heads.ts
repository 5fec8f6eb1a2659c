/**
 * Parts shared by the heads of several layouts: the issuer's name, the title above the table, the
 * greeting, both parties side by side.
 */

import { wrap, type Face } from './canvas.ts'
import type { FactStyle } from './facts.ts'
import { fitFace, lineHeight, lines, mark, say, title, type SampleSheet } from './parts.ts'
import { party, partyLines, withHeading } from './party.ts'

export const factStyles: readonly FactStyle[] = [
  'columns',
  'right',
  'inline',
  'colon',
  'columns',
  'right',
]

export function headName(sheet: SampleSheet, x: number, y: number, width: number): void {
  const { issuer, design, strong, canvas } = sheet
  const trade = issuer.name !== issuer.legalName && design.chance('trade name', 0.3)
  const text = trade ? issuer.name : issuer.legalName
  const face = fitFace(
    text,
    { ...strong, size: strong.size + design.between('name size', 3, 10) },
    width,
  )
  canvas.text(x, y, [{ text, marks: trade ? [] : [mark(sheet, 'seller_name')] }], face, {
    color: sheet.accent,
  })
}

/** The title above the table, with the number if the facts omitted it. */
export function headline(sheet: SampleSheet, y: number): number {
  const { canvas, left, design, strong, invoice } = sheet
  canvas.text(
    left,
    y,
    design.chance('number in title', 0.3)
      ? [
          { text: `${title(sheet)} ` },
          { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
        ]
      : title(sheet),
    { ...strong, size: strong.size + 5 },
  )
  return y + lineHeight(strong) + 14
}

export function greet(sheet: SampleSheet, y: number, face: Face): number {
  if (!sheet.design.chance('greeting', 0.5)) return y + 6
  return (
    lines(
      sheet,
      sheet.left,
      y,
      wrap(say(sheet, 'greeting'), face, sheet.right - sheet.left),
      face,
    ) + 10
  )
}

/** Buyer and, if there is one, delivery address, side by side. */
export function parties(sheet: SampleSheet, y: number): number {
  const { left, right, design, invoice } = sheet
  const half = (right - left) / 2
  const a = party(
    sheet,
    left,
    y,
    half - 16,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: design.chance('buyer details', 0.2),
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  if (invoice.shipTo === null) return a + 18
  return (
    Math.max(
      a,
      party(
        sheet,
        left + half,
        y,
        half - 6,
        withHeading(
          sheet,
          'shipTo',
          partyLines(sheet, invoice.shipTo, 'buyer', {
            details: false,
            vat: false,
            name: design.chance('recipient named', 0.8),
          }),
        ),
      ),
    ) + 18
  )
}
