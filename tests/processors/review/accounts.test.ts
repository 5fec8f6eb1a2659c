/** Who is let in: nobody because of a record that can't be used, and nobody who was taken away. */

import { accountsTable, readSession, signSession } from '../../../processors/review/accounts.ts'
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

describe('who logs in elsewhere', () => {
  const claims = { subject: 'Ann@example', name: 'ann', role: 'operator', since: 2_000 } as const

  test('has the role that the provider names, or that of their account here', () => {
    const people = accountsTable()
    expect(people.bySession(claims)).toMatchObject({ name: 'ann (Ann@example)', role: 'operator' })
    people.set('ann', userOf('ann', { changedAt: 1_000 }))
    expect(people.bySession(claims)).toMatchObject({ name: 'ann', role: 'reviewer' })
  })

  test('is not let in once taken away, with whatever session, and is no account any more', () => {
    const people = accountsTable()
    people.set('ann', userOf('ann', { changedAt: 3_000, removed: true }))
    expect([people.bySession(claims), people.bySession({ ...claims, since: 9_000 })]).toEqual([
      null,
      null,
    ])
    expect([people.any(), people.count(), people.list(), people.removed().length]).toEqual([
      false,
      0,
      [],
      1,
    ])
  })

  test('comes back with a new account, though not by a session of before', () => {
    const people = accountsTable()
    people.set(
      'ann@example',
      userOf('ann@example', { subject: 'ann@example', changedAt: 3_000, removed: true }),
    )
    people.set('ann', userOf('ann', { changedAt: 4_000 }))
    expect(people.bySession(claims)).toBeNull()
    expect(people.bySession({ ...claims, since: 4_000 })).toMatchObject({ name: 'ann' })
  })

  test('with a session from before it said when it began, is let in where no account says otherwise', () => {
    const key = Buffer.alloc(32, 1)
    const { since: _, ...old } = { ...claims, until: 9_000 }
    const read = readSession(signSession(old as never, key), key, 5_000)
    expect(read).toMatchObject({ since: 0, until: 9_000 })
  })
})
