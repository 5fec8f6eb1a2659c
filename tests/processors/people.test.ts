/** Accounts whose record can't be used: nobody is let in because of them. */

import { peopleTable } from '../../processors/people.ts'
import { userOf } from '../records.ts'

test('a record that can not be used may be an account, until there is another one under its name', () => {
  const people = peopleTable()
  expect(people.any()).toBe(false)
  people.doubt('ann')
  expect([people.any(), people.count(), people.doubted()]).toEqual([true, 0, ['ann']])
  people.set('ann', null)
  expect(people.any()).toBe(false)
  people.doubt('ann')
  people.set('ann', userOf('ann'))
  expect([people.any(), people.doubted()]).toEqual([true, []])
})

test('an account that was there stays while a later record of it can not be used', () => {
  const people = peopleTable()
  people.set('ann', userOf('ann', { tokenHash: 'f'.repeat(64) }))
  people.doubt('ann')
  expect(people.list().map(({ name }) => name)).toEqual(['ann'])
})
