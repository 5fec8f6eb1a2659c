/** The footer of each page: company, bank and register, and the page number. */

import { bankRows } from './bank.ts'
import type { Piece } from './canvas.ts'
import { fitFace, label, lineHeight, mark, say, wrapPieces, type SampleSheet } from './parts.ts'
import { partyLines, registerLines } from './party.ts'

/** The footer's height, which layouts keep free on each page. */
export function footHeight(sheet: SampleSheet): number {
  return sheet.design.pick('foot', [...footStyles]) === 'none'
    ? 26
    : 6 * lineHeight(sheet.small) + 22
}

const footStyles = ['columns', 'columns', 'columns', 'centred', 'rule', 'none'] as const

/**
 * The footer of the current page. `full` draws company and bank; page numbers are on every page.
 */
export function drawFoot(sheet: SampleSheet, page: number, pages: number, full: boolean): void {
  const { canvas, left, right, small, design, issuer } = sheet
  const style = design.pick('foot', [...footStyles])
  const bottom = canvas.height - 18
  const numbered = design.chance('page numbers', 0.6) || pages > 1
  if (numbered)
    canvas.text(
      design.chance('page number left', 0.2) ? left : right,
      bottom - 6,
      say(sheet, 'page').replace('{n}', String(page)).replace('{m}', String(pages)),
      small,
      { align: design.chance('page number left', 0.2) ? 'left' : 'right' },
    )
  if (style === 'none' || !full) return
  const top = canvas.height - footHeight(sheet) + 4
  if (design.chance('foot rule', 0.6))
    canvas.rule(left, top - 3, right, top - 3, 0.5, [0.5, 0.5, 0.5])
  const registers = registerLines(sheet, issuer, 'seller')
  const register: Piece[][] = design.chance('register', 0.6)
    ? [
        [{ text: `${say(sheet, 'register')} ${issuer.account.slice(0, 6)}` }],
        [
          {
            text: `${label(sheet, 'director')} ${issuer.country.givenNames[0]} ${issuer.country.surnames[issuer.account.length]}`,
          },
        ],
      ]
    : []
  if (style === 'columns') {
    const company = partyLines(sheet, issuer, 'seller', { details: false, vat: false }).map(
      (row) => row.text,
    )
    const contact: Piece[][] = [
      [{ text: `${label(sheet, 'phone')} ${issuer.phone}` }],
      [{ text: issuer.mail }],
      [{ text: issuer.web }],
    ]
    const columns = [
      company,
      [...contact, ...registers].slice(0, 5),
      [...bankRows(sheet), ...register].slice(0, 5),
    ]
    const cell = (right - left) / columns.length
    columns.forEach((rows, index) => footColumn(sheet, left + index * cell, top, cell - 8, rows))
    return
  }
  const middle = (left + right) / 2
  const texts: Piece[][] = [
    [
      { text: issuer.legalName, marks: [mark(sheet, 'seller_name')] },
      { text: ' - ' },
      { text: issuer.address.join(', '), marks: [mark(sheet, 'seller_address')] },
    ],
    [{ text: `${label(sheet, 'phone')} ${issuer.phone} - ${issuer.mail}` }],
    join(registers.length > 0 ? registers : register),
    join(bankRows(sheet)),
  ]
  let y = top
  for (const row of texts.flatMap((text) => wrapPieces(text, small, right - left))) {
    if (y + lineHeight(small) > bottom - 8) break
    canvas.text(style === 'centred' ? middle : left, y, row, small, {
      align: style === 'centred' ? 'center' : 'left',
    })
    y += lineHeight(small)
  }
}

function footColumn(
  sheet: SampleSheet,
  x: number,
  top: number,
  width: number,
  rows: readonly Piece[][],
): void {
  let y = top
  for (const row of rows) {
    const text = row.map((piece) => piece.text).join('')
    const face = fitFace(text, sheet.small, width)
    if (y + lineHeight(face) > sheet.canvas.height - 24) return
    sheet.canvas.text(x, y, row, face)
    y += lineHeight(sheet.small)
  }
}

function join(rows: readonly Piece[][]): Piece[] {
  return rows.flatMap((row, index) => (index === 0 ? row : [{ text: ' - ' }, ...row]))
}
