/**
 * UPN QR of Slovenian banks (Združenje bank Slovenije): twenty lines at fixed positions, of which the
 * last counts the characters of those before it, line ends included.
 */

import { normaliseDate } from '../../values/dates.ts'
import { isIban, normaliseText } from '../../values/identifiers.ts'
import { addressOf, amountDue, lineReader, type Values } from './values.ts'

const counted = 19 // lines before the count
const longest = 411 // characters

export function readSlovenian(text: string): Values | null {
  if (text.length > 2 * longest) return null
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const line = lineReader(lines)
  const count = lines.slice(0, counted).reduce((sum, one) => sum + one.length, counted)
  if (lines.length <= counted || Number(line(19).trim()) !== count) return null
  const [cents, day] = [line(8), line(13).trim()]
  const iban = line(14).replace(/ /g, '').toUpperCase()
  if (!/^\d{11}$/.test(cents) || !isIban(iban)) return null
  if (day !== '' && !/^\d\d\.\d\d\.\d{4}$/.test(day)) return null
  return {
    iban,
    currency: 'EUR',
    ...amountDue(`${cents.slice(0, 9)}.${cents.slice(9)}`),
    due_date: day === '' ? null : normaliseDate(day, 'dmy'),
    seller_name: normaliseText(line(16)),
    seller_address: addressOf([line(17), line(18)]),
  }
}
