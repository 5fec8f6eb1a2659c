/**
 * Identifiers: IBAN, VAT id, document numbers; and texts.
 *
 * Normalising and judging are two things. What is printed is given back in its normal form even
 * where its check digits are wrong, since the value on the page is the value on the page; `isIban`
 * and `isVatId` judge, and a check vetoes. Check digits come from ibantools (ISO 13616, ISO 7064
 * mod 97-10) and jsvat-next (the member states' public algorithms). Both are wrapped here. Norway's
 * (mod 11) is written out, since jsvat-next has another form of it only.
 */

import {
  countrySpecs,
  electronicFormatIBAN,
  isValidIBAN,
  validateIBAN,
  ValidationErrorsIBAN,
} from 'ibantools'
import * as library from 'jsvat-next'
import { oncePerText } from '../shared/memoize.ts'
import { isAscii } from '../shared/ascii.ts'

// A CommonJS package: its names are on the module or on its default export, depending on who loads
// it
const jsvat =
  'checkVAT' in library ? library : (library as { readonly default: typeof library }).default

const maxLength = 120 // characters that are looked at: longer text is no identifier

const vatCountries = [
  jsvat.austria,
  jsvat.belgium,
  jsvat.bulgaria,
  jsvat.croatia,
  jsvat.cyprus,
  jsvat.czechRepublic,
  jsvat.denmark,
  jsvat.estonia,
  jsvat.finland,
  jsvat.france,
  jsvat.germany,
  jsvat.greece,
  jsvat.hungary,
  jsvat.ireland,
  jsvat.italy,
  jsvat.latvia,
  jsvat.lithuania,
  jsvat.luxembourg,
  jsvat.malta,
  jsvat.netherlands,
  jsvat.poland,
  jsvat.portugal,
  jsvat.romania,
  jsvat.slovakiaRepublic,
  jsvat.slovenia,
  jsvat.spain,
  jsvat.sweden,
  jsvat.switzerland,
  jsvat.unitedKingdom,
]
const countriesOf = new Map<string, typeof vatCountries>() // by the first two letters of their ids
for (const country of vatCountries) {
  const [code = ''] = country.codes
  for (const prefix of [code, ...({ GR: ['EL'], GB: ['XI'] }[code] ?? [])])
    countriesOf.set(prefix, [...(countriesOf.get(prefix) ?? []), country])
}

/**
 * Prefixes of VAT ids: the EU's members (EL is Greece, XI Northern Ireland), the United Kingdom,
 * Switzerland, Norway.
 */
export const vatPrefixes: ReadonlySet<string> = new Set(
  'AT BE BG CHE CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK XI'.split(
    ' ',
  ),
)

// most texts have their normal form already
const settled = /^[A-Za-z0-9&(](?:[!-~]| (?! ))*[A-Za-z0-9)&.]$/

/** NFC, single spaces, no punctuation hanging at the ends. */
export function normaliseText(raw: string): string | null {
  if (settled.test(raw)) return raw
  const text = raw
    .normalize('NFC')
    .replace(/[\s\p{Cc}\u200b\ufeff]+/gu, ' ')
    .trim()
    .replace(/^[\s,;:|·•*_=–—-]+|[\s,;:|·•*_=–—-]+$/gu, '')
  return text === '' ? null : text
}

/**
 * Letters and digits in lower case: what is left when texts are compared, whatever their capitals,
 * signs and spaces.
 */
export function plainOf(text: string): string {
  if (isAscii(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '')
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * A document number: punctuation trimmed at both ends, brackets only where they don't close. Null
 * without a letter or digit.
 */
export function normaliseId(raw: string): string | null {
  const text = raw
    .normalize('NFC')
    .replace(/[\s\p{Cc}\u200b\ufeff]+/gu, ' ')
    .trim()
    .replace(/^[\s.,;:|·•*_=#"'“”„‘’([<–—-]+|[\s.,;:|·•*_=#"'“”„‘’>–—-]+$/gu, '')
  const closed = /[)\]]$/.test(text) && !/[([]/.test(text) ? text.slice(0, -1).trim() : text
  return /[\p{L}\p{N}]/u.test(closed) ? closed : null
}

/**
 * Upper case without spaces, cut to the country's length where more follows; null where it doesn't
 * look like an IBAN of any country that has them.
 */
export function normaliseIban(raw: string): string | null {
  const text = raw.slice(0, maxLength).toUpperCase()
  const found = [
    ...text.matchAll(/(?<![A-Z0-9])[A-Z]{2}\s?\d{2}[\s.-]?(?:[A-Z0-9]{1,4}[\s.-]?){2,8}[A-Z0-9]*/g),
  ].map((match) => electronicFormatIBAN(match[0].replace(/[\s.]/g, '')) ?? '')
  const cut = found.map(cutToCountry)
  return (
    cut.find(isIban) ??
    cut.find(
      (iban) =>
        Object.hasOwn(countrySpecs, iban.slice(0, 2)) &&
        iban.length >= 11 &&
        iban.length <= 34 &&
        /\d{6}/.test(iban),
    ) ??
    null
  )
}

export function isIban(value: string): boolean {
  return isValidIBAN(value)
}

/**
 * Whether length and the two check digits of ISO 13616 are right, whatever a country's own check
 * digits inside the number say: enough to know where a printed IBAN ends.
 */
export function isWholeIban(value: string): boolean {
  return validateIBAN(value).errorCodes.every(
    (code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
  )
}

/**
 * Upper case without spaces and punctuation, from the country's prefix on where there is one; null
 * without five digits.
 */
export function normaliseVatId(raw: string): string | null {
  const text = raw.slice(0, maxLength).normalize('NFKC').toUpperCase()
  for (const match of text.matchAll(
    /(?<![A-Z0-9])(CHE|[A-Z]{2})([\s.:–-]{0,3}[A-Z0-9][A-Z0-9\s./-]{4,20})/g,
  )) {
    const prefix = match[1] as string
    if (!vatPrefixes.has(prefix)) continue
    const words =
      prefix === 'CHE'
        ? (match[2] as string).replace(/(?<=\d)(?:MWST|TVA|IVA|VAT)/, ' ')
        : (match[2] as string)
    const body = compactWords(words, (digits) => isVatId(`${prefix}${digits}`))
    if ((body.match(/\d/g) ?? []).length >= 5) return withBelgianZero(`${prefix}${body}`)
  }
  const plain = [...text.matchAll(/[A-Z0-9][A-Z0-9\s./-]{3,24}/g)].map((match) =>
    match[0]
      .split(/\s+/)
      .filter((word) => /\d/.test(word) || word === 'MVA')
      .join('')
      .replace(/[^A-Z0-9]/g, ''),
  )
  return plain.find((id) => (id.match(/\d/g) ?? []).length >= 5 && id.length <= 18) ?? null
}

/**
 * Right by format and check digits of its country; null where the country has no public rule that
 * we know.
 */
export const isVatId: (value: string) => boolean | null = oncePerText(judgeVatId)

function judgeVatId(value: string): boolean | null {
  if (/^(NO)?\d{9}(MVA)?$/.test(value) && /^NO|MVA$/.test(value))
    return isNorwegian(value.replace(/\D/g, ''))
  if (!vatPrefixes.has(value.slice(0, 2)) && !value.startsWith('CHE')) return null
  if (!/\d/.test(value)) return false
  const id = withBelgianZero(value)
  if (isFrenchWithLetters.test(id)) return isFrenchKey(id.slice(2, 4), id.slice(4))
  return jsvat.checkVAT(id, countriesOf.get(id.slice(0, 2))).isValid
}

function cutToCountry(iban: string): string {
  const length = countrySpecs[iban.slice(0, 2)]?.chars
  return typeof length === 'number' && iban.length > length
    ? iban.slice(0, length)
    : iban.slice(0, 34)
}

/**
 * The words that belong to the number: up to the first one that makes a valid id, otherwise all
 * that hold digits.
 */
function compactWords(text: string, valid: (digits: string) => boolean | null): string {
  const words = text
    .split(/\s+/)
    .map((word) => word.replace(/[^A-Z0-9]/g, ''))
    .filter((word) => word !== '')
  let joined = ''
  for (const word of words) {
    joined += word
    if (valid(joined) === true) return joined
  }
  const end = words.findIndex((word, index) => index > 0 && !/\d/.test(word))
  return words
    .slice(0, end === -1 ? words.length : end)
    .join('')
    .slice(0, 15)
}

/** Belgian numbers had nine digits until 2008 and are still printed so: today a 0 leads. */
function withBelgianZero(id: string): string {
  return /^BE\d{9}$/.test(id) ? `BE0${id.slice(2)}` : id
}

const isFrenchWithLetters = /^FR(?=\d?[A-Z])[0-9A-HJ-NP-Z]{2}\d{9}$/
const frenchKeySigns = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * The key with letters, as the French tax office gives it to newer numbers, and the check digit
 * (Luhn) of the company's number. The library judges keys of digits only.
 */
function isFrenchKey(key: string, siren: string): boolean {
  const [first = 0, second = 0] = [...key].map((sign) => frenchKeySigns.indexOf(sign))
  const check = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100
  return (Number(siren) + 1 + Math.floor(check / 11)) % 11 === check % 11 && passesLuhn(siren)
}

function passesLuhn(digits: string): boolean {
  const total = [...digits].reverse().reduce((sum, sign, index) => {
    const doubled = Number(sign) * (index % 2 === 1 ? 2 : 1)
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return total % 10 === 0
}

// Weights of the Norwegian organisation number, as Brønnøysundregistrene publishes them
function isNorwegian(digits: string): boolean {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2]
  const rest =
    11 - (weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0) % 11)
  return rest !== 10 && (rest === 11 ? 0 : rest) === Number(digits[8])
}
