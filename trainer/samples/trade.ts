/** Heads of wholesalers and shops: three parties side by side, grids, strips of facts. */

import { drawFacts, factStrip, factsOf } from './facts.ts'
import { headName } from './heads.ts'
import { fitFace, logo, mark, title, type SampleSheet } from './parts.ts'
import { party, partyLines, withHeading } from './party.ts'

export function market(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  logo(sheet, left, top, 26)
  canvas.text(right, top, title(sheet), { ...strong, size: strong.size + 5 }, { align: 'right' })
  const third = (right - left) / 3
  const y = top + 40
  const a = party(
    sheet,
    left,
    y,
    third - 10,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  const b = party(
    sheet,
    left + third,
    y,
    third - 10,
    withHeading(
      sheet,
      'shipTo',
      partyLines(sheet, invoice.shipTo ?? invoice.buyer, 'buyer', {
        details: false,
        vat: false,
        name: design.chance('recipient named', 0.8),
      }),
    ),
  )
  const c = party(
    sheet,
    left + 2 * third,
    y,
    third,
    withHeading(sheet, 'from', partyLines(sheet, issuer, 'seller', { details: false, vat: true })),
  )
  const end = Math.max(a, b, c) + 12
  canvas.rule(left, end, right, end, 0.5)
  const half = (right - left) / 2
  return (
    drawFacts(
      sheet,
      left,
      end + 8,
      half,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon'] as const),
    ) + 14
  )
}

// Like wholesalers: one bordered table holds all facts of the document
export function grid(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, small, issuer, invoice } = sheet
  const third = (right - left) / 3
  const heading = `${title(sheet)}`
  canvas.text(
    left + 2 * third + 6,
    top,
    heading,
    fitFace(heading, { ...strong, size: strong.size + 3 }, third - 8),
  )
  const a = party(
    sheet,
    left + 6,
    top + 4,
    third - 12,
    withHeading(
      sheet,
      'from',
      partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.4), vat: true }),
    ),
    'left',
    small,
  )
  const b = party(
    sheet,
    left + third + 6,
    top + 4,
    third - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.6),
      }),
    ),
    'left',
    small,
  )
  const c = drawFacts(
    sheet,
    left + 2 * third + 6,
    top + 26,
    third - 12,
    factsOf(sheet),
    design.pick('facts', ['colon', 'inline', 'columns', 'colon'] as const),
    small,
  )
  let end = Math.max(a, b, c) + 6
  if (invoice.shipTo !== null) {
    const ship = party(
      sheet,
      left + 6,
      end + 4,
      third * 2,
      withHeading(
        sheet,
        'shipTo',
        partyLines(sheet, invoice.shipTo, 'buyer', {
          details: false,
          vat: false,
          name: design.chance('recipient named', 0.8),
        }),
      ),
      'left',
      small,
    )
    canvas.rule(left, end, right, end, 0.5)
    end = ship + 4
  }
  canvas.box(left, top - 4, right - left, end - top + 4, { stroke: [0.2, 0.2, 0.2] })
  for (const x of [left + third, left + 2 * third]) canvas.rule(x, top - 4, x, end, 0.5)
  return end + 14
}

export function bon(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  headName(sheet, left, top, 260)
  const a = party(
    sheet,
    left,
    top + 30,
    250,
    partyLines(sheet, issuer, 'seller', {
      details: true,
      vat: true,
      name: design.chance('name twice', 0.5),
    }),
  )
  const x = right - 240
  const b = party(
    sheet,
    x + 10,
    top + 38,
    220,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.5),
      }),
    ),
  )
  canvas.box(x, top + 30, 240, b - top - 24, { stroke: sheet.accent, round: true })
  const facts = factsOf(sheet)
  const end = Math.max(a, b) + 20
  canvas.text(left, end, title(sheet), { ...strong, size: strong.size + 7 })
  return (
    factStrip(sheet, end + 28, facts, {
      boxed: design.chance('strip boxed', 0.7),
      filled: true,
      perRow: 5,
    }) + 4
  )
}

export function strip(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  const heading = [
    { text: `${title(sheet)} ` },
    { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
  ]
  const face = fitFace(
    heading.map((piece) => piece.text).join(''),
    { ...strong, size: strong.size + 8 },
    300,
  )
  const sellerEnd = party(
    sheet,
    right - 200,
    top,
    200,
    partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.7), vat: true }),
    'right',
  )
  canvas.text(left, top, heading, face, { color: sheet.accent })
  const y = party(
    sheet,
    left,
    top + 40,
    260,
    partyLines(sheet, invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.5),
    }),
  )
  const facts = factsOf(sheet, ['number', 'creditNumber'])
  return factStrip(sheet, Math.max(y, sellerEnd) + 18, facts, {
    boxed: design.chance('strip boxed', 0.3),
    filled: design.chance('strip filled', 0.5),
    perRow: 5,
  })
}

// Issuer at the upper left, the buyer's window at the right, as in France; facts below it in a
// strip or list
export function windowRight(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  if (design.chance('logo', 0.4)) logo(sheet, left, top - 4, 34)
  const sellerTop = design.chance('logo', 0.4) ? top + 38 : top
  const x = left + (right - left) * 0.55
  const a = party(
    sheet,
    left,
    sellerTop,
    x - left - 16,
    partyLines(sheet, issuer, 'seller', { details: true, vat: design.chance('vat in head', 0.7) }),
  )
  const heading = fitFace(title(sheet), { ...strong, size: strong.size + 8 }, right - x)
  canvas.text(x, top, title(sheet), heading, { color: sheet.accent })
  const b = party(
    sheet,
    x,
    top + 76,
    right - x,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.35),
      }),
    ),
  )
  const y = Math.max(a, b) + 20
  if (design.chance('facts in strip', 0.5))
    return (
      factStrip(sheet, y, factsOf(sheet), {
        boxed: design.chance('strip boxed', 0.6),
        filled: design.chance('strip filled', 0.5),
        perRow: 4,
      }) + 6
    )
  return (
    drawFacts(
      sheet,
      left,
      y,
      (right - left) * 0.5,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon'] as const),
    ) + 14
  )
}
