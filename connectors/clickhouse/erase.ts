/**
 * Deletes a document's rows from the analytics store after a tombstone: those of the tombstone's
 * topic and of the generations before it, including its fields, and with the extraction also the row of its arrival, since `raw` has
 * no tombstones.
 *
 * Rows of a topic are stored in the order of the log, so rows before the tombstone are there when
 * it arrives, also when the store is refilled. Only the arrival is in another topic: a refilled
 * store may have that row again, for as long as `raw` is kept. Hourly and daily totals stay, since
 * they name no document. Rows are physically removed, not only hidden: a mutation rewrites the
 * parts.
 */

import type { AnalyticsTable, RecordPlace } from '../../processors/analytics.ts'
import type { TopicName } from '../../processors/processor.ts'
import { topics } from '../../topology.ts'
import { literal } from './sql.ts'

/** Statements for the tombstones of a topic; none if they erase no document. */
export function erasing(topic: TopicName, tombstones: readonly RecordPlace[]): string[] {
  const keys = new Map(
    tombstones.filter(({ key }) => key !== '').map((place) => [place.key, place]),
  ) // of several, the last one
  return [...keys.values()].flatMap(({ topic: name, partition, offset, key, timestamp }) => [
    ...tablesOf(topic).map((table) =>
      remove(
        table,
        `document_id = ${literal(key)} AND (_topic = ${literal(name)} AND (_partition != ${partition} OR _offset < ${offset}) OR _topic < ${literal(name)} AND endsWith(_topic, ${literal(topic)}))`,
      ),
    ),
    ...(topic === 'extracted'
      ? [
          remove(
            'documents_raw',
            `document_id = ${literal(key)} AND _time <= fromUnixTimestamp64Milli(${Math.trunc(timestamp)}, 'UTC')`,
          ),
        ]
      : []),
  ])
}

/** Where a tombstone of the topic erases: nowhere for one that only ends what a key said. */
function tablesOf(topic: TopicName): readonly AnalyticsTable[] {
  const { erasable, analytics } = topics[topic]
  return erasable === true ? (analytics?.tables ?? []) : []
}

function remove(table: AnalyticsTable, where: string): string {
  return `ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 1`
}
