/** Heads with a large title: in a coloured band, centred, above boxes, beside a column. */

import { wrap, type Color } from './canvas.ts'
import { drawFacts, factStrip, factsOf } from './facts.ts'
import { factStyles, parties } from './heads.ts'
import {
  fitFace,
  label,
  lineHeight,
  lines,
  logo,
  mark,
  say,
  title,
  type SampleSheet,
} from './parts.ts'
import { party, partyLines, registerLines, withHeading } from './party.ts'

export function classic(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer } = sheet
  if (design.chance('logo', 0.5)) logo(sheet, left, top, 36)
  const sellerTop = design.chance('logo', 0.5) ? top + 42 : top
  const sellerEnd = party(
    sheet,
    left,
    sellerTop,
    250,
    partyLines(sheet, issuer, 'seller', { details: true, vat: design.chance('vat in head', 0.6) }),
  )
  canvas.text(
    right,
    top,
    title(sheet),
    fitFace(
      title(sheet),
      { ...strong, size: strong.size + design.between('title size', 8, 18) },
      right - left - 256,
    ),
    { align: 'right', color: sheet.accent },
  )
  const factsEnd = drawFacts(
    sheet,
    right - 205,
    top + 44,
    205,
    factsOf(sheet),
    design.pick('facts', ['columns', 'right', 'right', 'inline'] as const),
  )
  return parties(sheet, Math.max(sellerEnd, factsEnd) + 20)
}

export function band(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, accent, issuer } = sheet
  const white: Color = [1, 1, 1]
  const height = 64
  canvas.box(0, top - 24, canvas.width, height, { fill: accent })
  const size = strong.size + 12
  canvas.text(
    left,
    top - 24 + (height - size) / 2 - 2,
    title(sheet),
    { ...strong, size },
    { color: white },
  )
  const name = fitFace(issuer.legalName, { ...strong, size: strong.size + 2 }, 230)
  canvas.text(
    right,
    top - 24 + height / 2 - 8,
    [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }],
    name,
    { align: 'right', color: white },
  )
  const y = top + height - 8
  const half = (right - left) / 2
  const factsEnd = drawFacts(
    sheet,
    left,
    y,
    half - 20,
    factsOf(sheet),
    design.pick('facts', factStyles),
  )
  const rows = partyLines(sheet, issuer, 'seller', {
    details: true,
    vat: true,
    name: design.chance('name twice', 0.4),
  })
  const end = party(sheet, left + half + 20, y, half - 20, rows)
  return parties(sheet, Math.max(end, factsEnd) + 16)
}

export function centred(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, body, issuer } = sheet
  const middle = (left + right) / 2
  let y = top
  if (design.chance('logo', 0.4)) {
    logo(sheet, middle - 18, y, 36)
    y += 42
  }
  const face = fitFace(issuer.legalName, { ...strong, size: strong.size + 6 }, right - left)
  canvas.text(middle, y, [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }], face, {
    align: 'center',
    color: sheet.accent,
  })
  y += lineHeight(face)
  const address = mark(sheet, 'seller_address')
  y = lines(
    sheet,
    middle,
    y,
    [
      [{ text: issuer.address.join(', '), marks: [address] }],
      `${label(sheet, 'phone')} ${issuer.phone}  ${issuer.mail}`,
      ...registerLines(sheet, issuer, 'seller'),
    ],
    body,
    { align: 'center' },
  )
  canvas.rule(left, y + 4, right, y + 4, 0.8)
  canvas.text(
    middle,
    y + 12,
    title(sheet),
    { ...strong, size: strong.size + 4 },
    { align: 'center' },
  )
  y += 40
  const half = (right - left) / 2
  const end = party(
    sheet,
    left,
    y,
    half - 20,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, sheet.invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  return (
    Math.max(
      end,
      drawFacts(
        sheet,
        left + half + 10,
        y,
        half - 10,
        factsOf(sheet),
        design.pick('facts', factStyles),
      ),
    ) + 18
  )
}

export function boxes(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  canvas.text(
    design.chance('title left', 0.5) ? left : right,
    top,
    title(sheet),
    { ...strong, size: strong.size + 9 },
    { align: design.chance('title left', 0.5) ? 'left' : 'right' },
  )
  const y = top + 36
  const half = (right - left) / 2 - 6
  const a = party(
    sheet,
    left + 6,
    y + 5,
    half - 12,
    withHeading(
      sheet,
      'from',
      partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.6), vat: true }),
    ),
  )
  const b = party(
    sheet,
    left + half + 18,
    y + 5,
    half - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.5),
      }),
    ),
  )
  const end = Math.max(a, b) + 4
  canvas.box(left, y, half, end - y, { stroke: [0.3, 0.3, 0.3] })
  canvas.box(left + half + 12, y, half, end - y, { stroke: [0.3, 0.3, 0.3] })
  return (
    factStrip(sheet, end + 12, factsOf(sheet), {
      boxed: true,
      filled: design.chance('strip filled', 0.6),
      perRow: 4,
    }) + 6
  )
}

export function side(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, small, issuer, invoice, accent } = sheet
  // The coloured column ends above the table, so that the table can take the whole width
  const width = 165
  const rows = partyLines(sheet, issuer, 'seller', { details: true, vat: true })
  const facts = factsOf(sheet)
  const pale: Color = [0.86 + accent[0] * 0.1, 0.86 + accent[1] * 0.1, 0.86 + accent[2] * 0.1]
  const sellerEnd = party(sheet, left, top, width - 14, rows, 'left', small)
  const factsEnd = drawFacts(sheet, left, sellerEnd + 12, width - 14, facts, 'above', small)
  const x = left + width + 16
  canvas.text(x, top, title(sheet), { ...strong, size: strong.size + 12 }, { color: accent })
  let y = party(
    sheet,
    x,
    top + 46,
    right - x,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: true,
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  y = lines(sheet, x, y + 14, wrap(say(sheet, 'greeting'), sheet.body, right - x), sheet.body)
  const end = Math.max(factsEnd, y) + 10
  // boxes are below text, whatever was drawn first
  canvas.box(0, 0, left + width, end, { fill: pale })
  return end + 12
}
