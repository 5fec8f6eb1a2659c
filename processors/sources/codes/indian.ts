/**
 * The signed code of India's invoice registration portal: a JSON Web Token whose data name the
 * invoice. The signature is NOT verified: its keys change, and this code has no network. What it says
 * counts as any code's text does.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseDate } from '../../values/dates.ts'
import { normaliseId } from '../../values/identifiers.ts'
import type { Values } from './values.ts'

const types: Readonly<Record<string, DocumentType>> = {
  INV: 'invoice',
  CRN: 'credit_note',
  DBN: 'debit_note',
}

export function readIndian(text: string): Values | null {
  const data = dataOf(text.trim())
  if (data === null) return null
  const at = (name: string): string => {
    const value = Object.hasOwn(data, name) ? data[name] : null
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const [seller, buyer, kind] = [at('SellerGstin'), at('BuyerGstin'), at('DocTyp')]
  const type = Object.hasOwn(types, kind) ? types[kind] : undefined
  const [, day, month, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(at('DocDt')) ?? []
  const [, whole, cents = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(at('TotInvVal')) ?? []
  if (!isGstin(seller) || type === undefined || day === undefined || whole === undefined)
    return null
  if (!/^[0-9a-f]{64}$/i.test(at('Irn'))) return null
  // the value is in rupees, whatever an export's page is in
  const isExport = buyer === 'URP'
  const sign = type === 'credit_note' ? '-' : ''
  return {
    document_type: type,
    invoice_number: normaliseId(at('DocNo')),
    issue_date: normaliseDate(`${year}-${month}-${day}`, 'ymd'),
    seller_vat_id: seller,
    buyer_vat_id: isGstin(buyer) ? buyer : null,
    ...(isExport
      ? {}
      : { currency: 'INR', grand_total: `${sign}${whole}.${cents.padEnd(2, '0')}` }),
  }
}

/** The data of a token: an object in JSON, in a string of the token's object. */
function dataOf(token: string): Readonly<Record<string, unknown>> | null {
  const [, body] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? []
  if (body === undefined) return null
  const payload = objectOf(Buffer.from(body, 'base64url').toString('utf8'))
  return typeof payload?.data === 'string' ? objectOf(payload.data) : null
}

function objectOf(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A number of the goods and services tax, with its check digit (modulo 36). */
function isGstin(text: string): boolean {
  if (!/^\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}$/.test(text)) return false
  let sum = 0
  for (let at = 0; at < 14; at++) {
    const product = signs.indexOf(text[at] ?? '') * (at % 2 === 0 ? 1 : 2)
    sum += Math.floor(product / 36) + (product % 36)
  }
  return signs[(36 - (sum % 36)) % 36] === text[14]
}
