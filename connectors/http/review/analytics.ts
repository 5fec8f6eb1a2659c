/**
 * The dashboard's tables over HTTP: as JSON for the page, as CSV and Parquet to take along. Each
 * table is a route of its own, so that the API's description names its columns and filters.
 */

import type { ReviewDeps } from './context.ts'
import { getTable, listTables, mostExported, mostRows, usualRows } from '../contract/analytics.ts'
import type { Api } from '../contract/schema.ts'
import { remembering } from './query-cache.ts'
import { actorOf } from '../security.ts'
import {
  csvOf,
  queryOf,
  tableNames,
  tables,
  type Filter,
  type Table,
  type TableName,
} from './tables.ts'

type Row = Readonly<Record<string, unknown>>

export function analyticsRoutes(app: Api, deps: ReviewDeps): void {
  const described = tableNames.map((name) => ({
    name,
    title: tables[name].title,
    note: tables[name].note,
    columns: tables[name].columns,
    filters: Object.keys(tables[name].filters) as Filter[],
  }))
  app.get(
    '/api/analytics',
    {
      schema: listTables,
    },
    async () => ({ tables: described }),
  )
  const ask =
    deps.analytics === undefined
      ? null
      : remembering(deps.analytics.query, deps.now, deps.tasks.onErased)
  for (const name of tableNames) tableRoute(app, deps, name, ask)
}

/** `ask`: for the pages; a file is made of what the store says at that moment. */
function tableRoute(
  app: Api,
  deps: ReviewDeps,
  name: TableName,
  ask: ReturnType<typeof remembering> | null,
): void {
  const shaped = withNumbers(tables[name].columns)
  app.get(
    `/api/analytics/${name}`,
    {
      schema: getTable(tables[name]),
    },
    async (request, reply) => {
      const { analytics } = deps
      if (analytics === undefined || ask === null)
        return reply
          .code(404)
          .send({ code: 'NO_ANALYTICS', message: 'this process has no analytics store' })
      const { format, limit, ...filters } = request.query
      const most =
        format === 'json' ? Math.min(limit ?? usualRows, mostRows) : (limit ?? mostExported)
      const { sql, counted, parameters, ignored } = queryOf(name, filters, most + 1)
      if (format === 'json') {
        const rows = await ask(sql, parameters)
        return { rows: rows.slice(0, most).map(shaped), more: rows.length > most, ignored }
      }
      void deps.audit?.({
        ...actorOf(request),
        action: 'exported',
        target: name,
        detail: { format },
      })
      void reply
        .header('content-disposition', `attachment; filename="${name}.${format}"`)
        .header('cache-control', 'no-store')
      if (format === 'parquet') {
        // the file itself tells it to nobody but its reader
        const [found] = await analytics.query(counted, parameters)
        if (Number(found?.['rows'] ?? 0) > most) void reply.header('x-more', 'true')
        return reply
          .type('application/vnd.apache.parquet')
          .send(await analytics.bytes(queryOf(name, filters, most).sql, 'Parquet', parameters))
      }
      const rows = await analytics.query(sql, parameters)
      if (rows.length > most) void reply.header('x-more', 'true')
      return reply.type('text/csv; charset=utf-8').send(csvOf(name, rows.slice(0, most)))
    },
  )
}

/** Rows with counts as numbers: the store gives 64-bit integers as texts; what is counted here is less. */
function withNumbers(columns: Table['columns']): (row: Row) => Row {
  const numbers = columns
    .filter(([, , kind]) => !['text', 'document', 'amount', 'time'].includes(kind))
    .map(([column]) => column)
  return (given) => ({
    ...given,
    ...Object.fromEntries(
      numbers
        .filter((column) => typeof given[column] === 'string')
        .map((column) => [column, Number(given[column])]),
    ),
  })
}
