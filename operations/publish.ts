/** Sends records about documents with the trace of the document. */

import type { Config } from '../config.ts'
import type { Producer, Sent } from '../connectors/kafka/kafka.ts'
import { headerNames, traceparentOf } from '../runtime/headers.ts'
import type { Raw, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'

/** Resolves after the broker's acknowledgement. BROKER_UNREACHABLE. */
export function rawSender(
  config: Config,
  { registry }: Connection,
  producer: Producer,
): (record: { readonly key: string; readonly value: Raw }) => Promise<Sent> {
  return ({ key, value }) =>
    producer.send(topicName('raw', config.topicPrefix), {
      key,
      value: registry.codec.encode('raw', value),
      headers: { [headerNames.trace]: traceparentOf(key) },
    })
}

/** `traceOf`: the trace that a task came with, where its producer brought one of its own. */
export function verdictSender(
  config: Config,
  { registry }: Connection,
  producer: Producer,
  traceOf: (documentId: string) => string | undefined,
): (verdict: Verdict) => Promise<Sent> {
  return (verdict) =>
    producer.send(topicName('corrected', config.topicPrefix), {
      key: verdict.documentId,
      value: registry.codec.encode('corrected', verdict),
      headers: {
        [headerNames.trace]: traceOf(verdict.documentId) ?? traceparentOf(verdict.documentId),
      },
    })
}
