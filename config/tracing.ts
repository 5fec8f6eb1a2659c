/**
 * Settings: where traces go, by the variables of OpenTelemetry. Timeout, compression and
 * certificates of the exporter are its own variables (OTEL_EXPORTER_OTLP_TIMEOUT and so on).
 */

import { ErrataError } from '../errors.ts'
import { faultOfUrl, type Setting } from './setting.ts'

const faultOfEndpoint = faultOfUrl(['http', 'https'])

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
export type SamplerName = (typeof samplers)[number]

export const isSampler = (text: string): text is SamplerName =>
  (samplers as readonly string[]).includes(text)

/** Pairs of a list such as `a=b,c=d%20e`; null where it is none. */
export function pairsOf(text: string): Readonly<Record<string, string>> | null {
  const pairs = text
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair))
  try {
    return Object.fromEntries(
      pairs.map((found) => {
        if (found === null) throw new URIError()
        return [found[1], decodeURIComponent(found[2] as string)] as const
      }),
    )
  } catch {
    return null
  }
}

/** Never repeats the text: headers hold credentials. */
const faultOfPairs = (text: string): string | null =>
  pairsOf(text) === null ? 'must be pairs such as name=value,name2=value2' : null

const protocol = 'http/protobuf'

export const tracingSettings = {
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    type: 'text',
    default: null,
    fault: faultOfEndpoint,
    doc: 'Base address of an OTLP collector by HTTP, such as http://collector:4318: traces go to /v1/traces of it. Not set: no traces.',
  },
  otlpTracesEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    type: 'text',
    default: null,
    fault: faultOfEndpoint,
    doc: 'The whole address for traces, rather than OTEL_EXPORTER_OTLP_ENDPOINT.',
  },
  otlpHeaders: {
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    type: 'text',
    default: null,
    fault: faultOfPairs,
    doc: 'Headers for the collector: name=value, comma separated, percent encoded.',
    secret: true,
  },
  otlpProtocol: {
    env: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    type: 'text',
    default: protocol,
    doc: 'Only http/protobuf, which every collector takes.',
  },
  otelExporter: {
    env: 'OTEL_TRACES_EXPORTER',
    type: 'text',
    default: 'otlp',
    doc: 'otlp; none: no traces, even where an endpoint is set.',
  },
  otelDisabled: {
    env: 'OTEL_SDK_DISABLED',
    type: 'boolean',
    default: false,
    doc: 'No traces, even where an endpoint is set.',
  },
  otelServiceName: {
    env: 'OTEL_SERVICE_NAME',
    type: 'text',
    default: null,
    doc: 'Name of this process in traces. Default: errata- and what it runs, such as errata-ocr.',
  },
  otelResource: {
    env: 'OTEL_RESOURCE_ATTRIBUTES',
    type: 'text',
    default: null,
    fault: faultOfPairs,
    doc: 'More about this process in traces: name=value, comma separated, percent encoded.',
  },
  otelSampler: {
    env: 'OTEL_TRACES_SAMPLER',
    type: 'text',
    default: 'parentbased_always_on',
    doc: 'Which traces are recorded: always_on, always_off or traceidratio, each also as parentbased_…, which follows the decision of who began the trace.',
  },
  otelSamplerShare: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    type: 'number',
    default: 1,
    range: [0, 1],
    fractional: true,
    doc: 'Share of traces that traceidratio records.',
  },
} as const satisfies Record<string, Setting>

/**
 * Whether traces are to be sent. CONFIG_INVALID where they are and can't be as the settings say;
 * where they aren't, what a platform sets for other programs doesn't matter.
 */
export function isTraced(settings: {
  readonly otlpEndpoint: string | null
  readonly otlpTracesEndpoint: string | null
  readonly otlpProtocol: string
  readonly otelExporter: string
  readonly otelDisabled: boolean
  readonly otelSampler: string
}): boolean {
  const { otlpEndpoint, otlpTracesEndpoint, otlpProtocol, otelExporter, otelSampler } = settings
  const isWanted = (otlpEndpoint ?? otlpTracesEndpoint) !== null && otelExporter !== 'none'
  if (settings.otelDisabled || !isWanted) return false
  const checks: readonly (readonly [keyof typeof tracingSettings, boolean, string])[] = [
    ['otlpProtocol', otlpProtocol === protocol, `${protocol}; it is ${otlpProtocol}`],
    ['otelExporter', otelExporter === 'otlp', `otlp or none; it is ${otelExporter}`],
    ['otelSampler', isSampler(otelSampler), `one of ${samplers.join(', ')}; it is ${otelSampler}`],
  ]
  for (const [name, isRight, allowed] of checks) {
    const key = tracingSettings[name].env
    if (!isRight) throw new ErrataError('CONFIG_INVALID', `${key} must be ${allowed}`, { key })
  }
  return true
}
