/** Companies and invoices of EE: Estonian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const estonia: Place = {
  code: 'EE',
  currency: 'EUR',
  marks: '€|EUR|€',
  decimals: 2,
  rates: [20, 9],
  point: ',',
  groups: 's|n|',
  dates: 'dd.mm.yyyy|d.m.yyyy|long',
  towns: '10111 Tallinn|51003 Tartu|20304 Narva|80010 Pärnu',
  street: '{s} {n}',
  streets: 'Narva mnt|Pikk|Lai|Tartu mnt|Kesk|Tehase',
  surnames: 'Tamm|Saar|Sepp|Mägi|Kask|Kukk',
  givenNames: 'Mari|Jaan|Anna|Toomas|Liis|Andres',
  trades: 'Ehitus|Transport|Raamatupidamine|Trükikoda|Mööbel|Elekter|Pagar|Tarkvara',
  forms: '{n} OÜ|OÜ {n}|{n} AS|AS {n}',
  banks: 'Swedbank|SEB Pank|LHV Pank',
  phone: '+372 ### ####',
  name: 'Eesti',
  iban: '################',
  vat: 'EE#########',
}
