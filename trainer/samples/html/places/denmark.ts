/** Companies and invoices of DK: Danish towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const denmark: Place = {
  code: 'DK',
  currency: 'DKK',
  marks: 'kr.|DKK|kr|DKK',
  decimals: 2,
  rates: [25],
  point: ',',
  groups: '.|.|s|',
  dates: 'dd-mm-yyyy|dd.mm.yyyy|long|d. m. yyyy|dd/mm/yyyy|yyyy-mm-dd',
  towns:
    '1050 København K|8000 Aarhus C|5000 Odense C|9000 Aalborg|6700 Esbjerg|7100 Vejle|4000 Roskilde|8700 Horsens',
  street: '{s} {n}',
  streets:
    'Vestergade|Nørregade|Strandvejen|Industrivej|Skolegade|Møllevej|Havnegade|Algade|Kirkevej',
  surnames: 'Jensen|Nielsen|Hansen|Pedersen|Andersen|Christensen|Larsen|Sørensen|Rasmussen|Møller',
  givenNames: 'Anne|Peter|Mette|Lars|Søren|Kirsten|Jens|Hanne|Kasper',
  trades: 'Byg|Transport|Regnskab|Tryk|Møbler|El|Auto|Bageri|Software|Reklame|Tømrer',
  forms: '{n} ApS|{n} ApS|{n} A/S|{n} I/S|{n} IVS|{n} K/S',
  banks: 'Danske Bank|Nordea|Jyske Bank|Sydbank|Nykredit',
  phone: '+45 ## ## ## ##',
  name: 'Danmark',
  iban: '##############',
  vat: 'DK########',
}
