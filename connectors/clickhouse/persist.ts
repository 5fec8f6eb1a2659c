/**
 * Retries work on a partition while the store or the registry is unavailable, until the partition
 * ends.
 */

import { codeOf, ErrataError, fateOf } from '../../errors.ts'
import {
  type AnalyticsTable,
  type RecordPlace,
  type AnalyticsRow,
  type Rows,
  unreadableRow,
} from '../../processors/analytics.ts'
import { StoreRefused } from './clickhouse.ts'
import type { Inbox, PartitionUse } from './partition-use.ts'

const longestBackoffMs = 5000

export const backoff = (failures: number): number =>
  Math.min(longestBackoffMs, 50 * 2 ** Math.min(failures, 10))

/** ClickHouse's codes for rejected rows, as opposed to other failures. */
const content = new Set([6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 131, 321, 349, 407, 636])

/** Stores with retries; returns errors that are due to the content. */
export async function insert(
  table: AnalyticsTable,
  rows: readonly AnalyticsRow[],
  token: string,
  inbox: Inbox,
  use: PartitionUse,
): Promise<StoreRefused | null> {
  return persist(() => use.insert(table, rows, token), { table, rows: rows.length }, inbox, use)
}

/** The store is another one than before, or was restored to an earlier state. */
export class StoreLost extends Error {}

/**
 * Acts with retries, each time only on a store that still has what it had; returns errors that are
 * due to the content.
 */
export async function persist(
  act: () => Promise<void>,
  what: object,
  inbox: Inbox,
  use: PartitionUse,
): Promise<StoreRefused | null> {
  for (let failures = 1; !inbox.ended.aborted; failures++) {
    try {
      await assureStore(inbox, use)
      if (inbox.ended.aborted) return null
      await act()
      return null
    } catch (error) {
      if (error instanceof StoreLost) throw error
      if (error instanceof StoreRefused && content.has(error.number)) return error
      if (!(error instanceof StoreRefused) && fateOf(error) !== 'retry') throw error
      const why = error instanceof ErrataError ? error.facts : {}
      use.warn(
        {
          ...what,
          code: error instanceof StoreRefused ? error.label : codeOf(error),
          ...why,
          failures,
        },
        'the store does not take this; trying again',
      )
      use.waits(error)
      await use.wait(backoff(failures))
    }
  }
  return null
}

/**
 * The store may lose data while nothing queries it. A table without its view yet would accept rows
 * that its totals never get.
 */
async function assureStore(inbox: Inbox, use: PartitionUse): Promise<void> {
  const held = await use.held()
  if (held.position < inbox.noted || held.store !== inbox.store)
    throw new StoreLost('the store has less than it had')
}

/**
 * The record's rows; waits while the registry is unavailable. An undecodable record becomes a row
 * too.
 */
export async function decodeRows(
  record: { readonly place: RecordPlace; readonly value: Buffer | null },
  inbox: Inbox,
  use: PartitionUse,
): Promise<Rows> {
  for (let failures = 1; !inbox.ended.aborted; failures++) {
    try {
      return await use.rows(record.place, record.value)
    } catch (error) {
      const fate = fateOf(error)
      if (fate === 'dead')
        return {
          unreadable: [
            unreadableRow(
              record.place,
              { code: codeOf(error), message: (error as Error).message },
              record.value,
            ),
          ],
        }
      if (fate !== 'retry') throw error
      use.warn({ code: codeOf(error), failures }, 'records cannot be decoded now; trying again')
      use.waits(error)
      await use.wait(backoff(failures))
    }
  }
  return {}
}
