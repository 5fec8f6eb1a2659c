/** Numbers of invoices and orders: # is a digit, y, m and d are the date's. */

import type { SampleRandom } from './random.ts'

export const numberStyles = [
  'yyyy-####',
  'RE-yyyy-####',
  'INV-####',
  'INV/yyyy/mm/####',
  '########',
  '######',
  'F##-####',
  'yyyymmdd##',
  'R##########',
  '##-######',
  'A####/yy',
  'yy/####',
  'FV-###### ',
  'SI####',
  '#######',
  'RG-#####-##',
  'X###-####-####',
  'yyyy/####',
  '####',
  'FA######',
  'RK########',
  '####.##.#',
  'E#####/A',
  'yyyy-##',
  'yyyy/##',
  '###',
  '#####',
  'yyyymm-##',
  '0#.###.###.#-yyyy-#',
  'RE-yyyymmdd/###',
  'AV-yyyy-####',
  '####/##/X',
]

export const orderStyles = [
  'PO-#####',
  '45########',
  '######',
  'B#########',
  'PO####',
  'yyyy-###',
  '##########',
  'PO-yyyy-##-###',
  'ORD######',
  'C######',
  '###-#######-#######',
  'Bestellung ####',
  'mail yyyy-mm-dd',
  'BT-##',
  'ABC-###',
  'PO###',
  'BC###',
  'COMPRA####',
  'PO-BUYER-####',
  '##-####',
  'EK yyyy/###',
]

export function numbered(
  style: string,
  year: number,
  issued: number,
  random: SampleRandom,
): string {
  const month = String(new Date(issued).getUTCMonth() + 1).padStart(2, '0')
  const day = String(new Date(issued).getUTCDate()).padStart(2, '0')
  const text = style
    .trim()
    .replace('yyyy', String(year))
    .replace('yy', String(year).slice(2))
    .replace('mm', month)
    .replace('dd', day)
  return text
    .replace(/#/g, (_sign, at: number) =>
      String(at > 0 && text[at - 1] === '#' ? random.int(0, 9) : random.int(1, 9)),
    )
    .replace(/^Bestellung/, 'BST')
}
