/**
 * A span for each request, by the pattern of its route, in the trace that the client brought. A
 * stream of events has none: it lasts as long as somebody looks.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  isTracing,
  spanContextIn,
  SpanKind,
  SpanStatusCode,
  startSpan,
  type Span,
  type SpanContext,
} from '../tracing.ts'

const spans = new WeakMap<FastifyRequest, Span>()

/** Traces every request to the server while this process is traced. */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isTracing()) return
    const { method, routeOptions, headers } = request
    const { url: route } = routeOptions
    const span = startSpan({
      name: route === undefined ? method : `${method} ${route}`,
      kind: SpanKind.SERVER,
      parent: spanContextIn(headers),
      attributes: {
        'http.request.method': method,
        ...(route === undefined ? {} : { 'http.route': route }),
      },
    })
    if (span !== null) spans.set(request, span)
  })
  app.addHook('onResponse', async (request, { raw, statusCode }) => {
    if (raw.getHeader('content-type') === 'text/event-stream') return
    const span = spans.get(request)
    span?.setAttribute('http.response.status_code', statusCode)
    if (statusCode >= 500)
      span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', `${statusCode}`)
    span?.end()
  })
}

/** The span of a request, or else the one that the client named; null where there is neither. */
export function traceOfRequest(request: FastifyRequest): SpanContext | null {
  return spans.get(request)?.spanContext() ?? spanContextIn(request.headers)
}
