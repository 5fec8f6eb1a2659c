/**
 * Currencies: ISO 4217 codes from codes, symbols and words. Codes, symbols, digits and countries
 * come from CLDR (locale-data.ts); the words and short marks below are those of invoices.
 */

import { countryOf } from './countries.ts'
import {
  currencyCodes as codesInUse,
  currencyDigits,
  currencyOfCountry,
  currencySymbols,
  sharedSigns,
} from './locale-data.ts'
import { oncePerText } from '../shared/memoize.ts'

const maxLength = 120 // characters that are looked at: longer text is no currency

// Of the other codes some are words ("ALL", "TOP"), so no other letter may stand beside them
const frequentCodes = new Set(
  (
    'AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD ' +
    'PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR'
  ).split(' '),
)
const currencyCodes: ReadonlySet<string> = new Set(codesInUse.split(' '))
// Longer marks first: "US$" must not be read as "$"
const currencyMarks: readonly (readonly [RegExp, string])[] = [
  [/(?:US|U\.S\.)\s?\$|dollars? US/i, 'USD'],
  [/(?:CA|C|CDN)\s?\$/u, 'CAD'],
  [/(?:AU|A)\s?\$/u, 'AUD'],
  [/(?:NZ)\s?\$/u, 'NZD'],
  [/(?:SG|S)\s?\$/u, 'SGD'],
  [/HK\s?\$/u, 'HKD'],
  [/MX\s?\$/u, 'MXN'],
  [/R\$/u, 'BRL'],
  [/NT\$/u, 'TWD'],
  [/€|\beuros?\b/i, 'EUR'],
  [/£|\bpounds? sterling\b|\bsterling\b/i, 'GBP'],
  [/₹|\bRs\b\.?|\brupees?\b/i, 'INR'],
  [/¥|円|\byen\b/i, 'JPY'],
  [/₩/u, 'KRW'],
  [/₱/u, 'PHP'],
  [/\bRM\b|\bRM(?=\d)|\bringgit\b/i, 'MYR'],
  [/\bS?Fr\.|\bFr(?=\s|$)|\bFranken\b/u, 'CHF'],
  [/zł(?:oty)?/i, 'PLN'],
  [/Kč/i, 'CZK'],
  [/\bFt\b/u, 'HUF'],
  [/\blei\b/i, 'RON'],
  [/\bTL\b/u, 'TRY'],
  [/\bRp\b/u, 'IDR'],
  [/(?<!\p{L})(?:ر\.?\s?س|ريال سعودي)(?!\p{L})/u, 'SAR'],
  [/(?<!\p{L})د\.?\s?إ(?!\p{L})/u, 'AED'],
  [/(?<!\p{L})ج\.?\s?م(?!\p{L})/u, 'EGP'],
  [/(?<!\p{L})د\.?\s?ك(?!\p{L})/u, 'KWD'],
  [/(?<!\p{L})원(?!\p{L})/u, 'KRW'],
  [/(?<!\p{L})(?:元|人民币|RMB)(?!\p{L})/u, 'CNY'],
  [/บาท/u, 'THB'],
  [/(?<!\p{L})(?:đ|đồng|VNĐ)(?!\p{L})/iu, 'VND'],
  [/(?<!\p{L})(?:NIS|ש["״]ח)(?!\p{L})/u, 'ILS'],
  [/(?<!\p{L})(?:грн|гривень)(?!\p{L})/iu, 'UAH'],
  [/(?<!\p{L})руб(?!\p{Lu})/iu, 'RUB'],
  [/(?<!\p{L})лв(?!\p{L})/iu, 'BGN'],
  [/\bdollars?\b|\$/i, 'USD'],
]
const crowns: Readonly<Record<string, string>> = { SE: 'SEK', NO: 'NOK', DK: 'DKK' }

/** A code of ISO 4217 that is money of a country, or was lately. */
export function isCurrency(value: string): boolean {
  return currencyCodes.has(value)
}

/**
 * ISO 4217 code from a code, symbol, word or country. `country` (ISO 3166) settles "kr" and "$".
 * Null where nothing tells.
 */
export function normaliseCurrency(raw: string, country: string | null): string | null {
  const found = currencyIn(raw.slice(0, maxLength).normalize('NFC'))
  if (found === crown) return crowns[country ?? ''] ?? null
  return found === null ? null : ofSign(found, country)
}

const crown = 'kr' // of whichever country
const usualOfSign: Readonly<Record<string, string>> = {
  $: 'USD',
  '£': 'GBP',
  '¥': 'JPY',
  '₩': 'KRW',
  '₱': 'PHP',
}

/** A sign that several currencies have is the country's own, or the one that it usually is. */
function ofSign(found: string, country: string | null): string {
  const usual = usualOfSign[found]
  if (usual === undefined) return found
  const own = currencyOf(country)
  return own !== null && sharedSigns[found]?.split(' ').includes(own) === true ? own : usual
}

/** The code, `crown` or a sign that several currencies have. */
const currencyIn = oncePerText((text): string | null => {
  // "try" is a word, TRY a currency: small letters count only where nothing else stands there
  const code = (text.trim().length === 3 ? text.toUpperCase() : text)
    .match(/(?<!\p{L})[A-Z]{3}(?!\p{L})/gu)
    ?.find((word) => frequentCodes.has(word))
  if (code !== undefined) return code
  const alone = /^[^\p{L}]*(\p{L}{3})[^\p{L}]*$/u.exec(text)?.[1]?.toUpperCase() ?? ''
  if (currencyCodes.has(alone)) return alone
  if (/(?<!\p{L})kr\.?(?!\p{L})/iu.test(text)) return crown
  const sign = /^[^\p{L}]*([$£¥₩₱])[^\p{L}]*$/u.exec(text)?.[1]
  if (sign !== undefined) return sign
  const mark = symbolIn(text) ?? markOf(text)
  if (mark !== null) return mark
  const named = countryOf(text)
  return named === null ? null : (currencyOfCountry[named] ?? null)
})

const symbols = Object.entries(currencySymbols) // longer ones first
const anySymbol = /\p{Sc}|\p{Script=Arabic}|[A-Z][a-zA-Z]+[.]|CFPF|FCFP/u

/** The currency of a symbol that is one currency's everywhere; letters of it end where words end. */
const symbolIn = oncePerText((text): string | null => {
  if (!anySymbol.test(text)) return null
  const plain = text.normalize('NFKC').replace(/(?<=[\p{L}.])\s(?=\p{Sc})/gu, '')
  const found = symbols.find(([symbol]) => {
    const at = plain.indexOf(symbol)
    const isLetter = (sign: string | undefined): boolean => /\p{L}/u.test(sign ?? '')
    return (
      at >= 0 &&
      !(isLetter(symbol[0]) && isLetter(plain[at - 1])) &&
      !(isLetter(symbol.at(-1)) && isLetter(plain[at + symbol.length]))
    )
  })
  return found?.[1] ?? null
})

/** The currency of the first mark that stands in a text. */
const markOf = oncePerText(
  (text): string | null => currencyMarks.find(([pattern]) => pattern.test(text))?.[1] ?? null,
)

/** How many digits stand after the decimal sign: none for JPY, three for KWD. */
export function digitsOf(currency: string | null): number {
  return currencyDigits[currency ?? ''] ?? 2
}

export function currencyOf(country: string | null): string | null {
  return country === null ? null : (currencyOfCountry[country] ?? null)
}
