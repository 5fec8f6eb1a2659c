/**
 * Sends spans to an OTLP collector. This file alone loads OpenTelemetry's SDK, and only where the
 * settings name a collector.
 *
 * Spans wait in a bounded queue, and what doesn't fit is dropped: a collector that is away or slow
 * never holds up a stage. That it is away is logged once, and once that it is back. At the end
 * what waits is sent for two seconds at most.
 */

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'
import type { Config } from '../../config.ts'
import { isSampler, pairsOf, type SamplerName } from '../../config/tracing.ts'
import type { Log } from '../kafka/kafka.ts'
import { traceWith, wantedTraceId } from '../tracing.ts'

export type TracingSettings = Pick<
  Config,
  | 'otlpEndpoint'
  | 'otlpTracesEndpoint'
  | 'otlpHeaders'
  | 'otelServiceName'
  | 'otelResource'
  | 'otelSampler'
  | 'otelSamplerShare'
>

export interface Tracing {
  /** Sends what waits, for two seconds at most. */
  stop(): Promise<void>
}

export interface TracedProcess {
  /** Where the settings give none. */
  readonly serviceName: string
  readonly version: string
  readonly log: Log
  /** How long spans are gathered: 5 s. */
  readonly gatherMs?: number
}

const graceMs = 2_000
const defaultGatherMs = 5_000

/** Begins to trace this process. */
export function openTracing(settings: TracingSettings, traced: TracedProcess): Tracing {
  const exporter = toldOnce(
    new OTLPTraceExporter({
      url: tracesUrl(settings),
      headers: { ...pairsOf(settings.otlpHeaders ?? '') },
    }),
    traced.log,
  )
  const processor = new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: traced.gatherMs ?? defaultGatherMs,
  })
  return traceTo(processor, settings, traced)
}

/** The same with any processor of spans. */
export function traceTo(
  processor: SpanProcessor,
  {
    otelServiceName,
    otelResource,
    otelSampler,
    otelSamplerShare,
  }: Omit<TracingSettings, 'otlpEndpoint' | 'otlpTracesEndpoint' | 'otlpHeaders'>,
  { serviceName, version }: Pick<TracedProcess, 'serviceName' | 'version'>,
): Tracing {
  const sampler = isSampler(otelSampler) ? otelSampler : 'parentbased_always_on'
  const attributes = pairsOf(otelResource ?? '') ?? {}
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'process.pid': process.pid,
      ...attributes,
      ...(otelServiceName === null ? {} : { 'service.name': otelServiceName }),
    }),
    sampler: samplerOf(sampler, otelSamplerShare),
    idGenerator: idGenerator(),
    spanProcessors: [processor],
  })
  traceWith(provider.getTracer('errata', version))
  return {
    async stop() {
      traceWith(null)
      let timer: NodeJS.Timeout | undefined
      const grace = new Promise((resolve) => (timer = setTimeout(resolve, graceMs)))
      await Promise.race([provider.shutdown().catch(() => {}), grace])
      clearTimeout(timer)
    },
  }
}

function tracesUrl({ otlpEndpoint, otlpTracesEndpoint }: TracingSettings): string {
  return otlpTracesEndpoint ?? `${(otlpEndpoint ?? '').replace(/\/+$/, '')}/v1/traces`
}

function samplerOf(name: SamplerName, share: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(share)
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() })
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() })
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) })
    default:
      return name satisfies never
  }
}

/** Random ids, but for a trace whose id is known before its first span: see ../tracing.ts. */
function idGenerator(): IdGenerator {
  const random = new RandomIdGenerator()
  return {
    generateTraceId: () => wantedTraceId() ?? random.generateTraceId(),
    generateSpanId: () => random.generateSpanId(),
  }
}

/** An exporter that says once that its collector is away, and once that it is back. */
function toldOnce(exporter: OTLPTraceExporter, log: Log): SpanExporter {
  let isAway = false
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const fails = result.error !== undefined
        if (fails && !isAway)
          log.warn(
            { why: result.error?.message.slice(0, 200) },
            'traces are lost: the collector does not take them',
          )
        if (!fails && isAway) log.info({}, 'the collector takes traces again')
        isAway = fails
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  }
}
