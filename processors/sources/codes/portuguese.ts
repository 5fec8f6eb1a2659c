/**
 * Portugal's document code (Portaria 195/2020): `A:500000000*B:…*…`, which carries the ATCUD. Fields
 * by letter; I, J and K are the taxable totals and taxes of mainland, Azores and Madeira. A credit
 * note states its amounts without sign; here they are below zero. All amounts are euros.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseDate } from '../../values/dates.ts'
import { isVatId, normaliseId } from '../../values/identifiers.ts'
import { compare, decimal, minus, negate, print, sum, type Decimal } from '../../values/money.ts'
import type { Values } from './values.ts'

// Quotes, waybills and receipts have such codes too, but nothing is owed by them
const types: Readonly<Record<string, DocumentType>> = {
  FT: 'invoice',
  FS: 'invoice',
  FR: 'invoice',
  ND: 'debit_note',
  NC: 'credit_note',
}
const anyone = '999999990' // a buyer who gave no number
const longest = 1000 // characters

export function readPortuguese(text: string): Values | null {
  const fields = text.length > longest ? null : fieldsOf(text.trim())
  if (fields === null) return null
  const at = (name: string): string => fields.get(name) ?? ''
  const seller = `PT${at('A')}`
  const type = Object.hasOwn(types, at('D')) ? types[at('D')] : undefined
  const [total, tax] = [amountOf(at('O')), amountOf(at('N'))]
  // status A: annulled
  if (isVatId(seller) !== true || type === undefined || at('E') === 'A') return null
  if (total === null || tax === null || at('G') === '' || !/^\d{8}$/.test(at('F'))) return null
  const signed = (amount: Decimal | null): string | null => {
    if (amount === null) return null
    return print(type === 'credit_note' ? negate(amount) : amount)
  }
  return {
    document_type: type,
    invoice_number: normaliseId(at('G')),
    issue_date: normaliseDate(at('F').replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3'), 'ymd'),
    seller_vat_id: seller,
    buyer_vat_id: at('C') === 'PT' && at('B') !== anyone ? `PT${at('B')}` : null,
    currency: 'EUR',
    net_total: signed(netOf(fields, total, tax)),
    tax_total: signed(tax),
    grand_total: signed(total),
  }
}

/** Null for another form, or a letter that comes twice. */
function fieldsOf(text: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>()
  for (const part of text.split('*')) {
    const [, name, value] = /^([A-S]\d?):(.*)$/s.exec(part) ?? []
    if (name === undefined || value === undefined || fields.has(name)) return null
    fields.set(name, value)
  }
  return fields
}

const amountOf = (text: string): Decimal | null =>
  /^\d{1,12}\.\d{2}$/.test(text) ? decimal(text) : null

/** The total without tax, if it is the sum of what was taxed, and of what was not (L). */
function netOf(fields: ReadonlyMap<string, string>, total: Decimal, tax: Decimal): Decimal | null {
  const bases = [...fields]
    .filter(([name]) => /^(?:[IJK][2357]|L)$/.test(name))
    .map(([, value]) => amountOf(value))
  const known = bases.filter((base) => base !== null)
  const net = minus(total, tax)
  return known.length === bases.length && compare(sum(known), net) === 0 ? net : null
}
