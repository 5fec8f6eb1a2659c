import { alternativesTo } from '../../../processors/model/alternatives.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'
import { fieldOf, printOf } from '../../documents.ts'

const profile = loadProfiles().get('invoice') as NonNullable<
  ReturnType<ReturnType<typeof loadProfiles>['get']>
>
const print = printOf('anything')
const read = (
  name: string,
  ...values: readonly (readonly [value: string, confidence: number])[]
): Field[] => values.map(([value, confidence]) => fieldOf(print, name, value, value, confidence))
const offered = (found: readonly Field[], taken: readonly Field[] = []) =>
  alternativesTo(taken, found, profile).map(({ value }) => value)

describe('alternatives', () => {
  test.each<[string, Field[], Field[], string[]]>([
    [
      'come the more probable first',
      read('seller_name', ['Acme', 0.1], ['Bravo', 0.3]),
      [],
      ['Bravo', 'Acme'],
    ],
    [
      'with the same letters and digits are one',
      read('seller_name', ['Acme, Ltd.', 0.2], ['ACME Ltd', 0.4], ['Ac me Ltd', 0.1]),
      [],
      ['ACME Ltd'],
    ],
    [
      'of which one begins with all words of the other are one',
      read('seller_name', ['Acme Ltd Invoice', 0.2], ['Acme Ltd', 0.4], ['Acme', 0.3]),
      [],
      ['Acme Ltd'],
    ],
    [
      'that share their first word only are two',
      read('seller_name', ['Acme Ltd', 0.4], ['Acme Limited', 0.3]),
      [],
      ['Acme Ltd', 'Acme Limited'],
    ],
    [
      'are not cut within a word',
      read('seller_name', ['Art', 0.4], ['Arthur', 0.3]),
      [],
      ['Art', 'Arthur'],
    ],
    [
      'leave out what was taken, however it is written',
      read('seller_name', ['Acme Ltd.', 0.5], ['Bravo', 0.3]),
      read('seller_name', ['Acme Ltd', 0.9]),
      ['Bravo'],
    ],
    [
      'may be longer or shorter than what was taken',
      read('seller_name', ['Acme Ltd', 0.5]),
      read('seller_name', ['Acme', 0.9]),
      ['Acme Ltd'],
    ],
    [
      'of a number are never one because they look alike',
      read('invoice_number', ['R-1', 0.5], ['R1', 0.4], ['R-1 A', 0.3]),
      [],
      ['R-1', 'R1', 'R-1 A'],
    ],
    [
      'are three at most for a field',
      read('grand_total', ['1.00', 0.5], ['2.00', 0.4], ['3.00', 0.3], ['4.00', 0.2]),
      [],
      ['1.00', '2.00', '3.00'],
    ],
    [
      'of one field say nothing of another',
      [...read('seller_name', ['Acme', 0.5]), ...read('buyer_name', ['Acme', 0.4])],
      [],
      ['Acme', 'Acme'],
    ],
    [
      'in other scripts are compared by their letters too',
      read('seller_name', ['شركة النور', 0.5], ['شركة النور.', 0.4], ['ООО Ромашка', 0.3]),
      [],
      ['شركة النور', 'ООО Ромашка'],
    ],
  ])('%s', (_promise, found, taken, expected) => {
    expect(offered(found, taken)).toEqual(expected)
  })
})
