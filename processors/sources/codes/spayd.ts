/**
 * SPAYD, the Short Payment Descriptor of Czech and Slovak banks: `SPD*1.0*ACC:…*AM:…*CC:…`. Keys and
 * values between asterisks, with percent signs for other characters. Its checksum is optional and
 * not checked. Slovakia's PAY by square, a compressed code, is not read.
 */

import { normaliseDate } from '../../values/dates.ts'
import { isIban, normaliseText } from '../../values/identifiers.ts'
import { amountDue, type Values } from './values.ts'

const longest = 1000 // characters

export function readSpayd(text: string): Values | null {
  if (text.length > longest) return null
  const [, version = '', ...parts] = text.trim().replace(/\*$/, '').split('*')
  const fields = /^\d\.\d$/.test(version) ? fieldsOf(parts) : null
  if (fields === null) return null
  const at = (key: string): string => fields.get(key) ?? ''
  const [account = ''] = at('ACC').split('+') // IBAN, and after a plus the bank's code
  const iban = account.replace(/ /g, '').toUpperCase()
  const [amount, currency, day] = [at('AM'), at('CC'), at('DT')]
  if (!isIban(iban) || (amount !== '' && !/^\d{1,9}(?:\.\d{1,2})?$/.test(amount))) return null
  if ((currency !== '' && !/^[A-Z]{3}$/.test(currency)) || (day !== '' && !/^\d{8}$/.test(day)))
    return null
  return {
    iban,
    currency: currency === '' ? null : currency,
    ...amountDue(amount),
    due_date:
      day === '' ? null : normaliseDate(day.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3'), 'ymd'),
    seller_name: normaliseText(at('RN')),
  }
}

function fieldsOf(parts: readonly string[]): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>()
  for (const part of parts) {
    const [, key, value] = /^([A-Z0-9-]+):(.*)$/s.exec(part) ?? []
    const plain = value === undefined ? null : decoded(value)
    if (key === undefined || plain === null || fields.has(key)) return null
    fields.set(key, plain)
  }
  return fields
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null // a percent sign that begins no character
  }
}
