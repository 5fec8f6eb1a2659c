/**
 * Copies the records of all topics, one topic after the other: first those that others name. What was
 * copied before stays; the rest follows.
 */

import type { Cluster, KafkaRecord, Outgoing } from '../../connectors/kafka/kafka.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { stageNames, stages, type StageName } from '../../topology.ts'
import type { TopicName } from '../../processors/processor.ts'
import type { Origin } from './origin.ts'
import type { Places } from './places.ts'
import { isPartitionedByValue, namesItsOwn, type Relocate } from './relocation.ts'
import { notePlaces, type Target } from './target.ts'

export interface Copying {
  readonly cluster: Cluster
  readonly origin: Origin
  readonly target: Target
  readonly places: Places
  readonly relocate: Relocate
  readonly say: (line: string) => void
}

const mostRecords = 1_000 // of a transaction
const mostBytes = 8_388_608 // of a transaction

/** Topics whose records others name by their place: what stages read, and dead letters. */
const named: ReadonlySet<TopicName> = new Set([
  ...stageNames.map((stage: StageName) => stages[stage].reads),
  'dead' as const,
])

export async function copyTopics(copying: Copying): Promise<void> {
  const { origin, target } = copying
  for (const { name, topic } of allTopics(origin.prefix)) {
    const to = `${target.prefix}${name.slice(origin.prefix.length)}`
    await copyTopic(copying, { name, topic, to })
  }
}

async function copyTopic(
  { cluster, origin, target, places, relocate, say }: Copying,
  { name, topic, to }: { readonly name: string; readonly topic: TopicName; readonly to: string },
): Promise<void> {
  const before = await target.progress(to)
  if (named.has(topic) && before.size > 0) await notePlaces(cluster, target.prefix, to, places)
  const progress = new Map(before)
  let pending: { readonly record: KafkaRecord; readonly outgoing: Outgoing }[] = []
  let bytes = 0
  let count = 0
  const flush = async (): Promise<void> => {
    const batch = pending
    pending = []
    bytes = 0
    if (batch.length === 0) return
    const sent = await target.write(
      to,
      batch.map(({ outgoing }) => outgoing),
      progress,
    )
    count += batch.length
    if (!named.has(topic)) return
    for (const [index, { record }] of batch.entries()) {
      const { partition, offset } = sent[index] as (typeof sent)[number]
      const from = { partition: record.partition, offset: Number(record.offset) }
      places.add(name, from, { partition, offset: Number(offset) })
    }
  }
  const from = isPartitionedByValue(topic) ? new Map<number, bigint>() : before
  await origin.read(name, from, async (record) => {
    if (namesItsOwn(record)) await flush()
    const outgoing = await relocate(record)
    if (record.offset < (before.get(record.partition) ?? 0n)) return // only to know its partition
    progress.set(record.partition, record.offset + 1n)
    if (outgoing === null) return
    pending.push({ record, outgoing })
    bytes += outgoing.value?.length ?? 0
    if (pending.length >= mostRecords || bytes >= mostBytes) await flush()
  })
  await flush()
  say(`${to}: ${count} records copied`)
}
