/**
 * What a document says about how it is to be read, decided once from what it shows itself: dates
 * that can be read one way only, amounts that prove their decimal sign, then language, currency and
 * country.
 */

import type { DateOrder } from '../values/dates.ts'
import { normaliseCurrency } from '../values/currencies.ts'
import { hintsOf, languages, type Hints, type Language } from '../values/locale-hints.ts'
import type { DecimalSign } from '../values/money.ts'
import type { DocumentContext } from '../values/normalise.ts'
import { oncePer } from '../shared/memoize.ts'
import type { Print, Word } from './words.ts'

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
