/**
 * The shape of a printed token, regardless of its meaning: date, amount, identifier, word.
 * Languages differ only in month names and decimal marks, so one set of shapes serves all. A shape
 * is evidence for the model, not a decision.
 */

import { isAscii } from '../shared/ascii.ts'

export const tokenKinds = [
  'word',
  'date',
  'amount',
  'integer',
  'year',
  'percent',
  'currency',
  'postcode',
  'time',
  'month',
  'registration',
  'phone',
  'iban',
  'vat',
  'web',
  'code',
  'punctuation',
  'other',
] as const
export type TokenKind = (typeof tokenKinds)[number]

// Month names of en, de, fr, es, it, nl, without accents; abbreviations are their first three or
// four letters.
const monthNames: readonly string[][] = [
  [
    'january',
    'januar',
    'janner',
    'janvier',
    'janv',
    'enero',
    'ene',
    'gennaio',
    'gen',
    'januari',
    'jan',
  ],
  ['february', 'februar', 'fevrier', 'fevr', 'febrero', 'febbraio', 'februari', 'feb', 'fev'],
  ['march', 'marz', 'maerz', 'mars', 'marzo', 'maart', 'mar', 'mrz', 'mrt'],
  ['april', 'avril', 'abril', 'aprile', 'apr', 'avr', 'abr'],
  ['may', 'mai', 'mayo', 'maggio', 'mei', 'mag'],
  ['june', 'juni', 'juin', 'junio', 'giugno', 'jun', 'giu'],
  ['july', 'juli', 'juillet', 'julio', 'luglio', 'juil', 'jul', 'lug'],
  ['august', 'aout', 'agosto', 'augustus', 'aug', 'ago'],
  ['september', 'septembre', 'septiembre', 'settembre', 'sept', 'sep', 'set'],
  ['october', 'oktober', 'octobre', 'octubre', 'ottobre', 'oct', 'okt', 'ott'],
  ['november', 'novembre', 'noviembre', 'nov'],
  ['december', 'dezember', 'decembre', 'diciembre', 'dicembre', 'dec', 'dez', 'dic'],
]
const months = new Map(
  monthNames.flatMap((names, index) => names.map((name) => [name, index + 1] as const)),
)

/** 1 to 12 for a month's name or abbreviation in a known language, else 0. */
export function monthOf(text: string): number {
  if (text.length < 3 || text.length > 11) return 0
  return months.get(plainLetters(text).replace(/\.$/, '')) ?? 0
}

const numericDate =
  /^(\d{1,2}[/\-.]\d{1,2}[/\-.](?:\d{4}|\d{2})|\d{4}[/\-.]\d{1,2}[/\-.]\d{1,2}|(?:19|20)\d{6}|\p{L}{0,2}\d{1,4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일]?|\d{1,2} tháng \d{1,2},? (?:năm )?\d{4})$/iu
const writtenDate =
  /^(?:(\d{1,2})(?:st|nd|rd|th|er|º)?[-/. ,']*(?:(?:de|of) )?(\p{L}{3,10})\.?[-/. ,']*(?:del? )?(\d{4}|\d{2})|(\p{L}{3,10})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/. ,']+(\d{4}|\d{2}))$/u
// Groups of three, of two as in India, or none
const amount = /^[-+(]?(?:\d{1,3}(?:[.,'’ ]?\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}|\d+)[.,]\d{2}\)?-?$/
const integer = /^\d+$/
const year = /^(?:19[5-9]|20[0-6])\d[.,]?$/
const percent = /^-?\d{1,3}(?:[.,]\d{1,3})?%$/
// Codes that stand beside amounts, signs, and short words for money as invoices print them
const currency =
  /^(?:RM|MYR|EUR|USD|CHF|GBP|SGD|AUD|CAD|INR|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|UAH|JPY|CNY|KRW|THB|VND|IDR|PHP|ILS|AED|SAR|EGP|ZAR|MXN|BRL|NZD|HKD|TWD|Rs|Rp|NIS|(?:[A-Z]{1,3})?\p{Sc}|kr|zł|Kč|Ft|lei|TL|лв|грн|руб|円|元|원|บาท|ر\.س|د\.إ|ج\.م|د\.ك|đ|euros?|dollars?)[:.,]?$/iu
const currencyCode = /^[([]?([A-Z]{3})[)\]:.,]?$/
const postcode = /^(?:[A-Z]{1,2}-)?\d{5}[,.]?$/
const time = /^\d{1,2}:\d{2}(?::\d{2})?(?:[AP]M)?$/i
const registration = /^\(?\d{5,7}-?[A-Z]\)?$/
const phone = /^\+?[\d\-()/. ]{8,16}$/
const iban = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/
const ibanStart = /^[A-Z]{2}\d{2}(?:[A-Z0-9]{1,4})?$/
const vat =
  /^(?:AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK)[-.]?[A-Z0-9]{1,2}[A-Z0-9.-]{6,14}$/
const web =
  /^(?:https?:\/\/|www\.)\S+$|^[^\s@]+@[^\s@]+\.[^\s@]+$|^[a-z0-9-]+\.(?:com|de|fr|es|it|nl|eu|org|net|ch|at|be|uk|io)(?:\/\S*)?$/i
const word = /^[\p{L}][\p{L}'’&-]*[.,:;]?$/u
const blank = /^[^\p{L}\p{N}]+$/u
const hasDigit = /\d/
const hasLetter = /\p{L}/u

export function isDate(text: string): boolean {
  if (text.length < 6 || !hasDigit.test(text)) return false
  if (numericDate.test(text)) return true
  const written = writtenDate.exec(text)
  return written !== null && monthOf(written[2] ?? written[4] ?? '') > 0
}

export const isAmount = (text: string): boolean => amount.test(text)
export const isWeb = (text: string): boolean =>
  (text.includes('@') || text.includes('.') || text.includes('/')) && web.test(text)
export const isRegistration = (text: string): boolean => registration.test(text)
export const looksLikeCurrency = (text: string): boolean => currency.test(text)
export const looksLikeIban = (text: string): boolean => iban.test(text)
export const isIbanStart = (text: string): boolean => ibanStart.test(text)
export const isVat = (text: string): boolean =>
  vat.test(text) && /\d{2}/.test(text) && !iban.test(text)
export const isCurrencyCode = (text: string): boolean => currencyCode.test(text)

/** Of a token's text. */
export function tokenKindOf(text: string): TokenKind {
  if (hasDigit.test(text)) return kindWithDigits(text)
  if (blank.test(text)) return currency.test(text) ? 'currency' : 'punctuation'
  if (currency.test(text)) return 'currency'
  if (monthOf(text) > 0) return 'month'
  if (word.test(text)) return 'word'
  return isWeb(text) ? 'web' : 'other'
}

function kindWithDigits(text: string): TokenKind {
  if (isDate(text)) return 'date'
  if (amount.test(text)) return 'amount'
  if (postcode.test(text)) return 'postcode'
  if (time.test(text)) return 'time'
  if (registration.test(text)) return 'registration'
  if (percent.test(text)) return 'percent'
  if (year.test(text)) return 'year'
  if (integer.test(text)) return 'integer'
  if (iban.test(text)) return 'iban'
  if (isVat(text)) return 'vat'
  if (phone.test(text)) return 'phone'
  if (isWeb(text)) return 'web'
  return hasLetter.test(text) ? 'code' : 'other'
}

/**
 * An amount in either decimal convention, in hundredths so that sums are exact; null where there is
 * none. The last mark that is followed by two digits is the decimal one: `1,234.50`, `1.234,50`, `1
 * 234,50`, `(12.00)`, `12.00-`.
 */
export function hundredths(text: string): number | null {
  const match = /^([-+(]?)(\d[\d.,'’ ]*)(\)?-?)$/.exec(text)
  if (match === null) return null
  const digits = match[2] as string
  const mark = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','))
  const decimals = mark < 0 ? 0 : digits.length - mark - 1
  const bare = digits.replace(/\D/g, '')
  if (bare.length > 13) return null
  // Three or more digits after the last mark are a thousands group: no decimals
  const missing = decimals === 1 || decimals === 2 ? 2 - decimals : 2
  const value = Number(bare) * 10 ** missing
  const negative = match[1] === '-' || match[3] === '-' || (match[1] === '(' && match[3] === ')')
  return negative ? -value : value
}

/** Lower case without accents. */
export function plainLetters(text: string): string {
  return isAscii(text)
    ? text.toLowerCase()
    : text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
