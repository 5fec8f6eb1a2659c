/**
 * The list hashes what was added as featureOf does, whatever the number, and begins anew after a
 * long document.
 */

import fc from 'fast-check'
import {
  add,
  addAll,
  another,
  beginFeatures,
  repeat,
  taken,
} from '../../../processors/model/feature-list.ts'
import { featureOf, firstOf } from '../../../processors/shared/hashing.ts'

const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const feature = fc.tuple(fc.integer({ min: 1, max: 250 }), integer, integer)

test('features come out as featureOf gives them, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(feature, { maxLength: 50 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 19 }), integer), { maxLength: 20 }),
      (added, known) => {
        beginFeatures()
        another()
        addAll(known.map(([template, a]) => firstOf(template, a)))
        for (const [template, a, b] of added) add(template, a, b)
        repeat(known.length, known.length + added.length)
        const expected = added.map(([template, a, b]) => featureOf(template, a, b))
        expect([...taken()]).toEqual([
          ...known.map(([template, a]) => featureOf(template, a, 0)),
          ...expected,
          ...expected,
        ])
      },
    ),
  )
})

test('a document of two million features, and a short one after it', () => {
  const tokens = 20_000
  beginFeatures()
  for (let token = 0; token < tokens; token++) {
    another()
    for (let k = 0; k < 100; k++) add(k + 1, token, k)
  }
  const found = taken()
  expect(found).toHaveLength(100 * tokens)
  for (const at of [0, 1, 99, 100, 1_000_003, 1_999_999])
    expect(found[at]).toBe(featureOf((at % 100) + 1, Math.floor(at / 100), at % 100))
  beginFeatures()
  another()
  add(3, 4, 5)
  expect([...taken()]).toEqual([featureOf(3, 4, 5)])
})

test('a document without features has none', () => {
  beginFeatures()
  expect(taken()).toHaveLength(0)
})
