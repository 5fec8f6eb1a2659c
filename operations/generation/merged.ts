/**
 * Reads a topic in order of time: the partitions side by side, always the earliest of the records
 * that are next. Within a partition the order stays that of the log, whatever the clocks of those
 * who wrote to it.
 *
 * So records of one key in several partitions, as a document that turned out to be another vendor's
 * has in `training`, keep their order when they meet in one. Of the same time a tombstone comes
 * first: it ends what was said in its partition, and what takes its place elsewhere is written after
 * it.
 */

import {
  openConsumer,
  type Cluster,
  type Consumer,
  type FetchedBatch,
  type KafkaRecord,
} from '../../connectors/kafka/kafka.ts'
import { randomUUID } from 'node:crypto'
import { lookUpGroups } from '../../runtime/names.ts'
import type { Range } from '../../runtime/read-topics.ts'

/** The records of a partition that were fetched and not taken yet. */
interface Lane {
  readonly partition: number
  readonly to: bigint
  position: bigint
  readonly fetched: KafkaRecord[]
  paused: boolean
}

const mostFetched = 500 // records of a partition, beyond which it is paused

/**
 * Calls `take` for each record of the ranges, which are all of one topic. BROKER_UNREACHABLE; errors
 * of `take` are rethrown.
 */
export async function readMerged(
  cluster: Cluster,
  ranges: readonly Range[],
  prefix: string,
  take: (record: KafkaRecord) => Promise<void>,
): Promise<void> {
  const lanes = new Map<number, Lane>()
  for (const { partition, from, to } of ranges)
    if (from < to)
      lanes.set(partition, { partition, to, position: from, fetched: [], paused: false })
  const [topic] = ranges.map((range) => range.topic)
  if (topic === undefined || lanes.size === 0) return
  let wake: () => void = () => {}
  let failure: { readonly error: unknown } | null = null
  let consumer: Consumer | null = null
  const batch = ({ partition, from, next, records }: FetchedBatch): void => {
    const lane = lanes.get(partition)
    if (lane === undefined || from !== lane.position) return // done, or fetched before a seek
    lane.fetched.push(...records.filter(({ offset }) => offset < lane.to))
    lane.position = next
    if (lane.fetched.length >= mostFetched || next >= lane.to) {
      lane.paused = true
      consumer?.pause({ topic, partition })
    }
    wake()
  }
  consumer = await openConsumer(cluster, {
    group: `${lookUpGroups(prefix)}${randomUUID()}`,
    topics: [topic],
    joined: (assigned, its) => {
      consumer = its
      for (const at of assigned) {
        const lane = lanes.get(at.partition)
        if (lane !== undefined) its.seek(at, lane.position)
        if (lane === undefined || lane.paused) its.pause(at)
      }
    },
    batch,
    failed: (error) => {
      failure = { error }
      wake()
    },
  })
  try {
    while (lanes.size > 0) {
      const arrival = new Promise<void>((resolve) => (wake = resolve))
      if (failure !== null) throw (failure as { error: unknown }).error
      dropRead(lanes)
      if ([...lanes.values()].some(({ fetched }) => fetched.length === 0)) {
        if (lanes.size > 0) await arrival
        continue
      }
      const lane = earliest(lanes)
      if (lane === null) continue
      await take(lane.fetched.shift() as KafkaRecord)
      if (!lane.paused || lane.fetched.length > 0 || lane.position >= lane.to) continue
      lane.paused = false
      consumer.resume({ topic, partition: lane.partition })
    }
  } finally {
    await consumer.stop()
  }
}

function dropRead(lanes: Map<number, Lane>): void {
  for (const [partition, { fetched, position, to }] of lanes)
    if (fetched.length === 0 && position >= to) lanes.delete(partition)
}

/** The lane whose next record is the earliest. */
function earliest(lanes: ReadonlyMap<number, Lane>): Lane | null {
  let found: Lane | null = null
  for (const lane of lanes.values())
    if (found === null || isBefore(lane.fetched[0], found.fetched[0])) found = lane
  return found
}

function isBefore(one: KafkaRecord | undefined, other: KafkaRecord | undefined): boolean {
  if (one === undefined || other === undefined) return other === undefined
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp
  return one.value === null && other.value !== null
}
