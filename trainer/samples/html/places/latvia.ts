/** Companies and invoices of LV: Latvian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const latvia: Place = {
  code: 'LV',
  currency: 'EUR',
  marks: '€|EUR|EUR',
  decimals: 2,
  rates: [21, 12],
  point: ',',
  groups: 's|n|',
  dates: 'dd.mm.yyyy|dd.mm.yyyy.|long',
  towns: 'LV-1050 Rīga|LV-5401 Daugavpils|LV-3401 Liepāja|LV-2167 Mārupe',
  street: '{s} {n}',
  streets: 'Brīvības iela|Elizabetes iela|Kr. Barona iela|Rūpniecības iela|Skolas iela',
  surnames: 'Bērziņš|Kalniņš|Ozoliņš|Jansons|Liepiņš',
  givenNames: 'Jānis|Anna|Andris|Ilze|Mārtiņš',
  trades: 'Būve|Transports|Grāmatvedība|Tipogrāfija|Mēbeles|Elektro|Maiznīca|Serviss',
  forms: 'SIA {n}|SIA "{n}"|AS {n}|{n} SIA',
  banks: 'Swedbank|SEB banka|Citadele',
  phone: '+371 ########',
  name: 'Latvija',
  iban: '@@@@#############',
  vat: 'LV4##########',
}
