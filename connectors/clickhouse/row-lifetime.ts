/**
 * How long rows stay: ClickHouse's own TTL on the tables of topics that are not kept for ever.
 *
 * WHICH. A topic that is kept for ever is the memory of what people decided, and so are its rows:
 * verdicts, last words, rules, models, the audit log. Of field_events only the readings go. Totals
 * stay; they name no document.
 *
 * FROM WHEN. From when the row was stored: a record's own time is its producer's word, and one with
 * an invented year would vanish at once. A store that is built again counts anew.
 *
 * NEVER BEFORE ITS TOPIC. A row that is gone while its record is still in the log would look lost,
 * to people and to `errata doctor`. So the days are at least those of the topic.
 *
 * ERASURE doesn't wait for it: a tombstone deletes rows at once (erase.ts).
 */

import type { AnalyticsTable } from '../../processors/analytics.ts'
import { topics } from '../../topology.ts'
import type { Clickhouse } from './clickhouse.ts'
import { literal } from './sql.ts'

const dayMs = 86_400_000
// A broker deletes whole segments, and begins a new one after 7 days; one more to do it in.
const segmentDays = 8

/** What a table with rows of several topics deletes, where one of them is kept for ever. */
const onlyWhere: Readonly<Partial<Record<AnalyticsTable, string>>> = {
  field_events: "kind = 'extraction'",
}

export interface RowLifetime {
  readonly table: AnalyticsTable
  readonly days: number
  /** The rows that it concerns; null: all. */
  readonly where: string | null
}

/** The tables whose rows are deleted after so many days, or later where the topic keeps longer. */
export function rowLifetimes(days: number): readonly RowLifetime[] {
  const kept = new Map<AnalyticsTable, number[]>()
  for (const { analytics, retainMs } of Object.values(topics))
    for (const table of analytics?.tables ?? [])
      kept.set(table, [...(kept.get(table) ?? []), retainMs])
  return [...kept].flatMap(([table, retained]) => {
    const ending = retained.filter((ms) => ms >= 0)
    const where = ending.length === retained.length ? null : (onlyWhere[table] ?? null)
    if (ending.length === 0 || (ending.length < retained.length && where === null)) return []
    const least = Math.max(...ending) / dayMs + segmentDays
    return [{ table, days: Math.max(days, least), where }]
  })
}

/** Changes the tables whose TTL is another one than wanted; `run` sends a statement. */
export async function applyRowLifetimes(
  store: Pick<Clickhouse, 'query'>,
  days: number,
  run: (statement: string) => Promise<void>,
): Promise<void> {
  const wanted = rowLifetimes(days)
  const named = wanted.map(({ table }) => literal(table)).join(', ')
  const found = await store.query<{ name: string; made: string }>(
    `SELECT name, engine_full AS made FROM system.tables WHERE database = currentDatabase() AND name IN (${named})`,
  )
  const present = new Map(found.map(({ name, made }) => [name, ttlIn(made)]))
  for (const { table, days: after, where } of wanted) {
    const has = present.get(table) ?? null
    const wants =
      days === 0
        ? null
        : `toDateTime(_ingested) + toIntervalDay(${after})${where === null ? '' : ` WHERE ${where}`}`
    if (has === wants) continue
    await run(`ALTER TABLE ${table} ${wants === null ? 'REMOVE TTL' : `MODIFY TTL ${wants}`}`)
  }
}

/** The TTL of a table as the engine prints it, null without one. */
function ttlIn(engine: string): string | null {
  return / TTL (.+?)(?: SETTINGS |$)/.exec(engine)?.[1] ?? null
}
