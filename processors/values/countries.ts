/** Countries by their names as invoices print them. */

import { countryNames } from './country-names.ts'
import { plainName } from './plain-name.ts'
import { oncePerText } from '../shared/memoize.ts'

// Names of several words, parts of countries and abbreviations
const phrases: readonly (readonly [RegExp, string])[] = [
  [/united kingdom|great britain|england|scotland|wales|\buk\b/i, 'GB'],
  [/united states|estados unidos|états-unis|stati uniti|\busa\b|\bu\.s\.a/i, 'US'],
  [/new zealand/i, 'NZ'],
  [/pays-bas|países bajos|países baixos|paesi bassi/i, 'NL'],
  [/czech|česká/i, 'CZ'],
  [/saudi|السعودية/i, 'SA'],
  [/emirates|الإمارات/i, 'AE'],
  [/south africa/i, 'ZA'],
  [/hong kong/i, 'HK'],
]
const anyPhrase = new RegExp(phrases.map(([pattern]) => pattern.source).join('|'), 'i')
const byName = new Map(
  Object.entries(countryNames).flatMap(([country, names]) =>
    names.split('|').map((name) => [name, country] as const),
  ),
)

/** ISO 3166 code of the first country that is named; null where none is. */
export const countryOf: (text: string) => string | null = oncePerText((text) => {
  if (anyPhrase.test(text)) return phrases.find(([pattern]) => pattern.test(text))?.[1] ?? null
  for (const word of text.match(/[\p{L}\p{M}]+/gu) ?? []) {
    const country = byName.get(plainName(word))
    if (country !== undefined) return country
  }
  return null
})
