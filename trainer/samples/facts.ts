/**
 * The facts of an invoice (number, dates, references) in several arrangements: label and value in
 * two columns, on one line, one above the other, in a grid; and the bank details and page footer.
 */

import { besideOf, mixed } from './beside.ts'
import { textWidth, type Color, type Face } from './canvas.ts'
import {
  fitFace,
  lineHeight,
  mark,
  factName,
  wrapPieces,
  type Fact,
  type SampleSheet,
} from './parts.ts'

export type FactStyle = 'columns' | 'right' | 'inline' | 'above' | 'colon'

/** The facts that the issuer prints, in order; `skip` names those printed elsewhere. */
export function factsOf(sheet: SampleSheet, skip: readonly string[] = []): Fact[] {
  const facts = [...documentFacts(sheet), ...orderFacts(sheet), ...issuerFacts(sheet)]
    .filter(({ thing }) => !skip.includes(thing))
    .map(({ thing, text, field }): Fact => {
      const marks = field === undefined ? {} : { marks: [mark(sheet, field)] }
      return { thing, value: [{ text, ...marks }] }
    })
  if (sheet.design.chance('dates first', 0.3)) facts.push(...facts.splice(0, 1))
  return mixed(sheet, facts, besideOf(sheet))
}

interface PlainFact {
  readonly thing: Fact['thing']
  readonly text: string
  readonly field?: string // the field of its value
}

/** Number and dates. */
function documentFacts({ invoice, design, formats }: SampleSheet): PlainFact[] {
  const facts: PlainFact[] = [
    {
      thing: invoice.credit ? 'creditNumber' : 'number',
      text: invoice.number,
      field: 'invoice_number',
    },
    { thing: 'issueDate', text: formats.date(invoice.issueDate), field: 'issue_date' },
  ]
  if (design.chance('due as fact', 0.5))
    facts.push({ thing: 'dueDate', text: formats.date(invoice.dueDate), field: 'due_date' })
  const [from, to] = [formats.date(invoice.orderDate), formats.date(invoice.deliveryDate)]
  if (design.chance('period as fact', 0.15))
    facts.push({ thing: 'service', text: `${from} - ${to}` })
  if (design.chance('delivery as fact', 0.35)) facts.push({ thing: 'deliveryDate', text: to })
  return facts
}

/** References of an order. */
function orderFacts({ invoice, issuer, design, formats }: SampleSheet): PlainFact[] {
  const { customerNumber, purchaseOrder, orderDate, project, days } = invoice
  const { givenNames, surnames } = issuer.country
  const facts: PlainFact[] = []
  if (design.chance('customer number', 0.5))
    facts.push({ thing: 'customerNumber', text: customerNumber })
  if (purchaseOrder !== null)
    facts.push({ thing: 'purchaseOrder', text: purchaseOrder, field: 'purchase_order' })
  if (design.chance('order date', 0.25))
    facts.push({ thing: 'orderDate', text: formats.date(orderDate) })
  if (design.chance('project', 0.25)) facts.push({ thing: 'project', text: project })
  if (design.chance('contact', 0.2))
    facts.push({
      thing: 'contact',
      text: `${givenNames[days % 5] ?? ''} ${surnames[days % 7] ?? ''}`.trim(),
    })
  return facts
}

function issuerFacts({ issuer, design, formats }: SampleSheet): PlainFact[] {
  const { currency } = issuer.country
  const facts: PlainFact[] = []
  if (design.chance('currency as fact', formats.showsCurrency ? 0.1 : 0.6))
    facts.push({ thing: 'currency', text: currency, field: 'currency' })
  if (design.chance('vat as fact', 0.15) && issuer.vatId !== null)
    facts.push({ thing: 'vatId', text: issuer.vatId, field: 'seller_vat_id' })
  return facts
}

/** Draws the facts; returns their lower edge. */
export function drawFacts(
  sheet: SampleSheet,
  x: number,
  y: number,
  width: number,
  facts: readonly Fact[],
  style: FactStyle,
  face = sheet.body,
  color?: Color,
): number {
  const { canvas, design } = sheet
  const paint = color === undefined ? {} : { color }
  const bold: Face = design.chance('labels bold', 0.4) ? { ...face, bold: true } : face
  const row = lineHeight(face) + design.between('fact gap', 0, 3)
  const widest = Math.max(...facts.map((fact) => textWidth(factName(sheet, fact), bold)), 0)
  for (const fact of facts) {
    const named = factName(sheet, fact)
    const size = textWidth(fact.value.map((piece) => piece.text).join(''), face)
    const narrow = widest + size + 8 > width
    if (style === 'above' || (narrow && style !== 'inline')) {
      canvas.text(x, y, named, bold, paint)
      canvas.text(x, y + lineHeight(face), fact.value, face, paint)
      y += lineHeight(face)
    } else if (style === 'inline') {
      for (const part of wrapPieces([{ text: `${named} ` }, ...fact.value], face, width)) {
        canvas.text(x, y, part, face, paint)
        y += lineHeight(face)
      }
      y -= lineHeight(face)
    } else if (style === 'right') {
      canvas.text(x, y, named, bold, paint)
      canvas.text(x + width, y, fact.value, face, { align: 'right', ...paint })
    } else if (style === 'colon') {
      canvas.text(x, y, factName(sheet, fact, true), bold, paint)
      canvas.text(x + widest + 3, y, [{ text: ': ' }, ...fact.value], face, paint)
    } else {
      canvas.text(x, y, named, bold, paint)
      canvas.text(x + widest + Math.min(14, width - widest - size), y, fact.value, face, paint)
    }
    y += row
  }
  return y
}

/** Facts side by side, label above value, in a strip or a grid with borders. */
export function factStrip(
  sheet: SampleSheet,
  y: number,
  facts: readonly Fact[],
  look: { boxed: boolean; filled: boolean; perRow: number },
): number {
  const { canvas, left, right, body, strong, accent } = sheet
  const tall = 2 * lineHeight(body) + 8
  for (let from = 0; from < facts.length; from += look.perRow) {
    const part = facts.slice(from, from + look.perRow)
    const cell = (right - left) / part.length
    if (look.filled)
      canvas.box(left, y, right - left, lineHeight(body) + 4, {
        fill: [0.5 + accent[0] / 2, 0.5 + accent[1] / 2, 0.5 + accent[2] / 2],
      })
    part.forEach((fact, index) => {
      const x = left + index * cell
      if (look.boxed) canvas.box(x, y, cell, tall, { stroke: [0.4, 0.4, 0.4] })
      canvas.text(
        x + 4,
        y + 3,
        factName(sheet, fact, true),
        fitFace(factName(sheet, fact, true), strong, cell - 8),
      )
      canvas.text(
        x + 4,
        y + lineHeight(body) + 5,
        fact.value,
        fitFace(fact.value.map((piece) => piece.text).join(''), body, cell - 8),
      )
    })
    y += tall + (look.boxed ? 0 : 4)
  }
  return y + 8
}
