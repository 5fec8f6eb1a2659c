/**
 * The views of the analytics store as a page: `npm run docs` writes docs/views.md from the store's
 * own list of views and columns; a test fails where it is stale or a column is not explained.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openClickhouse, type Clickhouse } from '../connectors/clickhouse/clickhouse.ts'
import { applySchema } from '../connectors/clickhouse/schema.ts'
import { columnMeanings } from './view-columns.ts'

export interface ViewColumn {
  readonly table: string
  readonly name: string
  readonly type: string
}

const viewsFile = new URL('../connectors/clickhouse/views.sql', import.meta.url)

/** Names and comments, in the order of views.sql. */
export function describedViews(): readonly (readonly [name: string, says: string])[] {
  const views = /^CREATE OR REPLACE VIEW (\w+) AS[\s\S]*?^COMMENT '((?:[^']|'')*)';/gm
  return [...readFileSync(viewsFile, 'utf8').matchAll(views)].map(
    ([, name, says]) => [String(name), String(says).replaceAll("''", "'")] as const,
  )
}

/** The columns of a store's tables and views, in their order. */
export function columnsOf(store: Pick<Clickhouse, 'query'>): Promise<ViewColumn[]> {
  return store.query(
    'SELECT table, name, type FROM system.columns ' +
      'WHERE database = currentDatabase() ORDER BY table, position',
  )
}

/** What a column says; undefined where nobody explained it. */
export const meaningOf = ({ table, name }: ViewColumn): string | undefined =>
  columnMeanings[`${table}.${name}`] ?? columnMeanings[name]

/** The page as Markdown. */
export function viewsText(columns: readonly ViewColumn[]): string {
  const sections = describedViews().flatMap(([view, says]) => [
    `## ${view}`,
    '',
    `${says}.`,
    '',
    '| column | type | what it says |',
    '| --- | --- | --- |',
    ...columns
      .filter(({ table }) => table === view)
      .map((column) => `| \`${column.name}\` | ${typeOf(column)} | ${meaningOf(column)} |`),
    '',
  ])
  return [
    '# Views of the analytics store',
    '',
    'Their names and columns are stable: columns may be added, never renamed. Times are UTC. ' +
      '[Analytics](analytics.md) says how to ask, [questions](questions.md) has examples.',
    'Generated from the store by `npm run docs`.',
    '',
    ...sections,
  ].join('\n')
}

/** Without what only says how values are stored. */
function typeOf({ type }: ViewColumn): string {
  const plain = type
    .replace(/^SimpleAggregateFunction\(\w+, (.*)\)$/, '$1')
    .replace(/LowCardinality\(((?:Nullable\()?\w+\)?)\)/g, '$1')
    .replace(/Enum8\(.*?\)/, 'Enum')
  return `\`${plain}\``
}

/** The engine is loaded for this alone: it can't be loaded under jest. */
async function ownColumns(): Promise<ViewColumn[]> {
  const { openChdb } = await import('../connectors/chdb/gateway.ts')
  const folder = mkdtempSync(join(tmpdir(), 'errata-views-'))
  const ownerToken = 'views'
  const chdb = await openChdb({
    folder,
    host: '127.0.0.1',
    port: 0,
    ownerToken,
    readers: () => null,
  })
  const store = openClickhouse(chdb.url.replace('//', `//errata:${ownerToken}@`))
  try {
    await applySchema(store)
    return await columnsOf(store)
  } finally {
    await store.close()
    await chdb.close()
    rmSync(folder, { recursive: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  void ownColumns().then((columns) => {
    writeFileSync(new URL('views.md', import.meta.url), viewsText(columns))
    process.exit() // the engine keeps threads
  })
