/** Companies and invoices of HR: Croatian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const croatia: Place = {
  code: 'HR',
  currency: 'EUR',
  marks: '€|EUR|€',
  decimals: 2,
  rates: [25, 13, 5],
  point: ',',
  groups: '.|.|s|',
  dates: 'dd.mm.yyyy.|d.m.yyyy.|dd.mm.yyyy|long',
  towns: '10000 Zagreb|21000 Split|51000 Rijeka|31000 Osijek|23000 Zadar|52100 Pula',
  street: '{s} {n}',
  streets:
    'Ilica|Vukovarska ulica|Trg bana Jelačića|Ulica kralja Zvonimira|Industrijska ulica|Obala hrvatskog narodnog preporoda|Školska ulica',
  surnames: 'Horvat|Kovačević|Babić|Marić|Jurić|Novak|Knežević|Vuković|Matić',
  givenNames: 'Ana|Ivan|Marija|Marko|Ivana|Josip|Petra|Luka',
  trades:
    'Gradnja|Transport|Knjigovodstvo|Tiskara|Namještaj|Elektro|Servis|Pekara|Informatika|Dizajn',
  forms: '{n} d.o.o.|{n} d.o.o.|{n} j.d.o.o.|{n} d.d.|{n}, obrt',
  banks: 'Zagrebačka banka|PBZ|Erste banka|OTP banka',
  phone: '+385 1 ### ####',
  name: 'Hrvatska',
  iban: '#################',
  vat: 'HR###########',
}
