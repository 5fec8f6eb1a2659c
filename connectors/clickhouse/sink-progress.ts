/** The table sink_progress: how much of each partition the store has. */

import type { Assigned } from '../kafka/kafka.ts'
import type { Clickhouse, StoreRow } from './clickhouse.ts'
import { keyOf, type Partition } from './sink-inbox.ts'

/** `at` in ms since 1970. */
export const progressRow = (
  { topic, partition, high }: Partition,
  position: bigint,
  at: number,
): StoreRow => ({
  _topic: topic,
  _partition: partition,
  next_offset: String(position),
  end_offset: String(high > position ? high : position),
  at: new Date(at).toISOString().replace('T', ' ').slice(0, 23),
})

/**
 * The position before which the store has everything, and the time of that note in ms since 1970.
 */
export interface HeldProgress {
  readonly position: bigint
  readonly at: number
}

export const nothingHeld: HeldProgress = { position: 0n, at: 0 }

/** `held`, and the version of the tables with the creation time of the first. */
export async function stateOf(
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
 * differ between machines and jump, so each note gets a later time than all notes before it,
 * whatever the clock.
 */
export async function progressHeld(
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

export const ofPartition = '_topic = {topic:String} AND _partition = {partition:UInt32}'
