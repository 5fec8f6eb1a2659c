/** The numbers of features are those that models of this `featureVersion` were trained on. */

import { numbersNow, recorded } from './feature-numbers/numbers.ts'

const [before, now] = [recorded(), numbersNow()]

test('the numbers on record are those of this version', () => {
  expect(before.version).toBe(now.version)
})

test.each(Object.keys(before.documents))('%s gives the numbers of its version', (name) => {
  expect(now.documents[name]).toEqual(before.documents[name])
})

test('every document has its numbers on record', () => {
  expect(Object.keys(now.documents)).toEqual(Object.keys(before.documents))
})
