/**
 * INVOIC of EDIFACT, directories D.93A to D.20 and EANCOM: fields and lines of one message.
 *
 * A message is a sequence in which a segment belongs to the one before it: the VAT id (RFF+VA) to
 * the party (NAD), an amount (MOA) to the line (LIN), the allowance (ALC) or the tax (TAX) before
 * it. It has three parts: header, lines from the first LIN, summary from UNS. A field's originId is
 * the segment's number in the message and its tag.
 *
 * Amounts are stated without sign, as in EN 16931.
 */

import type { Field, LineItem } from '../../schemas/types.ts'
import { normaliseDate } from '../values/dates.ts'
import { isIban, normaliseIban, normaliseText, normaliseVatId } from '../values/identifiers.ts'
import type { Decimal } from '../values/money.ts'
import { amountOf, fieldOf, part, qualified, type Numbered } from './edifact-lookup.ts'
import type { Message, Segment } from './edifact-segments.ts'
import { adjustmentOf, totalsOf } from './edifact-totals.ts'
import { xmlCode } from './einvoice-syntax.ts'
import { pricePerUnit } from './unit-price.ts'

interface Parts {
  readonly header: readonly Numbered[]
  readonly lines: readonly (readonly Numbered[])[] // each from its LIN
  readonly summary: readonly Numbered[]
}

export interface EdifactInvoice {
  readonly fields: readonly Field[] // without the type
  readonly lineItems: readonly LineItem[]
  readonly adjusted: { readonly lines: boolean; readonly total: Decimal | null }
  readonly code: string | null
}

const mostLines = 10_000

export function readInvoic({ segments }: Message): EdifactInvoice {
  const numbered = segments.map((segment, at) => ({ ...segment, number: at + 1 }))
  const { header, lines, summary } = partsOf(numbered)
  const bgm = header.find(({ tag }) => tag === 'BGM')
  const fields = [
    ...(bgm === undefined ? [] : fieldOf('invoice_number', bgm, normaliseText(part(bgm, 1, 0)))),
    ...referencesOf(header),
    ...datesOf(header),
    ...partiesOf(header),
    ...currencyOf(header),
    ...accountOf(header),
    ...totalsOf(summary),
  ]
  return {
    fields,
    lineItems: lines.slice(0, mostLines).flatMap(lineItemOf),
    adjusted: {
      lines: lines.some((line) => line.some(({ tag }) => tag === 'ALC')),
      total: adjustmentOf(header.concat(summary)),
    },
    code: bgm === undefined ? null : part(bgm, 0, 0) || null,
  }
}

function partsOf(segments: readonly Numbered[]): Parts {
  const first = segments.findIndex(({ tag }) => tag === 'LIN' || tag === 'UNS')
  const uns = segments.findIndex(({ tag }) => tag === 'UNS')
  const header = first < 0 ? segments : segments.slice(0, first)
  const lines: Numbered[][] = []
  for (const segment of first < 0 ? [] : segments.slice(first, uns < 0 ? undefined : uns)) {
    if (segment.tag === 'LIN') lines.push([])
    lines.at(-1)?.push(segment)
  }
  return { header, lines, summary: uns < 0 ? [] : segments.slice(uns) }
}

function referencesOf(header: readonly Numbered[]): Field[] {
  const named = (name: string, qualifiers: readonly string[]): Field[] => {
    const found = qualified(header, 'RFF', qualifiers)
    return found === undefined ? [] : fieldOf(name, found, normaliseText(part(found, 0, 1)))
  }
  return [...named('purchase_order', ['ON']), ...named('preceding_invoice', ['IV', 'OI'])]
}

function datesOf(header: readonly Numbered[]): Field[] {
  const named = (name: string, qualifiers: readonly string[]): Field[] => {
    const found = qualified(header, 'DTM', qualifiers)
    return found === undefined
      ? []
      : fieldOf(name, found, dayOf(part(found, 0, 1), part(found, 0, 2)))
  }
  // 137 the message's date, 3 the invoice's; 13 the net due date, 140 the payment's
  return [...named('issue_date', ['137', '3']), ...named('due_date', ['13', '140'])]
}

/** By format: 101 yymmdd, and those that begin with ccyymmdd. */
function dayOf(text: string, format: string): string | null {
  const digits = format === '101' ? `20${text}` : text
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(?:\d{4,6})?$/.exec(digits) ?? []
  return year === undefined ? null : normaliseDate(`${year}-${month}-${day}`, 'ymd')
}

function partiesOf(header: readonly Numbered[]): Field[] {
  const seller = partyOf(header, ['SU', 'SE', 'II'])
  const buyer = partyOf(header, ['BY', 'IV'])
  return [
    ...(seller === null ? [] : sellerFields(seller)),
    ...(buyer === null
      ? []
      : [...fieldOf('buyer_name', buyer.nad, nameOf(buyer.nad)), ...buyer.vatId('buyer_vat_id')]),
  ]
}

interface Party {
  readonly nad: Numbered
  readonly vatId: (name: string) => Field[]
}

const sellerFields = ({ nad, vatId }: Party): Field[] => [
  ...fieldOf('seller_name', nad, nameOf(nad)),
  ...fieldOf('seller_address', nad, addressOf(nad)),
  ...vatId('seller_vat_id'),
]

function partyOf(header: readonly Numbered[], qualifiers: readonly string[]): Party | null {
  const nad = qualified(header, 'NAD', qualifiers)
  if (nad === undefined) return null
  const after = header.filter(({ number }) => number > nad.number)
  const end = after.findIndex(({ tag }) => ['NAD', 'CUX', 'PAT', 'TAX', 'TDT'].includes(tag))
  const own = end < 0 ? after : after.slice(0, end)
  const reference = qualified(own, 'RFF', ['VA'])
  return {
    nad,
    vatId: (name) =>
      reference === undefined
        ? []
        : fieldOf(name, reference, normaliseVatId(part(reference, 0, 1))),
  }
}

// NAD+qualifier+id+name and address as lines+name+street+city+region+postcode+country
const [unstructured, names, street, city, postcode] = [2, 3, 4, 5, 7] as const

function nameOf(nad: Segment): string | null {
  const structured = (nad.elements[names] ?? []).filter((text) => text !== '').join(' ')
  return normaliseText(structured === '' ? part(nad, unstructured, 0) : structured)
}

function addressOf(nad: Segment): string | null {
  const text = (element: number): string =>
    (nad.elements[element] ?? []).filter((one) => one !== '').join(' ')
  const town = `${text(postcode)} ${text(city)}`.trim()
  const lines = [text(street), town].filter((line) => line !== '')
  const free = (nad.elements[unstructured] ?? []).slice(1).filter((line) => line !== '')
  return normaliseText((lines.length === 0 ? free : lines).join(', '))
}

function currencyOf(header: readonly Numbered[]): Field[] {
  const found = header.find(({ tag }) => tag === 'CUX')
  return found === undefined ? [] : fieldOf('currency', found, xmlCode(part(found, 0, 1)))
}

function accountOf(header: readonly Numbered[]): Field[] {
  const payee = new Set(['BF', 'BE', 'RB', 'RH']) // the beneficiary's bank, not the payer's
  return header
    .filter((one) => one.tag === 'FII' && payee.has(part(one, 0, 0)))
    .flatMap((one) => {
      const iban = normaliseIban(part(one, 1, 0))
      return iban !== null && isIban(iban) ? fieldOf('iban', one, iban) : []
    })
    .slice(0, 1)
}

function lineItemOf(line: readonly Numbered[]): LineItem[] {
  const described = line.filter(({ tag }) => tag === 'IMD')
  const text = described.find((one) => part(one, 2, 3) !== '')
  const quantity = qualified(line, 'QTY', ['47'])
  const price = qualified(line, 'PRI', ['AAA', 'INV', 'AAB', 'CAL'])
  const total = qualified(line, 'MOA', ['203', '66'])
  const rate = qualified(line, 'TAX', ['7'])
  if (total === undefined) return []
  return [
    {
      cells: [
        ...(text === undefined
          ? []
          : fieldOf('description', text, normaliseText(`${part(text, 2, 3)}${part(text, 2, 4)}`))),
        ...(quantity === undefined
          ? []
          : fieldOf('quantity', quantity, amountOf(part(quantity, 0, 1)))),
        ...(price === undefined ? [] : fieldOf('unit_price', price, priceOf(price))),
        ...fieldOf('line_total', total, amountOf(part(total, 0, 1))),
        ...(rate === undefined ? [] : fieldOf('tax_rate', rate, amountOf(part(rate, 4, 3)))),
      ],
    },
  ]
}

/** A price may be stated for 100 units. */
function priceOf(price: Segment): string | null {
  const value = amountOf(part(price, 0, 1))
  return value === null ? null : pricePerUnit(value, amountOf(part(price, 0, 4)))
}
