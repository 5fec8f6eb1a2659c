/** Companies and invoices of ID: Indonesian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const indonesia: Place = {
  code: 'ID',
  currency: 'IDR',
  marks: 'Rp|Rp|IDR|Rp.',
  decimals: 0,
  rates: [11],
  point: ',',
  groups: '.|.|.',
  dates: 'dd/mm/yyyy|long|dd-mm-yyyy',
  towns: 'Jakarta Selatan 12190|Surabaya 60271|Bandung 40115|Medan 20112|Yogyakarta 55271',
  street: '{s} No. {n}',
  streets: 'Jl. Sudirman|Jl. Thamrin|Jl. Diponegoro|Jl. Gatot Subroto|Jl. Malioboro',
  surnames: 'Wijaya|Santoso|Hidayat|Pratama|Kusuma|Setiawan|Lestari',
  givenNames: 'Budi|Siti|Agus|Dewi|Andi|Rina',
  trades: 'Jaya|Sentosa|Makmur|Abadi|Teknik|Logistik|Percetakan|Pangan|Konsultan',
  forms: 'PT {n}|PT. {n}|CV {n}|CV. {n}|UD {n}',
  banks: 'Bank Mandiri|BCA|BNI|BRI',
  phone: '021-#######',
  name: 'Indonesia',
  iban: '',
  vat: '##.###.###.#-###.000',
}
