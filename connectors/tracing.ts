/**
 * Spans, for those who make them. Only OpenTelemetry's API is loaded; until `traceWith` is called,
 * there are none, and making one costs a comparison.
 *
 * The parent is always said: no context follows calls around, since a fetched batch, a transaction
 * and a request hold records of many traces. A span without a parent may ask for the id of its
 * trace, so that all records of a document share a trace wherever the first of them comes from.
 *
 * Ids, positions, codes and counts only: nothing that a document says is an attribute.
 */

import {
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type SpanContext,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api'
import { codeOf } from '../errors.ts'

export { SpanKind, SpanStatusCode, type Span, type SpanContext } from '@opentelemetry/api'

export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  readonly parent: SpanContext | null
  /** Of a span without a parent; otherwise one by chance. */
  readonly traceId?: string
  readonly links?: readonly SpanContext[]
  readonly attributes?: Attributes
  /** ms since 1970; otherwise now. */
  readonly startTime?: number
}

/** As records and requests carry it. */
export interface TraceHeaders {
  readonly traceparent: string
  readonly tracestate?: string
}

let tracer: Tracer | null = null
let wanted: string | null = null // of the span that is being started

/** From here on there are spans; null ends that. */
export function traceWith(given: Tracer | null): void {
  tracer = given
}

export const isTracing = (): boolean => tracer !== null

/** For the SDK: the id that the trace of a span without a parent shall have. */
export const wantedTraceId = (): string | null => wanted

/** Null while nobody wants any. */
export function startSpan(start: SpanStart): Span | null {
  if (tracer === null) return null
  const { name, kind, parent, traceId = null, links = [], attributes = {}, startTime } = start
  const within = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
  wanted = parent === null ? traceId : null
  try {
    return tracer.startSpan(
      name,
      {
        kind,
        attributes,
        links: links.map((context) => ({ context })),
        ...(startTime === undefined ? {} : { startTime }),
      },
      within,
    )
  } finally {
    wanted = null
  }
}

/** Marks a span with the code of an error. */
export function failSpan(span: Span | null, error: unknown): void {
  const code = codeOf(error)
  span?.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR, message: code })
}

/** Runs under a span, which ends with the result or with the code of the error. */
export async function spanned<T>(
  start: SpanStart,
  act: (span: Span | null) => Promise<T>,
): Promise<T> {
  const span = startSpan(start)
  try {
    return await act(span)
  } catch (error) {
    failSpan(span, error)
    throw error
  } finally {
    span?.end()
  }
}

/** What the headers of a record or request say, by W3C Trace Context; null where that is nothing. */
export function spanContextIn(
  headers: Readonly<Record<string, Buffer | string | string[] | undefined>>,
): SpanContext | null {
  const [version = '', traceId = '', spanId = '', flags = ''] = textOf(headers.traceparent).split(
    '-',
  )
  if (!/^(?!ff)[0-9a-f]{2}$/.test(version) || !/^[0-9a-f]{2}$/.test(flags)) return null
  const traceState = createTraceState(textOf(headers.tracestate))
  const found: SpanContext = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true }
  if (!isSpanContextValid(found)) return null
  return traceState.serialize() === '' ? found : { ...found, traceState }
}

/** The headers of what is sent under a span. */
export function headersOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceHeaders {
  const tracestate = traceState?.serialize() ?? ''
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate === '' ? {} : { tracestate }),
  }
}

const textOf = (header: Buffer | string | string[] | undefined): string =>
  Buffer.isBuffer(header) ? header.toString('latin1') : String(header ?? '')
