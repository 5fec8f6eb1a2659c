/**
 * The tables of the dashboard, as values: what each asks of the analytics store, and which filters
 * it understands. The page, the CSV and the Parquet file of a table are one query, so that they
 * can't differ.
 *
 * Filters become parameters of the query, never part of its text; those that a table doesn't know
 * are named beside its rows. Every figure comes with what it is counted on; shares of wrong values
 * are counted on the random sample alone, since that speaks for what was accepted. What a figure
 * counts can be listed: the lists have filters for each of its groups, so that whatever is clicked
 * leads to just the documents behind it.
 */

import { csvText } from './csv.ts'
import { withFacts } from './judgement-facts.ts'
import { listTables } from './tables/lists.ts'
import { qualityTables } from './tables/quality.ts'
import {
  filterNames,
  type Filter,
  type TableFilters,
  type TableColumnKind,
  type Table,
} from './tables/table.ts'
import { workTables } from './tables/work.ts'

export { filterNames, type Filter, type TableFilters, type TableColumnKind, type Table }

export const tables = { ...qualityTables, ...workTables, ...listTables }

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]

const patienceSeconds = 55 // less than what the store allows at most

const isGiven = (filters: TableFilters, name: Filter): boolean =>
  filters[name] !== undefined && filters[name] !== ''

/**
 * The query of a table and its parameters; `counted` says as `rows` how many it has; `ignored` are
 * the filters that it doesn't understand.
 */
export function queryOf(
  name: TableName,
  filters: TableFilters,
  limit: number,
): {
  readonly sql: string
  readonly counted: string
  readonly parameters: Readonly<Record<string, string>>
  readonly ignored: readonly Filter[]
} {
  const table: Table = tables[name]
  const given = filterNames.filter(
    (filter) => isGiven(filters, filter) && table.filters[filter] !== undefined,
  )
  const conditions = given.map((filter) => {
    const asked = table.filters[filter] as string
    return asked.includes(`{${filter}:String}`) ? `(${asked})` : `${asked} = {${filter}:String}`
  })
  const all = [...(table.always === undefined ? [] : [table.always]), ...conditions]
  const rows = `${withFacts(
    templateOf(table, filters, given)
      .replace('{where}', all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`)
      .replace('{limit}', String(limit)),
  )} LIMIT ${limit}`
  // rows that are there twice are alike: a condition may come before
  const settings = ` SETTINGS max_execution_time = ${patienceSeconds}, join_use_nulls = 0, use_skip_indexes_if_final = 1, optimize_move_to_prewhere_if_final = 1`
  return {
    sql: rows + settings,
    counted: `SELECT count() AS rows FROM (${rows})${settings}`,
    parameters: Object.fromEntries(given.map((filter) => [filter, filters[filter] as string])),
    ignored: filterNames.filter(
      (filter) => isGiven(filters, filter) && table.filters[filter] === undefined,
    ),
  }
}

function templateOf(
  { sql, sqlOf, sqlOfField }: Table,
  filters: TableFilters,
  given: readonly Filter[],
): string {
  if (isGiven(filters, 'field') && sqlOfField !== undefined) return sqlOfField
  return sqlOf !== undefined && given.every((filter) => sqlOf.only.includes(filter))
    ? sqlOf.sql
    : sql
}

/** A table as CSV: its labels, and its columns of each row. */
export function csvOf(name: TableName, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const { columns } = tables[name]
  const labels = columns.map(([, label]) => label)
  return csvText([labels, ...rows.map((row) => columns.map(([column]) => row[column]))])
}
