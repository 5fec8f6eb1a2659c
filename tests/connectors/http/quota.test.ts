/** How much a caller may do in a minute. */

import fc from 'fast-check'
import { openQuota } from '../../../connectors/http/quota.ts'

let now = 0
beforeEach(() => (now = 0))

test('a minute’s worth passes at once, then as much as comes back, and nobody pays for another', () => {
  const quota = openQuota('things', 6, () => now)
  expect(Array.from({ length: 7 }, () => quota.take('ann'))).toEqual([0, 0, 0, 0, 0, 0, 10])
  expect(quota.take('ben')).toBe(0)
  now = 9_500
  expect(quota.take('ann')).toBe(1)
  now = 10_000
  expect([quota.take('ann'), quota.take('ann')]).toEqual([0, 10])
  now = 1_000_000
  expect(quota.take('ann', 6)).toBe(0)
})

test('what is refused costs nothing, and more than a minute’s worth passes after a quiet minute', () => {
  const quota = openQuota('things', 6, () => now)
  expect([quota.take('ann', 4), quota.take('ann', 4), quota.take('ann', 2)]).toEqual([0, 20, 0])
  now = 60_000
  expect([quota.take('ann', 100), quota.take('ann')]).toEqual([0, 10])
})

test('without a limit everything passes', () => {
  const quota = openQuota('things', 0, () => now)
  expect(
    Array.from({ length: 1000 }, () => quota.take('ann', 1000)).every((wait) => wait === 0),
  ).toBe(true)
})

test('whoever waits as long as they are told is let in, whatever came before', () => {
  const steps = fc.array(
    fc.record({ pause: fc.nat({ max: 90_000 }), count: fc.integer({ min: 1, max: 20 }) }),
  )
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 12 }), (all, perMinute) => {
      now = 0
      const quota = openQuota('things', perMinute, () => now)
      for (const { pause, count } of all) {
        now += pause
        const wait = quota.take('ann', count)
        now += wait * 1000
        if (wait > 0) expect(quota.take('ann', count)).toBe(0)
      }
    }),
  )
})
