/** The dashboard's tables over HTTP: as JSON for the page, as CSV and Parquet to take along. */

import type { FastifyInstance } from 'fastify'
import type { ReviewDeps } from '../review.ts'
import { failure, object } from './schemas.ts'
import { actorOf } from './security.ts'
import { csvOf, filterNames, queryOf, tableNames, tables, type Filters, type TableName } from './tables.ts'

const mostRows = 1000 // on the page
const mostExported = 1_000_000 // rows of a file
const text = { type: 'string', maxLength: 500 } as const

export function analyticsRoutes(app: FastifyInstance, deps: ReviewDeps): void {
  app.get('/api/analytics', {
    schema: { summary: 'The tables of the dashboard, with their columns and filters', tags: ['quality'], response: { 200: object({ tables: { type: 'array', items: { type: 'object', additionalProperties: true } } }) } },
  }, async () => ({ tables: tableNames.map((name) => ({ name, title: tables[name].title, note: tables[name].note, columns: tables[name].columns, filters: Object.keys(tables[name].filters) })) }))

  app.get<{ Params: { table: TableName }; Querystring: Filters & { format: 'json' | 'csv' | 'parquet'; limit?: number } }>('/api/analytics/:table', {
    schema: {
      summary: 'One table of the dashboard', description: 'Dates are days in UTC. CSV is safe against formulas.', tags: ['quality'],
      params: object({ table: { enum: tableNames } }),
      querystring: object({ ...Object.fromEntries(filterNames.map((name) => [name, text])), format: { enum: ['json', 'csv', 'parquet'], default: 'json' }, limit: { type: 'integer', minimum: 1, maximum: mostExported } } as Record<string, object>, []),
      response: { 200: { description: 'Rows', content: { 'application/json': { schema: object({ rows: { type: 'array', items: { type: 'object', additionalProperties: true } }, more: { type: 'boolean' } }) }, 'text/csv': { schema: { type: 'string' } }, 'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } } } }, 404: failure, 503: failure },
    },
  }, async (request, reply) => {
    const { analytics } = deps
    if (analytics === undefined) return reply.code(404).send({ code: 'NO_ANALYTICS', message: 'this process has no analytics store' })
    const { format, limit, ...filters } = request.query
    const name = request.params.table
    const most = Math.min(limit ?? (format === 'json' ? mostRows : mostExported), format === 'json' ? mostRows : mostExported)
    const { sql, parameters } = queryOf(name, filters, most + (format === 'json' ? 1 : 0))
    if (format === 'json') {
      const rows = await analytics.query(sql, parameters)
      return { rows: rows.slice(0, most), more: rows.length > most }
    }
    void deps.audit?.({ ...actorOf(request), action: 'exported', target: name, detail: { format } })
    void reply.header('content-disposition', `attachment; filename="${name}.${format}"`).header('cache-control', 'no-store')
    if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(csvOf(name, await analytics.query(sql, parameters)))
    return reply.type('application/vnd.apache.parquet').send(await analytics.bytes(sql, 'Parquet', parameters))
  })
}
