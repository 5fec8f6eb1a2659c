/** Names of companies: combined from surnames, trades, invented words and places. */

import type { Language } from '../../processors/values/normalise.ts'
import type { Country } from './country.ts'
import type { Trade } from './goods.ts'
import type { SampleRandom } from './random.ts'
import { specimens, type Part } from './specimens.ts'

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

// Organisations without a legal form: {t} is a town
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

export function companyName(
  country: Country,
  language: Language,
  trade: Trade,
  random: SampleRandom,
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
