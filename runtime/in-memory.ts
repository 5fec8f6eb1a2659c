/**
 * Stages of the topology without a broker: what is written to a topic is processed at once, over
 * the real bytes and by the code that processes records in production (process-record.ts). So a
 * record is decoded and checked, led to outputs or one dead letter, and folded into its partition's
 * state, as it is there.
 *
 *   write corrected ─► learn ─► training ─► teach ─► rules, which whoever follows them has when `write` returns
 *
 * What is not shown: one record is processed at a time, so there is no order between partitions, no
 * lease and no transaction. Records are handed to those who follow their topic and not kept.
 */

import {
  partitionOf,
  type KafkaRecord,
  type Log,
  type Outgoing,
} from '../connectors/kafka/kafka.ts'
import { fateOf } from '../errors.ts'
import type { Message, Stage, TopicName } from '../processors/processor.ts'
import { createLocalCodec, type Codec } from '../schemas/codec.ts'
import type { Topics } from '../schemas/types.ts'
import { allTopics } from './existing-topics.ts'
import { stageNames, stages, topicName, topics, type StageName, type UseOf } from '../topology.ts'
import { usable } from './message.ts'
import { namesOf } from './names.ts'
import { processItem, type RecordWork } from './process-record.ts'

/** Hears of each record of a topic, in the order of the log. */
export type Followers = { readonly [T in TopicName]?: (message: Message<T>) => void }
/** The stages that run, with what each of them uses; asked for each message. */
export type Uses = { readonly [N in StageName]?: () => UseOf<N> }

export interface InMemoryOptions {
  readonly uses: Uses
  readonly follow: Followers
  /** Hears of every record as it lies in the log. */
  readonly written?: (topic: TopicName, record: KafkaRecord) => void
  /** Of each topic that doesn't have one: 1. */
  readonly partitions?: number
  /** One that was used before knows the schemas already. */
  readonly codec?: Codec
  /** The broker's clock, in ms since 1970. */
  readonly now: () => number
}

/** A record as a producer sends it: by its key's partition unless it names one. */
export interface SentInMemory extends Pick<Outgoing, 'key' | 'value'> {
  readonly partition?: number
  readonly headers?: Outgoing['headers']
}

export interface InMemoryTopology {
  /**
   * Writes a record and runs the stages until nothing is left to do. Throws what ends a process;
   * also what the world is to blame for, after everything that doesn't stand behind that record: it
   * stays where it is, and the next call tries it again.
   */
  write<T extends Exclude<TopicName, 'dead'>>(
    topic: T,
    key: string,
    value: Topics[T] | null,
    partition?: number,
  ): Promise<void>
  /** The same with any bytes. */
  send(topic: Exclude<TopicName, 'dead'>, record: SentInMemory): Promise<void>
}

/** A partition as a stage works on it. */
interface Lane {
  readonly work: RecordWork<TopicName, TopicName, unknown, unknown>
  readonly state: unknown
  readonly waiting: KafkaRecord[]
}

const prefix = '' // topics have no other namespace to keep apart from
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }
// Whoever is leaving doesn't wait for the world
const patience = { ended: new AbortController().signal, leaving: AbortSignal.abort(), partition: 0 }

export function openInMemory(options: InMemoryOptions): InMemoryTopology {
  const { follow, now, partitions = 1, codec = createLocalCodec() } = options
  const topicOf = new Map(allTopics(prefix).map(({ name, topic }) => [name, topic]))
  const ends = new Map<string, bigint>() // by topic and partition
  const lanes = openLanes(options, codec)

  const append = async ({ topic, partition, key, value, headers }: Outgoing): Promise<void> => {
    const place = `${topic}/${partition}`
    const offset = ends.get(place) ?? 0n
    ends.set(place, offset + 1n)
    const record: KafkaRecord = {
      topic,
      partition,
      offset,
      key: key === null ? null : Buffer.from(key),
      value,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
      ),
      timestamp: now(),
    }
    const kind = topicOf.get(topic) as TopicName
    options.written?.(kind, record)
    await tell(follow, kind, record, codec)
    lanes.add(record)
  }

  const run = async (): Promise<void> => {
    const held = new Map<Lane, unknown>()
    for (let lane = lanes.next(held); lane !== undefined; lane = lanes.next(held)) {
      try {
        const [record = null] = lane.waiting
        const { outgoing } = await processItem(lane.work, patience, lane.state, { record })
        lane.waiting.shift()
        for (const one of outgoing) await append(one)
      } catch (error) {
        if (fateOf(error) !== 'retry') throw error
        held.set(lane, error)
      }
    }
    for (const error of held.values()) throw error
  }

  const send: InMemoryTopology['send'] = async (topic, { key, value, partition, headers = {} }) => {
    const count = topics[topic].partitions === 1 ? 1 : partitions
    await append({
      topic: topicName(topic, prefix),
      partition: partition ?? partitionOf(key ?? '', count),
      key,
      value,
      headers,
    })
    await run()
  }
  return {
    send,
    write: (topic, key, value, partition) =>
      send(topic, {
        key,
        value: value === null ? null : codec.encode(topic, value),
        ...(partition === undefined ? {} : { partition }),
      }),
  }
}

/** The partitions that have records, for each stage that runs. */
function openLanes(
  { uses, partitions = 1, now }: InMemoryOptions,
  codec: Codec,
): {
  readonly add: (record: KafkaRecord) => void
  /** One that has work and isn't held up. */
  readonly next: (held: ReadonlyMap<Lane, unknown>) => Lane | undefined
} {
  const lanes = new Map<string, Lane>()
  const works = stageNames.flatMap((name) => {
    const use = uses[name]
    if (use === undefined) return []
    return {
      name,
      stage: stages[name] as unknown as Stage<TopicName, TopicName, unknown, unknown>,
      names: namesOf(name, prefix),
      partitions,
      codec,
      use,
      metrics: { processed() {}, retry() {} },
      inHand: { start: () => () => {}, waits: () => () => {} },
      now,
    }
  })
  return {
    add(record) {
      for (const work of works.filter(({ names }) => names.input === record.topic)) {
        const place = `${work.name}/${record.partition}`
        const lane = lanes.get(place) ?? { work, state: work.stage.state?.(), waiting: [] }
        lanes.set(place, lane)
        lane.waiting.push(record)
      }
    },
    next: (held) => [...lanes.values()].find((lane) => lane.waiting.length > 0 && !held.has(lane)),
  }
}

async function tell<T extends TopicName>(
  follow: Followers,
  topic: T,
  record: KafkaRecord,
  codec: Codec,
): Promise<void> {
  const apply = follow[topic]
  if (apply === undefined) return
  const message = await usable(record, topic, codec, quiet)
  if (message !== null) apply(message)
}
