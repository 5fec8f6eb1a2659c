/**
 * The partitions assigned to this member: each is stored independently (sink-partition.ts).
 *
 * At each rebalance every partition restarts at its committed position, also one that stays:
 * another member may have processed it while this one was out of the group without noticing.
 */

import { ErrataError, type ErrorCode, type Problem } from '../../errors.ts'
import { traceIdOf } from '../../processors/analytics.ts'
import type { TopicName } from '../../processors/processor.ts'
import { copiedFrom, type Assigned, type FetchedBatch } from '../kafka/kafka.ts'
import { isTracing } from '../tracing.ts'
import { end, keyOf, newPartition, type Partition, push } from './sink-inbox.ts'
import { storePartition } from './sink-partition.ts'
import { progressRow } from './sink-progress.ts'
import { batchRecords, fullQueue, type SinkContext, partitionUse } from './sink-use.ts'

export interface PartitionsOptions {
  /** By full topic name. */
  readonly topics: ReadonlyMap<string, TopicName>
  readonly lingerMs: number
  readonly stopping: AbortSignal
  /** Called with errors that retrying can't solve. */
  readonly fail: (error: unknown) => void
}

export interface Partitions {
  /** Starts these partitions in place of the previous ones. */
  readonly assign: (assigned: readonly Assigned[]) => void
  readonly take: (batch: FetchedBatch) => void
  /**
   * Restarts partitions for which the store has less than the position noted in it: it was lost or
   * restored meanwhile. For the others, notes the end offsets of their topics in the store; its
   * positions stay. `told`: the end offsets noted last.
   */
  readonly compare: (told: Map<string, bigint>) => Promise<void>
  /** Why not all partitions are being stored; none where they are. */
  readonly problems: () => readonly Problem[]
  /** Where each partition is, by topic and number; those that wait for the store are left out. */
  readonly progress: () => readonly StoredPosition[]
  /** Out of the group, until the next `assign`. */
  readonly leave: () => void
  /** Records of each topic that are not stored yet. */
  readonly lag: () => ReadonlyMap<TopicName, number>
  /** Stops all immediately. */
  readonly end: () => void
  /** Finishes running work, for at most five seconds, and stops. */
  readonly conclude: () => Promise<void>
}

/** Everything before it is stored. */
export interface StoredPosition extends Assigned {
  readonly position: bigint
}

const batchRows = 20_000 // rows of all tables together; a record with long line items has hundreds
const batchBytes = 8_388_608 // of records
const graceMs = 5000

export function openPartitions(
  sink: SinkContext,
  { topics, lingerMs, stopping, fail }: PartitionsOptions,
): Partitions {
  const { group, log, consumer } = sink
  const partitions = new Map<string, Partition>()
  let isMember = false

  const endAll = (): void => {
    for (const partition of partitions.values()) end(partition)
  }
  const begin = ({ topic, partition }: Assigned, former: Partition | undefined): void => {
    const made = newPartition(topic, partition)
    const key = keyOf(made)
    partitions.set(key, made)
    consumer()?.pause(made)
    const limits = { records: batchRecords, rows: batchRows, bytes: batchBytes, lingerMs }
    // The previous run of this process may still wait for ClickHouse; two at once would be
    // harmless, but pointless.
    made.running = Promise.resolve(former?.running)
      .then(() => {
        const use = partitionUse(made, topicOf(topic, topics), sink)
        return storePartition(`${group}/${key}`, made, use, limits)
      })
      .catch(fail)
  }

  return {
    assign(assigned) {
      const former = new Map(partitions)
      endAll()
      partitions.clear()
      for (const one of assigned) {
        if (stopping.aborted) return
        begin(one, former.get(keyOf(one)))
      }
      isMember = true
      log.info({ group, partitions: assigned.length }, 'analytics has its partitions')
    },
    take(batch) {
      const partition = partitions.get(keyOf(batch))
      if (partition === undefined || partition.ended.aborted || partition.position < 0n) return
      if (batch.from !== partition.position) return consumer()?.seek(partition, partition.position)
      receive(partition, batch)
      if (isFull(partition)) {
        partition.paused = true
        consumer()?.pause(partition)
      }
      partition.wake()
    },
    compare: (told) =>
      compare([...partitions.values()], told, {
        sink,
        stopping,
        restart: (one) => begin(one, one),
      }),
    problems: () => problemsOf([...partitions.values()], isMember),
    progress: () => progressOf([...partitions.values()]),
    leave: () => void (isMember = false),
    lag: () => lagOf([...partitions.values()], topics),
    end: endAll,
    async conclude() {
      for (const partition of partitions.values()) {
        partition.closing = true
        partition.wake()
      }
      const inHand = Promise.allSettled(
        [...partitions.values()].map((partition) => partition.running),
      )
      await Promise.race([inHand, new Promise((resolve) => setTimeout(resolve, graceMs).unref())])
      endAll()
      await inHand
    },
  }
}

const momentMs = 10_000 // a wait no longer than this is no problem

function progressOf(partitions: readonly Partition[]): readonly StoredPosition[] {
  return partitions
    .filter(({ trouble }) => trouble === null)
    .map(({ topic, partition, stored }) => ({ topic, partition, position: stored }))
}

export function lagOf(
  partitions: readonly Partition[],
  topics: ReadonlyMap<string, TopicName>,
): ReadonlyMap<TopicName, number> {
  const lags = new Map<TopicName, number>()
  for (const { topic: name, high, stored } of partitions) {
    const topic = topicOf(name, topics)
    lags.set(topic, (lags.get(topic) ?? 0) + Math.max(0, Number(high - stored)))
  }
  return lags
}

/** One of each code, with how many partitions have it. */
function problemsOf(partitions: readonly Partition[], isMember: boolean): readonly Problem[] {
  if (!isMember) return [{ code: 'STARTING', why: 'analytics is not in its consumer group' }]
  const found = new Map<ErrorCode, { count: number; longestMs: number; why: string }>()
  const now = performance.now()
  for (const { position, trouble } of partitions) {
    const waitedMs = trouble === null ? 0 : now - trouble.since
    if (position >= 0n && waitedMs <= momentMs) continue
    const { code, why } = trouble ?? { code: 'STARTING' as const, why: 'not begun yet' }
    const same = found.get(code) ?? { count: 0, longestMs: 0, why }
    const longestMs = Math.max(same.longestMs, waitedMs)
    found.set(code, { ...same, count: same.count + 1, longestMs })
  }
  return [...found].map(([code, { count, longestMs, why }]) => {
    const whole = `${count} partition${count === 1 ? '' : 's'} of analytics`
    const seconds = Math.round(longestMs / 1000)
    return { code, why: `${whole} not stored for ${seconds} s: ${why}` }
  })
}

function topicOf(name: string, topics: ReadonlyMap<string, TopicName>): TopicName {
  const topic = topics.get(name)
  if (topic === undefined)
    throw new ErrataError('BUG', 'a partition of a topic that is not ours', { topic: name })
  return topic
}

/** Puts fetched records into the partition's inbox. */
function receive(partition: Partition, batch: FetchedBatch): void {
  for (const [i, record] of batch.records.entries()) {
    const traceparent = record.headers['traceparent']?.toString()
    const place = {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      timestamp: record.timestamp,
      key: record.key?.toString() ?? '',
      traceId: traceIdOf(traceparent),
    }
    push(partition, {
      record: {
        place,
        value: record.value,
        former: copiedFrom(record),
        ...(isTracing() ? { traceparent } : {}),
      },
      next: i === batch.records.length - 1 ? batch.next : record.offset + 1n,
      bytes: 200 + (record.value?.length ?? 0),
    })
  }
  if (batch.records.length === 0 && batch.next > partition.position)
    push(partition, { record: null, next: batch.next, bytes: 0 })
  partition.position = batch.next
  partition.high = batch.highWatermark
}

const isFull = ({ position, needed, bytes, items }: Partition): boolean =>
  position > needed && (bytes > fullQueue || items.length > 4 * batchRecords)

/** See Partitions.compare. */
async function compare(
  partitions: readonly Partition[],
  told: Map<string, bigint>,
  {
    sink: { progress, group, log },
    stopping,
    restart,
  }: {
    readonly sink: SinkContext
    readonly stopping: AbortSignal
    readonly restart: (partition: Partition) => void
  },
): Promise<void> {
  const before = partitions.map((partition) => ({ partition, noted: partition.noted }))
  const { heldOf } = await progress.state()
  const ends: Partition[] = []
  for (const { partition, noted } of before) {
    const { position } = heldOf(partition)
    if (partition.ended.aborted || stopping.aborted || noted < 0n) continue
    if (noted <= position) {
      if (told.get(keyOf(partition)) !== partition.high) ends.push(partition)
      continue
    }
    log.warn(
      {
        group,
        topic: partition.topic,
        partition: partition.partition,
        held: String(position),
        noted: String(noted),
      },
      'the store has lost records',
    )
    end(partition)
    restart(partition)
  }
  // With the time of the entry it replaces, so that a position being noted concurrently replaces it
  // in turn
  const rows = ends.map((partition) => {
    const { position, at } = heldOf(partition)
    return progressRow(partition, position, at)
  })
  if (rows.length > 0) await progress.note(rows)
  for (const partition of ends) told.set(keyOf(partition), partition.high)
}
