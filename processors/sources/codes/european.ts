/** `BCD` of EPC069-12, known as GiroCode. */

import { isIban, normaliseText } from '../../values/identifiers.ts'
import { isReference } from './references.ts'
import { amountDue, lineReader, type Values } from './values.ts'

const mostLines = 12

/** Lines of the European payload, section 3 of EPC069-12. */
export function readEuropean(lines: readonly string[]): Values | null {
  const line = lineReader(lines)
  const [name, account, amount] = [line(5), line(6), line(7)]
  const iban = account.replace(/ /g, '').toUpperCase()
  if (lines.length > mostLines || !isEuropeanHead(line) || !isEuropeanPurpose(line)) return null
  if (name === '' || name.length > 70) return null
  if (!isIban(iban) || (amount !== '' && !/^EUR\d{1,9}(?:\.\d{1,2})?$/.test(amount))) return null
  return {
    iban,
    currency: 'EUR',
    ...amountDue(amount.slice('EUR'.length)),
    seller_name: normaliseText(name),
  }
}

/** Version, character set, service, BIC; version 001 needs a BIC. */
function isEuropeanHead(line: (index: number) => string): boolean {
  const [version, characters, service, bic] = [line(1), line(2), line(3), line(4)]
  if (!/^00[12]$/.test(version) || !/^[1-8]$/.test(characters) || service !== 'SCT') return false
  return bic === '' ? version !== '001' : /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/i.test(bic)
}

/** Purpose, reference or text, note: validated, but not extracted. */
function isEuropeanPurpose(line: (index: number) => string): boolean {
  const [purpose, reference, text, note] = [line(8), line(9), line(10), line(11)]
  if (purpose.length > 4 || reference.length > 35 || text.length > 140 || note.length > 70)
    return false
  if (reference !== '' && text !== '') return false
  return !/^RF\d\d/.test(reference) || isReference('SCOR', reference.replace(/ /g, ''))
}
