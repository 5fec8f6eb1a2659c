/**
 * A producer for the edges, where records arrive one at a time: idempotent, acknowledged by all
 * replicas, one request in flight. Records that arrive during a request go with the next one of
 * their partition. A request has one partition, and so one leader: see transactions.ts.
 *
 * After an error the producer is replaced by a new object, and every record of that request is
 * rejected: whether it was written is unknown, so the sender may send it again and readers must
 * tolerate duplicates (by document ids, verdict revisions). A record whose promise resolved is
 * stored.
 */

import type { Producer as LibraryProducer } from 'kafkajs'
import { ErrataError } from '../../errors.ts'
import { partitionCounts } from './admin.ts'
import type { Cluster } from './cluster.ts'
import { asErrataError } from './failures.ts'
import { partitionOf } from './partition.ts'
import { requestsOf, type Outgoing, type Sent } from './transactions.ts'

export interface Producer {
  /**
   * Resolves after the acknowledgement. Without `partition`, the key's partition is used.
   * BROKER_UNREACHABLE, TOPOLOGY_MISMATCH.
   */
  send(
    topic: string,
    record: {
      key: string | Buffer
      value: Buffer | null
      headers?: Readonly<Record<string, Buffer | string>>
      partition?: number
    },
  ): Promise<Sent>
  /** Waits for running requests. */
  close(): Promise<void>
}

interface Waiting {
  readonly record: Outgoing
  readonly resolve: (sent: Sent) => void
  readonly reject: (error: unknown) => void
}

const mostRecords = 500

export function openProducer(cluster: Cluster): Producer {
  const counts = new Map<string, Promise<number>>()
  const waiting: Waiting[] = []
  let library: Promise<LibraryProducer> | null = null
  let flight: Promise<void> | null = null
  let closed = false

  const connect = async (): Promise<LibraryProducer> => {
    const producer = cluster
      .client('errata-producer')
      .producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
    await producer.connect()
    return producer
  }
  const drop = (): void => {
    const old = library
    library = null
    old?.then((producer) => producer.disconnect()).catch(() => {})
  }
  const countOf = (topic: string): Promise<number> => {
    const known = counts.get(topic) ?? countPartitions(cluster, topic)
    counts.set(topic, known)
    known.catch(() => counts.delete(topic))
    return known
  }
  const fly = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = takeBatch(waiting)
      try {
        const producer = await (library ??= connect())
        for (const { places: _, ...request } of requestsOf(batch.map(({ record }) => record))) {
          const [answer] = await producer.send({ acks: -1, ...request })
          let offset = BigInt(answer?.baseOffset ?? -1)
          for (const { resolve, record } of batch.splice(0, request.messages.length))
            resolve({ partition: record.partition, offset: offset++ })
        }
      } catch (error) {
        drop()
        const coded = asErrataError(error)
        for (const { reject } of batch) reject(coded)
      }
    }
    flight = null // in the same step as the loop's last check, so that no record is left waiting
  }

  return {
    async send(topic, { key, value, headers = {}, partition }) {
      const target = partition ?? partitionOf(key, await countOf(topic))
      if (closed) throw new ErrataError('BROKER_UNREACHABLE', 'the producer is closed', { topic })
      return new Promise((resolve, reject) => {
        waiting.push({ record: { topic, partition: target, key, value, headers }, resolve, reject })
        flight ??= fly()
      })
    },
    async close() {
      closed = true
      await flight
      const old = library
      library = null
      await old?.then((producer) => producer.disconnect()).catch(() => {})
    },
  }
}

/** Takes the waiting records of the partition whose record has waited longest, in order. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const first = waiting[0]?.record
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  for (const one of waiting) {
    const { topic, partition } = one.record
    const isNext = topic === first?.topic && partition === first.partition
    if (isNext && batch.length < mostRecords) batch.push(one)
    else rest.push(one)
  }
  waiting.splice(0, waiting.length, ...rest)
  return batch
}

async function countPartitions(cluster: Cluster, topic: string): Promise<number> {
  const count = (await partitionCounts(cluster, [topic])).get(topic)
  if (count === undefined)
    throw new ErrataError('TOPOLOGY_MISMATCH', `topic ${topic} doesn't exist`, { topic })
  return count
}
