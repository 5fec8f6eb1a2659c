/**
 * What a printed word says of how its document is to be read: its language, country, currency,
 * decimal sign, order of dates. Found once for a text; normalise.ts counts what all words of a
 * document say.
 */

import { findDates } from './dates.ts'
import { countryOf } from './countries.ts'
import { isIban, isVatId, vatPrefixes } from './identifiers.ts'
import { provenSign, type DecimalSign } from './money.ts'
import { oncePerText } from '../shared/memoize.ts'

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl'

export interface Hints {
  readonly languages: readonly Language[] // that have it, and most others not
  readonly vatCountry: string | null // of the valid VAT id that it is
  readonly bankCountry: string | null // of the valid IBAN that it is
  readonly named: string | null // country
  readonly marked: string | null // country of whose registers or legal forms it speaks
  readonly currency: 'none' | 'beside an amount' | 'sure' // when it is taken for one
  readonly sign: DecimalSign | null // that it proves
  readonly signWeight: number
  readonly dayFirst: number // dates in it that can be read in one way only
  readonly monthFirst: number
  readonly american: boolean
  readonly state: boolean // two capitals
  readonly zip: boolean
  readonly sales: boolean
  readonly tax: boolean
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
export const languages = Object.keys(lexicon) as Language[]
const wordLanguages = new Map<string, Language[]>()
for (const language of languages) {
  for (const word of lexicon[language].split(' '))
    wordLanguages.set(word, [...(wordLanguages.get(word) ?? []), language])
}
// Words that stand on invoices of one country only: its registers and legal forms
const countryMarks = new Map(
  Object.entries({
    abn: 'AU',
    pty: 'AU',
    uen: 'SG',
    hst: 'CA',
    gstin: 'IN',
    cgst: 'IN',
    sdn: 'MY',
    siret: 'FR',
    siren: 'FR',
    kvk: 'NL',
    ein: 'US',
    llc: 'US',
    gmbh: 'DE',
    hrb: 'DE',
    srl: 'IT',
    plc: 'GB',
    rfc: 'MX',
    cfdi: 'MX',
    cnpj: 'BR',
    cpf: 'BR',
    nip: 'PL',
    regon: 'PL',
    ičo: 'CZ',
    dič: 'CZ',
    cvr: 'DK',
    aps: 'DK',
    bankgiro: 'SE',
    plusgiro: 'SE',
    ytunnus: 'FI',
    oy: 'FI',
    kft: 'HU',
    αφμ: 'GR',
    oib: 'HR',
    cui: 'RO',
    trn: 'AE',
    vkn: 'TR',
    npwp: 'ID',
  }),
)
const anyCurrency =
  /[\p{Sc}]|^(?:[A-Z]{3}|RM|kr|Kr|Fr\.?|zł|Kč|Ft|lei|Rs\.?|円|TL|Rp|원|元|บาท|đ|VNĐ|грн|руб|лв|Euro)(?![\p{L}])|\d(?:円|원|元)(?!\p{L})/u
const sureCurrency = /[\p{Sc}]|^(?:EUR|Euro|USD|GBP|CHF)(?!\p{L})/u
const americanWords: ReadonlySet<string> = new Set(['zip', 'ein', 'llc', 'inc', 'inc.', 'usa'])
const none: readonly Language[] = []

export const hintsOf = oncePerText((text: string): Hints => {
  const hints = hintsIn(text)
  return noHints.every(([name, value]) => hints[name] === value) ? silent : hints
})

// What most words say: one for all, since each is remembered
const silent = hintsIn('')
const noHints = Object.entries(silent) as [keyof Hints, unknown][]

function hintsIn(text: string): Hints {
  const { length } = text
  const isName = length <= 14 && /^(?:\p{Script=Han}{2}|\p{L}.{2})/u.test(text)
  const lower = text.toLowerCase()
  const hasFigures = /\d/.test(text)
  const sign = hasFigures ? provenSign(text) : null
  return {
    languages: languagesOf(lower),
    ...countriesOf(text),
    named: isName ? countryOf(text) : null,
    marked: isName ? markOf(lower) : null,
    currency: currencyOf(text, hasFigures),
    sign,
    signWeight: sign === null ? 0 : signWeightOf(text),
    ...datesOf(text, hasFigures),
    american: americanWords.has(lower),
    state: length <= 4 && /^[A-Z]{2}\.?,?$/.test(text),
    zip: hasFigures && length <= 11 && /^\d{5}(?:-\d{4})?\.?$/.test(text),
    sales: lower === 'sales',
    tax: /^tax\b/.test(lower),
  }
}

function markOf(lower: string): string | null {
  return countryMarks.get(lower.replace(/[.,:]/g, '')) ?? (simplified.test(lower) ? 'CN' : null)
}

// Characters of invoices that only the People's Republic writes so
const simplified = /[发购买单电话账额价开业东广银]/u

function languagesOf(lower: string): readonly Language[] {
  const letters = /^[a-z]*$/.test(lower) ? lower : lower.replace(/[^\p{L}]/gu, '')
  return wordLanguages.get(letters) ?? none
}

/** "SDN BHD" and "PEN" are words until an amount stands beside them. */
function currencyOf(text: string, hasFigures: boolean): Hints['currency'] {
  if (text.length > 14 || !anyCurrency.test(text)) return 'none'
  return hasFigures || sureCurrency.test(text) ? 'sure' : 'beside an amount'
}

/** An amount with both marks proves more than one with the decimal mark alone. */
function signWeightOf(text: string): number {
  if (text.length > 18 || text.length < 3) return 0
  return /[.,'’].*[.,]/u.test(text) ? 3 : 1
}

function datesOf(text: string, hasFigures: boolean): Pick<Hints, 'dayFirst' | 'monthFirst'> {
  const { length } = text
  if (!hasFigures || length < 6 || length > 24 || !/\d[-/.]\d/.test(text))
    return { dayFirst: 0, monthFirst: 0 }
  const dates = findDates(text, 'dmy')
  return {
    dayFirst: dates.filter(({ proves }) => proves === 'dmy').length,
    monthFirst: dates.filter(({ proves }) => proves === 'mdy').length,
  }
}

function countriesOf(text: string): Pick<Hints, 'vatCountry' | 'bankCountry'> {
  const code =
    text.length >= 9 && text.length <= 40
      ? /(?<![A-Z0-9])(CHE|[A-Z]{2})[-.]?[A-Z0-9]?\d[\dA-Z.-]{5,30}/.exec(text)
      : null
  if (code === null) return { vatCountry: null, bankCountry: null }
  const id = code[0].replace(/[.-]/g, '')
  const prefix = code[1] as string
  const isVat = vatPrefixes.has(prefix) && isVatId(id) === true
  return {
    vatCountry: isVat ? ({ CHE: 'CH', EL: 'GR', XI: 'GB' }[prefix] ?? prefix) : null,
    bankCountry: isIban(id) ? prefix : null,
  }
}
