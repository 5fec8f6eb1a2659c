/**
 * From printed text to values that can be compared: ISO dates, decimal strings, codes, NFC text.
 *
 * "03/04/2024" and "1.234" have two readings each. Which one holds is a property of the document, so it is decided once
 * for a document, from what it shows itself: dates that can be read one way only, amounts that prove their decimal sign,
 * then language, currency and country. `documentContext` does that; `normaliseValue` is a pure function of the string and
 * that context. The same code serves extraction, training, rules and the review page.
 *
 * Guarantees: total (never throws, on any string), and a value that is normal already comes back unchanged.
 * Doesn't judge: an IBAN with wrong check digits is returned as printed; checks.ts says that it is wrong.
 */

import type { FieldType } from '../schemas/profiles.ts'
import { findDates, normaliseDate, type DateOrder } from './dates.ts'
import { countryOf, isIban, isVatId, normaliseCurrency, normaliseIban, normaliseId, normaliseText, normaliseVatId, vatPrefixes } from './identifiers.ts'
import { oncePer } from './once.ts'
import { normaliseMoney, provenSign, type DecimalSign } from './money.ts'
import type { Print } from './words.ts'

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl'

/** What a document says about how it is to be read. */
export interface Context {
  readonly language: Language | null
  readonly decimalSign: DecimalSign | null
  readonly dateOrder: DateOrder
  readonly country: string | null // ISO 3166, as far as the document tells where its issuer is
  readonly currency: string | null // ISO 4217, the one that is printed most often
}

export const emptyContext: Context = { language: null, decimalSign: null, dateOrder: 'dmy', country: null, currency: null }

const longest: Readonly<Record<FieldType, number>> = { date: 80, money: 80, currency: 80, iban: 80, vat: 80, id: 120, text: 4000 } // characters; a longer text is none of these

/** The value of a field of this type; null where the text holds none. */
export function normaliseValue(type: FieldType, raw: string, context: Context): string | null {
  if (raw.length > longest[type]) return null
  switch (type) {
    case 'date': return normaliseDate(raw.normalize('NFKC'), context.dateOrder)
    case 'money': return normaliseMoney(raw, context.decimalSign)
    case 'currency': return normaliseCurrency(raw, context.country)
    case 'iban': return normaliseIban(raw)
    case 'vat': return normaliseVatId(raw)
    case 'id': return normaliseId(raw)
    case 'text': return normaliseText(raw)
    default: return type satisfies never
  }
}

// Words that are frequent on invoices in one of the languages and rare in the others
const lexicon: Readonly<Record<Language, string>> = {
  en: 'invoice the of and to for date number total amount due payment tax quantity description price bill ship order from please thank you receipt cash change item with terms',
  de: 'rechnung der die das und für mit datum nummer betrag gesamt gesamtbetrag menge bezeichnung einzelpreis mwst ust zzgl netto brutto zahlbar tage kunde steuer beleg bitte wir ihre lieferung summe',
  fr: 'facture le la les et des pour avec date montant total quantité désignation prix ht ttc tva siret siren échéance règlement client adresse à du commande merci nous votre unitaire',
  es: 'factura el los las y para con fecha número importe cantidad descripción precio iva cliente vencimiento pago base imponible nif cif pedido de total unidad gracias',
  it: 'fattura il gli e per con data numero importo quantità descrizione prezzo iva cliente scadenza pagamento imponibile partita codice fiscale di totale ordine grazie spett',
  nl: 'factuur het een en van voor met datum nummer bedrag aantal omschrijving prijs btw klant vervaldatum betaling totaal subtotaal te betalen kvk bestelling op uw wij excl incl',
}
const languages = Object.keys(lexicon) as Language[]
const wordLanguages = new Map<string, Language[]>()
for (const language of languages) {
  for (const word of lexicon[language].split(' ')) wordLanguages.set(word, [...(wordLanguages.get(word) ?? []), language])
}
const maxWords = 3000 // that are looked at: the first pages tell
// Words that stand on invoices of one country only: its registers and legal forms
const countryMarks = new Map(Object.entries({ abn: 'AU', pty: 'AU', uen: 'SG', hst: 'CA', gstin: 'IN', cgst: 'IN', sdn: 'MY', siret: 'FR', siren: 'FR', kvk: 'NL', ein: 'US', llc: 'US', gmbh: 'DE', hrb: 'DE', srl: 'IT', plc: 'GB' }))
const american = /^(?:zip|ein|llc|inc\.?|usa)$/i

/** Reads the document's own conventions; documents without words give the defaults. */
export const documentContext: (print: Print) => Context = oncePer(readContext)

function readContext(print: Print): Context {
  const words = print.words.length > maxWords ? print.words.slice(0, maxWords) : print.words
  const texts = words.map((word) => word.text)
  const language = languageOf(texts)
  const country = issuerCountry(texts)
  const currency = currencyPrinted(texts, country)
  const decimalSign = signPrinted(texts, language)
  return { language, decimalSign, dateOrder: orderPrinted(texts, language, currency, country), country, currency }
}

function languageOf(texts: readonly string[]): Language | null {
  const votes = new Map<Language, number>()
  for (const text of texts) {
    const found = wordLanguages.get(text.toLowerCase().replace(/[^\p{L}]/gu, ''))
    if (found === undefined) continue
    for (const language of found) votes.set(language, (votes.get(language) ?? 0) + 1 / found.length)
  }
  let best: Language | null = null
  for (const language of languages) if ((votes.get(language) ?? 0) > (best === null ? 0.9 : (votes.get(best) ?? 0))) best = language
  return best
}

/** The country of the first valid VAT id in print, otherwise of a valid IBAN, otherwise the last one named: issuers stand in the foot. */
function issuerCountry(texts: readonly string[]): string | null {
  let bank: string | null = null
  let named: string | null = null
  let marked: string | null = null
  for (const text of texts) {
    const code = text.length >= 9 && text.length <= 40 ? /(?<![A-Z0-9])(CHE|[A-Z]{2})[-.]?[A-Z0-9]?\d[\dA-Z.-]{5,30}/.exec(text) : null
    if (code !== null) {
      const id = code[0].replace(/[.-]/g, '')
      const prefix = code[1] as string
      if (vatPrefixes.has(prefix) && isVatId(id) === true) return prefix === 'CHE' ? 'CH' : prefix === 'EL' ? 'GR' : prefix === 'XI' ? 'GB' : prefix
      if (isIban(id)) bank ??= prefix
    }
    if (text.length < 3 || text.length > 14 || !/^\p{L}/u.test(text)) continue
    marked ??= countryMarks.get(text.toLowerCase().replace(/[.,:]/g, '')) ?? null
    named = countryOf(text) ?? named
  }
  return bank ?? named ?? marked
}

function currencyPrinted(texts: readonly string[], country: string | null): string | null {
  const votes = new Map<string, number>()
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    if (text.length > 14 || !/[\p{Sc}]|^(?:[A-Z]{3}|RM|kr|Kr|Fr\.?|zł|Kč|Rs\.?|Euro)(?![\p{L}])/u.test(text)) continue
    // "SDN BHD" and "PEN" are words until an amount stands beside them
    const strong = /[\p{Sc}]|^(?:EUR|Euro|USD|GBP|CHF)(?!\p{L})/u.test(text)
    if (!strong && !/\d/.test(text) && provenSign(texts[i - 1] ?? '') === null && provenSign(texts[i + 1] ?? '') === null) continue
    const code = normaliseCurrency(text, country)
    if (code !== null) votes.set(code, (votes.get(code) ?? 0) + 1)
  }
  let best: string | null = null
  for (const [code, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = code
  return best
}

function signPrinted(texts: readonly string[], language: Language | null): DecimalSign | null {
  let balance = language === null ? 0 : language === 'en' ? -0.5 : 0.5 // above 0: comma
  for (const text of texts) {
    if (text.length > 18 || text.length < 3) continue
    const sign = provenSign(text)
    if (sign === null) continue
    const weight = /[.,'’].*[.,]/u.test(text) ? 3 : 1
    balance += sign === ',' ? weight : -weight
  }
  return balance > 0 ? ',' : balance < 0 ? '.' : null
}

function orderPrinted(texts: readonly string[], language: Language | null, currency: string | null, country: string | null): DateOrder {
  let dayFirst = 0
  let monthFirst = 0
  let isAmerican = country === 'US' ? 2 : 0
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    if (text.length >= 6 && text.length <= 24 && /\d[-/.]\d/.test(text)) {
      for (const date of findDates(text, 'dmy')) {
        if (date.proves === 'dmy') dayFirst++
        if (date.proves === 'mdy') monthFirst++
      }
    }
    // "CA 94538": a state and its ZIP code
    if (/^[A-Z]{2}\.?,?$/.test(text) && /^\d{5}(?:-\d{4})?\.?$/.test(texts[i + 1] ?? '')) isAmerican += 2
    // The tax is American, sales are everybody's
    else if (american.test(text) || (/^sales$/i.test(text) && /^tax\b/i.test(texts[i + 1] ?? ''))) isAmerican++
  }
  if (dayFirst !== monthFirst) return dayFirst > monthFirst ? 'dmy' : 'mdy'
  if (language !== 'en' && language !== null) return 'dmy'
  // Dollars and an American address outweigh the VAT id of a customer abroad
  if (currency === 'USD' && isAmerican >= 2) return 'mdy'
  if (country !== null && country !== 'US') return 'dmy'
  return currency === 'USD' && isAmerican >= 1 ? 'mdy' : isAmerican >= 2 && currency === null ? 'mdy' : 'dmy'
}
