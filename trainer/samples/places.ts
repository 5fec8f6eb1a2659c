/**
 * Addresses of issuers and buyers: towns, streets, surnames and phone numbers of each country, and
 * its address format. Towns are real, everything else is combined at random.
 */

import { continental } from './countries-continental.ts'
import { englishSpeaking } from './countries-english.ts'
import type { Country } from './country.ts'
import type { SampleRandom } from './random.ts'

export const countries: readonly Country[] = [...continental, ...englishSpeaking]

/** Lines of an address, street first, in the country's format. */
export function addressOf(country: Country, random: SampleRandom): string[] {
  const street = random.pick(country.streets)
  const house = `${random.int(1, 180)}${random.chance(0.1) ? random.pick(['a', 'b', 'c']) : ''}`
  const first = streetLine(country.code, street, house, random)
  const extra = random.chance(0.12)
    ? [
        random.pick(
          {
            de: ['Haus 3', '2. OG', 'Gebäude B'],
            fr: ['Bâtiment C', 'BP 214', 'ZI Nord'],
            es: ['2º izquierda', 'Nave 7'],
            it: ['Interno 5', 'Scala B'],
            nl: ['Unit 3', 'Postbus 112'],
            en: ['Unit 4', 'Suite 210', 'Building AA', 'Floor 3'],
          }[country.languages[0] ?? 'en'],
        ),
      ]
    : []
  return [first, ...extra, random.pick(country.towns)]
}

function streetLine(code: string, street: string, house: string, random: SampleRandom): string {
  switch (code) {
    case 'DE':
    case 'AT':
    case 'CH':
    case 'NL':
    case 'IT':
      return `${street} ${house}`
    case 'ES':
      return `${street}, ${house}`
    case 'MY':
      return `NO. ${house}, ${street},`
    case 'BE':
    case 'FR':
      return `${house}${random.chance(0.5) ? ',' : ''} ${street}`
    default:
      return `${house} ${street}`
  }
}

export function phoneOf(country: Country, random: SampleRandom): string {
  return country.phone.replace(/#/g, () => String(random.int(1, 9)))
}
