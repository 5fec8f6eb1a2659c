/**
 * The facts of an invoice (number, dates, references) in the ways they are set out: label and value
 * in two columns, on one line, one above the other, in a grid; and the bank details and foot of the
 * page.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { print, times } from '../../processors/values/money.ts'
import { textWidth, wrap, type Color, type Face, type Piece } from './canvas.ts'
import { besideOf, mixed } from './beside.ts'
import { isoDay } from './invoice.ts'
import {
  ibanPrinted,
  label,
  lineHeight,
  lines,
  mark,
  nameOf,
  partyLines,
  registerLines,
  say,
  wrapPieces,
  type Fact,
  type Sheet,
} from './parts.ts'

export type FactStyle = 'columns' | 'right' | 'inline' | 'above' | 'colon'

/** Which facts the issuer prints, in its order; `skip` names those that stand elsewhere. */
export function factsOf(sheet: Sheet, skip: readonly string[] = []): Fact[] {
  const { invoice, design, formats } = sheet
  const facts: Fact[] = []
  const add = (thing: Fact['thing'], text: string, field?: string): void => {
    if (!skip.includes(thing))
      facts.push({
        thing,
        value: [{ text, ...(field === undefined ? {} : { marks: [mark(sheet, field)] }) }],
      })
  }
  add(invoice.credit ? 'creditNumber' : 'number', invoice.number, 'invoice_number')
  add('issueDate', formats.date(invoice.issueDate), 'issue_date')
  if (design.chance('due as fact', 0.5)) add('dueDate', formats.date(invoice.dueDate), 'due_date')
  if (design.chance('period as fact', 0.15))
    add('service', `${formats.date(invoice.orderDate)} - ${formats.date(invoice.deliveryDate)}`)
  if (design.chance('delivery as fact', 0.35))
    add('deliveryDate', formats.date(invoice.deliveryDate))
  if (design.chance('customer number', 0.5)) add('customerNumber', invoice.customerNumber)
  if (invoice.purchaseOrder !== null) add('purchaseOrder', invoice.purchaseOrder, 'purchase_order')
  if (design.chance('order date', 0.25)) add('orderDate', formats.date(invoice.orderDate))
  if (design.chance('project', 0.25)) add('project', invoice.project)
  if (design.chance('contact', 0.2))
    add(
      'contact',
      `${sheet.issuer.country.givenNames[invoice.days % 5] ?? ''} ${sheet.issuer.country.surnames[invoice.days % 7] ?? ''}`.trim(),
    )
  if (design.chance('currency as fact', formats.showsCurrency ? 0.1 : 0.6))
    add('currency', sheet.issuer.country.currency, 'currency')
  if (design.chance('vat as fact', 0.15) && sheet.issuer.vatId !== null)
    add('vatId', sheet.issuer.vatId, 'seller_vat_id')
  if (design.chance('dates first', 0.3)) facts.push(...facts.splice(0, 1))
  return mixed(sheet, facts, besideOf(sheet))
}

/** Draws the facts; gives where they end. */
export function drawFacts(
  sheet: Sheet,
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
  const widest = Math.max(...facts.map((fact) => textWidth(nameOf(sheet, fact), bold)), 0)
  for (const fact of facts) {
    const named = nameOf(sheet, fact)
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
      canvas.text(x, y, nameOf(sheet, fact, true), bold, paint)
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
  sheet: Sheet,
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
        nameOf(sheet, fact, true),
        fitFace(nameOf(sheet, fact, true), strong, cell - 8),
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

export function bankRows(sheet: Sheet): Piece[][] {
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

/** How tall the foot will be: layouts keep that much of each page free. */
export function footHeight(sheet: Sheet): number {
  return sheet.design.pick('foot', [...footStyles]) === 'none'
    ? 26
    : 6 * lineHeight(sheet.small) + 22
}

const footStyles = ['columns', 'columns', 'columns', 'centred', 'rule', 'none'] as const

/**
 * The foot of the page that is turned to. `full` draws company and bank; page numbers stand on
 * every page.
 */
export function drawFoot(sheet: Sheet, page: number, pages: number, full: boolean): void {
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
  sheet: Sheet,
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

/** A smaller face where the text would be too wide. */
export function fitFace(text: string, face: Face, width: number): Face {
  const total = textWidth(text, face)
  return total <= width ? face : { ...face, size: Math.max(3.5, (face.size * width) / total) }
}

const digits: Readonly<Record<Language, string>> = {
  en: 'zero one two three four five six seven eight nine',
  de: 'null eins zwei drei vier fünf sechs sieben acht neun',
  fr: 'zéro un deux trois quatre cinq six sept huit neuf',
  es: 'cero uno dos tres cuatro cinco seis siete ocho nueve',
  it: 'zero uno due tre quattro cinque sei sette otto nove',
  nl: 'nul een twee drie vier vijf zes zeven acht negen',
}

/** The total digit by digit: what matters is that words stand where an amount may be looked for. */
function spelled(sheet: Sheet): string {
  const names = digits[sheet.issuer.language].split(' ')
  const [whole = '', cents = ''] = print(sheet.invoice.grand).replace('-', '').split('.')
  return `${[...whole].map((digit) => names[Number(digit)]).join(sheet.design.pick('spelled', ['-', ' ', '']))} ${sheet.design.pick('cents', [`${cents}/100`, 'only', ''])}`.trim()
}

/** The sentences under the totals: payment terms, thanks, tax notes; gives where they end. */
export function closing(
  sheet: Sheet,
  x: number,
  y: number,
  width: number,
  how: { bank: boolean },
): number {
  const { invoice, design, formats, body, small } = sheet
  const face = design.chance('closing small', 0.3) ? small : body
  const write = (text: string): void => {
    y = lines(sheet, x, y, wrap(text, face, width), face)
  }
  if (design.chance('in words', sheet.issuer.country.code === 'IN' ? 0.5 : 0.05))
    write(`${label(sheet, 'inWords')} ${spelled(sheet)}`)
  if (invoice.exempt && design.chance('exempt note', 0.8)) write(say(sheet, 'noTax'))
  if (invoice.days > 10 && design.chance('early payment', 0.08))
    write(
      say(sheet, 'early').replace(
        '{d}',
        formats.date(isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) + 7 * 86_400_000)),
      ),
    )
  if (design.chance('second currency', 0.04))
    write(
      `${design.pick('exchange', ['1', 'FX', '=', '~'])} ${design.pick(
        'other currency',
        ['PLN', 'USD', 'CZK', 'GBP', 'SEK'].filter(
          (code) => code !== sheet.issuer.country.currency,
        ),
      )} ${formats.number(times(invoice.grand, { units: 4n, scale: 0 }), 2)}`,
    )
  if (design.chance('terms', 0.55)) write(say(sheet, 'terms').replace('{n}', String(invoice.days)))
  if (!design.chance('due as fact', 0.5) && design.chance('due in a sentence', 0.6)) {
    const [before = '', after = ''] = say(sheet, 'dueSentence').split('{d}')
    for (const row of wrapPieces(
      [
        { text: before },
        { text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] },
        { text: after },
      ],
      face,
      width,
    )) {
      sheet.canvas.text(x, y, row, face)
      y += lineHeight(face)
    }
  }
  if (how.bank) {
    y += 4
    for (const row of bankRows(sheet))
      for (const part of wrapPieces(row, face, width)) {
        sheet.canvas.text(x, y, part, face)
        y += lineHeight(face)
      }
  }
  if (design.chance('reference', 0.2)) write(`${label(sheet, 'reference')} ${invoice.reference}`)
  if (design.chance('thanks', 0.5)) {
    y += 4
    write(say(sheet, 'thanks'))
  }
  return y
}
