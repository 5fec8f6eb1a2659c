import type { KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { addBatch, oldestIn, type LeaseQueue } from '../../runtime/lease-queue.ts'

const record = (offset: bigint, timestamp: number): KafkaRecord => ({
  topic: 't',
  partition: 0,
  offset,
  key: null,
  value: null,
  headers: {},
  timestamp,
})
const batch = { topic: 't', partition: 0, from: 0n, highWatermark: 9n }

test('the first record that waits is the oldest, past steps without one', () => {
  const queue: LeaseQueue = { items: [], bytes: 0 }
  expect(oldestIn(queue)).toBeNull()
  addBatch(queue, { ...batch, records: [], next: 2n })
  expect(oldestIn(queue)).toBeNull()
  addBatch(queue, { ...batch, records: [record(2n, 70), record(3n, 80)], next: 4n })
  expect(oldestIn(queue)).toBe(70)
})
