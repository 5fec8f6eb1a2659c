/**
 * The store's tables and views from tables.sql and views.sql, applied at every start of the sink.
 *
 * Tables are versioned; `schema_versions` records the applied versions, and each is applied once,
 * in order. Views are replaced every time. ClickHouse has no transactions for DDL, so every
 * statement is idempotent: the next start completes an interrupted one. Rows that an older sink
 * writes after a newer one has migrated the store lack the values that the migration fills in; the
 * next start fills them in. A store that was used by a newer version of Errata is not changed,
 * including its views.
 */

import { readFileSync } from 'node:fs'
import type { Clickhouse } from './clickhouse.ts'
import { tokens } from './sql.ts'

const folder = new URL('.', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

const tables = versions(read('tables.sql'))

/** The store is migrated once `schema_versions` has this version. */
export const latestVersion = Math.max(...tables.keys())

/**
 * Statements of a file, split at the semicolons that end them; leading comments stay. Empty ones
 * are dropped.
 */
export function ddl(text: string): string[] {
  const statements: string[] = []
  let start = 0
  let filled = false
  for (const token of tokens(text)) {
    if (token.text !== ';' || token.kind !== 'symbol') {
      filled = true
      continue
    }
    if (filled) statements.push(text.slice(start, token.start).trim())
    start = token.end
    filled = false
  }
  return filled ? [...statements, text.slice(start).trim()] : statements
}

/**
 * Statements by version: `-- version N` begins one; `-- each of: a b` repeats the next statement
 * for every `{table}`.
 */
export function versions(text: string): ReadonlyMap<number, readonly string[]> {
  const parts = text.split(/^-- version (\d+)$/m)
  const found = new Map<number, readonly string[]>()
  for (let i = 1; i < parts.length; i += 2)
    found.set(Number(parts[i]), ddl(parts[i + 1] as string).flatMap(forEach))
  return found
}

function forEach(statement: string): string[] {
  const names = /^-- each of: (.+)$/m.exec(statement)?.[1]?.trim().split(/\s+/)
  return names === undefined
    ? [statement]
    : names.map((table) => statement.replaceAll('{table}', table))
}

/** Migrates the store. STORE_UNREACHABLE; StoreRefused where the user may not create tables. */
export async function applySchema(
  store: Pick<Clickhouse, 'command' | 'query'>,
): Promise<{ readonly version: number; readonly applied: readonly number[] }> {
  await store.command(
    `CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')) ENGINE = ReplacingMergeTree ORDER BY version COMMENT 'Versions of these tables'`,
  )
  const [row] = await store.query<{ version: number }>(
    'SELECT max(version) AS version FROM schema_versions',
  )
  const before = Number(row?.version ?? 0)
  const applied: number[] = []
  for (const [version, statements] of tables) {
    if (version <= before) continue
    for (const statement of statements) await store.command(statement)
    await store.command(`INSERT INTO schema_versions (version) VALUES (${version})`)
    applied.push(version)
  }
  if (before >= withFacts && before <= latestVersion && (await lacksFacts(store)))
    for (const statement of tables.get(withFacts) ?? []) await store.command(statement)
  if (before <= latestVersion)
    for (const statement of ddl(read('views.sql'))) await store.command(statement)
  return { version: Math.max(before, latestVersion), applied }
}

/** Drops every table and view of the two files, and the record of versions. */
export async function dropSchema(store: Pick<Clickhouse, 'command'>): Promise<void> {
  const made = [...[...tables.values()].flat(), ...ddl(read('views.sql'))]
  const named = made.map((statement) =>
    /CREATE (?:OR REPLACE )?(?:MATERIALIZED )?(TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)/.exec(
      statement,
    ),
  )
  const all = named.flatMap((found) =>
    found === null ? [] : [{ kind: found[1] as string, name: found[2] as string }],
  )
  // Dependent objects were created last
  for (const { kind, name } of all.reverse()) await store.command(`DROP ${kind} IF EXISTS ${name}`)
  await store.command('DROP TABLE IF EXISTS schema_versions')
}

// the version from which readings and verdicts carry their fields' events
const withFacts = 7

/**
 * True where an older sink has since written rows. Nearly always there are none, so little is read.
 */
async function lacksFacts(store: Pick<Clickhouse, 'query'>): Promise<boolean> {
  for (const [table, kind] of [
    ['documents_extracted', 'extraction'],
    ['verdicts', 'verdict'],
  ] as const) {
    const rows = await store.query(
      `SELECT 1 AS lacks FROM field_events WHERE kind = '${kind}' AND (_topic, _partition, _offset) IN (SELECT _topic, _partition, _offset FROM ${table} FINAL WHERE _erased = 0 AND empty(field_names)) LIMIT 1`,
    )
    if (rows.length > 0) return true
  }
  return false
}
