/** Companies and invoices of SE: Swedish towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const sweden: Place = {
  code: 'SE',
  currency: 'SEK',
  marks: 'kr|SEK|kr|SEK',
  decimals: 2,
  rates: [25, 12, 6],
  point: ',',
  groups: 's|n|s|.|',
  dates: 'yyyy-mm-dd|yyyy-mm-dd|long|dd.mm.yyyy|short|d/m/yyyy',
  towns:
    '111 22 Stockholm|411 05 Göteborg|211 20 Malmö|753 20 Uppsala|582 22 Linköping|702 10 Örebro|903 26 Umeå|252 20 Helsingborg',
  street: '{s} {n}',
  streets:
    'Storgatan|Drottninggatan|Kungsgatan|Industrivägen|Skolgatan|Hamngatan|Björkvägen|Järnvägsgatan',
  surnames:
    'Andersson|Johansson|Karlsson|Nilsson|Eriksson|Larsson|Olsson|Persson|Svensson|Lindström',
  givenNames: 'Anna|Erik|Maria|Lars|Karin|Johan|Sara|Anders|Åsa',
  trades: 'Bygg|Transport|Redovisning|Tryckeri|Möbler|El|Bil|Bageri|Konsult|Reklam|Måleri',
  forms: '{n} AB|{n} AB|{n} Aktiebolag|{n} HB|{n} Kommanditbolag|AB {n}',
  banks: 'Swedbank|Handelsbanken|SEB|Nordea',
  phone: '08-### ## ##',
  name: 'Sverige',
  iban: '####################',
  vat: 'SE##########01',
}
