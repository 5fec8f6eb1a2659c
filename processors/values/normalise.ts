/**
 * From printed text to values that can be compared: ISO dates, decimal strings, codes, NFC text.
 *
 * "03/04/2024" and "1.234" have two readings each. Which one holds is a property of the document,
 * so it is decided once for a document, from what it shows itself: dates that can be read one way
 * only, amounts that prove their decimal sign, then language, currency and country.
 * `documentContext` does that; `normaliseValue` is a pure function of the string and that context.
 * The same code serves extraction, training, rules and the review page.
 *
 * Guarantees: total (never throws, on any string), and a value that is normal already comes back
 * unchanged. Doesn't judge: an IBAN with wrong check digits is returned as printed; checks.ts says
 * that it is wrong.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import { normaliseDate, type DateOrder } from './dates.ts'
import { digitsOf, normaliseCurrency } from './currencies.ts'
import { normaliseDocumentType } from './document-types.ts'
import { hintsOf, languages, type Hints, type Language } from './locale-hints.ts'
import { normaliseIban, normaliseId, normaliseText, normaliseVatId } from './identifiers.ts'
import { normaliseMoney, type DecimalSign } from './money.ts'
import { oncePer } from '../shared/memoize.ts'
import type { Print, Word } from '../document/words.ts'

export type { Language } from './locale-hints.ts'

/** What a document says about how it is to be read. */
export interface DocumentContext {
  readonly language: Language | null
  readonly decimalSign: DecimalSign | null
  readonly dateOrder: DateOrder
  readonly country: string | null // ISO 3166, as far as the document tells where its issuer is
  readonly currency: string | null // ISO 4217, the one that is printed most often
}

export const emptyContext: DocumentContext = {
  language: null,
  decimalSign: null,
  dateOrder: 'dmy',
  country: null,
  currency: null,
}

const longest: Readonly<Record<FieldType, number>> = {
  date: 80,
  money: 80,
  currency: 80,
  iban: 80,
  vat: 80,
  document_type: 80,
  id: 120,
  text: 4000,
} // characters; a longer text is none of these

/** The value of a field of this type; null where the text holds none. */
export function normaliseValue(
  type: FieldType,
  raw: string,
  context: DocumentContext,
): string | null {
  if (raw.length > longest[type]) return null
  switch (type) {
    case 'date':
      return normaliseDate(raw.normalize('NFKC'), context.dateOrder)
    case 'money':
      return normaliseMoney(raw, context.decimalSign ?? signOf(context.currency))
    case 'currency':
      return normaliseCurrency(raw, context.country)
    case 'iban':
      return normaliseIban(raw)
    case 'vat':
      return normaliseVatId(raw)
    case 'id':
      return normaliseId(raw)
    case 'document_type':
      return normaliseDocumentType(raw)
    case 'text':
      return normaliseText(raw)
    default:
      return type satisfies never
  }
}

/** Three digits after one sign are decimals where the currency has three of them. */
function signOf(currency: string | null): DecimalSign | null {
  return digitsOf(currency) === 3 ? '.' : null
}

const maxWords = 3000 // that are looked at: the first pages tell
/** Reads the document's own conventions; documents without words give the defaults. */
export const documentContext: (print: Print) => DocumentContext = oncePer(readContext)

function readContext(print: Print): DocumentContext {
  const words = print.words.length > maxWords ? print.words.slice(0, maxWords) : print.words
  const hints = words.map((word) => hintsOf(word.text))
  const language = languageOf(hints)
  const country = issuerCountry(hints)
  const currency = currencyPrinted(words, hints, country)
  const decimalSign = signPrinted(hints, language)
  return {
    language,
    decimalSign,
    dateOrder: orderPrinted(hints, language, currency, country),
    country,
    currency,
  }
}

function languageOf(hints: readonly Hints[]): Language | null {
  const votes = new Map<Language, number>()
  for (const { languages } of hints)
    for (const language of languages)
      votes.set(language, (votes.get(language) ?? 0) + 1 / languages.length)
  let best: Language | null = null
  for (const language of languages)
    if ((votes.get(language) ?? 0) > (best === null ? 0.9 : (votes.get(best) ?? 0))) best = language
  return best
}

/**
 * The country of the first valid VAT id in print, otherwise of a valid IBAN, otherwise the last one
 * named: issuers stand in the foot.
 */
function issuerCountry(hints: readonly Hints[]): string | null {
  let bank: string | null = null
  let named: string | null = null
  let marked: string | null = null
  for (const hint of hints) {
    if (hint.vatCountry !== null) return hint.vatCountry
    bank ??= hint.bankCountry
    marked ??= hint.marked
    named = hint.named ?? named
  }
  return bank ?? named ?? marked
}

function currencyPrinted(
  words: readonly Word[],
  hints: readonly Hints[],
  country: string | null,
): string | null {
  const votes = new Map<string, number>()
  for (let i = 0; i < hints.length; i++) {
    if (!isCurrencyWord(hints, i)) continue
    const code = normaliseCurrency((words[i] as Word).text, country)
    if (code !== null) votes.set(code, (votes.get(code) ?? 0) + 1)
  }
  let best: string | null = null
  for (const [code, count] of votes)
    if (best === null || count > (votes.get(best) ?? 0)) best = code
  return best
}

/** Whether a word names a currency, by itself or by the amount beside it. */
function isCurrencyWord(hints: readonly Hints[], i: number): boolean {
  const { currency } = hints[i] as Hints
  if (currency !== 'beside an amount') return currency === 'sure'
  return (hints[i - 1]?.sign ?? null) !== null || (hints[i + 1]?.sign ?? null) !== null
}

function signPrinted(hints: readonly Hints[], language: Language | null): DecimalSign | null {
  let balance = 0 // above 0: comma
  if (language !== null) balance = language === 'en' ? -0.5 : 0.5
  for (const { sign, signWeight } of hints) balance += sign === ',' ? signWeight : -signWeight
  if (balance === 0) return null
  return balance > 0 ? ',' : '.'
}

function orderPrinted(
  hints: readonly Hints[],
  language: Language | null,
  currency: string | null,
  country: string | null,
): DateOrder {
  let dayFirst = 0
  let monthFirst = 0
  for (const hint of hints) {
    dayFirst += hint.dayFirst
    monthFirst += hint.monthFirst
  }
  if (dayFirst !== monthFirst) return dayFirst > monthFirst ? 'dmy' : 'mdy'
  if (language !== 'en' && language !== null) return 'dmy'
  const american = americanMarks(hints) + (country === 'US' ? 2 : 0)
  // Dollars and an American address outweigh the VAT id of a customer abroad
  if (currency === 'USD' && american >= 2) return 'mdy'
  if (country !== null && country !== 'US') return 'dmy'
  const enough = currency === 'USD' ? 1 : 2
  return (currency === 'USD' || currency === null) && american >= enough ? 'mdy' : 'dmy'
}

/** How strongly the words point to the United States: 2 for an address, 1 for anything else. */
function americanMarks(hints: readonly Hints[]): number {
  let marks = 0
  for (let i = 0; i < hints.length; i++) {
    const hint = hints[i] as Hints
    // "CA 94538": a state and its ZIP code
    if (hint.state && hints[i + 1]?.zip === true) marks += 2
    // "Sales tax" is American, "sales" alone is everybody's
    else if (hint.american || (hint.sales && hints[i + 1]?.tax === true)) marks++
  }
  return marks
}
