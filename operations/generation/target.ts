/**
 * The topics that a generation is copied into, written by one transactional producer: a second copy
 * fences the first.
 *
 *   ocr.0     . A   14 records   C   9 records   C       . A: see below
 *   progress        0:14 2:31        0:20 2:34           how far each former partition is, committed with the records
 *   state     open ……………………………………………………… done        done: with the positions of the stages
 *
 * Progress is the metadata of a group's offsets in the target, a few former partitions beside each
 * of its partitions, so that it needs nothing of where the records come from. After a kill the
 * transaction that was open is aborted, and the rest is copied.
 *
 * A partition of a topic that isn't compacted begins with a record that was never committed: offset
 * 0 is where references lead that lead nowhere.
 */

import {
  committedOffsets,
  copiedFrom,
  openTransactions,
  partitionCounts,
  topicOffsets,
  type Cluster,
  type KafkaRecord,
  type Outgoing,
  type Sent,
  type TransactionalProducer,
} from '../../connectors/kafka/kafka.ts'
import type { At } from '../../runtime/crash-points.ts'
import { copyNames } from '../../runtime/names.ts'
import { scan } from '../../runtime/read-topics.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { groupName, stages, topicName, type StageName } from '../../topology.ts'
import type { Positions } from './origin.ts'
import type { Places } from './places.ts'

export interface Target {
  readonly prefix: string
  /** How far the copy of a topic is, by former partition. `name`: full name in the target. */
  progress(name: string): Promise<Positions>
  /** The records and how far the former partitions are, as one. Where each lies now. */
  write(name: string, records: readonly Outgoing[], progress: Positions): Promise<readonly Sent[]>
  /** Begins the partitions of a topic that have nothing yet. */
  begin(name: string): Promise<void>
  /** Stages go on at the end of what they read, and the copy is done. */
  finish(names: readonly StageName[]): Promise<void>
  close(): void
}

export type CopyState = 'none' | 'open' | 'done'

/** Whether a copy from this origin was begun there. */
export async function copyStateOf(
  cluster: Cluster,
  prefix: string,
  origin: string,
): Promise<CopyState> {
  const topic = topicName('raw', prefix)
  if (!(await partitionCounts(cluster, [topic])).has(topic)) return 'none'
  const known = (await committedOffsets(cluster, copyNames(prefix).state, topic)).get(0)
  const [state, from] = (known?.metadata ?? '').split(/ (.*)/s)
  return from === origin && (state === 'open' || state === 'done') ? state : 'none'
}

/** Fences whoever copies there, and says that a copy from `origin` is begun. */
export async function openTarget(
  cluster: Cluster,
  prefix: string,
  origin: string,
  at: At,
): Promise<Target> {
  const names = copyNames(prefix)
  const producer = await openTransactions(cluster, names.transactionalId)
  const raw = topicName('raw', prefix)
  await producer.fence()
  const begun = await producer.begin()
  await begun.offset(names.state, { topic: raw, partition: 0 }, 0n, `open ${origin}`)
  await begun.commit()
  return {
    prefix,
    async progress(name) {
      const told = await committedOffsets(cluster, names.progress, name)
      return new Map([...told.values()].flatMap(({ metadata }) => decodeProgress(metadata)))
    },
    async write(name, records, progress) {
      const transaction = await producer.begin()
      at('begun')
      const sent = await transaction.send(records)
      at('sent')
      const count = (await partitionCounts(cluster, [name])).get(name) ?? 1
      for (const [partition, metadata] of encodeProgress(progress, count))
        await transaction.offset(names.progress, { topic: name, partition }, 0n, metadata)
      at('offsets')
      await transaction.commit()
      at('committed')
      return sent
    },
    begin: (name) => beginPartitions(cluster, producer, name),
    async finish(stageNames) {
      const transaction = await producer.begin()
      for (const stage of stageNames) {
        const topic = topicName(stages[stage].reads, prefix)
        for (const [partition, { high }] of await topicOffsets(cluster, topic))
          await transaction.offset(groupName(stage, prefix), { topic, partition }, high)
      }
      await transaction.offset(names.state, { topic: raw, partition: 0 }, 0n, `done ${origin}`)
      await transaction.commit()
    },
    close: () => producer.discard(),
  }
}

async function beginPartitions(
  cluster: Cluster,
  producer: TransactionalProducer,
  topic: string,
): Promise<void> {
  const empty = [...(await topicOffsets(cluster, topic))].filter(([, { high }]) => high === 0n)
  if (empty.length === 0) return
  const transaction = await producer.begin()
  await transaction.send(
    empty.map(([partition]) => ({ topic, partition, key: 'begin', value: null, headers: {} })),
  )
  await transaction.abort()
}

/** Where the records of a topic lie that were copied already. */
export async function notePlaces(
  cluster: Cluster,
  prefix: string,
  name: string,
  places: Places,
): Promise<void> {
  const ranges = [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
    topic: name,
    partition,
    from: low,
    to: high,
  }))
  const found: { from: NonNullable<ReturnType<typeof copiedFrom>>; at: KafkaRecord }[] = []
  await scan(cluster, ranges, prefix, (record) => {
    const from = copiedFrom(record)
    if (from !== null) found.push({ from, at: { ...record, key: null, value: null, headers: {} } })
  })
  found.sort((a, b) => a.from.partition - b.from.partition || a.from.offset - b.from.offset)
  for (const { from, at } of found)
    places.add(from.topic, from, { partition: at.partition, offset: Number(at.offset) })
}

/** Topics of which records begin at offset 2, behind one that was never committed. */
export function topicsToBegin(prefix: string): readonly string[] {
  return allTopics(prefix)
    .filter(({ settings }) => !settings.compact)
    .map(({ name }) => name)
}

/** By partition of the target: `0:14 4:20`, the former partitions that are kept there. */
function encodeProgress(progress: Positions, partitions: number): Map<number, string> {
  const texts = new Map<number, string[]>()
  for (const [former, position] of progress) {
    const at = former % partitions
    texts.set(at, [...(texts.get(at) ?? []), `${former}:${position}`])
  }
  return new Map([...texts].map(([partition, parts]) => [partition, parts.join(' ')]))
}

function decodeProgress(metadata: string | null): [number, bigint][] {
  return [...(metadata ?? '').matchAll(/(\d+):(\d+)/g)].map(([, partition, position]) => [
    Number(partition),
    BigInt(position as string),
  ])
}
