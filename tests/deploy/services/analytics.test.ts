/** Who may read from the embedded store, as the accounts say. */

import { storeReadersOf } from '../../../deploy/services/analytics.ts'
import { accountsTable, tokenHash } from '../../../processors/review/accounts.ts'
import { credentialsTable } from '../../../processors/review/credentials.ts'
import type { Known } from '../../../processors/review/identity.ts'
import { credentialOf, userOf } from '../../records.ts'
import type { Credential, User } from '../../../schemas/types.ts'

const user = (name: string, changes: Partial<User> = {}): User =>
  userOf(name, { role: 'reader', subject: null, tokenHash: tokenHash(`of ${name}`), ...changes })
const withUsers = (...users: readonly User[]): Known => {
  const [people, credentials] = [accountsTable(), credentialsTable()]
  for (const one of users) people.set(one.name, one)
  return { people, credentials }
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
  ['a disabled account has none', nothing, withUsers(user('ann', { disabled: true })), []],
])('%s', (_, settings, known, readers) => {
  expect(storeReadersOf(settings, known, 0)).toEqual(readers)
})

test('an account record that can not be used shuts it too', () => {
  const known = withUsers()
  known.people.doubt('ann')
  expect(storeReadersOf(nothing, known, 0)).toEqual([])
})

test('API tokens read too, until they expire or their owner is somebody else', () => {
  const known = withUsers(
    user('ann', { tokenHash: null, addedAt: 5 }),
    user('ben', { tokenHash: null, vendors: ['v'] }),
  )
  const set = (id: string, change: Partial<Credential>): void =>
    known.credentials.set(`token ${id}`, credentialOf(`token ${id}`, change))
  set('alive', { account: 5, expiresAt: 100 })
  set('over', { account: 5, expiresAt: 50 })
  set('of an earlier ann', { account: 4 })
  set('of ben', { user: 'ben' })
  set('of nobody', { user: 'cem' })
  expect(storeReadersOf(nothing, known, 50)).toEqual(['alive'])
})
