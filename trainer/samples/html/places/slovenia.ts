/** Companies and invoices of SI: Slovenian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const slovenia: Place = {
  code: 'SI',
  currency: 'EUR',
  marks: '€|EUR|€',
  decimals: 2,
  rates: [22, 9.5, 5],
  point: ',',
  groups: '.|.|s|',
  dates: 'dd.mm.yyyy|d. m. yyyy|d.m.yyyy|long',
  towns: '1000 Ljubljana|2000 Maribor|3000 Celje|4000 Kranj|6000 Koper|8000 Novo mesto',
  street: '{s} {n}',
  streets:
    'Slovenska cesta|Dunajska cesta|Glavni trg|Cankarjeva ulica|Industrijska cesta|Prešernova ulica|Šolska ulica',
  surnames: 'Novak|Horvat|Krajnc|Zupančič|Kovačič|Potočnik|Mlakar|Vidmar|Golob',
  givenNames: 'Marija|Janez|Ana|Marko|Maja|Andrej|Nina|Matej',
  trades:
    'Gradnje|Transport|Računovodstvo|Tiskarna|Pohištvo|Elektro|Servis|Pekarna|Programi|Oblikovanje',
  forms: '{n} d.o.o.|{n} d.o.o.|{n}, d.o.o.|{n} d.d.|{n} s.p.',
  banks: 'NLB|Nova KBM|SKB banka|Delavska hranilnica',
  phone: '+386 1 ### ## ##',
  name: 'Slovenija',
  iban: '###############',
  vat: 'SI########',
}
