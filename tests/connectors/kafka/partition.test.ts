import { murmur2, partitionOf } from '../../../connectors/kafka/partition.ts'

/**
 * Printed by org.apache.kafka.common.utils.Utils of kafka-clients 4.3.1: hash, toPositive(hash) %
 * 4, % 7.
 */
const java: readonly (readonly [
  key: string | Buffer,
  hash: number,
  ofFour: number,
  ofSeven: number,
])[] = [
  ['', 275646681, 1, 2],
  ['a', -1563381124, 0, 5],
  ['ab', 316155434, 2, 0],
  ['abc', 479470107, 3, 4],
  ['abcd', -1323649548, 0, 5],
  ['21', -973932308, 0, 3],
  ['foobar', -790332482, 2, 0],
  ['a-little-bit-long-string', -985981536, 0, 1],
  ['a-little-bit-longer-string', -1486304829, 3, 0],
  ['doc-1', 313766495, 3, 0],
  ['vat:DE123456789', -1597297292, 0, 6],
  ['Ünïcödé ✓', 971420201, 1, 3],
  ['0123456789abcdef0123456789abcdef', 81657833, 1, 5],
  [Buffer.from('ff8000fe81', 'hex'), 1700763136, 0, 2],
]

describe('the partition of a key', () => {
  test.each(java)('of %p is the one that the Java client takes', (key, hash, ofFour, ofSeven) => {
    expect(murmur2(Buffer.from(key as string))).toBe(hash)
    expect([partitionOf(key, 4), partitionOf(key, 7)]).toEqual([ofFour, ofSeven])
  })
})
