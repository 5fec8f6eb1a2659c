/**
 * Where issuers and buyers of samples live: towns, streets, surnames and phone numbers of each
 * country, and how an address is written there. Towns are real, everything else is put together by
 * chance.
 */

import { continental } from './countries-continental.ts'
import { englishSpeaking } from './countries-english.ts'
import type { Country } from './country.ts'
import type { Random } from './random.ts'

export const countries: readonly Country[] = [...continental, ...englishSpeaking]

/** Lines of an address, street first, as it is written in the country. */
export function addressOf(country: Country, random: Random): string[] {
  const street = random.pick(country.streets)
  const house = `${random.int(1, 180)}${random.chance(0.1) ? random.pick(['a', 'b', 'c']) : ''}`
  const first = /^(DE|AT|CH|NL|IT|ES)$/.test(country.code)
    ? `${street}${country.code === 'ES' ? ',' : ''} ${house}`
    : country.code === 'MY'
      ? `NO. ${house}, ${street},`
      : country.code === 'BE' || country.code === 'FR'
        ? `${house}${random.chance(0.5) ? ',' : ''} ${street}`
        : `${house} ${street}`
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

export function phoneOf(country: Country, random: Random): string {
  return country.phone.replace(/#/g, () => String(random.int(1, 9)))
}
