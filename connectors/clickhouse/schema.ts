/**
 * The store's tables and views from tables.sql and views.sql, applied at every start of the sink.
 *
 * Tables are versioned; `schema_versions` records the applied versions, and each is applied once,
 * in order. Views are replaced every time. ClickHouse has no transactions for DDL, so every
 * statement is idempotent: the next start completes an interrupted one. Rows that an older sink
 * writes after a newer one has migrated the store lack the values that the migration fills in; the
 * next start fills them in. A store that was used by a newer version of Errata is not changed,
 * including its views.
 *
 * The files are written for one server. For a cluster the same statements are sent as cluster.ts
 * turns them. There every statement waits for all replicas, and a while for one that is away, so
 * what the replica that answers already has is not sent again: the view `views_applied` is made
 * last, and names what was applied before it.
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../config.ts'
import type { Clickhouse } from './clickhouse.ts'
import { onCluster } from './cluster.ts'
import { applyRowLifetimes } from './row-lifetime.ts'
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

/** How the settings want the tables. */
export interface StoreForm {
  /** Name or macro of the cluster; null for one server, as chDB is. */
  readonly cluster: string | null
  /** After which rows of topics that are not kept for ever are deleted; 0: never. */
  readonly days: number
}

export const plainForm: StoreForm = { cluster: null, days: 0 }

export type FormSettings = Pick<Config, 'clickhouseCluster' | 'analyticsDays'>

export function storeFormOf({ clickhouseCluster, analyticsDays }: FormSettings): StoreForm {
  return { cluster: clickhouseCluster, days: analyticsDays }
}

/** Migrates the store. STORE_UNREACHABLE; StoreRefused where the user may not create tables. */
export async function applySchema(
  store: Pick<Clickhouse, 'command' | 'query'>,
  { cluster, days }: StoreForm = plainForm,
): Promise<{ readonly version: number; readonly applied: readonly number[] }> {
  const run = (statement: string): Promise<void> => store.command(formed(statement, cluster))
  const present = cluster === null ? new Map<string, string>() : await selectsByName(store)
  if (!present.has('schema_versions')) await run(versionsTable)
  const { before, applied } = await migrate(store, run)
  if (before > latestVersion) return { version: before, applied }
  const views = cluster === null ? ddl(read('views.sql')) : lackingViews(present)
  for (const statement of views) await run(statement)
  await applyRowLifetimes(store, days, run)
  return { version: latestVersion, applied }
}

/** Applies the versions that a store lacks, and fills in what an older sink has since left out. */
async function migrate(
  store: Pick<Clickhouse, 'query'>,
  run: (statement: string) => Promise<void>,
): Promise<{ readonly before: number; readonly applied: readonly number[] }> {
  const [row] = await store.query<{ version: number }>(
    'SELECT max(version) AS version FROM schema_versions',
  )
  const before = Number(row?.version ?? 0)
  const applied = [...tables.keys()].filter((version) => version > before)
  for (const version of applied) {
    for (const statement of tables.get(version) ?? []) await run(statement)
    await run(`INSERT INTO schema_versions (version) VALUES (${version})`)
  }
  const isKnown = before >= withFacts && before <= latestVersion
  if (isKnown && (await lacksFacts(store)))
    for (const statement of tables.get(withFacts) ?? []) await run(statement)
  return { before, applied }
}

/** Drops every table and view of the two files, and the record of versions. */
export async function dropSchema(
  store: Pick<Clickhouse, 'command'>,
  cluster: string | null = null,
): Promise<void> {
  const all = [
    { kind: 'TABLE', name: 'schema_versions' },
    ...made(),
    ...(cluster === null ? [] : [{ kind: 'VIEW', name: viewsApplied }]),
  ]
  // Dependent objects were created last. Without waiting, the tables of a cluster would still have
  // their places in Keeper when they are made again.
  for (const { kind, name } of all.reverse())
    await store.command(formed(`DROP ${kind} IF EXISTS ${name}`, cluster, 'SYNC'))
}

/** Tables and views that are read, by name. */
export function readableNames(): readonly string[] {
  return ['schema_versions', ...made().flatMap(({ name, feeds }) => (feeds ? [] : [name]))]
}

/** What each table and view of this replica selects; nothing for a table. */
async function selectsByName(store: Pick<Clickhouse, 'query'>): Promise<Map<string, string>> {
  const rows = await store.query<{ name: string; selects: string }>(
    'SELECT name, as_select AS selects FROM system.tables WHERE database = currentDatabase()',
  )
  return new Map(rows.map(({ name, selects }) => [name, selects]))
}

const viewsApplied = 'views_applied'

/** All views and the note of them; none where a replica has them as they are to be. */
function lackingViews(present: ReadonlyMap<string, string>): readonly string[] {
  const text = read('views.sql')
  // With the version, since a view has the columns that its tables had when it was made
  const fingerprint = createHash('sha256').update(`${latestVersion}\n${text}`).digest('hex')
  const complete = made().every(({ name }) => present.has(name))
  if (complete && present.get(viewsApplied)?.includes(fingerprint) === true) return []
  const note = `CREATE OR REPLACE VIEW ${viewsApplied} AS SELECT '${fingerprint}' AS views COMMENT 'Which views this replica has'`
  return [...ddl(text), note]
}

/** All statements for a new store, in their order. */
export function statementsFor({ cluster }: Pick<StoreForm, 'cluster'>): readonly string[] {
  const views = cluster === null ? ddl(read('views.sql')) : lackingViews(new Map())
  const all = [versionsTable, ...[...tables.values()].flat(), ...views]
  return all.map((statement) => formed(statement, cluster))
}

const versionsTable = `CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')) ENGINE = ReplacingMergeTree ORDER BY version COMMENT 'Versions of these tables'`

function formed(statement: string, cluster: string | null, suffix = ''): string {
  return cluster === null ? statement : `${onCluster(statement, cluster)} ${suffix}`.trim()
}

/** What the two files create; `feeds`: a view that fills a table of totals as rows arrive. */
function made(): {
  readonly kind: string
  readonly name: string
  readonly feeds: boolean
}[] {
  const found = new Map<string, { kind: string; name: string; feeds: boolean }>()
  for (const statement of [...[...tables.values()].flat(), ...ddl(read('views.sql'))]) {
    const [, feeds, kind, name] =
      /CREATE (?:OR REPLACE )?(MATERIALIZED )?(TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)/.exec(
        statement,
      ) ?? []
    if (kind !== undefined && name !== undefined)
      found.set(name, { kind, name, feeds: feeds !== undefined })
  }
  return [...found.values()]
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
