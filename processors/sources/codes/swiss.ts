/**
 * `SPC` of the Swiss QR-bill (SIX, Implementation Guidelines QR-bill 2.x), with the billing
 * information of Swico, syntax S1.
 */

import { normaliseDate } from '../../values/dates.ts'
import { isIban, isVatId, normaliseId, normaliseText } from '../../values/identifiers.ts'
import { isReference } from './references.ts'
import { addressOf, amountDue, lineReader, type Values } from './values.ts'

const mostLines = 34 // with two alternative schemes

/** Lines of the Swiss payload, section 4.2.2 of the guidelines. */
export function readSwiss(lines: readonly string[]): Values | null {
  const line = lineReader(lines)
  const [version, coding, account] = [line(1), line(2), line(3)]
  const iban = account.replace(/ /g, '').toUpperCase()
  const [amount, currency] = [line(18), line(19)]
  const [kind, reference, trailer, billing] = [line(27), line(28), line(30), line(31)]
  if (!/^02\d\d$/.test(version) || coding !== '1' || trailer !== 'EPD' || lines.length > mostLines)
    return null
  if (!/^(?:CH|LI)\d{7}[A-Z0-9]{12}$/.test(iban) || !isIban(iban)) return null
  if (currency !== 'CHF' && currency !== 'EUR') return null
  if (amount !== '' && !/^\d{1,9}\.\d{2}$/.test(amount)) return null
  // institutions 30000 to 31999 accept only QRR
  const forQrReference = /^3[01]$/.test(iban.slice(4, 6))
  if (forQrReference !== (kind === 'QRR') || !isReference(kind, reference.replace(/ /g, '')))
    return null
  const party = swissParty(lines.slice(4, 11))
  return party === null
    ? null
    : { ...swico(billing), iban, currency, ...amountDue(amount), ...party }
}

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
