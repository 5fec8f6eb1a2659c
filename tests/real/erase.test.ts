/**
 * `errata erase` on the real broker, with the stages and the analytics store running: the document
 * leaves training, rules, the queue, the index of known invoices, the blob store and analytics;
 * nobody else's does, and what is sent again begins anew.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { openClickhouse, type Clickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { eraseCommand } from '../../cli/erase.ts'
import { readPast } from '../../operations/past-documents.ts'
import { fixedProfiles, type Part, type ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { followRules, type RulesInUse } from '../../deploy/services/follow-rules.ts'
import { readVerdicts } from '../../operations/rules-at.ts'
import { readSnapshot } from '../../operations/read-snapshot.ts'
import { auditCommand } from '../../cli/users.ts'
import { packWords } from '../../processors/document/words.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Ocr, Raw, Topics, Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { fieldOf, printOf, taskFor, verdictOf } from '../documents.ts'
import { closeRig, openRig, startSink, type Rig } from '../connectors/clickhouse/rig.ts'
import { call } from './call.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-erase-'))
const vendor = { id: 'vat:DE136695976', name: null, evidence: 'vat' }
let rig: Rig
let config: Rig['config']
let context: ServiceContext
let parts: Part[] = []
let rules: RulesInUse
let producer: Producer
let client: Clickhouse

async function until<T>(
  find: () => Promise<T | undefined> | T | undefined,
  what: string,
): Promise<T> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(100)) {
    const found = await find()
    if (found !== undefined) return found
  }
  throw new Error(`${what} did not come`)
}

const isTrue = (value: boolean): true | undefined => (value ? true : undefined)

async function send<T extends 'raw' | 'ocr' | 'needs-review' | 'corrected'>(
  topic: T,
  key: string,
  value: Topics[T],
): Promise<void> {
  await producer.send(topicName(topic, config.topicPrefix), {
    key,
    value: context.connection.registry.codec.encode(topic, value),
  })
}

/** The document as it arrives, as it was read, and the verdict on it. */
async function paper(
  id: string,
  bytes: string,
  total: string,
): Promise<{ raw: Raw; ocr: Ocr; verdict: Verdict }> {
  const print = printOf('Corner Shop Ltd', 'VAT DE136695976', 'Subtotal 1.00', `Total Due ${total}`)
  const sha256 = await context.blobs.put(Buffer.from(bytes))
  const about = {
    documentId: id,
    tenant: 'default',
    profile: 'receipt',
    fileName: `${id}.pdf`,
    source: 'test',
    sha256,
    receivedAt: 1,
    metadata: { sender: `${id}@example.test` },
  }
  return {
    raw: { ...about, mediaType: null, bytes: Buffer.from(bytes) },
    ocr: {
      ...about,
      mediaType: 'application/pdf',
      engine: 'given',
      pages: print.pages,
      words: packWords(print.words),
      codes: [],
      xml: null,
      readMs: 1,
    },
    verdict: verdictOf(
      id,
      print,
      [fieldOf(print, 'grand_total', total)],
      [fieldOf(print, 'grand_total', '1.00')],
      { vendor, sha256 },
    ),
  }
}

/** Rows that the analytics store has of a document, tombstones not counted, by table. */
async function rowsOf(id: string): Promise<Record<string, number>> {
  const tables = [
    'documents_raw',
    'documents_ocr',
    'documents_extracted',
    'tasks',
    'verdicts',
    'field_events',
  ] as const
  const counts = await Promise.all(
    tables.map(async (table) => {
      const [row] = await client
        .query<{ n: string }>(
          `SELECT count() AS n FROM ${table} WHERE document_id = {id:String}${table === 'field_events' ? '' : ' AND _erased = 0'}`,
          { id },
        )
        .catch(() => [{ n: '0' }])
      return [table, Number(row?.n ?? 0)] as const
    }),
  )
  return Object.fromEntries(counts)
}

const taughtBy = (): readonly string[] =>
  rules.rulesOf(vendor.id).get('grand_total')?.taughtBy ?? []

beforeAll(async () => {
  rig = await openRig()
  config = { ...rig.config, home }
  context = {
    config,
    home,
    connection: rig.connection,
    blobs: openBlobs(join(home, 'blobs')),
    profiles: fixedProfiles(loadProfiles()),
    log: silent,
  }
  producer = openProducer(rig.connection.cluster)
  client = openClickhouse(rig.store.url)
  rules = followRules(context)
  startSink(rig)
  parts = await Promise.all([
    startStage(context, 'extract'),
    startStage(context, 'judge'),
    startStage(context, 'learn'),
    startStage(context, 'teach'),
  ])
  await until(() => isTrue(parts.every((part) => part.problems().length === 0)), 'readiness')
}, 180_000)

afterAll(async () => {
  await Promise.all([
    ...parts.map((part) => part.stop()),
    rules.stop(),
    producer.close(),
    client.close(),
  ])
  await closeRig(rig)
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('a document is taken out of everything that is kept, and nobody else’s is', async () => {
  const [first, second, third] = [
    await paper('d1', 'bytes of d1', '12.00'),
    await paper('d2', 'bytes of two', '22.00'),
    await paper('d3', 'bytes of two', '32.00'),
  ]
  for (const [id, { raw, ocr, verdict }] of Object.entries({ d1: first, d2: second, d3: third })) {
    await send('raw', id, raw)
    await send('ocr', id, ocr)
    if (id === 'd3') continue
    await send('needs-review', id, taskFor(verdict))
    await send('corrected', id, verdict)
  }
  await until(() => isTrue(taughtBy().length === 2), 'the rule of two documents')
  await until(
    async () => isTrue(Object.values(await rowsOf('d1')).every((count) => count > 0)),
    'rows of d1',
  )

  const looked = await call(() => eraseCommand(config, 'd1', { why: 'asked to', dryRun: true }))
  expect(looked).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /corrected +1 +taken back by a tombstone, and in the log for as long as the topic is kept/,
    ) as string,
  })
  expect((await context.blobs.has(first.ocr.sha256)) && taughtBy().includes('d1@1')).toBe(true)

  const erased = await call(() => eraseCommand(config, 'd1', { why: 'asked to', dryRun: false }))
  expect(erased).toMatchObject({
    code: 0,
    err: expect.stringContaining('d1 is erased, its bytes too') as string,
  })
  await until(() => isTrue(taughtBy().join() === 'd2@1'), 'the rule without d1')
  expect(
    (await readSnapshot(config, context.connection, 'receipt')).verdicts.map(
      ({ documentId }) => documentId,
    ),
  ).toEqual(['d2'])
  expect(
    (await readVerdicts(config.topicPrefix, context.connection)).map(({ key }) => key),
  ).toEqual(['d2'])
  expect(
    (
      await readPast(config.topicPrefix, context.connection, {
        from: 0,
        to: Infinity,
        documents: [],
      })
    ).map(({ document }) => document.documentId),
  ).toEqual(['d2', 'd3'])
  expect(await readDocumentStatus(config, context.connection)).toEqual({
    raw: 2,
    accepted: 1,
    review: 1,
    dead: 0,
    inFlight: 0,
  })
  expect(await context.blobs.has(first.ocr.sha256)).toBe(false)
  await until(
    async () => isTrue(Object.values(await rowsOf('d1')).every((count) => count === 0)),
    'the end of its rows',
  )
  expect(Object.values(await rowsOf('d2')).every((count) => count > 0)).toBe(true)
  expect(
    (
      await call(() =>
        auditCommand(config, { actor: null, action: 'erased', target: 'd1', json: true }),
      )
    ).out,
  ).toContain('"why":"asked to"')

  const shared = await call(() => eraseCommand(config, 'd2', { why: 'asked to', dryRun: false }))
  expect(shared.err).toContain('its bytes stay, another document has the same')
  expect(await context.blobs.has(second.ocr.sha256)).toBe(true)
}, 180_000)

test('what is sent again begins anew', async () => {
  const { raw, ocr, verdict } = await paper('d1', 'bytes of d1', '12.00')
  await send('raw', 'd1', raw)
  await send('ocr', 'd1', ocr)
  await send('needs-review', 'd1', taskFor(verdict))
  await send('corrected', 'd1', verdict) // revision 1 again: nobody remembers an earlier one
  await until(() => isTrue(taughtBy().join() === 'd1@1'), 'the rule of d1')
  await until(
    async () => isTrue(Object.values(await rowsOf('d1')).every((count) => count > 0)),
    'rows of d1',
  )
}, 120_000)

test('a document whose bytes the store has lost is erased on its way, and nobody waits for them any more', async () => {
  const sha256 = 'ab'.repeat(32)
  const { raw } = await paper('lost', 'bytes of lost', '8.00')
  await send('raw', 'lost', { ...raw, bytes: null, sha256 })
  const bytes = async (): Promise<string> =>
    context.blobs.get(sha256).then(
      () => 'got',
      (error: { code: string }) => error.code,
    )
  expect(await bytes()).toBe('BLOB_MISSING')
  expect(
    await call(() => eraseCommand(config, 'lost', { why: 'lost its bytes', dryRun: false })),
  ).toMatchObject({ code: 0 })
  expect(await bytes()).toBe('BLOB_ERASED')
}, 60_000)

test('what nobody sent, and what is on its way, is refused', async () => {
  expect(
    await call(() => eraseCommand(config, 'nobody', { why: 'asked to', dryRun: false })),
  ).toMatchObject({ code: 1, err: expect.stringContaining('no record is about nobody') as string })
  await send('raw', 'd9', (await paper('d9', 'bytes of d9', '9.00')).raw)
  expect(
    await call(() => eraseCommand(config, 'd9', { why: 'asked to', dryRun: false })),
  ).toMatchObject({ code: 1, err: expect.stringContaining('is on its way') as string })
  await expect(eraseCommand(config, 'd1', { why: ' ', dryRun: false })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
}, 60_000)
