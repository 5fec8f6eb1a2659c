/** Companies and invoices of CZ: Czech towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const czechia: Place = {
  code: 'CZ',
  currency: 'CZK',
  marks: 'Kč|Kč|CZK|Kč',
  decimals: 2,
  rates: [21, 15, 12],
  point: ',',
  groups: 's|n|s|.|',
  dates: 'dd.mm.yyyy|d.m.yyyy|long|dd.mm.yyyy|d. m. yyyy',
  towns:
    '110 00 Praha 1|602 00 Brno|702 00 Ostrava|301 00 Plzeň|460 01 Liberec|779 00 Olomouc|370 01 České Budějovice|500 02 Hradec Králové',
  street: '{s} {n}',
  streets: 'Národní|Hlavní|Nádražní|Palackého|Husova|Na Příkopě|Komenského|Školní|Lidická|Dlouhá',
  surnames: 'Novák|Svoboda|Dvořák|Černý|Procházka|Kučera|Veselý|Horák|Němec|Pokorný',
  givenNames: 'Jan|Jana|Petr|Eva|Tomáš|Lucie|Martin|Hana|Jiří',
  trades: 'Stavby|Doprava|Účetnictví|Tiskárna|Nábytek|Elektro|Servis|Pekařství|Software|Reklama',
  forms: '{n} s.r.o.|{n} s.r.o.|{n}, s.r.o.|{n} a.s.|{n}, a.s.|{n} spol. s r.o.|{n} v.o.s.',
  banks: 'Česká spořitelna|Komerční banka|ČSOB|Fio banka|Raiffeisenbank',
  phone: '+420 ### ### ###',
  name: 'Česká republika',
  iban: '####000000##########',
  vat: 'CZ########',
}
