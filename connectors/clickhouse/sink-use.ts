/** A partition's operations on the consumer group and the store, for sink-partition.ts. */

import { codeOf, ErrataError, type Problem } from '../../errors.ts'
import { analyticsTables } from '../../processors/analytics.ts'
import type { TopicName } from '../../processors/processor.ts'
import {
  committedOffsets,
  topicOffsets,
  type Cluster,
  type Consumer,
  type Log,
} from '../kafka/kafka.ts'
import type { Registry } from '../registry/registry.ts'
import { StoreRefused, type Clickhouse } from './clickhouse.ts'
import { erasing } from './erase.ts'
import type { PartitionUse } from './partition-use.ts'
import { latestVersion } from './schema.ts'
import { analyticsRowsOf } from './rows.ts'
import type { Partition } from './sink-inbox.ts'
import { ofPartition, progressRow, type SinkProgress } from './sink-progress.ts'

/** Shared by all partitions. */
export interface SinkContext {
  readonly cluster: Cluster
  readonly registry: Pick<Registry, 'codec'>
  readonly store: Clickhouse
  readonly progress: SinkProgress
  readonly group: string
  /** Null until the group is joined. */
  readonly consumer: () => Consumer | null
  readonly log: Log
  readonly at: (point: string) => void | Promise<void>
}

export const fullQueue = 16_777_216 // bytes of one partition in memory above which fetching pauses
export const batchRecords = 2000

export function partitionUse(
  partition: Partition,
  topic: TopicName,
  sink: SinkContext,
): PartitionUse {
  const { registry, store, group, log, at } = sink
  return {
    ...groupUse(partition, sink),
    ...storeUse(partition, sink),
    rows: async (place, value) =>
      analyticsRowsOf(
        topic,
        value === null ? null : await registry.codec.decode(topic, value),
        place,
      ),
    insert: (table, rows, token) => store.insert(table, rows, { token }),
    erase: async (tombstones) => {
      for (const statement of erasing(topic, tombstones)) await store.command(statement)
    },
    wait: (ms) => pause(ms, partition.ended),
    warn: (facts, message) => log.warn({ group, ...facts }, message),
    waits: (error) => {
      const since = partition.trouble?.since ?? performance.now()
      partition.trouble = { since, ...reasonOf(error) }
    },
    at,
  }
}

/** Positions in the group, and fetching. */
function groupUse(
  partition: Partition,
  { cluster, group, consumer }: SinkContext,
): Pick<PartitionUse, 'committed' | 'commit' | 'seek' | 'stored'> {
  const { topic, partition: number } = partition
  const resume = (): void => {
    partition.bytes = partition.items.reduce((sum, item) => sum + item.bytes, 0)
    if (
      !partition.paused ||
      partition.bytes > fullQueue / 2 ||
      partition.items.length > batchRecords
    )
      return
    partition.paused = false
    consumer()?.resume(partition)
  }
  return {
    async committed() {
      const committed = (await committedOffsets(cluster, group, topic)).get(number)
      const pending = pendingOf(committed?.metadata ?? null)
      if (committed?.position != null) return { position: committed.position, pending }
      return {
        position: (await topicOffsets(cluster, topic)).get(number)?.low ?? 0n,
        pending: null,
      }
    },
    commit: async (position, pending) =>
      consumer()?.commit(
        partition,
        position,
        pending === null ? '' : JSON.stringify({ pending: String(pending) }),
      ),
    seek: (position) => {
      partition.stored = position
      consumer()?.seek(partition, position)
      partition.paused = false
      consumer()?.resume(partition)
    },
    stored: (_, position) => {
      partition.stored = position
      partition.trouble = null
      resume()
    },
  }
}

/** What the store has of the partition, and its note of that. */
function storeUse(
  partition: Partition,
  { store, progress }: Pick<SinkContext, 'store' | 'progress'>,
): Pick<PartitionUse, 'held' | 'heldOf' | 'latest' | 'hold' | 'offsetsIn'> {
  const { topic, partition: number } = partition
  let lastNote = 0 // ms since 1970, by any machine's clock
  return {
    held: async () => {
      const { version, madeAt, heldOf } = await progress.state()
      if (version < latestVersion)
        throw new ErrataError('STORE_UNREACHABLE', 'the tables of analytics are being made')
      const { position, at } = heldOf(partition)
      lastNote = at
      return { position, store: madeAt }
    },
    heldOf: async () => (await progress.state()).held,
    latest: async (from) => {
      const inTables = analyticsTables.map(
        (table) =>
          `SELECT max(_offset) AS last, count() AS rows FROM ${table} WHERE ${ofPartition} AND _offset >= {from:UInt64}`,
      )
      const sql = `SELECT if(sum(rows) = 0, '-1', toString(max(last))) AS last FROM (${inTables.join(' UNION ALL ')})`
      const [row] = await store.query<{ last: string }>(sql, {
        topic,
        partition: number,
        from: String(from),
      })
      return BigInt(row?.last ?? -1)
    },
    hold: async (position) => {
      const at = Math.max(Date.now(), lastNote + 1)
      await progress.note([progressRow(partition, position, at)])
    },
    offsetsIn: async (table, first, last) => {
      const where = `${ofPartition} AND _offset BETWEEN {first:UInt64} AND {last:UInt64}`
      const rows = await store.query<{ offset: string }>(
        `SELECT DISTINCT toString(_offset) AS offset FROM ${table} WHERE ${where}`,
        { topic, partition: number, first: String(first), last: String(last) },
      )
      return new Set(rows.map(({ offset }) => offset))
    },
  }
}

/** The end of an announced batch. Foreign metadata is ignored. */
function pendingOf(metadata: string | null): bigint | null {
  const found = /^\{"pending":"(\d+)"\}$/.exec(metadata ?? '')?.[1]
  return found === undefined ? null : BigInt(found)
}

/** Why the sink waits. What a store refuses is told by its own name for it. */
export function reasonOf(error: unknown): Problem {
  const said = error instanceof Error ? error.message.slice(0, 300) : String(error)
  if (error instanceof StoreRefused)
    return { code: 'STORE_UNREACHABLE', why: `the store refuses (${error.label}): ${said}` }
  return { code: codeOf(error), why: said }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
