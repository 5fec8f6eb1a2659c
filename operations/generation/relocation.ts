/**
 * What becomes of a record in another generation of topics: its partition there, and what it says of
 * the places of others (references.ts). Key, time and everything else stay; errata-origin too, since
 * it says from which generation a record is. The header errata-copied-from is added.
 *
 * The partition is that of the key, or of what the topic is partitioned by: the vendor, the invoice,
 * the record that died.
 */

import { partitionOf, type KafkaRecord, type Outgoing } from '../../connectors/kafka/kafka.ts'
import { fateOf } from '../../errors.ts'
import { headerNames, recordOriginOf } from '../../runtime/headers.ts'
import { keyText } from '../../processors/shared/record-key.ts'
import type { TopicName } from '../../processors/processor.ts'
import type { Codec } from '../../schemas/codec.ts'
import type { Claim, Dead, Topics, Verdict } from '../../schemas/types.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { topics } from '../../topology.ts'
import type { Origin } from './origin.ts'
import type { Places } from './places.ts'
import {
  movedHeaders,
  movedLetterHeaders,
  movedValues,
  nextName,
  type Holder,
  type Placing,
} from './references.ts'

/** The next generation: what its topic names begin with, P, and how its values are written. */
export interface Destination {
  readonly prefix: string
  readonly partitions: number
  readonly codec: Pick<Codec, 'encode'>
  /** A value that stays as it is, with the id of its schema there. */
  readonly reframe: (value: Buffer) => Buffer
}

/**
 * The record as it is to be written; null where it must not be: it would end what another partition
 * said of its key. Of a topic whose tombstones don't say by what they were partitioned, each record
 * from the first on must be asked for, in order.
 */
export type Relocate = (record: KafkaRecord) => Promise<Outgoing | null>

/** Whether a tombstone's partition follows from the records before it. */
export const isPartitionedByValue = (topic: TopicName): boolean => topic in partitionKeys

/** Whether it names a record of its own topic, whose place must be known by then. */
export const namesItsOwn = ({ headers }: KafkaRecord): boolean =>
  headerNames.replayed in headers || headerNames.firstOrigin in headers

/** By what topics are partitioned that aren't partitioned by their key. */
const partitionKeys: { readonly [T in TopicName]?: (value: Topics[T]) => string } = {
  training: ({ vendor }: Verdict) => vendor.id,
  claims: ({ identity }: Claim) => identity,
}

interface Moving {
  readonly origin: Pick<Origin, 'codec'>
  readonly target: Destination
  readonly placing: Placing
  /** Short name by former full name. */
  readonly topicOf: ReadonlyMap<string, TopicName>
  /** By topic, former partition and key: by what the key's last record was partitioned. */
  readonly partitionedBy: Map<string, string>
  /** By topic, partition and key: the former partition of the record that stands there. */
  readonly standing: Map<string, { readonly partition: number; readonly revision: number }>
}

export function openRelocation(
  origin: Pick<Origin, 'prefix' | 'partitions' | 'codec'>,
  target: Destination,
  places: Pick<Places, 'find'>,
): Relocate {
  const { prefix, partitions } = origin
  const moving: Moving = {
    origin,
    target,
    placing: {
      prefix,
      nextPrefix: target.prefix,
      partitions,
      nextPartitions: target.partitions,
      find: places.find,
      reframe: target.reframe,
    },
    topicOf: new Map(allTopics(prefix).map(({ name, topic }) => [name, topic])),
    partitionedBy: new Map(),
    standing: new Map(),
  }
  return (record) => relocate(moving, record)
}

async function relocate(moving: Moving, record: KafkaRecord): Promise<Outgoing | null> {
  const { placing, target } = moving
  const topic = moving.topicOf.get(record.topic) as TopicName
  const value = await valueOf(moving, topic, record)
  const nextPartition = await partitionFor(moving, topic, record, value)
  if (topic === 'training' && !mayStand(moving, record, nextPartition, value as Verdict | null))
    return null
  const holder = { key: keyText(record.key) ?? '', partition: record.partition, nextPartition }
  const moved = value === null ? null : movedValue(topic, value, holder, placing)
  const bytes = record.value === null ? null : target.reframe(record.value)
  const headers = movedHeaders(record.headers, holder, placing)
  const own =
    topic === 'dead'
      ? movedLetterHeaders(
          headers,
          { topic: record.topic, letter: moved as Dead | null },
          holder,
          placing,
        )
      : headers
  return {
    topic: nextName(placing, record.topic),
    partition: nextPartition,
    key: record.key,
    value: moved === null ? bytes : target.codec.encode(topic, moved),
    headers: { ...own, [headerNames.copiedFrom]: Buffer.from(recordOriginOf(record)) },
    timestamp: record.timestamp,
  }
}

/** Null for a tombstone, where nobody needs to know, and for what can't be decoded: bytes stay. */
async function valueOf<T extends TopicName>(
  { origin: { codec } }: Moving,
  topic: T,
  { value }: Pick<KafkaRecord, 'value'>,
): Promise<Topics[T] | null> {
  if (value === null || !(topic in movedValues || topic in partitionKeys)) return null
  try {
    return await codec.decode(topic, value)
  } catch (error) {
    if (fateOf(error) === 'dead') return null
    throw error
  }
}

/** Null where the value stays as it is. */
function movedValue<T extends TopicName>(
  topic: T,
  value: Topics[T],
  holder: Holder,
  placing: Placing,
): Topics[T] | null {
  return movedValues[topic]?.(value, holder, placing) ?? null
}

type Placed = Pick<KafkaRecord, 'topic' | 'partition' | 'key' | 'value' | 'headers'>

async function partitionFor<T extends TopicName>(
  moving: Moving,
  topic: T,
  record: Placed,
  value: Topics[T] | null,
): Promise<number> {
  const { target, partitionedBy } = moving
  if (topics[topic].partitions === 1) return 0
  if (topic === 'dead') return partitionOfLetter(moving, record, value as Dead | null)
  const { key } = record
  if (key === null) return record.partition % target.partitions
  // Those that a stage wrote lie in the partition of the vendor, whom their key begins with
  if (topic === 'rules' && headerNames.origin in record.headers)
    return partitionOf(vendorIn(key.toString()), target.partitions)
  const keyOfValue = partitionKeys[topic]
  if (keyOfValue === undefined) return partitionOf(key, target.partitions)
  const place = `${record.topic}/${record.partition}/${key.toString('latin1')}`
  if (value !== null) partitionedBy.set(place, keyOfValue(value))
  return partitionOf(partitionedBy.get(place) ?? key, target.partitions)
}

const vendorIn = (key: string): string => key.slice(0, key.lastIndexOf('/'))

/** That of the record which died, or of the letter that a mark is about: it is sent back there. */
async function partitionOfLetter(
  moving: Moving,
  record: Placed,
  letter: Dead | null,
): Promise<number> {
  const { placing, target, topicOf } = moving
  const { topic, partition, key, headers } = record
  const mark = headers[headerNames.replayed]
  const about =
    letter ?? (mark === undefined ? null : { topic, partition, offset: Number(mark.toString()) })
  const place = about === null ? null : placing.find(about.topic, about)
  if (place !== null) return place.partition
  const died = letter === null ? undefined : topicOf.get(letter.topic)
  if (letter !== null && died !== undefined && died !== 'dead')
    return partitionFor(moving, died, letter, await valueOf(moving, died, letter))
  return key === null ? partition % target.partitions : partitionOf(key, target.partitions)
}

/**
 * A document that turned out to be another vendor's has an ended example in one partition and one
 * that stands in another. Where both meet in one, the one that stands is kept.
 */
function mayStand(
  { standing }: Moving,
  { topic, partition, key }: KafkaRecord,
  nextPartition: number,
  verdict: Verdict | null,
): boolean {
  const place = `${topic}/${nextPartition}/${key?.toString('latin1') ?? ''}`
  const other = standing.get(place)
  const isOthers = other !== undefined && other.partition !== partition
  if (isOthers && (verdict === null || verdict.revision < other.revision)) return false
  if (verdict !== null) standing.set(place, { partition, revision: verdict.revision })
  return true
}
