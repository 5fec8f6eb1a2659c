/**
 * Traces over the wire: what a collector gets, what happens without one, and that nothing is loaded
 * where nobody asked.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readConfig } from '../../config.ts'
import { isTraced } from '../../config/tracing.ts'
import { fieldsOf, textsOf } from '../../connectors/onnx/wire-format.ts'
import { until } from '../toys.ts'

/** Of a request: its path, its headers and what is in its bytes. */
interface Received {
  readonly path: string
  readonly authorization: string | undefined
  readonly resource: Readonly<Record<string, string>>
  readonly spans: readonly { readonly name: string; readonly traceId: string }[]
}

const home = mkdtempSync(join(tmpdir(), 'errata-otlp-'))
afterAll(() => rmSync(home, { recursive: true }))

let collector: Server
let url = ''
let status = 200
let received: Received[] = []
let refused = 0

beforeEach(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (status === 200)
        received.push({
          path: request.url ?? '',
          authorization: request.headers['authorization'],
          ...decoded(Buffer.concat(parts)),
        })
      else refused++
      response.writeHead(status).end()
    })
  })
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
  collector.close()
  collector.closeAllConnections()
  received = []
  refused = 0
  status = 200
})

/** An ExportTraceServiceRequest, by the numbers of its fields in opentelemetry-proto 1.x. */
function decoded(request: Buffer): Pick<Received, 'resource' | 'spans'> {
  const inside = (message: Buffer, field: number): Buffer[] =>
    fieldsOf(message).flatMap((part) => (part.field === field ? [part.bytes] : []))
  const bundles = inside(request, 1)
  const attributes = bundles
    .flatMap((bundle) => inside(bundle, 1))
    .flatMap((resource) => inside(resource, 1))
  return {
    resource: Object.fromEntries(
      attributes.map((pair) => [
        textsOf(fieldsOf(pair), 1)[0] ?? '',
        inside(pair, 2).flatMap((value) => textsOf(fieldsOf(value), 1))[0] ?? '',
      ]),
    ),
    spans: bundles
      .flatMap((bundle) => inside(bundle, 2))
      .flatMap((scope) => inside(scope, 2))
      .map((span) => ({
        name: textsOf(fieldsOf(span), 5)[0] ?? '',
        traceId: inside(span, 1)[0]?.toString('hex') ?? '',
      })),
  }
}

interface Sender {
  /** Makes a span. */
  span(name: string): void
  /** What it logged. */
  readonly told: readonly string[]
  /** Ends it; everything that it logged. */
  stop(): Promise<readonly string[]>
}

const running = new Set<ChildProcess>()

async function startSender(environment: Record<string, string>, gatherMs = 20): Promise<Sender> {
  const script = 'tests/connectors/otlp-sender.ts'
  const child = spawn(process.execPath, ['--import', 'tsx/esm', script, String(gatherMs)], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  running.add(child)
  const ended = once(child, 'close')
  const told: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => told.push(line))
  await until(async () => told.shift() === 'traces', 'it runs')
  return {
    span: (name) => void child.stdin.write(`${name}\n`),
    told,
    async stop() {
      child.stdin.end()
      await ended
      running.delete(child)
      return told
    },
  }
}

test('a collector gets spans by the standard variables', async () => {
  const sender = await startSender({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=overridden',
    OTEL_SERVICE_NAME: 'mine',
  })
  sender.span('one')
  await until(async () => received.length === 1, 'the collector has it')
  expect(received).toEqual([
    {
      path: '/v1/traces',
      authorization: 'Bearer secret',
      resource: expect.objectContaining({
        'service.name': 'mine',
        'service.version': '1.2.3',
        'deployment.environment.name': 'test',
      }),
      spans: [{ name: 'one', traceId: 'a'.repeat(32) }],
    },
  ])
  await sender.stop()
})

test('what waits is sent at the end', async () => {
  const sender = await startSender(
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/own/path` },
    600_000,
  )
  sender.span('last')
  await sender.stop()
  expect(received.map(({ path, spans }) => [path, spans[0]?.name])).toEqual([['/own/path', 'last']])
})

test('a collector that takes nothing is said once, and that it is back', async () => {
  status = 400
  const sender = await startSender({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
  sender.span('lost')
  await until(async () => sender.told.length === 1, 'it is said')
  sender.span('lost')
  await until(async () => refused >= 2, 'it is refused once more')
  status = 200
  sender.span('taken')
  await until(async () => sender.told.length === 2, 'it is said that it is back')
  expect(sender.told).toEqual([
    'traces are lost: the collector does not take them',
    'the collector takes traces again',
  ])
  await sender.stop()
  expect(new Set(received.flatMap(({ spans }) => spans.map(({ name }) => name)))).toContain('taken')
})

test('a collector that is away holds nothing up, not even the end', async () => {
  const away = 'http://127.0.0.1:9' // discard: nobody listens
  const sender = await startSender({ OTEL_EXPORTER_OTLP_ENDPOINT: away })
  sender.span('many 10000')
  const told = await sender.stop()
  const milliseconds = told.flatMap((line) => /(\d+) ms/.exec(line)?.[1] ?? []).map(Number)
  const [making = Infinity, stopping = Infinity] = milliseconds
  expect(making).toBeLessThan(2_000)
  expect(stopping).toBeLessThan(3_000)
})

/** What a process that runs a stage loads of OpenTelemetry. */
async function loadedBy(environment: Record<string, string>): Promise<string[]> {
  const hooks = `export async function load(url, context, next) {
    if (url.includes('@opentelemetry')) process._rawDebug('loads ' + url)
    return next(url, context)
  }`
  const data = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(data(hooks))})`
  const child = spawn(
    process.execPath,
    ['--import', data(register), 'cli/errata.mjs', 'run', 'ocr'],
    {
      env: { PATH: process.env['PATH'], ERRATA_HOME: home, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  await once(child, 'close')
  return [...said.matchAll(/loads \S+@opentelemetry\/([\w-]+)/g)].map(([, name]) => name as string)
}

test('without a collector no part of the SDK is loaded', async () => {
  const sdk = expect.stringMatching(/^(sdk-|exporter-|otlp-|resources)/)
  expect(await loadedBy({})).not.toContainEqual(sdk)
  const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' }
  expect(await loadedBy(disabled)).not.toContainEqual(sdk)
  expect(await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).toContainEqual(sdk)
})

test.each<[string, string, string]>([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'must be an address that begins with http'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'must be http/protobuf; it is grpc'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Bearer secret', 'must be pairs such as name=value'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz', 'must be pairs such as name=value'],
  ['OTEL_TRACES_EXPORTER', 'zipkin', 'must be otlp or none; it is zipkin'],
  ['OTEL_TRACES_SAMPLER', 'sometimes', 'must be one of always_on, '],
  ['OTEL_TRACES_SAMPLER_ARG', '2', 'must be a number from 0 to 1; it is'],
])('%s=%s is refused by name, and never a secret repeated', (name, value, why) => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
  const read = (): unknown => isTraced(readConfig({ ...endpoint, [name]: value }))
  expect(read).toThrow(`${name} ${why}`)
  expect(read).not.toThrow('secret')
})

test('a tenth of the traces can be asked for', () => {
  expect(readConfig({ OTEL_TRACES_SAMPLER_ARG: '0.1' })).toMatchObject({ otelSamplerShare: 0.1 })
})

test.each<Record<string, string>>([
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'xray' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' },
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_SDK_DISABLED: 'true',
  },
])('what a platform sets for others disturbs nothing while nobody traces: %j', (environment) => {
  expect(isTraced(readConfig(environment))).toBe(false)
})
