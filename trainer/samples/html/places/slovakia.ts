/** Companies and invoices of SK: Slovak towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const slovakia: Place = {
  code: 'SK',
  currency: 'EUR',
  marks: '€|EUR|€',
  decimals: 2,
  rates: [20, 10, 23],
  point: ',',
  groups: 's|n|.|',
  dates: 'dd.mm.yyyy|d.m.yyyy|long|dd.mm.yyyy',
  towns:
    '811 01 Bratislava|040 01 Košice|010 01 Žilina|949 01 Nitra|974 01 Banská Bystrica|080 01 Prešov|917 01 Trnava',
  street: '{s} {n}',
  streets: 'Hlavná|Štúrova|Hviezdoslavova|Námestie SNP|Mlynská|Obchodná|Dlhá|Letná',
  surnames: 'Kováč|Horváth|Varga|Tóth|Nagy|Baláž|Molnár|Lukáč|Polák',
  givenNames: 'Peter|Mária|Ján|Zuzana|Michal|Katarína|Jozef|Lucia',
  trades: 'Stavby|Doprava|Účtovníctvo|Tlačiareň|Nábytok|Elektro|Servis|Pekáreň|Reklama',
  forms: '{n} s.r.o.|{n}, s. r. o.|{n} a.s.|{n} spol. s r.o.',
  banks: 'Slovenská sporiteľňa|VÚB banka|Tatra banka|ČSOB',
  phone: '+421 ### ### ###',
  name: 'Slovensko',
  iban: '####000000##########',
  vat: 'SK##########',
}
