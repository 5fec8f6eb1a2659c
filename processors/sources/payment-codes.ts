/**
 * Payment codes: from the text of a QR code to fields of an invoice.
 *
 * Two payloads are known: `SPC` of the Swiss QR-bill (SIX, Swiss Implementation Guidelines QR-bill
 * 2.x, with the billing information of Swico, syntax S1) and `BCD` of EPC069-12, known as GiroCode.
 * Both consist of lines at fixed positions. They state a payment: account, amount, payee. The
 * amount is the one due, which is the total if nothing was prepaid; extract.ts decides whether it
 * is.
 *
 * Strict: wrong check digits, a surplus or overlong line, or a malformed amount void the whole
 * code, since a half-valid payment code may be something else. Guarantees: never throws, linear
 * time, null for anything that is not a payment code. Payment references are not extracted, since
 * no field holds them, but a wrong check digit voids the code.
 */

import type { Field, PageCode } from '../../schemas/types.ts'
import { statedField } from '../shared/stated-field.ts'
import { normaliseDate } from '../values/dates.ts'
import { isIban, isVatId, normaliseId, normaliseText } from '../values/identifiers.ts'

export interface PaymentCode {
  readonly kind: 'spc' | 'bcd'
  readonly values: Readonly<Record<string, string>> // by field name, normalised
}

const longestPayload = 2000 // characters; SPC allows 997, BCD 331 bytes
const swissLines = 34 // with two alternative schemes
const europeanLines = 12

/** The fields of a payment code; null for any other text. */
export function readPaymentCode(text: string): PaymentCode | null {
  if (text.length > longestPayload) return null
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim())
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  const [first] = lines
  if (first !== 'SPC' && first !== 'BCD') return null
  const values = first === 'SPC' ? swiss(lines) : european(lines)
  if (values === null) return null
  const known = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  return { kind: first === 'SPC' ? 'spc' : 'bcd', values: Object.fromEntries(known) }
}

/**
 * Fields from the payment codes of a document, with confidence 1 and the code's page. Where several
 * codes contradict each other (a bill with instalments has one for each), the field is left out.
 */
export function fieldsOfCodes(codes: readonly PageCode[]): Field[] {
  const fields = new Map<string, Field | null>()
  for (const { text, page } of codes) {
    const code = readPaymentCode(text)
    for (const [name, value] of Object.entries(code?.values ?? {})) {
      const known = fields.get(name)
      if (known === undefined)
        fields.set(name, { ...statedField(name, value, 'code', code?.kind ?? null), page })
      else if (known !== null && known.value !== value) fields.set(name, null)
    }
  }
  return [...fields.values()].filter((field) => field !== null)
}

type Values = Readonly<Record<string, string | null>>

/** Lines of the Swiss payload, section 4.2.2 of the guidelines. */
function swiss(lines: readonly string[]): Values | null {
  const line = lineReader(lines)
  const [version, coding, account] = [line(1), line(2), line(3)]
  const iban = account.replace(/ /g, '').toUpperCase()
  const [amount, currency] = [line(18), line(19)]
  const [kind, reference, trailer, billing] = [line(27), line(28), line(30), line(31)]
  if (!/^02\d\d$/.test(version) || coding !== '1' || trailer !== 'EPD' || lines.length > swissLines)
    return null
  if (!/^(?:CH|LI)\d{7}[A-Z0-9]{12}$/.test(iban) || !isIban(iban)) return null
  if (currency !== 'CHF' && currency !== 'EUR') return null
  if (amount !== '' && !/^\d{1,9}\.\d{2}$/.test(amount)) return null
  // institutions 30000 to 31999 accept only QRR
  const forQrReference = /^3[01]$/.test(iban.slice(4, 6))
  if (forQrReference !== (kind === 'QRR') || !isReference(kind, reference.replace(/ /g, '')))
    return null
  const party = swissParty(lines.slice(4, 11))
  return party === null ? null : { ...swico(billing), iban, currency, ...amounts(amount), ...party }
}

const lineReader =
  (lines: readonly string[]) =>
  (index: number): string =>
    lines[index] ?? ''

// Characters of an address type, name, street or line 1, number or line 2, postcode, town, country
const swissPartyLengths = [1, 70, 70, 70, 16, 35, 2]

function swissParty(lines: readonly string[]): Values | null {
  const line = lineReader(lines)
  const [type, name, first, second] = [line(0), line(1), line(2), line(3)]
  const [postcode, town, country] = [line(4), line(5), line(6)]
  if (swissPartyLengths.some((length, index) => line(index).length > length)) return null
  if (!/^[A-Za-z]{2}$/.test(country) || name === '') return null
  const parts = { seller_name: normaliseText(name) }
  switch (type) {
    case 'S':
      return { ...parts, seller_address: addressOf([`${first} ${second}`, `${postcode} ${town}`]) }
    case 'K':
      return postcode === '' && town === ''
        ? { ...parts, seller_address: addressOf([first, second]) }
        : null
    default:
      return null
  }
}

/**
 * Billing information S1 of Swico (version 1.2): pairs of a tag and a value between slashes; a
 * backslash escapes a slash. Reads /10/ the invoice number, /11/ its date as yymmdd, /30/ the
 * issuer's UID. All of it is optional, so malformed parts are left out.
 */
function swico(billing: string): Values {
  if (!billing.startsWith('//S1/') || billing.length > 140) return {}
  const parts = billing.slice('//S1/'.length).match(/(?:\\.|[^/\\])+|\/(?=\/)/g) ?? []
  const tagged = new Map<string, string>()
  for (let i = 0; i + 1 < parts.length; i += 2)
    if (!tagged.has(parts[i] as string))
      tagged.set(parts[i] as string, (parts[i + 1] as string).replace(/\\(.)/g, '$1'))
  const day = /^(\d\d)(\d\d)(\d\d)$/.exec(tagged.get('11') ?? '')
  const uid = `CHE${tagged.get('30') ?? ''}`
  return {
    invoice_number: normaliseId(tagged.get('10') ?? ''),
    issue_date: day === null ? null : normaliseDate(`20${day[1]}-${day[2]}-${day[3]}`, 'ymd'),
    seller_vat_id: /^CHE\d{9}$/.test(uid) && isVatId(uid) === true ? uid : null,
  }
}

/** Lines of the European payload, section 3 of EPC069-12. */
function european(lines: readonly string[]): Values | null {
  const line = lineReader(lines)
  const [name, account, amount] = [line(5), line(6), line(7)]
  const iban = account.replace(/ /g, '').toUpperCase()
  if (lines.length > europeanLines || !isEuropeanHead(line) || !isEuropeanPurpose(line)) return null
  if (name === '' || name.length > 70) return null
  if (!isIban(iban) || (amount !== '' && !/^EUR\d{1,9}(?:\.\d{1,2})?$/.test(amount))) return null
  return {
    iban,
    currency: 'EUR',
    ...amounts(amount.slice('EUR'.length)),
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

/**
 * The amount due, which is also the total unless something else is known. A code without an amount,
 * or with zero, gives neither.
 */
function amounts(text: string): Values {
  const [whole = '', cents = ''] = text.split('.')
  const value = text === '' ? null : `${whole.replace(/^0+(?=\d)/, '')}.${cents.padEnd(2, '0')}`
  return value === null || !/[1-9]/.test(value) ? {} : { due_payable: value, grand_total: value }
}

function isReference(kind: string, reference: string): boolean {
  switch (kind) {
    case 'NON':
      return reference === ''
    case 'QRR':
      return (
        /^\d{27}$/.test(reference) &&
        checkDigitOf(reference.slice(0, -1)) === Number(reference.at(-1))
      )
    case 'SCOR':
      return (
        /^RF\d\d[A-Z0-9]{1,21}$/i.test(reference) && isCreditorReference(reference.toUpperCase())
      )
    default:
      return false
  }
}

const steps = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]

/** Modulo 10, recursive: the check digit of Swiss payment references (guidelines, annex B). */
function checkDigitOf(digits: string): number {
  let carry = 0
  for (const digit of digits) carry = steps[(carry + Number(digit)) % 10] as number
  return (10 - carry) % 10
}

/**
 * ISO 11649: modulo 97 of the reference with its first four characters at the end and letters as 10
 * to 35.
 */
function isCreditorReference(reference: string): boolean {
  let rest = 0
  for (const character of `${reference.slice(4)}${reference.slice(0, 4)}`) {
    for (const digit of String(Number.parseInt(character, 36)))
      rest = (10 * rest + Number(digit)) % 97
  }
  return rest === 1
}

function addressOf(parts: readonly string[]): string | null {
  const lines = parts.map((part) => normaliseText(part)).filter((part) => part !== null)
  return lines.length === 0 ? null : lines.join(', ')
}
