import { checkHistory, nothingWrong, type In, type Out } from './history.ts'

const inputs: In[] = ['a', 'b', 'c', 'd'].map((key, i) => ({ key, partition: i % 2 }))
const right: Out[] = [
  { key: 'a', partition: 0, offset: 0n },
  { key: 'c', partition: 0, offset: 1n },
  { key: 'b', partition: 1, offset: 0n },
  { key: 'd', partition: 1, offset: 3n },
]

describe('the checker of histories', () => {
  test('finds nothing where nothing is wrong', () => {
    expect(checkHistory(inputs, right)).toEqual(nothingWrong)
    expect(checkHistory(inputs, right.slice(1), right.slice(0, 1))).toEqual(nothingWrong)
  })

  test.each<[keyof typeof nothingWrong, Out[], string[]]>([
    ['lost', right.slice(1), ['a']],
    ['doubled', [...right, { key: 'd', partition: 1, offset: 9n }], ['d']],
    ['unknown', [...right, { key: 'x', partition: 1, offset: 9n }], ['x']],
    ['moved', [{ key: 'a', partition: 1, offset: 9n }, ...right.slice(1)], ['a']],
    ['outOfOrder', [{ key: 'a', partition: 0, offset: 5n }, ...right.slice(1)], ['a']],
  ])('finds what is %s', (kind, outputs, keys) => {
    expect(checkHistory(inputs, outputs)[kind]).toEqual(keys)
  })

  test('finds a record that is both an output and a dead letter', () => {
    expect(checkHistory(inputs, right, right.slice(0, 1)).doubled).toEqual(['a'])
  })
})
