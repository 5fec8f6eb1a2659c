/**
 * Traces: one from the producer to the row and the verdict, by the code that runs in production,
 * and none of it where nobody asked.
 */

import fastify from 'fastify'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { readConfig } from '../../config.ts'
import {
  emptyInbox,
  type Inbox,
  type PartitionUse,
} from '../../connectors/clickhouse/partition-use.ts'
import { storePartition } from '../../connectors/clickhouse/sink-partition.ts'
import { intake } from '../../connectors/http/intake.ts'
import { traceOfRequest, traceRequests } from '../../connectors/http/request-spans.ts'
import { openProducer, type KafkaRecord, type Producer } from '../../connectors/kafka/kafka.ts'
import { startSpan, SpanKind } from '../../connectors/tracing.ts'
import { ErrataError } from '../../errors.ts'
import type { Connection } from '../../operations/connect.ts'
import { rawSender, verdictSender } from '../../operations/publish.ts'
import type { OcrReading } from '../../processors/ocr.ts'
import { headersFor, traceIdFor } from '../../runtime/headers.ts'
import { createLocalCodec } from '../../schemas/codec.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import { fieldOf, printOf, verdictOf } from '../documents.ts'
import { openDriver, type Driver } from '../driver.ts'
import { openFakeGround } from '../promises/fake-ground.ts'
import { rawOf } from '../records.ts'
import { recordSpans, type RecordedSpans } from '../spans.ts'
import { until } from '../toys.ts'

const print = printOf('Corner Shop Ltd', 'VAT DE136695976', 'Subtotal 10.00', 'Total Due 12.00')
const paper: OcrReading = {
  mediaType: 'application/pdf',
  pages: print.pages,
  words: print.words,
  codes: [],
  xml: null,
  engine: '',
  readMs: 0,
}
const config = { ...readConfig({}), topicPrefix: '' }
const connection = { registry: { codec: createLocalCodec() } } as unknown as Connection
const client = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

let spans: RecordedSpans
beforeEach(() => (spans = recordSpans()))
afterEach(() => spans.stop())

/** What is sent lies in the topology at once. */
const producerInto = (driver: Driver): Producer => ({
  async send(topic, { key, value, headers = {} }) {
    await driver.send(topic as 'raw', { key: key.toString(), value, headers })
    return { partition: 0, offset: 0n }
  },
  async close() {},
})

/** Stores a record by the way of the sink. */
async function store(records: readonly KafkaRecord[]): Promise<void> {
  const end = BigInt(records.length)
  const inbox: Inbox = {
    ...emptyInbox(new AbortController().signal),
    async arrival() {
      if (inbox.position >= end) return void (inbox.closing = true)
      for (const { topic, partition, offset, timestamp, key, value, headers } of records) {
        const place = { topic, partition, offset, timestamp, key: String(key), traceId: '' }
        const traceparent = headers['traceparent']?.toString()
        inbox.items.push({
          record: { place, value, former: null, traceparent },
          next: offset + 1n,
          bytes: 1,
        })
      }
      inbox.position = end
    },
  }
  let committed: { position: bigint; pending: bigint | null } = { position: 0n, pending: null }
  const use: PartitionUse = {
    committed: async () => committed,
    held: async () => ({ position: 0n, store: '' }),
    heldOf: async () => new Map(),
    latest: async () => -1n,
    hold: async () => {},
    offsetsIn: async () => new Set(),
    commit: async (position, pending) => void (committed = { position, pending }),
    rows: async () => ({ documents_extracted: [{ _offset: 0 }] }),
    insert: async () => {},
    erase: async () => {},
    seek: (position) => void (inbox.position = position),
    stored() {},
    wait: async () => {},
    warn() {},
    waits() {},
    at() {},
  }
  await storePartition('analytics/p', inbox, use, { records: 9, rows: 9, bytes: 99, lingerMs: 0 })
}

const parentOf = (span: ReadableSpan): string => span.parentSpanContext?.spanId ?? ''
const idOf = (span: ReadableSpan): string => span.spanContext().spanId

test('one trace leads from the request of a producer to the row and to the verdict', async () => {
  const driver = openDriver({
    partitions: 1,
    without: ['shadow'],
    ocr: { read: async () => paper },
  })
  const producer = producerInto(driver)
  const app = fastify()
  traceRequests(app)
  await intake(app, {
    send: rawSender(config, connection, producer),
    putBlob: async () => '',
    typeOf: () => 'application/pdf',
    guard: async () => undefined,
    callerOf: () => 'me',
    profiles: async () => loadProfiles(),
    config: { maxBytes: 1_000, inlineBytes: 1_000 },
    now: () => 1,
  })
  app.post('/answer', async (request) => {
    const [task] = driver.records('needs-review')
    const sendVerdict = verdictSender(config, connection, producer, () =>
      task?.headers['traceparent']?.toString(),
    )
    const [message] = await driver.read('needs-review')
    const { documentId = '', sha256 = '', fields = [] } = message?.value ?? {}
    const truth = [fieldOf(print, 'grand_total', '12.00')]
    const verdict = verdictOf(documentId, print, truth, fields, { sha256, profile: 'receipt' })
    await sendVerdict(verdict, traceOfRequest(request))
    return 'taken'
  })
  const sent = await app.inject({
    method: 'POST',
    url: '/documents?profile=receipt',
    headers: { traceparent: client, 'content-type': 'application/pdf' },
    body: 'a document',
  })
  expect(sent.statusCode).toBe(202)
  await store(driver.records('extracted').slice(0, 1))
  expect((await app.inject({ method: 'POST', url: '/answer' })).statusCode).toBe(200)
  await app.close()

  const traceId = client.split('-')[1]
  const answer = spans.named('POST /answer')
  const ofDocument = spans.all().filter((span) => span !== answer)
  expect(new Set(ofDocument.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
  const known = new Set([client.split('-')[2], ...ofDocument.map(idOf)])
  expect(ofDocument.filter((span) => !known.has(parentOf(span)))).toEqual([])
  const chain = ['POST /documents', 'send raw', 'process raw', 'process ocr', 'store extracted']
  chain.slice(1).forEach((name, i) => {
    expect(`${name} under ${parentOf(spans.named(name))}`).toBe(
      `${name} under ${idOf(spans.named(chain[i] as string))}`,
    )
  })
  const verdict = spans.named('send corrected')
  expect(parentOf(verdict)).toBe(idOf(spans.named('process ocr')))
  expect(verdict.links.map(({ context }) => context.spanId)).toEqual([idOf(answer)])
  expect(parentOf(spans.named('process corrected'))).toBe(idOf(verdict))
  expect(ofDocument.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['process verdicts', 'process training', 'process claims']),
  )
  const { documentId } = JSON.parse(sent.body) as { documentId: string }
  expect(spans.named('process raw')).toMatchObject({
    kind: SpanKind.CONSUMER,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination.name': 'raw',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
      'messaging.kafka.message.key': documentId,
      'errata.stage': 'ocr',
    },
  })
})

test('no span holds what a document says', async () => {
  const driver = openDriver({ without: ['shadow'], ocr: { read: async () => paper } })
  await driver.write('raw', 'd-1', rawOf('d-1'))
  expect(spans.all().length).toBeGreaterThan(2)
  const said = JSON.stringify(spans.all().map(({ attributes, events }) => [attributes, events]))
  for (const text of ['Corner', 'DE136695976', '12.00']) expect(said).not.toContain(text)
})

test('a document whose producer brings no trace has one of its own, without a parent', async () => {
  const driver = openDriver({ without: ['shadow'], ocr: { read: async () => paper } })
  await driver.write('raw', 'd-1', rawOf('d-1'))
  const first = spans.named('process raw')
  expect([first.spanContext().traceId, first.parentSpanContext]).toEqual([
    traceIdFor('d-1'),
    undefined,
  ])
  expect(spans.named('process ocr').spanContext().traceId).toBe(traceIdFor('d-1'))
})

test('a dead letter marks its span with the code, a retry is an event', async () => {
  let tries = 0
  const driver = openDriver({
    ocr: {
      async read() {
        if (tries++ === 0) throw new ErrataError('STORE_UNREACHABLE', 'away')
        throw new ErrataError('DOCUMENT_CORRUPT', 'not a document')
      },
    },
  })
  await expect(driver.write('raw', 'd-1', rawOf('d-1'))).rejects.toThrow('away')
  expect(spans.named('process raw')).toMatchObject({
    attributes: { 'error.type': 'STORE_UNREACHABLE' },
    events: [{ name: 'retry', attributes: { 'error.type': 'STORE_UNREACHABLE' } }],
  })
  await driver.write('raw', 'd-2', rawOf('d-2'))
  const dead = spans.all().filter(({ attributes }) => attributes['errata.dead_letter'] === true)
  expect(dead.map(({ status, attributes }) => [status.message, attributes['error.type']])).toEqual([
    ['DOCUMENT_CORRUPT', 'DOCUMENT_CORRUPT'],
    ['DOCUMENT_CORRUPT', 'DOCUMENT_CORRUPT'],
  ])
  const [letter] = driver.records('dead')
  expect(letter?.headers['traceparent']?.toString()).toContain(idOf(dead[0] as ReadableSpan))
})

test('a batch of several records is linked to the trace of each', async () => {
  const driver = openDriver({
    partitions: 1,
    without: ['shadow'],
    ocr: { read: async () => paper },
  })
  await driver.write('raw', 'd-1', rawOf('d-1'))
  await driver.write('raw', 'd-2', rawOf('d-2'))
  await store(driver.records('extracted'))
  const batch = spans.named('store extracted')
  expect(batch.parentSpanContext).toBeUndefined()
  expect(batch.links.map(({ context }) => context.traceId)).toEqual([
    traceIdFor('d-1'),
    traceIdFor('d-2'),
  ])
})

test('the commit of a transaction is in the trace of each of its records', async () => {
  const ground = await openFakeGround(1)
  const { toys } = ground
  const sender = openProducer(toys.cluster)
  const send = async (key: string): Promise<void> => {
    const value = toys.registry.codec.encode('raw', rawOf(key))
    await sender.send(`${toys.prefix}one`, { key, value })
  }
  await send('d-1')
  await send('d-2')
  const running = await toys.run('first')
  const commits = (): ReadableSpan[] =>
    spans.all().filter(({ name }) => name === `commit ${toys.prefix}one`)
  await until(async () => commits().length === 2, 'both are committed')
  await Promise.all([running.stop(), sender.close()])
  await ground.close()
  const processed = spans.all().filter(({ name }) => name === `process ${toys.prefix}one`)
  expect(commits().map(parentOf).sort()).toEqual(processed.map(idOf).sort())
  expect(new Set(commits().map((span) => span.spanContext().traceId))).toEqual(
    new Set([traceIdFor('d-1'), traceIdFor('d-2')]),
  )
})

test('what the sampler leaves out is not recorded, and later stages are told so', async () => {
  await spans.stop()
  spans = recordSpans({ otelSampler: 'always_off' })
  const driver = openDriver({ without: ['shadow'], ocr: { read: async () => paper } })
  await driver.write('raw', 'd-1', rawOf('d-1'))
  expect(spans.all()).toEqual([])
  const [record] = driver.records('ocr')
  expect(record?.headers['traceparent']?.toString()).toMatch(
    new RegExp(`^00-${traceIdFor('d-1')}-[0-9a-f]{16}-00$`),
  )
})

test('while nobody traces there are no spans, and headers are as before', async () => {
  await spans.stop()
  expect(startSpan({ name: 'x', kind: SpanKind.INTERNAL, parent: null })).toBeNull()
  const driver = openDriver({ without: ['shadow'], ocr: { read: async () => paper } })
  await driver.send('raw', {
    key: 'd-1',
    value: createLocalCodec().encode('raw', rawOf('d-1')),
    headers: { traceparent: client, tracestate: 'a=b' },
  })
  const [record] = driver.records('ocr')
  expect(record?.headers['traceparent']?.toString()).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  )
  expect(headersFor('ocr', record as KafkaRecord)('ocr', 0)).toMatchObject({ tracestate: 'a=b' })
})
