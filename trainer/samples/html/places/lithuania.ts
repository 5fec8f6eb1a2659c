/** Companies and invoices of LT: Lithuanian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const lithuania: Place = {
  code: 'LT',
  currency: 'EUR',
  marks: '€|EUR|Eur',
  decimals: 2,
  rates: [21, 9],
  point: ',',
  groups: 's|n|',
  dates: 'yyyy-mm-dd|yyyy.mm.dd|long',
  towns: 'LT-01103 Vilnius|LT-44280 Kaunas|LT-91249 Klaipėda|LT-76290 Šiauliai',
  street: '{s} {n}',
  streets: 'Gedimino pr.|Laisvės al.|Taikos pr.|Pramonės g.|Vytauto g.',
  surnames: 'Kazlauskas|Petrauskas|Jankauskas|Stankevičius|Butkus',
  givenNames: 'Jonas|Ona|Mindaugas|Rasa|Tomas',
  trades: 'Statyba|Transportas|Apskaita|Spaustuvė|Baldai|Elektra|Kepykla|Servisas',
  forms: 'UAB {n}|UAB „{n}“|{n}, UAB|AB {n}|MB {n}',
  banks: 'Swedbank|SEB bankas|Luminor',
  phone: '+370 5 ### ####',
  name: 'Lietuva',
  iban: '################',
  vat: 'LT#########',
}
