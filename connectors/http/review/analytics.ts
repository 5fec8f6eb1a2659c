/**
 * The dashboard's tables over HTTP: as JSON for the page, as CSV and Parquet to take along. Each
 * table is a route of its own, so that the API's description names its columns and filters.
 */

import type { FastifyInstance } from 'fastify'
import type { ReviewDeps } from './context.ts'
import { failure, object } from './schemas.ts'
import { remembering } from './query-cache.ts'
import { actorOf } from '../security.ts'
import {
  csvOf,
  filterNames,
  queryOf,
  tableNames,
  tables,
  type Filter,
  type TableFilters,
  type TableColumnKind,
  type Table,
  type TableName,
} from './tables.ts'

const usualRows = 1000 // of an answer in JSON
const mostRows = 10_000
const mostExported = 1_000_000 // rows of a file
const day = { type: 'string', format: 'date' } as const
const moment = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z?$',
} as const
const text = { type: 'string', maxLength: 500 } as const

/** What each filter asks for. */
const filterSchemas: Readonly<Record<Filter, object>> = {
  profile: text,
  vendor: { ...text, description: 'Its identifier, such as vat:DE136695976.' },
  field: { ...text, description: 'A field, or lineItems.column.' },
  model: { ...text, description: 'name/version; name/0 where no model was used.' },
  basis: {
    ...text,
    description: 'How the truth became known: review, sample, correction, untouched.',
  },
  state: { ...text, description: 'accepted, review, rejected, dead or in flight.' },
  reviewer: text,
  with: { ...text, description: 'Another reviewer who answered the same document.' },
  read_from: { ...day, description: 'First day of the reading (UTC).' },
  read_to: { ...day, description: 'Last day of the reading.' },
  answered_from: { ...day, description: 'First day of the answer (UTC).' },
  answered_to: { ...day, description: 'Last day of the answer.' },
  from: {
    ...day,
    description: 'First day (UTC), of what the table is ordered by: reading, answer or arrival.',
  },
  to: { ...day, description: 'Last day (UTC).' },
  since: { ...moment, description: 'Answered at this time or later (UTC).' },
  until: { ...moment, description: 'Answered at this time or before (UTC).' },
  waiting: { ...text, description: 'As the table `queue` names it, such as `1 to 4 h`.' },
  document: text,
  outcome: {
    ...text,
    description:
      'tp (right), fp (wrong), fn (missed), tn (rightly absent), unjudged, or changed for fp and fn.',
  },
  bin: { ...text, description: 'Lower end of the tenth of confidence, such as 0.9.' },
  stage: text,
  rule: { ...text, description: 'Id of a rule.' },
  kind: { ...text, description: 'reading or answer.' },
  scope: { ...text, description: 'header or lines.' },
}
const kindSchemas: Readonly<Record<TableColumnKind, object>> = {
  text: { type: ['string', 'null'] },
  document: { type: ['string', 'null'], description: 'Document id.' },
  amount: { type: ['string', 'null'], description: 'Exact decimal.' },
  time: { type: ['string', 'null'], description: 'YYYY-MM-DD hh:mm:ss.mmm, UTC.' },
  count: { type: ['integer', 'null'] },
  share: { type: ['number', 'null'], description: '0 to 1.' },
  percent: { type: ['number', 'null'], description: '0 to 1.' },
  seconds: { type: ['number', 'null'], description: 'Seconds.' },
  ms: { type: ['number', 'null'], description: 'Milliseconds.' },
  number: { type: ['number', 'null'] },
}

type Row = Readonly<Record<string, unknown>>

export function analyticsRoutes(app: FastifyInstance, deps: ReviewDeps): void {
  const described = tableNames.map((name) => ({
    name,
    title: tables[name].title,
    note: tables[name].note,
    columns: tables[name].columns,
    filters: Object.keys(tables[name].filters),
  }))
  const column = {
    type: 'array',
    items: { type: 'string' },
    minItems: 3,
    maxItems: 3,
    description: 'Name, label and kind.',
  }
  app.get(
    '/api/analytics',
    {
      schema: {
        summary: 'The tables of the dashboard, with their columns and filters',
        tags: ['quality'],
        response: {
          200: object({
            tables: {
              type: 'array',
              items: object({
                name: text,
                title: text,
                note: text,
                columns: { type: 'array', items: column },
                filters: { type: 'array', items: { enum: filterNames } },
              }),
            },
          }),
        },
      },
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
  app: FastifyInstance,
  deps: ReviewDeps,
  name: TableName,
  ask: ReturnType<typeof remembering> | null,
): void {
  const shaped = withNumbers(tables[name].columns)
  app.get<{ Querystring: TableFilters & { format: 'json' | 'csv' | 'parquet'; limit?: number } }>(
    `/api/analytics/${name}`,
    {
      schema: tableSchema(tables[name]),
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

/** What the API's description says of a table. */
function tableSchema({ title, note, columns, filters }: Table): object {
  const row = {
    ...object(
      Object.fromEntries(
        columns.map(([column, label, kind]) => [column, { ...kindSchemas[kind], title: label }]),
      ),
    ),
    additionalProperties: true,
  }
  const asked = Object.fromEntries(
    (Object.keys(filters) as Filter[]).map((filter) => [filter, filterSchemas[filter]]),
  )
  return {
    summary: title,
    description: `${note}${note === '' ? '' : ' '}Filters that this table doesn’t know are named in \`ignored\`. CSV is safe against formulas; files have up to ${mostExported} rows, where there are more the header x-more says so.`,
    tags: ['quality'],
    querystring: {
      ...object(
        {
          ...asked,
          format: { enum: ['json', 'csv', 'parquet'], default: 'json' },
          limit: {
            type: 'integer',
            minimum: 1,
            maximum: mostExported,
            description: `Most rows; for JSON ${usualRows} unless said, and ${mostRows} at most.`,
          },
        } as Record<string, object>,
        [],
      ),
      additionalProperties: text,
    },
    response: {
      200: {
        description: 'Rows',
        content: {
          'application/json': {
            schema: object({
              rows: { type: 'array', items: row },
              more: { type: 'boolean', description: 'There are more rows than these.' },
              ignored: { type: 'array', items: { enum: filterNames } },
            }),
          },
          'text/csv': { schema: { type: 'string' } },
          'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
        },
      },
      400: failure,
      404: failure,
      503: failure,
    },
  }
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
