/**
 * The spans of a stage, one trace from record to record:
 *
 *   process invoices.raw      from taking a record to its outputs, which carry it as their parent
 *   └ commit invoices.raw     the transaction that its outputs are in; one for each record of it
 *
 * A retry is an event. A dead letter marks the span with its code.
 */

import {
  failSpan,
  isTracing,
  spanContextIn,
  SpanKind,
  startSpan,
  type Span,
} from '../connectors/tracing.ts'
import type { KafkaRecord } from '../connectors/kafka/kafka.ts'
import { keyText } from '../processors/shared/record-key.ts'
import { traceIdFor } from './headers.ts'

/** Null while nothing is traced. */
export function startProcessing(stage: string, record: KafkaRecord): Span | null {
  if (!isTracing()) return null
  const key = keyText(record.key)
  return startSpan({
    name: `process ${record.topic}`,
    kind: SpanKind.CONSUMER,
    parent: spanContextIn(record.headers),
    ...(key === null ? {} : { traceId: traceIdFor(key) }),
    attributes: {
      ...placeOf(stage, record),
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.message.body.size': record.value?.length ?? 0,
      ...(key === null ? {} : { 'messaging.kafka.message.key': key }),
    },
  })
}

/** Marks the span of a record that becomes a dead letter. */
export function markDead(span: Span | null, error: unknown): void {
  failSpan(span, error)
  span?.setAttribute('errata.dead_letter', true)
}

/** A record of a transaction, and the span under which it was processed. */
interface Committed {
  readonly record: KafkaRecord | null
  readonly span: Span | null
}

/** Begins the spans of a transaction; the result ends them, with the error where there is one. */
export function startCommit(
  stage: string,
  results: readonly Committed[],
): (error?: unknown) => void {
  const records = results.filter(({ record }) => record !== null).length
  const spans = results.flatMap(({ record, span }) => {
    if (record === null || span === null) return []
    const started = startSpan({
      name: `commit ${record.topic}`,
      kind: SpanKind.CLIENT,
      parent: span.spanContext(),
      attributes: {
        ...placeOf(stage, record),
        'messaging.operation.type': 'settle',
        'messaging.operation.name': 'commit',
        'messaging.batch.message_count': records,
      },
    })
    return started ?? []
  })
  return (error) => {
    for (const span of spans) {
      if (error !== undefined) failSpan(span, error)
      span.end()
    }
  }
}

function placeOf(stage: string, { topic, partition, offset }: KafkaRecord) {
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': Number(offset),
    'errata.stage': stage,
  }
}
