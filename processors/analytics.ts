/**
 * Records as rows of the analytics store: which rows a record becomes. A topic's entry in
 * topology.ts names those of its records. Tables and columns are documented in connectors/clickhouse/tables.sql.
 *
 * The same record always gives the same rows, since a batch that is stored again after a crash must
 * be the same batch. A tombstone is a row too. Values stay the exact strings of the record; money
 * never becomes a floating-point number.
 *
 * A field decision compares normalised values exactly. Where both sides have line items, their
 * lines are aligned first, so that one missing line doesn't make all that follow it wrong.
 */

import type { Topics } from '../schemas/types.ts'
import { extractionEvents, factsOf, outcomesOf, verdictEvents } from './analytics/field-events.ts'
import {
  auditRow,
  deadRow,
  extractedRow,
  finalRow,
  modelRow,
  ocrRow,
  profileRow,
  rawRow,
  ruleRow,
  taskRow,
  trainingRow,
  verdictRow,
} from './analytics/record-rows.ts'
import { time, type RecordPlace, type AnalyticsRow } from './analytics/row.ts'
import type { TopicName } from './processor.ts'
import { isOfDocument, type RecordRules } from './validate.ts'

export type { ColumnValue, RecordPlace, AnalyticsRow } from './analytics/row.ts'

export const analyticsTables = [
  'documents_raw',
  'documents_ocr',
  'documents_extracted',
  'tasks',
  'verdicts',
  'training',
  'rules',
  'models',
  'profiles',
  'dead',
  'audit',
  'documents_shadow',
  'documents_final',
  'unreadable',
  'field_events',
] as const
export type AnalyticsTable = (typeof analyticsTables)[number]

export type Rows = Readonly<Partial<Record<AnalyticsTable, readonly AnalyticsRow[]>>>

/** How analytics keeps the records of a topic; part of a topic's entry in topology.ts. */
export interface AnalyticsRows<T extends TopicName> {
  /** The table with a row for each record, then those that get more rows of it. */
  readonly tables: readonly [AnalyticsTable, ...AnalyticsTable[]]
  /** What is said of a record beside its place, and its rows in the other tables. */
  readonly of: (
    record: Topics[T],
    place: RecordPlace,
  ) => { readonly row: AnalyticsRow; readonly others?: Rows }
}

/** A topic whose records become one row each. */
const single = <T extends TopicName>(
  table: AnalyticsTable,
  rowOf: (record: Topics[T]) => AnalyticsRow,
): AnalyticsRows<T> => ({ tables: [table], of: (record) => ({ row: rowOf(record) }) })

export const analyticsRows = {
  raw: single<'raw'>('documents_raw', rawRow),
  ocr: single<'ocr'>('documents_ocr', ocrRow),
  extracted: {
    tables: ['documents_extracted', 'field_events'],
    of: (extracted, place) => {
      const events = extractionEvents(extracted, place)
      return {
        row: { ...extractedRow(extracted), ...factsOf(events) },
        others: { field_events: events },
      }
    },
  },
  'needs-review': single<'needs-review'>('tasks', taskRow),
  verdicts: {
    tables: ['verdicts', 'field_events'],
    of: (verdict, place) => {
      const events = verdictEvents(verdict, place)
      const outcomes = outcomesOf(events)
      const row = {
        ...verdictRow(verdict, outcomes),
        ...factsOf(events),
        field_outcomes: outcomes,
        field_truths: events.map((event) => (event['truth'] === null ? 0 : 1)),
      }
      return { row, others: { field_events: events } }
    },
  },
  training: single<'training'>('training', trainingRow),
  rules: single<'rules'>('rules', ruleRow),
  models: single<'models'>('models', modelRow),
  profiles: single<'profiles'>('profiles', profileRow),
  dead: single<'dead'>('dead', deadRow),
  audit: single<'audit'>('audit', auditRow),
  shadow: single<'shadow'>('documents_shadow', extractedRow),
  final: single<'final'>('documents_final', finalRow),
} as const satisfies { readonly [T in TopicName]?: AnalyticsRows<T> }

/**
 * What a record becomes; `value` is null for a tombstone. Nothing where analytics doesn't keep the
 * topic.
 */
export function rowsOf<T extends TopicName>(
  topic: RecordRules<T> & { readonly analytics: AnalyticsRows<T> | null },
  value: Topics[T] | null,
  place: RecordPlace,
): Rows {
  if (topic.analytics === null) return {}
  const { tables, of } = topic.analytics
  const own = (row: AnalyticsRow): Rows => ({ [tables[0]]: [{ ...placeOf(place), ...row }] })
  if (value === null)
    return own({ _erased: 1, ...(isOfDocument(topic) ? { document_id: place.key } : {}) })
  const { row, others } = of(value, place)
  return { ...own(row), ...others }
}

/**
 * A record that can't be decoded, or that the store refuses: its place and the cause. The bytes
 * stay in the topic.
 */
export function unreadableRow(
  place: RecordPlace,
  cause: { readonly code: string; readonly message: string },
  value: Uint8Array | null,
): AnalyticsRow {
  return {
    ...placeOf(place),
    code: cause.code,
    message: cause.message,
    value_bytes: value?.length ?? 0,
    starts_with: Buffer.from(value?.subarray(0, 16) ?? []).toString('hex'),
  }
}

/** The trace id of a W3C traceparent, or an empty string. */
export function traceIdOf(traceparent: string | undefined): string {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1] ?? ''
}

const placeOf = (place: RecordPlace): AnalyticsRow => ({
  _topic: place.topic,
  _partition: place.partition,
  _offset: String(place.offset),
  _time: time(place.timestamp),
  _key: place.key,
  trace_id: place.traceId,
})
