/** Countries by their names as invoices print them. */

import { oncePerText } from '../shared/memoize.ts'

const countryNames: readonly (readonly [RegExp, string])[] = [
  [/germany|deutschland|allemagne|alemania|germania|duitsland/i, 'DE'],
  [/austria|österreich|autriche|oostenrijk/i, 'AT'],
  [/switzerland|schweiz|suisse|svizzera|suiza|zwitserland/i, 'CH'],
  [/france|frankreich|francia|frankrijk/i, 'FR'],
  [/spain|spanien|españa|espagne|spagna|spanje/i, 'ES'],
  [/italy|italien|italia|italie|italië/i, 'IT'],
  [/netherlands|niederlande|pays-bas|nederland|países bajos|paesi bassi/i, 'NL'],
  [/belgium|belgien|belgique|belgië|bélgica|belgio/i, 'BE'],
  [/ireland|irland|irlande/i, 'IE'],
  [/united kingdom|great britain|england|scotland|wales|\buk\b/i, 'GB'],
  [/united states|\busa\b|\bu\.s\.a/i, 'US'],
  [/canada/i, 'CA'],
  [/australia/i, 'AU'],
  [/new zealand/i, 'NZ'],
  [/malaysia/i, 'MY'],
  [/singapore/i, 'SG'],
  [/\bindia\b/i, 'IN'],
  [/sweden|sverige|schweden/i, 'SE'],
  [/norway|norge|norwegen/i, 'NO'],
  [/denmark|danmark|dänemark/i, 'DK'],
  [/poland|polska|polen/i, 'PL'],
  [/luxembourg|luxemburg/i, 'LU'],
  [/portugal/i, 'PT'],
]
const anyCountry = new RegExp(countryNames.map(([pattern]) => pattern.source).join('|'), 'i')
/** ISO 3166 code of a country's name in one of six languages; null where none is named. */
export const countryOf: (text: string) => string | null = oncePerText((text) =>
  anyCountry.test(text)
    ? (countryNames.find(([pattern]) => pattern.test(text))?.[1] ?? null)
    : null,
)
