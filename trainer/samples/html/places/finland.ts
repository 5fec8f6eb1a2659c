/** Companies and invoices of FI: Finnish towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const finland: Place = {
  code: 'FI',
  currency: 'EUR',
  marks: '€|EUR|€',
  decimals: 2,
  rates: [24, 14, 10],
  point: ',',
  groups: 's|n|s|',
  dates: 'd.m.yyyy|dd.mm.yyyy|d.m.yyyy|long',
  towns:
    '00100 Helsinki|33100 Tampere|20100 Turku|90100 Oulu|40100 Jyväskylä|70100 Kuopio|15110 Lahti|02100 Espoo',
  street: '{s} {n}',
  streets:
    'Mannerheimintie|Hämeenkatu|Kauppakatu|Teollisuustie|Koulukatu|Satamakatu|Koivutie|Asemakatu',
  surnames: 'Korhonen|Virtanen|Mäkinen|Nieminen|Mäkelä|Hämäläinen|Laine|Heikkinen|Koskinen',
  givenNames: 'Anna|Juha|Maria|Matti|Päivi|Timo|Johanna|Antti',
  trades:
    'Rakennus|Kuljetus|Tilitoimisto|Kirjapaino|Kaluste|Sähkö|Auto|Leipomo|Konsultointi|Huolto',
  forms: '{n} Oy|{n} Oy|{n} Oyj|{n} Ky|{n} Tmi|Oy {n} Ab',
  banks: 'OP|Nordea|Danske Bank|Säästöpankki',
  phone: '+358 40 ### ####',
  name: 'Suomi',
  iban: '##############',
  vat: 'FI########',
}
