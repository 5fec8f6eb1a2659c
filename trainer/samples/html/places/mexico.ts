/** Companies and invoices of MX: Mexican towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const mexico: Place = {
  code: 'MX',
  currency: 'MXN',
  marks: '$|$|MXN|MX$',
  decimals: 2,
  rates: [16, 8],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|yyyy-mm-dd|long|dd-mm-yyyy',
  towns:
    '06000 Ciudad de México|44100 Guadalajara, Jal.|64000 Monterrey, N.L.|72000 Puebla, Pue.|76000 Querétaro, Qro.|97000 Mérida, Yuc.',
  street: '{s} {n}',
  streets:
    'Av. Insurgentes Sur|Calle Hidalgo|Av. Juárez|Blvd. Díaz Ordaz|Calle Morelos|Paseo de la Reforma',
  surnames: 'Hernández|García|Martínez|López|González|Ramírez|Torres|Flores|Rivera',
  givenNames: 'José|Guadalupe|Juan|María|Luis|Verónica|Carlos|Alejandra',
  trades:
    'Comercializadora|Servicios|Industrias|Construcciones|Transportes|Papelería|Alimentos|Tecnología',
  forms: '{n} S.A. de C.V.|{n}, S. de R.L. de C.V.|{n} SA de CV|{n} S.C.',
  banks: 'BBVA México|Banorte|Santander México|Citibanamex',
  phone: '55 #### ####',
  name: 'México',
  iban: '',
  vatLabels: 'RFC|R.F.C.|RFC',
  vat: '@@@######@#9',
}
