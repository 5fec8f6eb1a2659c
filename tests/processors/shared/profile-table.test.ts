/** Which profiles count, which version comes next, and where a file stands beside the topic. */

import {
  profileTable,
  removalOf,
  standingOf,
  versionAfter,
} from '../../../processors/shared/profile-table.ts'
import { loadProfiles, parseProfile, type Profile } from '../../../schemas/profiles.ts'
import type { ProfileVersion } from '../../../schemas/types.ts'
import { profileVersionOf } from '../../records.ts'

const shipped = loadProfiles()
const change = { by: 'ann', now: 1 }
const titled = (title: string, name = 'own'): Profile =>
  parseProfile(
    JSON.stringify({ name, title, fields: [{ name: 'grand_total', type: 'money' }] }),
    name,
  )
const after = (latest: ProfileVersion | undefined, title: string): ProfileVersion =>
  versionAfter(latest, titled(title), change) as ProfileVersion

const first = after(undefined, 'first')
const second = after(first, 'second')
const removed = removalOf(second, change) as ProfileVersion

test('a version that was published counts in place of the file of this machine and of the one that ships', () => {
  const own = new Map([['own', titled('file')]])
  const table = profileTable(shipped, own)
  expect(table.profiles().get('own')?.title).toBe('file')
  table.put('own', first)
  expect(table.profiles().get('own')?.title).toBe('first')
  table.put('invoice', profileVersionOf('invoice'))
  expect(table.profiles().get('invoice')?.title).toBe('invoice')
  expect(table.profiles().get('receipt')).toEqual(shipped.get('receipt'))
})

test.each([
  ['removed', (name: string) => removalOf(profileVersionOf(name), change)],
  ['forgotten by a tombstone', () => null],
])('where it is %s, the one that ships counts again', (_, removal) => {
  const table = profileTable(shipped)
  for (const name of ['invoice', 'own']) {
    table.put(name, profileVersionOf(name))
    table.put(name, removal(name))
  }
  expect([...table.profiles()]).toEqual([...shipped])
})

test('a file counts no more once its profile was removed, on whichever machine it lies', () => {
  const table = profileTable(shipped, new Map([['own', titled('second')]]))
  table.put('own', removed)
  expect(table.profiles().has('own')).toBe(false)
})

test('profiles that somebody holds do not change under them', () => {
  const table = profileTable(shipped)
  table.put('own', first)
  const held = table.profiles()
  table.put('own', second)
  expect([held, table.profiles()].map((one) => one.get('own')?.title)).toEqual(['first', 'second'])
})

test('versions only rise, also after a removal, and what is published already is no version', () => {
  expect(versionAfter(second, titled('second'), change)).toBeNull()
  expect([first, second, removed, after(removed, 'second')].map(({ version }) => version)).toEqual([
    1, 2, 3, 4,
  ])
  expect(removalOf(removed, change)).toBeNull()
  expect(removalOf(undefined, change)).toBeNull()
})

test.each<[string, ProfileVersion | undefined, string]>([
  ['new', undefined, 'first'],
  ['published', first, 'first'],
  ['changed', first, 'second'],
  ['old', second, 'first'],
  ['removed', removed, 'second'],
  ['removed', removed, 'first'],
  ['changed', removed, 'third'],
  ['published', after(second, 'first'), 'first'], // an earlier version that counts again
])('a file is %s', (standing, latest, title) => {
  expect(standingOf(titled(title), latest)).toBe(standing)
})
