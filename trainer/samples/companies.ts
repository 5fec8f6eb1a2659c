/**
 * Issuers and buyers: a company with name, address, register numbers and bank account. Names are
 * put together from surnames, trades, invented words and legal forms; likeness to a real company is
 * chance.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { trades, type Kind, type Trade } from './goods.ts'
import { addressOf, countries, phoneOf, type Country } from './places.ts'
import { randomOf, type Random } from './random.ts'
import { bicOf, ibanOf, vatIdOf } from './registers.ts'

export interface Company {
  readonly name: string
  readonly legalName: string // with legal form; the same where the name has it
  readonly person: string | null // who is written to
  readonly address: readonly string[]
  readonly country: Country
  readonly language: Language
  readonly trade: Trade
  readonly vatId: string | null
  readonly taxNumber: string // as the country prints it beside or instead of a VAT id
  readonly iban: string | null
  readonly bic: string
  readonly account: string // where there is no IBAN
  readonly bank: string
  readonly phone: string
  readonly mail: string
  readonly web: string
}

const stems =
  'Nova Lumi Tec Alto Verde Kron Orbi Sol Quanta Zen Brio Mara Pixel Vecto Hydra Astra Delta Omni Fjord Terra Vento Cubo Data Silva Rhein Alpen Mar Axio Inno Pro Uni Opti Mono Vita Helio Luna Corvo Tundra'.split(
    ' ',
  )
const tails =
  'tec soft line ware works plan nova dynamics logic form point wave net plus trade base med bau flow data craft lab star link'.split(
    ' ',
  )
const joiners: Readonly<Record<Language, readonly string[]>> = {
  en: ['&', 'and'],
  de: ['&', 'und'],
  fr: ['&', 'et'],
  es: ['y'],
  it: ['&', 'e'],
  nl: ['&', 'en'],
}
type Part = 'seller' | 'buyer'

// Names as they stand on specimens: of anybody, of who sells, of who buys
const specimens: Readonly<Record<Language, Readonly<Record<Part | 'any', readonly string[]>>>> = {
  en: {
    any: [
      'Sample Company',
      'Your Company',
      'Example Trading',
      'Acme',
      'Demo Supplies',
      'Test Company',
      'My Business',
      'Company Name',
    ],
    seller: [
      'Supplier House',
      'Vendor One',
      'Global Seller',
      'Seller Services',
      'Service Provider',
    ],
    buyer: [
      'Customer One',
      'The Client Group',
      'Default Customer',
      'Buyer Trading',
      'Client Company',
      'Sample Client',
    ],
  },
  de: {
    any: [
      'Muster',
      'Musterfirma',
      'Musterbetrieb',
      'Beispiel',
      'Testfirma',
      'Demo Handel',
      'Muster Maschinenbau',
      'Muster Bau',
      'Beispiel & Partner',
      'Unternehmen XYZ',
    ],
    seller: [
      'Lieferant',
      'Musterlieferant',
      'MUSTERLIEFERANT',
      'Verkäufer',
      'Leistungserbringer',
      'Lieferanten-Handel',
      'Musterhandwerk',
    ],
    buyer: [
      'Musterkunde',
      'MUSTER-KUNDE',
      'Auftraggeber',
      'Firmenkunde',
      'Auftraggeber Firmenkunde',
      'Musterkäufer',
      'Kunde',
      'Kunden',
      'Käufer',
    ],
  },
  fr: {
    any: [
      'Société Exemple',
      'Votre Société',
      'Entreprise Modèle',
      'Ma Petite Entreprise',
      'Mon Entreprise',
      'Démo',
    ],
    seller: ['Le Fournisseur', 'Vendeur Démo', 'Fournisseur Test', 'Démo Services'],
    buyer: ['Client Test', 'Ma jolie boutique', 'Le Client', 'Client Exemple', 'Acheteur'],
  },
  es: {
    any: ['Empresa Ejemplo', 'Mi Empresa', 'Comercial Modelo', 'Su Empresa', 'Empresa Demo'],
    seller: ['Proveedor Uno', 'Proveedor de Prueba', 'Vendedor Ejemplo'],
    buyer: ['Cliente de Prueba', 'Cliente Ejemplo', 'Comprador Uno'],
  },
  it: {
    any: ['Azienda Esempio', 'Ditta di Prova', 'La Mia Azienda', 'Società Alpha', 'Demo'],
    seller: ['Fornitore Beta', 'Fornitore', 'Cedente Uno'],
    buyer: ['Cliente Alfa', 'Cliente di Prova', 'Committente'],
  },
  nl: {
    any: ['Voorbeeld', 'Uw Bedrijf', 'Mijn Bedrijf', 'Bedrijfsnaam', 'Demo'],
    seller: ['Leverancier Plus', 'Leverancier', 'Verkoper Test'],
    buyer: ['Testklant', 'Demo Klant', 'Klant', 'Afnemer'],
  },
}
// Bodies without a legal form: {t} a town
const bodies: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'University of {t}',
    'City of {t}',
    '{t} City Council',
    '{t} Medical Centre',
    '{t} Community School',
    'The {t} Club',
    '{t} Water Services',
    'Church of St. Mary',
    'Department of Public Works',
    '{t} Rotary Foundation',
    'Royal Hotel {t}',
    'Hotel {t} Central',
  ],
  de: [
    'Stadt {t}',
    'Stadtwerke {t}',
    'Gemeinde {t}',
    'Landratsamt {t}',
    'Universität {t}',
    'Klinikum {t}',
    'Hotel {t}er Hof',
    'Sportverein {t} 1908 e.V.',
    'Finanzamt {t}',
    'Wohnungsgenossenschaft {t}',
    'Evangelische Kirchengemeinde {t}',
    'Verkehrsbetriebe {t}',
    'Gasthaus zum Löwen',
    'WEG Lindenstraße 4',
  ],
  fr: [
    'Mairie de {t}',
    'Ville de {t}',
    'Université de {t}',
    'Hôtel de {t}',
    'Hôtel du Lac',
    'Lycée Jean Moulin',
    'Centre Hospitalier de {t}',
    'Association Les Amis de {t}',
    'Ministère de la Culture',
    'Au bon {w}',
    'Le Comptoir de {t}',
    'La Maison du {w}',
  ],
  es: [
    'Ayuntamiento de {t}',
    'Universidad de {t}',
    'Hotel {t}',
    'Colegio San José',
    'Hospital de {t}',
    'Comunidad de Propietarios Gran Vía 12',
    'Asociación Cultural {t}',
    'Diputación de {t}',
  ],
  it: [
    'Comune di {t}',
    'Università di {t}',
    'Hotel {t}',
    'Condominio Via Verdi 12',
    'Istituto Comprensivo {t}',
    'Ospedale di {t}',
    'Parrocchia San Marco',
    'Associazione Sportiva {t}',
  ],
  nl: [
    'Gemeente {t}',
    'Universiteit {t}',
    'Stichting {t} Zorg',
    'Hotel {t}',
    'Basisschool De Regenboog',
    'Vereniging Oud-{t}',
    'Ziekenhuis {t}',
  ],
}
// Persons of specimens: they buy for themselves, and they are who is asked at either side
const nobodies: Readonly<Record<Language, readonly string[]>> = {
  en: ['John Doe', 'Jane Doe', 'John Smith', 'Sample Person'],
  de: [
    'Max Mustermann',
    'Erika Mustermann',
    'Max Muster',
    'Helga Musterfrau',
    'Otto Normal',
    'Maxima Musterfrau',
  ],
  fr: ['Jean Dupont', 'Marie Durand'],
  es: ['Juan Pérez', 'María García'],
  it: ['Mario Rossi', 'Maria Bianchi'],
  nl: ['Jan Jansen', 'Piet Janssen'],
}
const services: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'Web Services',
    'International',
    'Europe',
    'Retail Services',
    'Holdings',
    'Cloud',
    'Payments',
    'Group',
    'Media',
    'Online',
    'Airlines',
    'Telecom',
    'Energy',
    'Insurance',
  ],
  de: [
    'International',
    'Deutschland',
    'Online',
    'Service',
    'Handels',
    'Vertriebs',
    'Telekommunikation',
    'Energie',
    'Versicherung',
    'Autovermietung',
    'Systemhaus',
  ],
  fr: [
    'International',
    'France',
    'Distribution',
    'Services',
    'Énergie',
    'Télécom',
    'Assurances',
    'Groupe',
  ],
  es: [
    'Internacional',
    'España',
    'Distribución',
    'Servicios',
    'Energía',
    'Telecomunicaciones',
    'Seguros',
  ],
  it: ['Italia', 'Servizi', 'Distribuzione', 'Energia', 'Telecomunicazioni', 'Assicurazioni'],
  nl: ['Nederland', 'International', 'Diensten', 'Energie', 'Verzekeringen', 'Telecom'],
}
const banks: Readonly<Record<Language, readonly string[]>> = {
  en: ['Barclays Bank', 'First National Bank', 'Lloyds Bank', 'City Bank', 'HSBC', 'Maybank'],
  de: ['Sparkasse', 'Volksbank eG', 'Commerzbank', 'Deutsche Bank', 'Postbank', 'Raiffeisenbank'],
  fr: ['Crédit Agricole', 'BNP Paribas', 'Société Générale', 'La Banque Postale'],
  es: ['CaixaBank', 'Banco Santander', 'BBVA', 'Banco Sabadell'],
  it: ['Intesa Sanpaolo', 'UniCredit', 'Banca Popolare'],
  nl: ['ING Bank', 'Rabobank', 'ABN AMRO'],
}
/** How often a country issues, out of 100 where every language is wanted. */
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
 * The issuer of this number: the same seed and number always give the same company. `kinds` limits
 * what it sells.
 */
export function issuerOf(
  seed: number,
  issuer: number,
  languages: readonly Language[],
  kinds: readonly Kind[] | null = null,
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
export function buyerOf(issuer: Company, random: Random, privateShare: number): Company {
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
  random: Random,
  vatShare: number,
  part: Part,
  kinds: readonly Kind[] | null = null,
): Company {
  const trade = random.pick(
    kinds === null ? trades : trades.filter((one) => kinds.includes(one.kind)),
  )
  const form = random.pick(country.legalForms)
  const name = nameOf(country, language, trade, random, part)
  const surname = random.pick(country.surnames)
  const person = random.chance(0.35)
    ? random.chance(0.15)
      ? random.pick(nobodies[language])
      : `${random.pick(country.givenNames)} ${surname}`
    : null
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
  return {
    name,
    country,
    language,
    trade,
    person,
    legalName: alone
      ? name
      : country.code === 'MY'
        ? `${name} ${form}`.toUpperCase()
        : `${name} ${form}`,
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

function nameOf(
  country: Country,
  language: Language,
  trade: Trade,
  random: Random,
  part: Part,
): string {
  const surname = (): string => random.pick(country.surnames)
  const word = random.pick(trade.names[language])
  const town = (
    random
      .pick(country.towns)
      .replace(/[\d,()]/g, '')
      .trim()
      .split(/\s+/)
      .find((part) => part.length > 3) ?? 'Central'
  ).replace(/^PETALING$/, 'Petaling')
  const invented = `${random.pick(stems)}${random.pick(tails)}`
  const made = random.pick([
    () => `${surname()} ${word}`,
    () => `${word} ${surname()}`,
    () => `${surname()} ${random.pick(joiners[language])} ${surname()}`,
    () => invented,
    () => `${invented} ${word}`,
    () => `${random.pick(stems)} ${word}`,
    () => `${invented} ${random.pick(services[language])}`,
    () => `${surname()} ${random.pick(services[language])}`,
    () =>
      `${random.pick(stems)} ${random.pick(services[language])} ${random.pick(trade.names[language])}`,
    () => random.pick([...specimens[language].any, ...specimens[language][part]]),
    () =>
      `${random.pick([...specimens[language].any, ...specimens[language][part], ...specimens[language][part]])} ${random.chance(0.5) ? word : random.pick(services[language])}`,
    () =>
      `${invented.toLowerCase()}.${random.pick(['com', 'io', country.code === 'GB' ? 'uk' : 'net', 'eu'])}`,
    () => random.pick(bodies[language]).replace('{t}', town).replace('{w}', random.pick(tails)),
    () => `Dr. ${random.pick(country.givenNames)} ${surname()}`,
    () => `${surname()}-${word}`,
    () => `${surname()} ${word} ${town}`,
    () =>
      `${word} ${random.pick(joiners[language])} ${random.pick(trade.names[language])} ${surname()}`,
    () => `${town} ${word}`,
    () => `${word} ${town}`,
    () => `${random.pick(country.givenNames)} ${surname()}`,
    () =>
      `${random.pick([...'ABCDEFGHKLMRSTW'])}${random.pick([...'BCDFGKMSTV'])}${random.pick([...'ABEGKLMSX'])} ${word}`,
  ])()
  return random.chance(0.12) ? made.toUpperCase() : made
}

function taxNumberOf(country: string, random: Random): string {
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
