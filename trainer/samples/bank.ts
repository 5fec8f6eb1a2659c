/** Bank details as an issuer prints them. */

import type { Piece } from './canvas.ts'
import { label, mark, type SampleSheet } from './parts.ts'

export function bankRows(sheet: SampleSheet): Piece[][] {
  const { issuer, design } = sheet
  const rows: Piece[][] = []
  if (design.chance('holder', 0.2))
    rows.push([
      { text: `${label(sheet, 'holder')} ` },
      { text: issuer.legalName, marks: [mark(sheet, 'seller_name')] },
    ])
  if (design.chance('bank name', 0.75))
    rows.push([
      {
        text: design.chance('bank labelled', 0.5)
          ? `${label(sheet, 'bank')} ${issuer.bank}`
          : issuer.bank,
      },
    ])
  if (issuer.iban === null)
    rows.push([{ text: `${label(sheet, 'accountNumber')} ${issuer.account}` }])
  else {
    rows.push([
      { text: `${label(sheet, 'iban')} ` },
      { text: ibanPrinted(sheet, issuer.iban), marks: [mark(sheet, 'iban')] },
    ])
    if (design.chance('bic', 0.8)) rows.push([{ text: `${label(sheet, 'bic')} ${issuer.bic}` }])
  }
  return rows
}

export function ibanPrinted(sheet: SampleSheet, iban: string): string {
  return sheet.design.chance('iban in fours', 0.75) ? iban.replace(/(.{4})(?=.)/g, '$1 ') : iban
}
