/**
 * Reads topics once, from given positions to given ends, for commands. Joins a group of its own and
 * deletes it afterwards. Aborted records are never delivered; ends are determined by position,
 * since control records and compaction leave gaps.
 */

import { randomUUID } from 'node:crypto'
import {
  openConsumer,
  type Cluster,
  type FetchedBatch,
  type KafkaRecord,
} from '../connectors/kafka/kafka.ts'
import { lookUpGroups } from './names.ts'

export interface Range {
  readonly topic: string // full name
  readonly partition: number
  readonly from: bigint
  /** the position after the last record wanted */
  readonly to: bigint
}

/**
 * Calls `take` for each record, in order within a partition. BROKER_UNREACHABLE; errors of `take`
 * are rethrown.
 */
export async function scan(
  cluster: Cluster,
  ranges: readonly Range[],
  prefix: string,
  take: (record: KafkaRecord) => Promise<void> | void,
): Promise<void> {
  const nameOf = ({ topic, partition }: { topic: string; partition: number }): string =>
    `${topic}/${partition}`
  const left = new Map(
    ranges
      .filter(({ from, to }) => from < to)
      .map((range) => [nameOf(range), { position: range.from, to: range.to }]),
  )
  if (left.size === 0) return
  let finish: (error?: unknown) => void = () => {}
  const finished = new Promise<void>(
    (resolve, reject) =>
      (finish = (error) => (error === undefined ? resolve() : reject(error as Error))),
  )
  finished.catch(() => {})

  const batch = async ({ topic, partition, from, next, records }: FetchedBatch): Promise<void> => {
    const range = left.get(nameOf({ topic, partition }))
    if (range === undefined || from !== range.position) return // done, or fetched before a seek
    for (const record of records)
      if (record.offset >= range.position && record.offset < range.to) await take(record)
    range.position = next
    if (next >= range.to) left.delete(nameOf({ topic, partition }))
    if (left.size === 0) finish()
  }
  const consumer = await openConsumer(cluster, {
    group: `${lookUpGroups(prefix)}${randomUUID()}`,
    topics: [...new Set([...left.keys()].map((name) => name.slice(0, name.lastIndexOf('/'))))],
    joined: (assigned, its) => {
      for (const at of assigned) {
        const range = left.get(nameOf(at))
        if (range === undefined) its.pause(at)
        else its.seek(at, range.position)
      }
    },
    batch: (fetched) => batch(fetched).catch(finish),
    failed: finish,
  })
  try {
    await finished
  } finally {
    await consumer.stop()
  }
}
