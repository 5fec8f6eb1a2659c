/**
 * Sends records about documents with the trace of the document: that of the request that brought
 * it, or else one of its own. And entries of the audit log, which have none.
 */

import type { Config } from '../config.ts'
import type { Producer, Sent } from '../connectors/kafka/kafka.ts'
import {
  headersOf,
  spanContextIn,
  SpanKind,
  spanned,
  type SpanContext,
  type TraceHeaders,
} from '../connectors/tracing.ts'
import { traceFollowing, traceIdFor, traceparentOf } from '../runtime/headers.ts'
import type { Audit, Raw, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import type { Reached } from './read-topic.ts'

/**
 * `from`: the request that brought the document. Resolves after the broker's acknowledgement.
 * BROKER_UNREACHABLE.
 */
export function rawSender(
  config: Config,
  { registry }: Connection,
  producer: Producer,
): (
  record: { readonly key: string; readonly value: Raw },
  from?: SpanContext | null,
) => Promise<Sent> {
  const name = topicName('raw', config.topicPrefix)
  return ({ key, value }, from = null) =>
    sendTraced(
      producer,
      name,
      { key, value: registry.codec.encode('raw', value) },
      { parent: from },
    )
}

/** An entry of the audit log. Resolves after the broker's acknowledgement. BROKER_UNREACHABLE. */
export function auditSender(
  config: Pick<Config, 'topicPrefix'>,
  { registry }: Pick<Reached, 'registry'>,
  producer: Producer,
): (entry: Audit) => Promise<Sent> {
  const name = topicName('audit', config.topicPrefix)
  return (entry) =>
    producer.send(name, { key: entry.actor, value: registry.codec.encode('audit', entry) })
}

/**
 * `traceOf`: the trace that a task came with, where its producer brought one of its own. `from`: the
 * request with the answer, of which the document's trace is told, and the other way round.
 */
export function verdictSender(
  config: Config,
  { registry }: Connection,
  producer: Producer,
  traceOf: (documentId: string) => string | undefined,
): (verdict: Verdict, from?: SpanContext | null) => Promise<Sent> {
  const name = topicName('corrected', config.topicPrefix)
  return (verdict, from = null) => {
    const { documentId } = verdict
    return sendTraced(
      producer,
      name,
      { key: documentId, value: registry.codec.encode('corrected', verdict) },
      {
        parent: spanContextIn({ traceparent: traceOf(documentId) }),
        links: from === null ? [] : [from],
      },
    )
  }
}

/** A span of the sending in the document's trace, and the record's headers in it. */
function sendTraced(
  producer: Producer,
  topic: string,
  record: { readonly key: string; readonly value: Buffer },
  { parent, links = [] }: { parent: SpanContext | null; links?: readonly SpanContext[] },
): Promise<Sent> {
  const { key } = record
  return spanned(
    {
      name: `send ${topic}`,
      kind: SpanKind.PRODUCER,
      parent,
      traceId: traceIdFor(key),
      links,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination.name': topic,
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'send',
        'messaging.kafka.message.key': key,
      },
    },
    async (span) => {
      const trace = span === null ? traceAfter(parent, key) : headersOf(span.spanContext())
      const sent = await producer.send(topic, { ...record, headers: { ...trace } })
      span?.setAttributes({
        'messaging.destination.partition.id': String(sent.partition),
        'messaging.kafka.offset': Number(sent.offset),
      })
      return sent
    },
  )
}

function traceAfter(parent: SpanContext | null, key: string): TraceHeaders {
  const following = parent === null ? null : traceFollowing({ ...headersOf(parent) })
  return following ?? { traceparent: traceparentOf(key) }
}
