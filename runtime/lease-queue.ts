/** The fetched records of a partition that wait for processing. */

import type { FetchedBatch, KafkaRecord } from '../connectors/kafka/kafka.ts'

/**
 * A step of the input: a record, or null where only the position advances (control and aborted
 * records).
 */
export interface LeaseItem {
  readonly record: KafkaRecord | null
  /** The position after it. */
  readonly next: bigint
}

const fullQueue = 8_388_608 // bytes of a partition in memory above which fetching pauses
const fullQueueBatches = 20 // or this many transactions' worth of records
const largestWork = 8_388_608 // bytes passed to one call of work

export interface LeaseQueue {
  readonly items: LeaseItem[]
  bytes: number
}

export function addBatch(queue: LeaseQueue, { records, next }: FetchedBatch): void {
  records.forEach((record, i) => {
    queue.items.push({ record, next: i === records.length - 1 ? next : record.offset + 1n })
    queue.bytes += sizeOf(record)
  })
  if (records.length === 0) queue.items.push({ record: null, next })
}

export function isFull({ items, bytes }: LeaseQueue, batchRecords: number): boolean {
  return items.length > batchRecords * fullQueueBatches || bytes > fullQueue
}

export function isHalfEmpty({ items, bytes }: LeaseQueue, batchRecords: number): boolean {
  return items.length <= (batchRecords * fullQueueBatches) / 2 && bytes <= fullQueue / 2
}

/** Takes up to this many records and bytes from the head of the queue, at least one item. */
export function takeItems(
  queue: LeaseQueue,
  mostRecords: number,
  mostBytes = largestWork,
): LeaseItem[] {
  let bytes = 0
  let count = 0
  for (const { record } of queue.items) {
    const size = record === null ? 0 : sizeOf(record)
    if (count > 0 && (count >= mostRecords || bytes + size > mostBytes)) break
    bytes += size
    count++
  }
  queue.bytes -= bytes
  return queue.items.splice(0, count)
}

/** When the first record was written, in ms since 1970; null where there is none. */
export function oldestIn({ items }: LeaseQueue): number | null {
  return items.find(({ record }) => record !== null)?.record?.timestamp ?? null
}

function sizeOf({ key, value }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0)
}
