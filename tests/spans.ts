/** The spans that a test makes, with OpenTelemetry's real SDK. */

import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace'
import { traceTo, type Tracing } from '../connectors/otlp/otlp.ts'

export const tracingSettings = {
  otelServiceName: null,
  otelResource: null,
  otelSampler: 'parentbased_always_on',
  otelSamplerShare: 1,
}

export interface RecordedSpans extends Tracing {
  all(): readonly ReadableSpan[]
  /** The one of this name. */
  named(name: string): ReadableSpan
}

export function recordSpans(change: Partial<typeof tracingSettings> = {}): RecordedSpans {
  const exporter = new InMemorySpanExporter()
  const tracing = traceTo(
    new SimpleSpanProcessor({ exporter }),
    { ...tracingSettings, ...change },
    { serviceName: 'errata-test', version: '0' },
  )
  return {
    ...tracing,
    all: () => exporter.getFinishedSpans(),
    named(name) {
      const [found, ...others] = exporter.getFinishedSpans().filter((span) => span.name === name)
      if (found === undefined || others.length > 0)
        throw new Error(`${found === undefined ? 'no span' : 'several spans'} of the name ${name}`)
      return found
    },
  }
}
