/**
 * The code of Saudi Arabia's ZATCA: tags of one byte, lengths of one byte and values, in base64. 1 the
 * seller, 2 its VAT number, 3 the time, 4 the total, 5 the VAT; from phase 2 on, hash and signature
 * follow, which are NOT verified. The code does not say whether it is a credit note's, whose amounts
 * it states without sign.
 */

import { normaliseDate } from '../../values/dates.ts'
import { normaliseText } from '../../values/identifiers.ts'
import { decimal, minus, print } from '../../values/money.ts'
import type { Values } from './values.ts'

export function readSaudi(text: string): Values | null {
  const plain = text.trim()
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return null
  const tags = tagsOf(Buffer.from(plain, 'base64'))
  if (tags === null) return null
  const [seller, vatId, time, total, tax] = tags
  const day = /^\d{4}-\d\d-\d\d(?=T|$)/.exec(time)?.[0]
  const [whole, part] = [total, tax].map((amount) =>
    /^\d{1,12}(?:\.\d{1,2})?$/.test(amount) ? decimal(amount) : null,
  )
  if (!/^3\d{13}3$/.test(vatId) || day === undefined || whole == null || part == null) return null
  return {
    seller_name: normaliseText(seller),
    seller_vat_id: vatId,
    issue_date: normaliseDate(day, 'ymd'),
    currency: 'SAR',
    grand_total: print(whole),
    tax_total: print(part),
    net_total: print(minus(whole, part)),
  }
}

type Tags = readonly [string, string, string, string, string]

/** The values of tags 1 to 5, which come first and in order; null for any other bytes. */
function tagsOf(bytes: Buffer): Tags | null {
  const values: string[] = []
  let at = 0
  for (let tag = 1; tag <= 5; tag++) {
    const length = bytes[at + 1]
    if (bytes[at] !== tag || length === undefined || at + 2 + length > bytes.length) return null
    const value = utf8(bytes.subarray(at + 2, at + 2 + length))
    if (value === null) return null
    values.push(value)
    at += 2 + length
  }
  return values as unknown as Tags
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
