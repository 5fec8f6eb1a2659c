/**
 * The topics that the topology names for analytics into ClickHouse: consumer group `analytics`,
 * dead letters included.
 *
 * How a partition is stored exactly once stands in analytics/partition.ts, what a record becomes in
 * processors/analytics.ts, tables and views in analytics/*.sql. Here the group is joined and
 * partitions are dealt out.
 *
 * At each rebalance every partition begins again at its committed position, also one that stays:
 * while we were out of the group unnoticed, somebody else may have gone on with it. ClickHouse away
 * means waiting, with the offsets where they are; a partition whose memory is full isn't fetched
 * meanwhile. Rows are there about a second after their record.
 */

import type { Config } from '../../config.ts'
import { codeOf, ErrataError, fateOf } from '../../errors.ts'
import { analyticsTables, rowsOf, traceIdOf } from '../../processors/analytics.ts'
import { allTopics, edges, groupName } from '../../topology.ts'
import { erasing } from './erase.ts'
import { applySchema, latestVersion } from './schema.ts'
import { type Inbox, type Item, type PartitionUse, storePartition } from './sink-partition.ts'
import { type Clickhouse, openClickhouse, type Row, StoreRefused } from './clickhouse.ts'
import {
  type Assigned,
  type Cluster,
  committedOffsets,
  type Consumer,
  type FetchedBatch,
  type Log,
  openConsumer,
  topicOffsets,
} from '../kafka/kafka.ts'
import type { Registry } from '../registry/registry.ts'

export interface AnalyticsOptions {
  readonly cluster: Cluster
  readonly registry: Pick<Registry, 'codec'>
  readonly config: Pick<Config, 'topicPrefix'>
  /** A server, or the gateway with its write token. */
  readonly clickhouseUrl: string
  readonly log: Log
  /** How long a partition gathers records before it stores them. */
  readonly lingerMs?: number
  /** Tests only: called at the named points of each batch. */
  readonly at?: (point: string) => void | Promise<void>
}

export interface Analytics {
  /**
   * Concludes what is in hand, for at most five seconds, and leaves the group; the rest is the next
   * owner's.
   */
  stop(): Promise<void>
  /** Rejects with what can't be mended by waiting. */
  readonly failed: Promise<never>
  /** Tables are there and the group is joined. */
  ready(): boolean
  /** Records that are in the topics and not stored, over the partitions that are ours. */
  lag(): number
}

type TopicName = Parameters<typeof rowsOf>[0]

interface Partition extends Assigned, Inbox {
  bytes: number
  paused: boolean
  stored: bigint
  high: bigint
  readonly ending: AbortController
  wake: () => void
  running: Promise<void>
}

const batchRecords = 2000
const batchRows = 20_000 // rows of all tables together; a record with long line items has hundreds
const batchBytes = 8_388_608 // of records
const fullQueue = 16_777_216 // bytes of one partition in memory, above which fetching pauses
const progressEveryMs = 2000
const graceMs = 5000

/**
 * Begins at once and returns; tables and group follow as soon as ClickHouse and the broker answer.
 */
export function startAnalytics(options: AnalyticsOptions): Analytics {
  const { cluster, log, config, at = () => {} } = options
  const store = openClickhouse(options.clickhouseUrl)
  const group = groupName('analytics', config.topicPrefix)
  const isRead = (topic: string): topic is TopicName =>
    (edges.analytics.reads as readonly string[]).includes(topic)
  const topicOf = new Map<string, TopicName>()
  for (const { name, topic } of allTopics(config.topicPrefix))
    if (isRead(topic)) topicOf.set(name, topic)
  const partitions = new Map<string, Partition>()
  const stopping = new AbortController()
  let consumer: Consumer | null = null
  let joinedOnce = false
  let early: readonly Assigned[] | null = null // assigned before the consumer was ours to command
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (error) => {
      for (const partition of partitions.values()) end(partition)
      reject(error)
    }
  })
  failed.catch(() => {})

  const joined = (assigned: readonly Assigned[]): void => {
    const former = new Map(partitions)
    for (const partition of partitions.values()) end(partition)
    partitions.clear()
    for (const one of assigned) {
      if (stopping.signal.aborted) return
      begin(one, former.get(keyOf(one)))
    }
    joinedOnce = true
    log.info({ group, partitions: assigned.length }, 'analytics has its partitions')
  }

  const begin = ({ topic, partition }: Assigned, former: Partition | undefined): void => {
    const made = newPartition(topic, partition)
    const key = keyOf(made)
    partitions.set(key, made)
    consumer?.pause(made)
    // The former run of this process may still wait for ClickHouse; two at once would be harmless,
    // but pointless.
    made.running = Promise.resolve(former?.running)
      .then(() =>
        storePartition(`${group}/${key}`, made, useOf(made), {
          records: batchRecords,
          rows: batchRows,
          bytes: batchBytes,
          lingerMs: options.lingerMs ?? 500,
        }),
      )
      .catch(fail)
  }

  /**
   * Begins again where the store has less than we noted in it: it was lost or restored while we
   * ran. Of the others, tells the store the ends of their topics; its positions stay as they are.
   */
  const compare = async (told: Map<string, bigint>): Promise<void> => {
    const before = [...partitions.values()].map((partition) => ({
      partition,
      noted: partition.noted,
    }))
    const held = await progressHeld(store)
    const ends: Partition[] = []
    for (const { partition, noted } of before) {
      const { position } = held.get(keyOf(partition)) ?? nothingHeld
      if (partition.ended.aborted || stopping.signal.aborted || noted < 0n) continue
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
      begin(partition, partition)
    }
    // As old as what it replaces, so that a position that is being noted meanwhile replaces it in
    // turn
    const rows = ends.map((partition) => {
      const { position, at } = held.get(keyOf(partition)) ?? nothingHeld
      return progressOf(partition, position, at)
    })
    await store.insert('sink_progress', rows)
    for (const partition of ends) told.set(keyOf(partition), partition.high)
  }

  const take = (batch: FetchedBatch): void => {
    const partition = partitions.get(keyOf(batch))
    if (partition === undefined || partition.ended.aborted || partition.position < 0n) return
    if (batch.from !== partition.position) return consumer?.seek(partition, partition.position)
    for (const [i, record] of batch.records.entries()) {
      const place = {
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key?.toString() ?? '',
        traceId: traceIdOf(record.headers['traceparent']?.toString()),
      }
      push(partition, {
        record: { place, value: record.value },
        next: i === batch.records.length - 1 ? batch.next : record.offset + 1n,
        bytes: 200 + (record.value?.length ?? 0),
      })
    }
    if (batch.records.length === 0 && batch.next > partition.position)
      push(partition, { record: null, next: batch.next, bytes: 0 })
    partition.position = batch.next
    partition.high = batch.highWatermark
    if (
      partition.position > partition.needed &&
      (partition.bytes > fullQueue || partition.items.length > 4 * batchRecords)
    ) {
      partition.paused = true
      consumer?.pause(partition)
    }
    partition.wake()
  }

  const useOf = (partition: Partition): PartitionUse => {
    const { topic, partition: number } = partition
    let lastNote = 0 // ms since 1970, by whichever clock
    const name = topicOf.get(topic)
    if (name === undefined)
      throw new ErrataError('BUG', 'a partition of a topic that is not ours', { topic })
    const resume = (): void => {
      partition.bytes = partition.items.reduce((sum, item) => sum + item.bytes, 0)
      if (
        !partition.paused ||
        partition.bytes > fullQueue / 2 ||
        partition.items.length > batchRecords
      )
        return
      partition.paused = false
      consumer?.resume(partition)
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
      held: async () => {
        const { position, at, version, madeAt } = await stateOf(store, partition)
        if (version < latestVersion)
          throw new ErrataError('STORE_UNREACHABLE', 'the tables of analytics are being made')
        lastNote = at
        return { position, store: madeAt }
      },
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
        await store.insert('sink_progress', [
          progressOf(partition, position, Math.max(Date.now(), lastNote + 1)),
        ])
      },
      offsetsIn: async (table, first, last) => {
        const where = `${ofPartition} AND _offset BETWEEN {first:UInt64} AND {last:UInt64}`
        const rows = await store.query<{ offset: string }>(
          `SELECT DISTINCT toString(_offset) AS offset FROM ${table} WHERE ${where}`,
          { topic, partition: number, first: String(first), last: String(last) },
        )
        return new Set(rows.map(({ offset }) => offset))
      },
      commit: async (position, pending) =>
        consumer?.commit(
          partition,
          position,
          pending === null ? '' : JSON.stringify({ pending: String(pending) }),
        ),
      rows: async (place, value) =>
        rowsOf(
          name,
          value === null ? null : await options.registry.codec.decode(name, value),
          place,
        ),
      insert: (table, rows, token) => store.insert(table, rows, { token }),
      erase: async (tombstones) => {
        for (const statement of erasing(name, tombstones)) await store.command(statement)
      },
      seek: (position) => {
        partition.stored = position
        consumer?.seek(partition, position)
        partition.paused = false
        consumer?.resume(partition)
      },
      stored: (_, position) => {
        partition.stored = position
        resume()
      },
      wait: (ms) => pause(ms, partition.ended),
      warn: (facts, message) => log.warn({ group, ...facts }, message),
      at,
    }
  }

  const running = (async () => {
    const { version, applied } = await patiently('tables', () => applySchema(store))
    log.info({ version, applied }, 'analytics tables are there')
    const inGroup = (assigned: readonly Assigned[]): void =>
      consumer === null ? void (early = assigned) : joined(assigned)
    consumer = await patiently('group', () =>
      openConsumer(cluster, {
        group,
        topics: [...topicOf.keys()],
        joined: inGroup,
        batch: take,
        failed: fail,
      }),
    )
    joined(early ?? [])
    for (const told = new Map<string, bigint>(); !stopping.signal.aborted;) {
      await pause(progressEveryMs, stopping.signal)
      await compare(told).catch((error: unknown) => {
        told.clear()
        return isTableMissing(error) ? patiently('tables', () => applySchema(store)) : undefined
      })
    }
  })().catch((error: unknown) => (stopping.signal.aborted ? undefined : fail(error)))

  async function patiently<T>(what: string, act: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await act()
      } catch (error) {
        if (
          stopping.signal.aborted ||
          (fateOf(error) !== 'retry' && !(error instanceof StoreRefused))
        )
          throw error
        log.warn(
          {
            group,
            what,
            failures,
            code: error instanceof StoreRefused ? error.label : codeOf(error),
            why: (error as Error).message.slice(0, 300),
          },
          'analytics waits',
        )
        await pause(Math.min(5000, 100 * 2 ** Math.min(failures, 6)), stopping.signal)
        if (stopping.signal.aborted) throw error
      }
    }
  }

  return {
    failed,
    ready: () =>
      joinedOnce && [...partitions.values()].every((partition) => partition.position >= 0n),
    lag: () =>
      [...partitions.values()].reduce(
        (sum, partition) => sum + Math.max(0, Number(partition.high - partition.stored)),
        0,
      ),
    async stop() {
      stopping.abort()
      for (const partition of partitions.values()) {
        partition.closing = true
        partition.wake()
      }
      const inHand = Promise.allSettled(
        [...partitions.values()].map((partition) => partition.running),
      )
      await Promise.race([inHand, new Promise((resolve) => setTimeout(resolve, graceMs).unref())])
      for (const partition of partitions.values()) end(partition)
      await inHand
      await running
      await consumer?.stop()
      await store.close()
    },
  }
}

function newPartition(topic: string, partition: number): Partition {
  const ending = new AbortController()
  let wakers: (() => void)[] = []
  return {
    topic,
    partition,
    ending,
    ended: ending.signal,
    items: [],
    position: -1n,
    needed: -1n,
    doubtful: -1n,
    noted: -1n,
    store: '',
    closing: false,
    bytes: 0,
    paused: false,
    stored: 0n,
    high: 0n,
    running: Promise.resolve(),
    wake: () => {
      const waking = wakers
      wakers = []
      for (const one of waking) one()
    },
    arrival: (ms) =>
      new Promise((resolve) => {
        if (ending.signal.aborted) return resolve()
        const timer = ms === undefined ? undefined : setTimeout(resolve, Math.max(0, ms))
        wakers.push(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}

function push(partition: Partition, item: Item): void {
  partition.items.push(item)
  partition.bytes += item.bytes
}

function end(partition: Partition): void {
  partition.ending.abort()
  partition.wake()
}

/** The end of an announced batch. Metadata that isn't ours is as good as none. */
function pendingOf(metadata: string | null): bigint | null {
  const found = /^\{"pending":"(\d+)"\}$/.exec(metadata ?? '')?.[1]
  return found === undefined ? null : BigInt(found)
}

/** `at` in ms since 1970. */
const progressOf = ({ topic, partition, high }: Partition, position: bigint, at: number): Row => ({
  _topic: topic,
  _partition: partition,
  next_offset: String(position),
  end_offset: String(high > position ? high : position),
  at: new Date(at).toISOString().replace('T', ' ').slice(0, 23),
})

/** Up to where the store has everything, and the time of that note in ms since 1970. */
interface HeldProgress {
  readonly position: bigint
  readonly at: number
}

const nothingHeld: HeldProgress = { position: 0n, at: 0 }

/** `held`, and the version of the tables with the time at which the first was made. */
async function stateOf(
  store: Pick<Clickhouse, 'query'>,
  { topic, partition }: Assigned,
): Promise<HeldProgress & { readonly version: number; readonly madeAt: string }> {
  const sql = `SELECT toString(max(next_offset)) AS position, toString(toUnixTimestamp64Milli(max(at))) AS noted,
    (SELECT max(version) FROM schema_versions) AS version,
    (SELECT toString(min(applied_at)) FROM schema_versions) AS made_at
    FROM sink_progress WHERE ${ofPartition}`
  type State = { position: string; noted: string; version: number; made_at: string }
  const [row] = await store.query<State>(sql, { topic, partition })
  return {
    position: BigInt(row?.position ?? 0),
    at: Number(row?.noted ?? 0),
    version: Number(row?.version ?? 0),
    madeAt: row?.made_at ?? '',
  }
}

/**
 * By topic/partition. The store keeps the row with the latest time for each partition. Clocks
 * differ between machines and jump, so a position is noted with a time after that of all notes
 * before it, whatever the clock says.
 */
async function progressHeld(
  store: Pick<Clickhouse, 'query'>,
): Promise<ReadonlyMap<string, HeldProgress>> {
  const sql = `SELECT _topic AS topic, _partition AS partition, toString(max(next_offset)) AS position,
    toString(toUnixTimestamp64Milli(max(at))) AS noted FROM sink_progress GROUP BY topic, partition`
  const rows = await store.query<{
    topic: string
    partition: number
    position: string
    noted: string
  }>(sql)
  return new Map(
    rows.map(({ topic, partition, position, noted }) => [
      keyOf({ topic, partition: Number(partition) }),
      { position: BigInt(position), at: Number(noted) },
    ]),
  )
}

const ofPartition = '_topic = {topic:String} AND _partition = {partition:UInt32}'

const keyOf = ({ topic, partition }: Assigned): string => `${topic}/${partition}`

const isTableMissing = (error: unknown): boolean =>
  error instanceof StoreRefused && error.number === 60

function pause(ms: number, signal: AbortSignal): Promise<void> {
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
