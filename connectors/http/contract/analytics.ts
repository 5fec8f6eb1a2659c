/**
 * The contract: the tables of the dashboard. Each is a route of its own, so that the API's
 * description names its columns and filters.
 */

import {
  type columnKinds,
  filterNames,
  type Filter,
  type Table,
  type TableColumnKind,
} from '../review/tables/table.ts'
import { failure } from './problem.ts'
import { binary, flag, list, mapOf, object, open, text, texts, whole } from './schema.ts'

export const usualRows = 1000 // of an answer in JSON
export const mostRows = 10_000
export const mostExported = 1_000_000 // rows of a file

const day = { ...text, format: 'date' } as const
const moment = {
  ...text,
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[ T]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z?$',
} as const
const words = { ...text, maxLength: 500 } as const

/** What each filter asks for. */
const filterSchemas = {
  profile: words,
  vendor: { ...words, description: 'Its identifier, such as vat:DE136695976.' },
  field: { ...words, description: 'A field, or lineItems.column.' },
  model: { ...words, description: 'name/version; name/0 where no model was used.' },
  basis: {
    ...words,
    description: 'How the truth became known: review, sample, correction, untouched.',
  },
  state: { ...words, description: 'accepted, review, rejected, dead or in flight.' },
  reviewer: words,
  with: { ...words, description: 'Another reviewer who answered the same document.' },
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
  waiting: { ...words, description: 'As the table `queue` names it, such as `1 to 4 h`.' },
  document: words,
  outcome: {
    ...words,
    description:
      'tp (right), fp (wrong), fn (missed), tn (rightly absent), unjudged, or changed for fp and fn.',
  },
  bin: { ...words, description: 'Lower end of the tenth of confidence, such as 0.9.' },
  stage: words,
  rule: { ...words, description: 'Id of a rule.' },
  kind: { ...words, description: 'reading or answer.' },
  scope: { ...words, description: 'header or lines.' },
} as const satisfies Readonly<Record<Filter, object>>

export const ignoredFilter = { ...words, description: 'This table ignores it.' } as const

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

// typed as the tuple that it is, which neither generators of clients nor testers all understand
const columnTuple = {
  ...texts,
  minItems: 3,
  maxItems: 3,
  description: 'Name, label and kind.',
} as unknown as {
  readonly type: 'array'
  readonly items: readonly [typeof text, typeof text, { readonly enum: typeof columnKinds }]
  readonly additionalItems: false
  readonly minItems: 3
}

export const tableInfo = object({
  name: text,
  title: text,
  note: text,
  columns: list(columnTuple),
  filters: list({ enum: filterNames }),
})

/** GET /api/analytics */
export const listTables = {
  summary: 'The tables of the dashboard, with their columns and filters',
  tags: ['quality'],
  response: { 200: object({ tables: list(tableInfo) }) },
} as const

export const tableRows = object({
  rows: list(mapOf({ type: ['string', 'number', 'boolean', 'null'] })),
  more: { ...flag, description: 'There are more rows than these.' },
  ignored: { ...list({ enum: filterNames }), description: 'Filters that this table has not.' },
})

const format = { enum: ['json', 'csv', 'parquet'], default: 'json' } as const
const limit = {
  ...whole,
  minimum: 1,
  maximum: mostExported,
  description: `Most rows; for JSON ${usualRows} unless said, and ${mostRows} at most.`,
} as const
const query = object({ ...filterSchemas, format, limit }, [])

/** GET /api/analytics/{table} */
export function getTable({ title, note, columns, filters }: Table) {
  const ignored = (filter: Filter): boolean => filters[filter] === undefined
  const asked = Object.fromEntries(
    filterNames.map((name) => [name, ignored(name) ? ignoredFilter : filterSchemas[name]]),
  )
  const row = open(
    object(
      Object.fromEntries(
        columns.map(([column, label, kind]) => [column, { ...kindSchemas[kind], title: label }]),
      ),
    ),
  )
  const rows = { ...tableRows, properties: { ...tableRows.properties, rows: list(row) } }
  return {
    summary: title,
    description: `${note}${note === '' ? '' : ' '}Filters that this table doesn’t know are named in \`ignored\`. CSV is safe against formulas; files have up to ${mostExported} rows, where there are more the header x-more says so.`,
    tags: ['quality'],
    // the type of every table: which filters it has is known when the program runs
    querystring: { ...query, properties: { ...asked, format, limit } } as unknown as typeof query,
    response: {
      200: {
        description: 'Rows',
        headers: {
          'x-more': { schema: text, description: 'true: there are more rows than the file has.' },
        },
        content: {
          'application/json': { schema: rows },
          'text/csv': { schema: { type: 'string' } },
          'application/vnd.apache.parquet': { schema: binary },
        },
      },
      404: failure,
    },
  }
}
