/** Companies and invoices of HU: Hungarian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const hungary: Place = {
  code: 'HU',
  currency: 'HUF',
  marks: 'Ft|HUF|Ft|Ft',
  decimals: 0,
  rates: [27, 18, 5],
  point: ',',
  groups: 's|n|.|s',
  dates: 'yyyy.mm.dd.|yyyy-mm-dd|long|yyyy. mm. dd.|yyyy.mm.dd',
  towns:
    '1051 Budapest|4024 Debrecen|6720 Szeged|7621 Pécs|9021 Győr|3525 Miskolc|8000 Székesfehérvár',
  street: '{s} {n}.',
  streets:
    'Kossuth Lajos utca|Petőfi utca|Fő utca|Rákóczi út|Széchenyi tér|Ady Endre utca|Ipari út',
  surnames: 'Nagy|Kovács|Tóth|Szabó|Horváth|Varga|Kiss|Molnár|Németh',
  givenNames: 'László|Mária|István|Katalin|Zoltán|Éva|Gábor|Ágnes',
  surnameFirst: true,
  trades:
    'Építő|Szállítmányozás|Könyvelő Iroda|Nyomda|Bútor|Villamos|Autószerviz|Pékség|Szoftver|Reklám',
  forms: '{n} Kft.|{n} Kft.|{n} Zrt.|{n} Bt.|{n} Nyrt.',
  banks: 'OTP Bank|K&H Bank|Erste Bank|MBH Bank',
  phone: '+36 1 ### ####',
  name: 'Magyarország',
  iban: '########################',
  vat: 'HU########',
}
