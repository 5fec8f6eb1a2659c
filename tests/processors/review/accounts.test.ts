/** Who is let in: nobody because of a record that can't be used, and nobody who was taken away. */

import { accountsTable } from '../../../processors/review/accounts.ts'
import { userOf } from '../../records.ts'

test('a record that can not be used may be an account, until there is another one under its name', () => {
  const people = accountsTable()
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
  const people = accountsTable()
  people.set('ann', userOf('ann', { tokenHash: 'f'.repeat(64) }))
  people.doubt('ann')
  expect(people.list().map(({ name }) => name)).toEqual(['ann'])
})

test('an account is found by its name, or else by what looks the same; a removed one is not', () => {
  const people = accountsTable()
  people.set('Ann', userOf('Ann'))
  expect([people.find('Ann')?.name, people.find('ANN')?.name, people.find('an')]).toEqual([
    'Ann',
    'Ann',
    null,
  ])
  people.set('Ann', userOf('Ann', { removed: true }))
  expect([people.find('Ann'), people.bySubject('ANN@example').length]).toEqual([null, 1])
})
