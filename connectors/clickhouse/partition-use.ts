/**
 * Interfaces of a partition's sink: the fetched records (`Inbox`), and operations on the group and
 * the store (`PartitionUse`).
 */

import type { RecordOrigin } from '../kafka/kafka.ts'
import type { AnalyticsTable, RecordPlace, AnalyticsRow, Rows } from '../../processors/analytics.ts'

/** A record, or a step of the position past control and aborted records. */
export interface InboxItem {
  readonly record: {
    readonly place: RecordPlace
    readonly value: Buffer | null
    /** Of a copied record: where it lay before. */
    readonly former: RecordOrigin | null
    /** Its header, while this process is traced. */
    readonly traceparent?: string | undefined
  } | null
  /** The position after it. */
  readonly next: bigint
  readonly bytes: number
}

export interface PartitionUse {
  /**
   * The committed position, or the first one still in the log; and the last offset of an announced
   * batch.
   */
  committed(): Promise<{ readonly position: bigint; readonly pending: bigint | null }>
  /** Throws until all tables and their views exist. */
  held(): Promise<StoreState>
  /** The position before which the store has everything, by topic/partition. */
  heldOf(): Promise<ReadonlyMap<string, { readonly position: bigint }>>
  /** The last offset, from a position on, of which any table has rows; -1 if none. */
  latest(from: bigint): Promise<bigint>
  /** Notes in the store that it has everything before a position. Called right after `held`. */
  hold(position: bigint): Promise<void>
  /** Which of these offsets have rows in a table. */
  offsetsIn(table: AnalyticsTable, first: bigint, last: bigint): Promise<ReadonlySet<string>>
  /** Announces a batch with `pending`, concludes it without. */
  commit(position: bigint, pending: bigint | null): Promise<void>
  rows(place: RecordPlace, value: Buffer | null): Promise<Rows>
  insert(table: AnalyticsTable, rows: readonly AnalyticsRow[], token: string): Promise<void>
  /** Deletes the rows of the documents that these records erase. */
  erase(tombstones: readonly RecordPlace[]): Promise<void>
  /** Starts fetching at a position. */
  seek(position: bigint): void
  stored(records: number, position: bigint): void
  wait(ms: number): Promise<void>
  warn(facts: object, message: string): void
  /** It waits for an outside system, until the next `stored`. */
  waits(error: unknown): void
  /** Named points at which a test may kill the process. */
  at(point: 'announced' | 'inserting' | 'inserted' | 'concluded'): void | Promise<void>
}

/** What the store certainly has of the partition. */
export interface StoreState {
  /** Everything before it; 0 where the store has nothing. */
  readonly position: bigint
  /** Changes when the tables are recreated. */
  readonly store: string
}

export interface BatchLimits {
  readonly records: number
  readonly rows: number
  readonly bytes: number
  /** A batch that isn't full waits for the next multiple of this. */
  readonly lingerMs: number
}

/** Shared by the group's fetch loop and a partition. */
export interface Inbox {
  readonly items: InboxItem[]
  /** The position after the last item. */
  position: bigint
  /** Up to this offset records must be fetched, even if the memory is full. */
  needed: bigint
  /** The position that the store is known to have, and the store's identity. */
  noted: bigint
  store: string
  /** Of each topic/partition, before which position the store has everything. */
  heldOf: ReadonlyMap<string, { readonly position: bigint }>
  /** Up to this offset the store may already have some of the rows. */
  doubtful: bigint
  /** Stopping: begin no further batch. */
  closing: boolean
  readonly ended: AbortSignal
  /** Resolves at the next arrival, at the end, or after `ms`. */
  arrival(ms?: number): Promise<void>
}

/** Of a partition of which nothing is fetched yet, and nothing known. */
export function emptyInbox(ended: AbortSignal): Omit<Inbox, 'arrival'> {
  return {
    ended,
    items: [],
    position: -1n,
    needed: -1n,
    doubtful: -1n,
    noted: -1n,
    heldOf: new Map(),
    store: '',
    closing: false,
  }
}
