/** Tax identifiers as they are printed at home. */

import { isTaxIdOf } from '../../../processors/values/tax-ids.ts'

test.each([
  ['PL', '558-006-30-59'],
  ['BR', '02.193.435/0001-25'],
  ['IN', '29ZHOFO5216K1ZO'],
  ['ES', 'B80967888'],
  ['DK', '52385830'],
  ['JP', 'T7787860018505'],
  ['SA', '310122393500003'],
  ['AU', '51824753556'],
])('in %s %s is one', (country, id) => {
  expect(isTaxIdOf(country, id)).toBe(true)
})

test.each([
  ['PL', '558-006-30-58'], // a wrong check digit
  ['BR', '02.193.435/0001-26'],
  ['DK', '52385831'],
  ['PL', '52385830'], // of another country
  ['DE', 'Rechnung'],
  ['PL', ''],
  ['XX', '558-006-30-59'], // no country
  ['constructor', '558-006-30-59'],
])('in %s %j is none', (country, id) => {
  expect(isTaxIdOf(country, id)).toBe(false)
})
