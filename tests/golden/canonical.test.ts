/** A golden run says "the same" for outputs that say the same, and for no others. */

import { differing, entriesOf, fileOf, hashOf, readEntries, type Entry } from './canonical.ts'

const one = (line: unknown): Entry[] => entriesOf(`${JSON.stringify(line)}\n`)

test('the order of keys and the time that it took make no difference', () => {
  const before = one({ id: 'a', fields: { net: '1.00', tax: '0.19' }, ms: { read: 1 } })
  const after = one({ ms: { read: 7 }, fields: { tax: '0.19', net: '1.00' }, id: 'a' })
  expect(hashOf(after)).toBe(hashOf(before))
})

test.each([
  ['a value', { id: 'a', rows: ['1.01', '2.00'] }],
  ['the order of rows', { id: 'a', rows: ['2.00', '1.00'] }],
  ['null for a value', { id: 'a', rows: ['1.00', null] }],
  ['a key more', { id: 'a', rows: ['1.00', '2.00'], route: null }],
  ['another document', { id: 'b', rows: ['1.00', '2.00'] }],
])('%s makes a difference', (_, line) => {
  expect(hashOf(one(line))).not.toBe(hashOf(one({ id: 'a', rows: ['1.00', '2.00'] })))
})

test('a saved output is the same again, and documents that changed, came or went are named', () => {
  const before = [
    ...one({ id: 'a', n: 1 }),
    ...one({ id: 'b', text: 'x\ty\nz' }),
    ...one({ id: 'c' }),
  ]
  const saved = readEntries(fileOf(before))
  expect(differing(before, saved)).toEqual([])
  const after = [
    ...one({ id: 'a', n: 2 }),
    ...one({ id: 'b', text: 'x\ty\nz' }),
    ...one({ id: 'd' }),
  ]
  expect(differing(after, saved)).toEqual(['a', 'd', 'c'])
})
