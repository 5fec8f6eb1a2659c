/**
 * Records as rows of the analytics store: which rows each record of each topic becomes. Tables and
 * columns are documented in connectors/clickhouse/tables.sql.
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
  modelRow,
  ocrRow,
  rawRow,
  ruleRow,
  taskRow,
  trainingRow,
  verdictRow,
} from './analytics/record-rows.ts'
import { time, type RecordPlace, type AnalyticsRow } from './analytics/row.ts'

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
  'dead',
  'audit',
  'documents_shadow',
  'unreadable',
  'field_events',
] as const
export type AnalyticsTable = (typeof analyticsTables)[number]

export type Rows = Readonly<Partial<Record<AnalyticsTable, readonly AnalyticsRow[]>>>

type TopicName = Exclude<keyof Topics, 'users'> // accounts are no statistics

const tableOf = {
  raw: 'documents_raw',
  ocr: 'documents_ocr',
  extracted: 'documents_extracted',
  'needs-review': 'tasks',
  corrected: 'verdicts',
  training: 'training',
  rules: 'rules',
  models: 'models',
  dead: 'dead',
  audit: 'audit',
  shadow: 'documents_shadow',
} as const satisfies Record<TopicName, AnalyticsTable>

/** What a record of each topic becomes. */
const rowsOfTopic: { readonly [T in TopicName]: (record: Topics[T], place: RecordPlace) => Rows } =
  {
    raw: (raw, place) => oneRow('raw', place, rawRow(raw)),
    ocr: (ocr, place) => oneRow('ocr', place, ocrRow(ocr)),
    extracted: (extracted, place) => {
      const events = extractionEvents(extracted, place)
      return {
        ...oneRow('extracted', place, { ...extractedRow(extracted), ...factsOf(events) }),
        field_events: events,
      }
    },
    'needs-review': (task, place) => oneRow('needs-review', place, taskRow(task)),
    corrected: (verdict, place) => {
      const events = verdictEvents(verdict, place)
      const outcomes = outcomesOf(events)
      const row = {
        ...verdictRow(verdict, outcomes),
        ...factsOf(events),
        field_outcomes: outcomes,
        field_truths: events.map((event) => (event['truth'] === null ? 0 : 1)),
      }
      return { ...oneRow('corrected', place, row), field_events: events }
    },
    training: (verdict, place) => oneRow('training', place, trainingRow(verdict)),
    rules: (rule, place) => oneRow('rules', place, ruleRow(rule)),
    models: (model, place) => oneRow('models', place, modelRow(model)),
    dead: (dead, place) => oneRow('dead', place, deadRow(dead)),
    audit: (audit, place) => oneRow('audit', place, auditRow(audit)),
    shadow: (extracted, place) => oneRow('shadow', place, extractedRow(extracted)),
  }

/** What a record becomes; `value` is null for a tombstone. */
export function analyticsRowsOf<T extends TopicName>(
  topic: T,
  value: Topics[T] | null,
  place: RecordPlace,
): Rows {
  if (value !== null) return rowsOfTopic[topic](value, place)
  const document = hasDocument(topic) ? { document_id: place.key } : {}
  return oneRow(topic, place, { _erased: 1, ...document })
}

const oneRow = (topic: TopicName, place: RecordPlace, row: AnalyticsRow): Rows => ({
  [tableOf[topic]]: [{ ...placeOf(place), ...row }],
})

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

const hasDocument = (topic: TopicName): boolean => !['rules', 'models', 'audit'].includes(topic)
