/** Companies and invoices of RO: Romanian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const romania: Place = {
  code: 'RO',
  currency: 'RON',
  marks: 'lei|RON|Lei|RON',
  decimals: 2,
  rates: [19, 9, 5],
  point: ',',
  groups: '.|.|s|',
  dates: 'dd.mm.yyyy|dd/mm/yyyy|dd-mm-yyyy|long',
  towns:
    '010011 București|400001 Cluj-Napoca|300001 Timișoara|700001 Iași|900001 Constanța|500001 Brașov|550001 Sibiu',
  street: '{s} nr. {n}',
  streets:
    'Str. Mihai Eminescu|Bd. Unirii|Calea Victoriei|Str. Libertății|Str. Republicii|Șos. Pantelimon|Str. Florilor',
  surnames: 'Popescu|Ionescu|Popa|Dumitru|Stan|Stoica|Gheorghe|Rusu|Munteanu',
  givenNames: 'Andrei|Maria|Ion|Elena|Mihai|Ioana|Alexandru|Ana',
  trades:
    'Construct|Trans|Contabilitate|Tipografie|Mobila|Electro|Auto|Panificație|Software|Consulting',
  forms: 'SC {n} SRL|{n} S.R.L.|{n} SRL|{n} S.A.|S.C. {n} S.R.L.|{n} PFA',
  banks: 'Banca Transilvania|BCR|BRD|ING Bank|Raiffeisen Bank',
  phone: '+40 2# ### ####',
  name: 'România',
  iban: '@@@@################',
  vat: 'RO########',
}
