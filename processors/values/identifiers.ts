/**
 * Identifiers: IBAN, VAT id, document numbers, currency codes.
 *
 * Normalising and judging are two things. What is printed is given back in its normal form even
 * where its check digits are wrong, since the value on the page is the value on the page; `isIban`
 * and `isVatId` judge, and a check vetoes. Check digits come from ibantools (ISO 13616, ISO 7064
 * mod 97-10) and jsvat-next (the member states' public algorithms). Both are wrapped here. Norway's
 * (mod 11) is written out, since jsvat-next has another form of it only.
 */

import { countrySpecs, electronicFormatIBAN, isValidIBAN } from 'ibantools'
import * as library from 'jsvat-next'
import { oncePerText } from '../shared/memoize.ts'
import { isAscii } from '../document/shapes.ts'

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

const currencyCodes = new Set(
  (
    'AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD ' +
    'PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR'
  ).split(' '),
)
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
  [/₽/u, 'RUB'],
  [/₺/u, 'TRY'],
  [/₪/u, 'ILS'],
  [/₴/u, 'UAH'],
  [/฿/u, 'THB'],
  [/₫/u, 'VND'],
  [/₱/u, 'PHP'],
  [/₦/u, 'NGN'],
  [/\bRM\b|\bRM(?=\d)|\bringgit\b/i, 'MYR'],
  [/\bS?Fr\.|\bFr(?=\s|$)|\bFranken\b/u, 'CHF'],
  [/zł(?:oty)?/i, 'PLN'],
  [/Kč/i, 'CZK'],
  [/\bFt\b/u, 'HUF'],
  [/\blei\b/i, 'RON'],
  [/\bdollars?\b|\$/i, 'USD'],
]
const currencyOfCountry: Readonly<Record<string, string>> = {
  AT: 'EUR',
  AU: 'AUD',
  BE: 'EUR',
  BG: 'EUR',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CY: 'EUR',
  CZ: 'CZK',
  DE: 'EUR',
  DK: 'DKK',
  EE: 'EUR',
  ES: 'EUR',
  FI: 'EUR',
  FR: 'EUR',
  GB: 'GBP',
  GR: 'EUR',
  HR: 'EUR',
  HU: 'HUF',
  IE: 'EUR',
  IN: 'INR',
  IT: 'EUR',
  JP: 'JPY',
  LT: 'EUR',
  LU: 'EUR',
  LV: 'EUR',
  MT: 'EUR',
  MX: 'MXN',
  MY: 'MYR',
  NL: 'EUR',
  NO: 'NOK',
  NZ: 'NZD',
  PL: 'PLN',
  PT: 'EUR',
  RO: 'RON',
  SE: 'SEK',
  SG: 'SGD',
  SI: 'EUR',
  SK: 'EUR',
  US: 'USD',
}
const countryNames: readonly (readonly [RegExp, string])[] = [
  [/germany|deutschland|allemagne|alemania|germania|duitsland/i, 'DE'],
  [/austria|österreich|autriche|oostenrijk/i, 'AT'],
  [/switzerland|schweiz|suisse|svizzera|suiza|zwitserland/i, 'CH'],
  [/france|frankreich|francia|frankrijk/i, 'FR'],
  [/spain|spanien|españa|espagne|spagna|spanje/i, 'ES'],
  [/italy|italien|italia|italie|italië/i, 'IT'],
  [/netherlands|niederlande|pays-bas|nederland|países bajos|paesi bassi/i, 'NL'],
  [/belgium|belgien|belgique|belgië|bélgica|belgio/i, 'BE'],
  [/ireland|irland|irlande/i, 'IE'],
  [/united kingdom|great britain|england|scotland|wales|\buk\b/i, 'GB'],
  [/united states|\busa\b|\bu\.s\.a/i, 'US'],
  [/canada/i, 'CA'],
  [/australia/i, 'AU'],
  [/new zealand/i, 'NZ'],
  [/malaysia/i, 'MY'],
  [/singapore/i, 'SG'],
  [/\bindia\b/i, 'IN'],
  [/sweden|sverige|schweden/i, 'SE'],
  [/norway|norge|norwegen/i, 'NO'],
  [/denmark|danmark|dänemark/i, 'DK'],
  [/poland|polska|polen/i, 'PL'],
  [/luxembourg|luxemburg/i, 'LU'],
  [/portugal/i, 'PT'],
]
const anyCountry = new RegExp(countryNames.map(([pattern]) => pattern.source).join('|'), 'i')
const crowns: Readonly<Record<string, string>> = { SE: 'SEK', NO: 'NOK', DK: 'DKK' }

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
 * Upper case without spaces and punctuation, from the country's prefix on where there is one; null
 * without five digits.
 */
export function normaliseVatId(raw: string): string | null {
  const text = raw.slice(0, maxLength).normalize('NFKC').toUpperCase()
  for (const match of text.matchAll(
    /(?<![A-Z0-9])(CHE|[A-Z]{2})([\s.:-]{0,2}[A-Z0-9][A-Z0-9\s./-]{4,20})/g,
  )) {
    const prefix = match[1] as string
    if (!vatPrefixes.has(prefix)) continue
    const words =
      prefix === 'CHE'
        ? (match[2] as string).replace(/(?<=\d)(?:MWST|TVA|IVA|VAT)/, ' ')
        : (match[2] as string)
    const body = compactWords(words, (digits) => isVatId(`${prefix}${digits}`))
    if ((body.match(/\d/g) ?? []).length >= 5) return `${prefix}${body}`
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
  return jsvat.checkVAT(value, countriesOf.get(value.slice(0, 2))).isValid
}

/** A code of ISO 4217 that is in use on invoices. */
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
  return found === dollar ? dollarOf(country) : found
}

const [crown, dollar] = ['kr', '$'] // of whichever country

/** The code, `crown` or `dollar`. */
const currencyIn = oncePerText((text): string | null => {
  // "try" is a word, TRY a currency: small letters count only where nothing else stands there
  const code = (text.trim().length === 3 ? text.toUpperCase() : text)
    .match(/(?<!\p{L})[A-Z]{3}(?!\p{L})/gu)
    ?.find((word) => currencyCodes.has(word))
  if (code !== undefined) return code
  if (/(?<!\p{L})kr\.?(?!\p{L})/iu.test(text)) return crown
  const mark = markOf(text)
  if (mark === 'USD' && /^[^\p{L}]*\$[^\p{L}]*$/u.test(text)) return dollar
  if (mark !== null) return mark
  const named = countryOf(text)
  return named === null ? null : (currencyOfCountry[named] ?? null)
})

/** The currency of the first mark that stands in a text. */
const markOf = oncePerText(
  (text): string | null => currencyMarks.find(([pattern]) => pattern.test(text))?.[1] ?? null,
)

/** ISO 3166 code of a country's name in one of six languages; null where none is named. */
export const countryOf: (text: string) => string | null = oncePerText((text) =>
  anyCountry.test(text)
    ? (countryNames.find(([pattern]) => pattern.test(text))?.[1] ?? null)
    : null,
)

export function currencyOf(country: string | null): string | null {
  return country === null ? null : (currencyOfCountry[country] ?? null)
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

// Weights of the Norwegian organisation number, as Brønnøysundregistrene publishes them
function isNorwegian(digits: string): boolean {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2]
  const rest =
    11 - (weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0) % 11)
  return rest !== 10 && (rest === 11 ? 0 : rest) === Number(digits[8])
}

function dollarOf(country: string | null): string {
  const own = currencyOf(country)
  return own !== null && ['AUD', 'CAD', 'NZD', 'SGD', 'MXN'].includes(own) ? own : 'USD'
}
