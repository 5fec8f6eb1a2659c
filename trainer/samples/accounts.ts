/**
 * Heads of bills for an account rather than an order: hotels, utilities, platforms that bill for
 * others. They are misleading: account numbers and periods come first, the total is above the
 * table, the issuer is in small print, and another company's brand may be the largest text.
 */

import { day, accountWord } from './account-words.ts'
import { wrap, type Face } from './canvas.ts'
import { drawFacts, factsOf } from './facts.ts'
import { headName } from './heads.ts'
import {
  amount,
  fitFace,
  label,
  lineHeight,
  lines,
  mark,
  say,
  title,
  type SampleSheet,
} from './parts.ts'
import { party, partyLines, withHeading, type PartyLine } from './party.ts'

export function hotel(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice } = sheet
  const middle = (left + right) / 2
  const face = fitFace(issuer.legalName, { ...strong, size: strong.size + 7 }, right - left)
  canvas.text(
    middle,
    top,
    [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }],
    face,
    { align: 'center', color: sheet.accent },
  )
  let y =
    lines(
      sheet,
      middle,
      top + lineHeight(face),
      [
        [{ text: issuer.address.join(' | '), marks: [mark(sheet, 'seller_address')] }],
        `${issuer.phone} | ${issuer.web}`,
      ],
      small,
      { align: 'center' },
    ) + 18
  const x = left + (right - left) * 0.58
  const a = party(
    sheet,
    left,
    y,
    x - left - 14,
    partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const guest = `${design.pick('guest given', issuer.country.givenNames)} ${design.pick('guest surname', issuer.country.surnames)}`
  const colon = label(sheet, 'number').endsWith(':') ? ':' : ''
  const stay = [
    [accountWord(sheet, 'guest'), guest],
    [accountWord(sheet, 'room'), String(100 + ((invoice.days * 7) % 400))],
    [accountWord(sheet, 'arrival'), day(sheet, 3)],
    [accountWord(sheet, 'departure'), day(sheet, 0)],
    [accountWord(sheet, 'folio'), invoice.project],
  ].filter((_, k) => design.chance(`stay ${k}`, 0.75))
  let b = y
  for (const [name = '', value = ''] of stay) {
    canvas.text(x, b, `${name}${colon}`, fitFace(name, body, (right - x) * 0.5))
    canvas.text(x + (right - x) * 0.55, b, value, fitFace(value, body, (right - x) * 0.44))
    b += lineHeight(body) + 1
  }
  y = Math.max(a, b) + 14
  canvas.text(left, y, title(sheet), { ...strong, size: strong.size + 5 })
  return (
    drawFacts(
      sheet,
      left,
      y + 26,
      (right - left) * 0.55,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon', 'columns'] as const),
    ) + 12
  )
}

// A platform bills in the seller's name: its own brand is the largest text, its address may be in
// small print
export function platform(sheet: SampleSheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice, accent } = sheet
  const brand = `${design.pick('brand stem', ['Shop', 'Kaufe', 'Market', 'Bazar', 'Flip', 'Zola', 'Buy', 'Cool', 'Otto', 'Mega', 'Ama'])}${design.pick('brand tail', ['zon', 'kart', 'go', 'hub', 'ly', 'direct', 'plaza', '24', 'world'])}`
  canvas.text(left, top, brand, { ...strong, size: strong.size + 11 }, { color: accent })
  const heading =
    `${title(sheet)} ${design.chance('original', 0.4) ? accountWord(sheet, 'original') : ''}`.trim()
  canvas.text(
    right,
    top + 2,
    heading,
    fitFace(heading, { ...strong, size: strong.size + 3 }, (right - left) / 2),
    { align: 'right' },
  )
  if (design.chance('brand domain', 0.5))
    canvas.text(right, top + 18, `www.${brand.toLowerCase()}.example`, small, { align: 'right' })
  let y = top + 42
  const half = (right - left) / 2
  const a = party(sheet, left, y, half - 14, soldBy(sheet))
  const b = party(
    sheet,
    left + half,
    y,
    half,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  const c = design.chance('shipped to', 0.6)
    ? party(
        sheet,
        left + half,
        b + 8,
        half,
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
    : b
  y = Math.max(a, c) + 12
  canvas.rule(left, y - 4, right, y - 4, 0.5)
  y =
    drawFacts(
      sheet,
      left,
      y + 2,
      half,
      factsOf(sheet),
      design.pick('facts', ['inline', 'columns', 'colon', 'inline'] as const),
    ) + 6
  if (design.chance('on behalf', 0.3))
    y = lines(
      sheet,
      left,
      y,
      wrap(
        `${brand} ${design.pick('brand form', ['Internet', 'Services', 'Marketplace'])} ${issuer.country.legalForms[0]}, ${issuer.country.towns[2]}, ${accountWord(sheet, 'seller')} ${accountWord(sheet, 'sold').toLowerCase()}`,
        small,
        right - left,
      ),
      small,
    )
  return lines(sheet, left, y, [], body) + 10
}

/** The seller behind the platform, with a heading above its lines or before the first. */
function soldBy(sheet: SampleSheet): PartyLine[] {
  const { design, issuer } = sheet
  const heading = `${accountWord(sheet, 'sold')}${design.pick('sold colon', [':', ' :', ''])}`
  const [first, ...others] = partyLines(sheet, issuer, 'seller', {
    details: design.chance('details', 0.3),
    vat: true,
  })
  const names = first === undefined ? [] : [first]
  if (!design.chance('sold inline', 0.4))
    return [{ text: [{ text: heading }], strong: true }, ...names, ...others]
  const { text = [], strong = false } = first ?? {}
  return [{ text: [{ text: `${heading} ` }, ...text], strong }, ...others]
}

export function utility(sheet: SampleSheet): number {
  const { canvas, left, top, design, strong, body, small, issuer, invoice, formats } = sheet
  headName(sheet, left, top, 300)
  const sellerEnd = party(
    sheet,
    left,
    top + 28,
    260,
    partyLines(sheet, issuer, 'seller', {
      details: true,
      vat: true,
      name: design.chance('name twice', 0.5),
    }),
    'left',
    small,
  )
  let y = party(
    sheet,
    left,
    Math.max(sellerEnd + 14, top + 90),
    250,
    partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  y = Math.max(y, sumBox(sheet)) + 20
  canvas.text(left, y, title(sheet), { ...strong, size: strong.size + 4 })
  y += 24
  return (
    lines(
      sheet,
      left,
      y,
      [
        `${label(sheet, 'service')} ${formats.date(invoice.orderDate)} - ${formats.date(invoice.deliveryDate)}`,
        `${label(sheet, 'accountNumber')} ${issuer.account}`,
        say(sheet, 'consumption'),
      ],
      body,
    ) + 6
  )
}

/** A box with the facts and the amount due; returns its lower edge. */
function sumBox(sheet: SampleSheet): number {
  const { canvas, right, top, design, strong, body, invoice, formats, accent } = sheet
  const x = right - 230
  const boxTop = top + 20
  const facts = factsOf(sheet)
  let inside =
    drawFacts(
      sheet,
      x + 10,
      boxTop + 10,
      210,
      facts,
      design.pick('facts', ['right', 'columns'] as const),
    ) + 4
  canvas.rule(x + 10, inside, right - 10, inside, 0.5)
  const sum: Face = { ...strong, size: strong.size + 3 }
  canvas.text(x + 10, inside + 6, say(sheet, 'due'), fitFace(say(sheet, 'due'), strong, 110))
  canvas.text(
    right - 10,
    inside + 5,
    amount(sheet, invoice.due, ['due_payable', ...(invoice.paid === null ? ['grand_total'] : [])]),
    sum,
    { align: 'right', color: accent },
  )
  inside += lineHeight(sum) + 8
  canvas.text(x + 10, inside, label(sheet, 'dueDate'), body)
  canvas.text(
    right - 10,
    inside,
    [{ text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] }],
    body,
    { align: 'right' },
  )
  inside += lineHeight(body) + 6
  canvas.box(x, boxTop, 230, inside - boxTop, { stroke: accent, round: true })
  return inside
}
