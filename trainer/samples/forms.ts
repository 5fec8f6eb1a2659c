/**
 * Invoices as forms: electronic invoices printed by programs, and forms of portals. Every value has
 * its label, seller and buyer differ only by the heading of their section, and there are technical
 * lines: versions, profiles, files and numbers that are not the invoice's.
 *
 * The words are the names of EN 16931's business terms and similar ones, in six languages.
 */

import type { Face, Piece } from './canvas.ts'
import { factStrip, factsOf } from './facts.ts'
import { banner, closingSections } from './form-notes.ts'
import { drawRows, labelled, listed, section, type FormRow } from './form-rows.ts'
import { formWord } from './form-words.ts'
import { lineHeight, mark, factName, say, title, wrapPieces, type SampleSheet } from './parts.ts'

export const formNames: ReadonlySet<string> = new Set(['form', 'listing'])

// Every value with its label, one below the other
export function form(sheet: SampleSheet): number {
  const { left, right, design } = sheet
  let y = facts(sheet, banner(sheet, sheet.top))
  const step = lineHeight(sheet.body) * design.between('section gap', 1, 3)
  const sides = design.chance('sections side by side', 0.2)
  const half = (right - left) / 2
  const parties = design.chance('buyer first', 0.25)
    ? (['buyer', 'seller'] as const)
    : (['seller', 'buyer'] as const)
  let lowest = y
  parties.forEach((role, k) => {
    const end = section(
      sheet,
      role,
      sides ? left + k * half : left,
      sides ? lowest : y,
      sides ? half - 12 : right - left,
      labelled(sheet, role),
    )
    y = Math.max(y, end) + (sides && k === 0 ? 0 : step)
    if (!sides) lowest = y
  })
  return closingSections(sheet, y, step)
}

// The same as lines of text below the headings of their sections
export function listing(sheet: SampleSheet): number {
  const { left, right, design } = sheet
  let y = facts(sheet, banner(sheet, sheet.top))
  const step = lineHeight(sheet.body) * design.between('section gap', 1, 3)
  for (const role of design.chance('buyer first', 0.25)
    ? (['buyer', 'seller'] as const)
    : (['seller', 'buyer'] as const))
    y = section(sheet, role, left, y, right - left, listed(sheet, role)) + step
  return closingSections(sheet, y, step)
}

function facts(sheet: SampleSheet, y: number): number {
  const { canvas, left, right, design, strong, invoice, formats } = sheet
  const inTitle = design.chance('number in form title', 0.6)
  const number: Piece = { text: invoice.number, marks: [mark(sheet, 'invoice_number')] }
  const code = design.chance('type code', 0.5) ? ` (${invoice.credit ? 381 : 380})` : ''
  const head: Piece[] = [{ text: `${title(sheet)}${code}` }]
  if (inTitle) {
    head.push({ text: ` ${design.pick('no', ['Nr.', 'No.', 'n°', '#', ''])} ` }, number)
    if (design.chance('date in form title', 0.8))
      head.push(
        {
          text: { en: ' of ', de: ' vom ', fr: ' du ', es: ' de ', it: ' del ', nl: ' van ' }[
            sheet.issuer.language
          ],
        },
        { text: formats.date(invoice.issueDate), marks: [mark(sheet, 'issue_date')] },
      )
  }
  const face: Face = { ...strong, size: strong.size + design.between('form title size', 0, 8) }
  for (const pieces of wrapPieces(head, face, right - left)) {
    canvas.text(left, y, pieces, face)
    y += lineHeight(face) + 2
  }
  const dated = inTitle && design.chance('date in form title', 0.8)
  const rows: FormRow[] = factsOf(sheet, [
    ...(inTitle ? ['number', 'creditNumber'] : []),
    ...(dated ? ['issueDate'] : []),
  ]).map((fact) => ({ label: factName(sheet, fact, true), value: fact.value }))
  if (design.chance('delivery in form', 0.6))
    rows.push({
      label: formWord(sheet, 'delivery'),
      value: [{ text: formats.date(invoice.deliveryDate) }],
    })
  if (design.chance('buyer reference', 0.5))
    rows.splice(1, 0, {
      label: formWord(sheet, 'buyerReference'),
      value: [
        {
          text: design.pick('reference style', [
            invoice.project,
            invoice.reference.slice(0, 7),
            invoice.customerNumber,
          ]),
        },
      ],
    })
  return (
    drawRows(sheet, left, y, right - left, rows) +
    lineHeight(sheet.body) * design.between('section gap', 1, 3)
  )
}

// Both parties as labelled rows side by side above a strip of facts, like printed FatturaPA
export function registry(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, body } = sheet
  const half = (right - left) / 2
  const small: Face = { ...body, size: body.size * 0.9 }
  const ends = (['seller', 'buyer'] as const).map((role, k) => {
    const x = left + k * half
    canvas.text(x + 4, top, say(sheet, role === 'seller' ? 'from' : 'billTo'), {
      ...strong,
      bold: design.chance('section bold', 0.7),
    })
    return drawRows(
      sheet,
      x + 4,
      top + lineHeight(strong) + 2,
      half - 14,
      labelled(sheet, role),
      small,
    )
  })
  const y = Math.max(...ends) + 6
  if (design.chance('registry boxed', 0.5))
    for (const k of [0, 1])
      canvas.box(left + k * half, top - 4, half - 4, y - top, { stroke: [0.5, 0.5, 0.5] })
  const heading = title(sheet)
  canvas.text(left, y + 10, heading, {
    ...strong,
    size: strong.size + design.pick('registry title', [0, 2, 5]),
  })
  return (
    factStrip(sheet, y + 32, factsOf(sheet), {
      boxed: true,
      filled: design.chance('strip filled', 0.6),
      perRow: design.pick('per row', [3, 4, 5]),
    }) + 4
  )
}
