/**
 * What stands beside the facts that count: numbers, dates and periods of other documents, ways of
 * paying and sending. They are printed as facts are, among them, and none of them is a field's
 * value but the buyer's VAT id; a reader has to tell them by their labels.
 */

import { type Beside, labels, methods, terms } from './beside-words.ts'
import type { Piece } from './canvas.ts'
import { isoDay } from './invoice.ts'
import { type Fact, type Sheet, mark } from './parts.ts'

const all: readonly Beside[] = [
  'earlier',
  'earlierDate',
  'delivery',
  'deliveryDated',
  'contract',
  'ours',
  'quote',
  'tracking',
  'period',
  'periodShort',
  'terms',
  'method',
  'printed',
  'sender',
  'incoterm',
  'costCentre',
  'mandate',
  'pages',
  'seller',
  'days',
  'time',
]

/**
 * Up to six facts that are none of the profile's, with the buyer's VAT id among them now and then.
 */
export function besideOf(sheet: Sheet): Fact[] {
  const { design, invoice } = sheet
  const share = design.pick('beside share', [0, 0.04, 0.08, 0.15, 0.25])
  const facts = all
    .filter((thing) =>
      design.chance(`beside ${thing}`, thing === 'earlier' && invoice.credit ? 0.6 : share),
    )
    .slice(0, 6)
    .map((thing): Fact => fact(sheet, thing, [{ text: valueOf(sheet, thing) }]))
  const { vatId } = invoice.buyer
  if (vatId !== null && design.chance('buyer vat as fact', 0.12))
    facts.push(fact(sheet, 'buyerVat', [{ text: vatId, marks: [mark(sheet, 'buyer_vat_id')] }]))
  return facts
}

/** Facts mixed in among others: in the places that the issuer has for them. */
export function mixed(sheet: Sheet, facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const all = [...facts]
  others.forEach((other, k) =>
    all.splice(
      sheet.design.pick(`place of ${other.named ?? k}`, [
        1,
        2,
        3,
        all.length,
        all.length,
        all.length,
      ]),
      0,
      other,
    ),
  )
  return all
}

function fact(sheet: Sheet, thing: Beside, value: readonly Piece[]): Fact {
  return {
    thing: 'reference',
    named: sheet.design.pick(
      `beside label ${thing}`,
      labels[sheet.issuer.language][thing].split('|'),
    ),
    value,
  }
}

function valueOf(sheet: Sheet, thing: Beside): string {
  const { design, invoice, formats, issuer } = sheet
  const { language, country } = issuer
  const dayMs = 86_400_000
  const before = (days: number): string =>
    formats.date(isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) - days * dayMs))
  const other = invoice.number
    .replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 7) % 10))
    .replace(/\d{2}(?=\D*\d\D*$)/, '07')
  const number = design.pick(`style of ${thing}`, [
    invoice.project,
    invoice.reference.replace(/ /g, ''),
    `${thing.slice(0, 2).toUpperCase()}-${invoice.reference.slice(0, 4)}`,
    invoice.reference.slice(0, 4),
    `${invoice.reference.slice(0, 4)}/${invoice.issueDate.slice(2, 4)}`,
  ])
  const period = (from: string, to: string): string =>
    `${from}${design.pick('period joiner', [' - ', ' – ', ' to ', '-'])}${to}`
  switch (thing) {
    case 'earlier':
      return other
    case 'earlierDate':
      return before(35)
    case 'deliveryDated':
      return `${number} / ${formats.date(invoice.deliveryDate)}`
    case 'period':
      return period(before(61), before(31))
    case 'periodShort':
      return period(
        `01.${invoice.issueDate.slice(5, 7)}.${invoice.issueDate.slice(2, 4)}`,
        `28.${invoice.issueDate.slice(5, 7)}.${invoice.issueDate.slice(2, 4)}`,
      )
    case 'terms':
      return design
        .pick('terms as fact', terms[language].split('|'))
        .replace('{n}', String(invoice.days))
    case 'method':
      return design.pick('method', methods[language].split('|'))
    case 'printed':
      return before(-1)
    case 'sender':
      return design.pick('carrier', ['DHL', 'UPS', 'DPD', 'GLS', 'FedEx', 'TNT', 'Post'])
    case 'incoterm':
      return design.pick('incoterm', ['DAP', 'EXW', 'FCA', 'DDP', 'CIF Hamburg', 'FOB'])
    case 'costCentre':
      return design.pick('cost centre', ['4711', '100-20', 'IT', 'Kst. 42', 'Z9A1B2C3D4'])
    case 'pages':
      return `1${design.pick('pages style', ['', ' / 1', ' of 2', '/3'])}`
    case 'seller':
      return `${design.pick('seller given', country.givenNames)} ${design.pick('seller surname', country.surnames)}`
    case 'days':
      return String(invoice.days)
    case 'time':
      return `${9 + (invoice.days % 9)}:${String(10 + (invoice.days % 50))}${design.chance('with seconds', 0.3) ? ':07' : ''}`
    default:
      return number
  }
}
