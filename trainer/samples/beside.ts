/**
 * Distractors among the facts: numbers, dates and periods of other documents, ways of paying and
 * shipping. They look like the facts around them; only the buyer's VAT id is the value of a field.
 * An extractor can tell them apart only by their labels.
 */

import { labels, methods, terms, type OtherFact } from './beside-words.ts'
import type { Piece } from './canvas.ts'
import { isoDay } from './invoice.ts'
import { mark, type Fact, type SampleSheet } from './parts.ts'

type Other = Exclude<OtherFact, 'buyerVat'>

const all: readonly Other[] = [
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

/** Up to six facts outside the profile, sometimes including the buyer's VAT id. */
export function besideOf(sheet: SampleSheet): Fact[] {
  const { design, invoice } = sheet
  const share = design.pick('beside share', [0, 0.04, 0.08, 0.15, 0.25])
  const facts = all
    .filter((thing) =>
      design.chance(`beside ${thing}`, thing === 'earlier' && invoice.credit ? 0.6 : share),
    )
    .slice(0, 6)
    .map((thing): Fact => fact(sheet, thing, [{ text: valuesOf[thing](sheet) }]))
  const { vatId } = invoice.buyer
  if (vatId !== null && design.chance('buyer vat as fact', 0.12))
    facts.push(fact(sheet, 'buyerVat', [{ text: vatId, marks: [mark(sheet, 'buyer_vat_id')] }]))
  return facts
}

/** Distractors mixed among other facts, at the issuer's usual positions. */
export function mixed(sheet: SampleSheet, facts: readonly Fact[], others: readonly Fact[]): Fact[] {
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

function fact(sheet: SampleSheet, thing: OtherFact, value: readonly Piece[]): Fact {
  return {
    thing: 'reference',
    named: sheet.design.pick(
      `beside label ${thing}`,
      labels[sheet.issuer.language][thing].split('|'),
    ),
    value,
  }
}

const dayMs = 86_400_000

/** A day before the invoice date; after it if `days` is negative. */
function dayBefore({ invoice, formats }: SampleSheet, days: number): string {
  return formats.date(isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) - days * dayMs))
}

/** The number of another document, in the issuer's format. */
function otherNumber({ design, invoice }: SampleSheet, thing: OtherFact): string {
  return design.pick(`style of ${thing}`, [
    invoice.project,
    invoice.reference.replace(/ /g, ''),
    `${thing.slice(0, 2).toUpperCase()}-${invoice.reference.slice(0, 4)}`,
    invoice.reference.slice(0, 4),
    `${invoice.reference.slice(0, 4)}/${invoice.issueDate.slice(2, 4)}`,
  ])
}

/** The invoice's own number with different digits near its end. */
function earlierNumber({ invoice }: SampleSheet): string {
  return invoice.number
    .replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 7) % 10))
    .replace(/\d{2}(?=\D*\d\D*$)/, '07')
}

function period({ design }: SampleSheet, from: string, to: string): string {
  return `${from}${design.pick('period joiner', [' - ', ' – ', ' to ', '-'])}${to}`
}

const valuesOf: Readonly<Record<Other, (sheet: SampleSheet) => string>> = {
  earlier: earlierNumber,
  earlierDate: (sheet) => dayBefore(sheet, 35),
  delivery: (sheet) => otherNumber(sheet, 'delivery'),
  deliveryDated: (sheet) =>
    `${otherNumber(sheet, 'deliveryDated')} / ${sheet.formats.date(sheet.invoice.deliveryDate)}`,
  contract: (sheet) => otherNumber(sheet, 'contract'),
  ours: (sheet) => otherNumber(sheet, 'ours'),
  quote: (sheet) => otherNumber(sheet, 'quote'),
  tracking: (sheet) => otherNumber(sheet, 'tracking'),
  mandate: (sheet) => otherNumber(sheet, 'mandate'),
  period: (sheet) => period(sheet, dayBefore(sheet, 61), dayBefore(sheet, 31)),
  periodShort: (sheet) => {
    const [year, month] = [sheet.invoice.issueDate.slice(2, 4), sheet.invoice.issueDate.slice(5, 7)]
    return period(sheet, `01.${month}.${year}`, `28.${month}.${year}`)
  },
  terms: ({ design, invoice, issuer }) =>
    design
      .pick('terms as fact', terms[issuer.language].split('|'))
      .replace('{n}', String(invoice.days)),
  method: ({ design, issuer }) => design.pick('method', methods[issuer.language].split('|')),
  printed: (sheet) => dayBefore(sheet, -1),
  sender: ({ design }) =>
    design.pick('carrier', ['DHL', 'UPS', 'DPD', 'GLS', 'FedEx', 'TNT', 'Post']),
  incoterm: ({ design }) =>
    design.pick('incoterm', ['DAP', 'EXW', 'FCA', 'DDP', 'CIF Hamburg', 'FOB']),
  costCentre: ({ design }) =>
    design.pick('cost centre', ['4711', '100-20', 'IT', 'Kst. 42', 'Z9A1B2C3D4']),
  pages: ({ design }) => `1${design.pick('pages style', ['', ' / 1', ' of 2', '/3'])}`,
  seller: ({ design, issuer: { country } }) =>
    `${design.pick('seller given', country.givenNames)} ${design.pick('seller surname', country.surnames)}`,
  days: ({ invoice }) => String(invoice.days),
  time: ({ design, invoice }) =>
    `${9 + (invoice.days % 9)}:${String(10 + (invoice.days % 50))}${design.chance('with seconds', 0.3) ? ':07' : ''}`,
}
