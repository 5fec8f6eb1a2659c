/** Companies and invoices of NO: Norwegian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const norway: Place = {
  code: 'NO',
  currency: 'NOK',
  marks: 'kr|NOK|kr|NOK',
  decimals: 2,
  rates: [25, 15, 12],
  point: ',',
  groups: 's|n|s|.|',
  dates: 'dd.mm.yyyy|dd.mm.yyyy|long|dd.mm.yy|yyyy-mm-dd',
  towns:
    '0150 Oslo|5003 Bergen|7010 Trondheim|4006 Stavanger|9008 Tromsø|3015 Drammen|4611 Kristiansand S',
  street: '{s} {n}',
  streets:
    'Storgata|Kirkegata|Karl Johans gate|Industriveien|Skolegata|Havnegata|Bjørkeveien|Strandgata',
  surnames: 'Hansen|Johansen|Olsen|Larsen|Andersen|Pedersen|Nilsen|Kristiansen|Haugen|Bakken',
  givenNames: 'Anne|Ole|Ingrid|Lars|Kari|Bjørn|Silje|Knut|Øyvind',
  trades: 'Bygg|Transport|Regnskap|Trykkeri|Møbler|Elektro|Bil|Bakeri|Konsulent|Rør|Maler',
  forms: '{n} AS|{n} AS|{n} ASA|{n} ANS|{n} DA|{n} ENK',
  banks: 'DNB|Nordea|SpareBank 1|Sbanken',
  phone: '+47 ### ## ###',
  name: 'Norge',
  iban: '###########',
  vat: 'NO#########MVA',
}
