/** Who may read from the embedded store, as the accounts say. */

import { storeReadersOf } from '../../../deploy/services/analytics.ts'
import { accountsTable, tokenHash } from '../../../processors/review/accounts.ts'
import type { User } from '../../../schemas/types.ts'

const user = (name: string, changes: Partial<User> = {}): User => ({
  name,
  role: 'reader',
  subject: null,
  tokenHash: tokenHash(`of ${name}`),
  profiles: [],
  vendors: [],
  changedAt: 1,
  changedBy: 'test',
  removed: false,
  ...changes,
})
const withUsers = (...users: readonly User[]): ReturnType<typeof accountsTable> => {
  const people = accountsTable()
  for (const one of users) people.set(one.name, one)
  return people
}
const nothing = { token: null, oidcIssuer: null, trustedProxies: null }

test.each([
  ['nobody has an account', nothing, withUsers(), null],
  ['one account ends that', nothing, withUsers(user('ann')), [tokenHash('of ann')]],
  ['so does ERRATA_TOKEN', { ...nothing, token: 'service' }, withUsers(), [tokenHash('service')]],
  ['so does a login', { ...nothing, oidcIssuer: 'https://login.example' }, withUsers(), []],
  ['so does a proxy', { ...nothing, trustedProxies: '127.0.0.1' }, withUsers(), []],
  [
    'who sees one vendor or profile only is left out',
    nothing,
    withUsers(user('ann', { vendors: ['v'] }), user('ben', { profiles: ['invoice'] }), user('cem')),
    [tokenHash('of cem')],
  ],
  [
    'an account without a token has none here',
    nothing,
    withUsers(user('ann', { tokenHash: null })),
    [],
  ],
])('%s', (_, settings, people, readers) => {
  expect(storeReadersOf(settings, people)).toEqual(readers)
})

test('an account record that can not be used shuts it too', () => {
  const people = withUsers()
  people.doubt('ann')
  expect(storeReadersOf(nothing, people)).toEqual([])
})
