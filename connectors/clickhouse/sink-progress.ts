/**
 * What the store says of itself: how much of each partition it has (table sink_progress), which
 * tables it has, and since when. The partitions of a sink share the statements (together.ts).
 */

import type { Assigned } from '../kafka/kafka.ts'
import type { Clickhouse, StoreRow } from './clickhouse.ts'
import { keyOf, type Partition } from './sink-inbox.ts'
import { together } from './together.ts'

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
 *
 * The store keeps the row with the latest time for each partition. Clocks differ between machines
 * and jump, so each note gets a later time than all notes before it, whatever the clock.
 */
export interface HeldProgress {
  readonly position: bigint
  readonly at: number
}

export interface StoreState {
  /** Of the tables; 0 where there are none. */
  readonly version: number
  /** When the first of them were made. */
  readonly madeAt: string
  readonly heldOf: (partition: Assigned) => HeldProgress
  readonly held: ReadonlyMap<string, HeldProgress> // by topic/partition
}

export interface SinkProgress {
  /** As it is at a moment after the call. */
  state(): Promise<StoreState>
  note(rows: readonly StoreRow[]): Promise<void>
}

const nothingHeld: HeldProgress = { position: 0n, at: 0 }

export function openProgress(store: Pick<Clickhouse, 'query' | 'insert'>): SinkProgress {
  const state = together<null, StoreState>(() => stateOf(store))
  const note = together<readonly StoreRow[], void>((rows) =>
    store.insert('sink_progress', rows.flat()),
  )
  return { state: () => state(null), note }
}

type Held = readonly [topic: string, partition: string, position: string, at: string]

const stateQuery = `SELECT max(version) AS version, toString(min(applied_at)) AS made_at,
  (SELECT groupArray([topic, toString(partition), toString(position), toString(noted)]) FROM (
    SELECT _topic AS topic, _partition AS partition, max(next_offset) AS position,
      toUnixTimestamp64Milli(max(at)) AS noted
    FROM sink_progress GROUP BY topic, partition)) AS held
  FROM schema_versions`

export async function stateOf(store: Pick<Clickhouse, 'query'>): Promise<StoreState> {
  type State = { version: number; made_at: string; held: readonly Held[] }
  const [row] = await store.query<State>(stateQuery)
  const held = new Map(
    (row?.held ?? []).map(([topic, partition, position, at]) => [
      keyOf({ topic, partition: Number(partition) }),
      { position: BigInt(position), at: Number(at) },
    ]),
  )
  return {
    version: Number(row?.version ?? 0),
    madeAt: row?.made_at ?? '',
    heldOf: (partition) => held.get(keyOf(partition)) ?? nothingHeld,
    held,
  }
}

export const ofPartition = '_topic = {topic:String} AND _partition = {partition:UInt32}'
