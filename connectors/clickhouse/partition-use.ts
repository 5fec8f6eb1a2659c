/**
 * What a partition on its way into ClickHouse works with: what has arrived (`Inbox`), and what it
 * may do to the group and the store (`PartitionUse`).
 */

import type { AnalyticsTable, RecordPlace, AnalyticsRow, Rows } from '../../processors/analytics.ts'

/** A record, or only a step of the position over control and aborted records. */
export interface InboxItem {
  readonly record: { readonly place: RecordPlace; readonly value: Buffer | null } | null
  /** The position after it. */
  readonly next: bigint
  readonly bytes: number
}

export interface PartitionUse {
  /**
   * The committed position, or the first that the log still has; and the last offset of an
   * announced batch.
   */
  committed(): Promise<{ readonly position: bigint; readonly pending: bigint | null }>
  /** Throws until all tables and the views on them are there. */
  held(): Promise<StoreState>
  /** The last offset from a position on of which any table has rows; -1 where there is none. */
  latest(from: bigint): Promise<bigint>
  /** Notes in the store that it has everything up to a position. Called right after `held`. */
  hold(position: bigint): Promise<void>
  /** Which of these offsets have rows in a table. */
  offsetsIn(table: AnalyticsTable, first: bigint, last: bigint): Promise<ReadonlySet<string>>
  /** Announces with `pending`, concludes without. */
  commit(position: bigint, pending: bigint | null): Promise<void>
  rows(place: RecordPlace, value: Buffer | null): Promise<Rows>
  insert(table: AnalyticsTable, rows: readonly AnalyticsRow[], token: string): Promise<void>
  /** Takes away what the store has of the documents that these records erase. */
  erase(tombstones: readonly RecordPlace[]): Promise<void>
  /** Begins to read at a position. */
  seek(position: bigint): void
  stored(records: number, position: bigint): void
  wait(ms: number): Promise<void>
  warn(facts: object, message: string): void
  /** Named points at which a test may kill the process. */
  at(point: 'announced' | 'inserting' | 'inserted' | 'concluded'): void | Promise<void>
}

/** What the store surely has of the partition. */
export interface StoreState {
  /** Everything before it; 0 where the store has nothing. */
  readonly position: bigint
  /** Another value where the tables were made anew. */
  readonly store: string
}

export interface BatchLimits {
  readonly records: number
  readonly rows: number
  readonly bytes: number
  readonly lingerMs: number
}

/** What the group's fetch loop and a partition share. */
export interface Inbox {
  readonly items: InboxItem[]
  /** The position after the last item. */
  position: bigint
  /** Up to this offset records must come, however full the memory is. */
  needed: bigint
  /** The position that the store is known to hold, and which store that is. */
  noted: bigint
  store: string
  /** Up to this offset the store may have a part of the rows already. */
  doubtful: bigint
  /** No further batch, please: we stop. */
  closing: boolean
  readonly ended: AbortSignal
  /** Resolves at the next arrival, at the end, or after `ms`. */
  arrival(ms?: number): Promise<void>
}
