/**
 * Issuers and buyers: a company with name, address, register numbers and bank account. Names are
 * combined from surnames, trades, invented words and legal forms; any resemblance to a real company
 * is coincidental.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { nobodies, type Part } from './specimens.ts'
import { companyName } from './company-names.ts'
import { trades, type TradeKind, type Trade } from './goods.ts'
import type { Country } from './country.ts'
import { addressOf, countries, phoneOf } from './places.ts'
import { randomOf, type SampleRandom } from './random.ts'
import { bicOf, ibanOf, vatIdOf } from './registers.ts'

export interface Company {
  readonly name: string
  readonly legalName: string // including the legal form, if any
  readonly person: string | null // contact person
  readonly address: readonly string[]
  readonly country: Country
  readonly language: Language
  readonly trade: Trade
  readonly vatId: string | null
  readonly taxNumber: string // as printed in the country beside or instead of a VAT id
  readonly iban: string | null
  readonly bic: string
  readonly account: string // if there is no IBAN
  readonly bank: string
  readonly phone: string
  readonly mail: string
  readonly web: string
}

const banks: Readonly<Record<Language, readonly string[]>> = {
  en: ['Barclays Bank', 'First National Bank', 'Lloyds Bank', 'City Bank', 'HSBC', 'Maybank'],
  de: ['Sparkasse', 'Volksbank eG', 'Commerzbank', 'Deutsche Bank', 'Postbank', 'Raiffeisenbank'],
  fr: ['Crédit Agricole', 'BNP Paribas', 'Société Générale', 'La Banque Postale'],
  es: ['CaixaBank', 'Banco Santander', 'BBVA', 'Banco Sabadell'],
  it: ['Intesa Sanpaolo', 'UniCredit', 'Banca Popolare'],
  nl: ['ING Bank', 'Rabobank', 'ABN AMRO'],
}

/** How often a country issues, out of 100, when all languages are generated. */
const shares: Readonly<Record<string, number>> = {
  DE: 24,
  AT: 4,
  CH: 6,
  FR: 13,
  BE: 4,
  ES: 11,
  IT: 8,
  NL: 8,
  GB: 9,
  IE: 3,
  US: 14,
  AU: 3,
  MY: 2,
  IN: 4,
}

/**
 * The issuer with this number: the same seed and number always give the same company. `kinds`
 * limits what it sells.
 */
export function issuerOf(
  seed: number,
  issuer: number,
  languages: readonly Language[],
  kinds: readonly TradeKind[] | null = null,
): Company {
  const random = randomOf(seed, 'issuer', issuer)
  const open = countries.filter((country) =>
    country.languages.some((language) => languages.includes(language)),
  )
  const all = open.flatMap((country) =>
    Array.from({ length: shares[country.code] ?? 1 }, () => country),
  )
  const country = random.pick(all)
  const language = random.pick(country.languages.filter((one) => languages.includes(one)))
  return company(country, language, random, 1, 'seller', kinds)
}

/**
 * A buyer near an issuer: the same country, or a neighbour for one in eight; a private person for
 * `privateShare`.
 */
export function buyerOf(issuer: Company, random: SampleRandom, privateShare: number): Company {
  const abroad = random.chance(0.12)
  const country = abroad ? random.pick(countries) : issuer.country
  const isPrivate = random.chance(privateShare)
  const made = company(
    country,
    country.languages.includes(issuer.language)
      ? issuer.language
      : (country.languages[0] as Language),
    random,
    0.75,
    'buyer',
  )
  if (!isPrivate) return made
  const name = random.chance(0.12)
    ? random.pick(nobodies[made.language])
    : `${random.pick(country.givenNames)} ${random.pick(country.surnames)}`
  return { ...made, name, legalName: name, person: null, vatId: null }
}

function company(
  country: Country,
  language: Language,
  random: SampleRandom,
  vatShare: number,
  part: Part,
  kinds: readonly TradeKind[] | null = null,
): Company {
  const trade = random.pick(
    kinds === null ? trades : trades.filter((one) => kinds.includes(one.kind)),
  )
  const form = random.pick(country.legalForms)
  const name = companyName(country, language, trade, random, part)
  const surname = random.pick(country.surnames)
  const person = random.chance(0.35) ? personOf(country, language, surname, random) : null
  const domain =
    name
      .normalize('NFD')
      .replace(/[^A-Za-z ]/g, '')
      .trim()
      .split(' ')
      .slice(0, 2)
      .join('-')
      .toLowerCase() || 'example'
  const end = {
    en: 'example.com',
    de: 'beispiel.example',
    fr: 'exemple.example',
    es: 'ejemplo.example',
    it: 'esempio.example',
    nl: 'voorbeeld.example',
  }[language]
  const alone = random.chance(0.24)
  const withForm = country.code === 'MY' ? `${name} ${form}`.toUpperCase() : `${name} ${form}`
  return {
    name,
    country,
    language,
    trade,
    person,
    legalName: alone ? name : withForm,
    address: addressOf(country, random),
    vatId: random.chance(vatShare) ? vatIdOf(country.code, random) : null,
    taxNumber: taxNumberOf(country.code, random),
    iban: ibanOf(country.code, random),
    bic: bicOf(country.code, random),
    account: random.digits(random.int(8, 12)),
    bank: random.pick(banks[language]),
    phone: phoneOf(country, random),
    mail: `${random.pick(['info', 'office', 'billing', 'mail', 'contact', 'hello'])}@${domain}.${end}`,
    web: `www.${domain}.${end}`,
  }
}

function personOf(
  country: Country,
  language: Language,
  surname: string,
  random: SampleRandom,
): string {
  return random.chance(0.15)
    ? random.pick(nobodies[language])
    : `${random.pick(country.givenNames)} ${surname}`
}

function taxNumberOf(country: string, random: SampleRandom): string {
  switch (country) {
    case 'DE':
      return `${random.int(10, 99)}/${random.digits(3)}/${random.digits(5)}`
    case 'FR':
      return `${random.digits(3)} ${random.digits(3)} ${random.digits(3)} ${random.digits(5)}`
    case 'US':
      return `${random.int(10, 99)}-${random.digits(7)}`
    case 'AU':
      return `${random.int(10, 99)} ${random.digits(3)} ${random.digits(3)} ${random.digits(3)}`
    case 'ES':
      return `B${random.digits(8)}`
    case 'IT':
      return `0${random.digits(10)}`
    case 'MY':
      return `00${random.digits(10)}`
    case 'IN':
      return `${random.int(10, 36)}A${random.pick([...'ABCDEFGHKLMNPRST'])}${random.pick([...'ABCDEFGHKLMNPRST'])}C${random.pick([...'ABCDEFGHKLMNPRST'])}${random.digits(4)}${random.pick([...'ABCDEFGHKLMNPRST'])}1Z${random.int(1, 9)}`
    default:
      return random.digits(8)
  }
}
