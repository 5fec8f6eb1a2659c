/**
 * A span for each batch that is stored: the child of its record's span where it has one record, and
 * otherwise linked to the traces of its records, since a batch belongs to no single one.
 */

import { isTracing, spanContextIn, SpanKind, spanned } from '../tracing.ts'
import type { RecordPlace } from '../../processors/analytics.ts'

export interface TracedRecord {
  readonly place: RecordPlace
  readonly traceparent?: string | undefined
}

const mostLinks = 128 // of a span; what is beyond would be cut off

/** Stores a batch under a span of its own. */
export async function storedUnderSpan(
  records: readonly TracedRecord[],
  store: () => Promise<void>,
): Promise<void> {
  const [first] = records
  if (!isTracing() || first === undefined) return store()
  const { topic, partition, offset } = first.place
  const origins = records.flatMap(({ traceparent }) => spanContextIn({ traceparent }) ?? [])
  const [only] = origins
  const isOne = records.length === 1 && only !== undefined
  await spanned(
    {
      name: `store ${topic}`,
      kind: SpanKind.CONSUMER,
      parent: isOne ? only : null,
      links: isOne ? [] : origins.slice(0, mostLinks),
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination.name': topic,
        'messaging.destination.partition.id': String(partition),
        'messaging.kafka.offset': Number(offset),
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'store',
        'messaging.batch.message_count': records.length,
        'db.system.name': 'clickhouse',
      },
    },
    () => store(),
  )
}
