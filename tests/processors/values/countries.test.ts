/** Countries by their names. */

import { countryOf } from '../../../processors/values/countries.ts'

test.each([
  ['Deutschland', 'DE'],
  ['10115 Berlin, Germany', 'DE'],
  ['México', 'MX'],
  ['ΕΛΛΆΔΑ', 'GR'],
  ['日本', 'JP'],
  ['Česko', 'CZ'],
  ['United Kingdom', 'GB'],
  ['المملكة العربية السعودية', 'SA'],
])('%s', (text, country) => {
  expect(countryOf(text)).toBe(country)
})

test.each(['Jordan', 'Salvador', 'Georgia', 'Republic', 'Rechnung', ''])(
  '%j names no country',
  (text) => {
    expect(countryOf(text)).toBeNull()
  },
)
