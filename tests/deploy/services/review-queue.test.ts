import { byKnownProfile } from '../../../deploy/services/review-queue.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'

test('profiles that nobody waits in are said too, and those from outside as one', () => {
  const open = byKnownProfile(
    new Map([
      ['invoice', { count: 2, oldest: 7 }],
      ['from outside', { count: 3, oldest: 9 }],
      ['another', { count: 1, oldest: 8 }],
    ]),
    loadProfiles(),
  )
  expect(open.get('invoice')).toEqual({ count: 2, oldest: 7 })
  expect(open.get('receipt')).toEqual({ count: 0, oldest: Infinity })
  expect(open.get('other')).toEqual({ count: 4, oldest: 8 })
  expect([...open.keys()].filter((name) => !loadProfiles().has(name))).toEqual(['other'])
})
