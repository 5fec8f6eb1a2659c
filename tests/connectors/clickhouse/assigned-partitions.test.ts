import { lagOf } from '../../../connectors/clickhouse/assigned-partitions.ts'
import { newPartition, type Partition } from '../../../connectors/clickhouse/sink-inbox.ts'

const partition = (topic: string, number: number, stored: bigint, high: bigint): Partition =>
  Object.assign(newPartition(topic, number), { stored, high })

test('what is not stored is counted by topic, over the partitions that this process has', () => {
  const topics = new Map([
    ['t.raw', 'raw'],
    ['t.ocr.dead', 'dead'],
    ['t.judge.dead', 'dead'],
  ] as const)
  const mine = [
    partition('t.raw', 0, 3n, 10n),
    partition('t.raw', 1, 5n, 5n),
    partition('t.ocr.dead', 0, 0n, 2n),
    partition('t.judge.dead', 3, 1n, 4n),
  ]
  expect(lagOf(mine, topics)).toEqual(
    new Map([
      ['raw', 7],
      ['dead', 5],
    ]),
  )
  // before the end of a topic is known, its position may be beyond what was heard of it
  expect(lagOf([partition('t.raw', 0, 3n, 0n)], topics)).toEqual(new Map([['raw', 0]]))
  expect(lagOf([], topics)).toEqual(new Map())
})
