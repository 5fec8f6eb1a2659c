/**
 * The headers of every record that a stage writes:
 *
 *   traceparent      W3C trace context: the input's trace, a new span for each hop. Where the input has none its trace is
 *                    that of its key, so that all records of a document share a trace wherever they enter
 *   tracestate       unchanged
 *   errata-origin    full topic name/partition/offset of the input
 *   errata-id        the same for the same output of the same input, however often it is produced: sinks can deduplicate by it
 *   errata-entered   when the first record of the chain was written, in ms since 1970; for a rule, the verdict
 *   errata-software  name and version of the program that wrote it
 *
 * and of one that was copied into topics of another generation:
 *
 *   errata-copied-from  full topic name/partition/offset where it lay before
 */

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  copiedFromHeader,
  parseOrigin,
  type KafkaRecord,
  type RecordOrigin,
} from '../connectors/kafka/kafka.ts'
import { headersOf, spanContextIn, type Span, type TraceHeaders } from '../connectors/tracing.ts'

const { name, version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { name: string; version: string }

export const software = `${name}-${version}`
export const softwareVersion = version

export const headerNames = {
  trace: 'traceparent',
  traceState: 'tracestate',
  origin: 'errata-origin',
  id: 'errata-id',
  entered: 'errata-entered',
  software: 'errata-software',
  // on a record replayed from the dead letters: how many times it has been replayed
  replay: 'errata-replay',
  replayOf: 'errata-replay-of', // on such a record: topic/partition/offset of the dead letter
  // on such a record: topic/partition/offset of the record that was first replayed
  firstOrigin: 'errata-first-origin',
  // on a marker in a dead-letter topic: the offset of the replayed dead letter in this partition
  replayed: 'errata-replayed',
  truncated: 'errata-truncated', // on a truncated dead letter: bytes of the whole value
  copiedFrom: copiedFromHeader,
} as const

/**
 * What Kafka Connect calls the cause of a dead letter (DeadLetterQueueReporter), so that tools made
 * for its dead-letter queues read ours too.
 */
export const connectHeaders = {
  topic: '__connect.errors.topic',
  partition: '__connect.errors.partition',
  offset: '__connect.errors.offset',
  stage: '__connect.errors.stage',
  exception: '__connect.errors.exception.class.name',
  message: '__connect.errors.exception.message',
} as const

export function recordOriginOf({
  topic,
  partition,
  offset,
}: Pick<KafkaRecord, 'topic' | 'partition'> & {
  readonly offset: bigint | number
}): string {
  return `${topic}/${partition}/${offset}`
}

/** The position that a stage's output comes from; null for what no stage wrote. */
export function originIn({ headers }: Pick<KafkaRecord, 'headers'>): RecordOrigin | null {
  return parseOrigin(headers[headerNames.origin])
}

interface Sent extends Pick<KafkaRecord, 'topic' | 'partition'> {
  readonly offset: bigint | number | string
  readonly headers: Readonly<Record<string, Buffer>>
}

/**
 * The original position of a record that was replayed from the dead letters; its own position if it
 * was not.
 */
export function firstOriginOf({ topic, partition, offset, headers }: Sent): {
  readonly partition: number
  readonly offset: number
} {
  const first = parseOrigin(headers[headerNames.firstOrigin])
  return first?.topic === topic
    ? { partition: first.partition, offset: first.offset }
    : { partition, offset: Number(offset) }
}

/**
 * Makes the headers for the outputs of one input: one span, and an id for each output. `span`: that
 * under which it is processed, where there are any.
 */
export function headersFor(
  stage: string,
  record: KafkaRecord,
  span: Span | null = null,
): (topic: string, index: number) => Record<string, string> {
  const origin = recordOriginOf(record)
  const shared = {
    ...(span === null ? traceOf(record) : headersOf(span.spanContext())),
    [headerNames.origin]: origin,
    [headerNames.entered]: String(enteredOf(record)),
    [headerNames.software]: software,
  }
  return (topic, index) => ({
    ...shared,
    [headerNames.id]: createHash('sha256')
      .update(`${stage}\n${origin}\n${topic}\n${index}`)
      .digest('hex')
      .slice(0, 32),
  })
}

/**
 * When the document entered: the timestamp of the first record of its chain, in ms since 1970, by
 * the clock of its producer.
 */
export function enteredOf({
  headers,
  timestamp,
}: Pick<KafkaRecord, 'headers' | 'timestamp'>): number {
  const entered = headers[headerNames.entered]?.toString('latin1') ?? ''
  return /^\d{1,15}$/.test(entered) ? Number(entered) : timestamp
}

/** The trace that a document has where its producer brought none. */
export function traceIdFor(documentId: string): string {
  return createHash('sha256').update(`trace ${documentId}`).digest('hex').slice(0, 32)
}

/**
 * A traceparent for a record that enters the system: the same trace for the same document, a new
 * span.
 */
export function traceparentOf(documentId: string): string {
  return `00-${traceIdFor(documentId)}-${newSpanId()}-01`
}

/** For what follows from a request: its trace, with a new span; null where it has none. */
export function traceFollowing(headers: Parameters<typeof spanContextIn>[0]): TraceHeaders | null {
  const parent = spanContextIn(headers)
  return parent === null ? null : headersOf({ ...parent, spanId: newSpanId() })
}

function traceOf({ headers, key }: KafkaRecord): TraceHeaders {
  return (
    traceFollowing(headers) ?? { traceparent: traceparentOf(key?.toString('utf8') ?? newSpanId()) }
  )
}

const newSpanId = (): string => randomBytes(8).toString('hex')
