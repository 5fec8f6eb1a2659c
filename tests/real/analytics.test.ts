/**
 * The analytics sink against a real broker, registry and store: every record of every topic becomes
 * rows, once.
 */

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropSchema } from '../../connectors/clickhouse/schema.ts'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { openTransactions } from '../../connectors/kafka/kafka.ts'
import { checkAnalytics } from '../../operations/doctor-analytics.ts'
import { topicName } from '../../topology.ts'
import { raw } from '../connectors/clickhouse/records.ts'
import {
  closeRig,
  documents,
  exactly,
  fill,
  openRig,
  type Rig,
  settled,
  startSink,
} from '../connectors/clickhouse/rig.ts'

let rig: Rig

beforeEach(async () => {
  rig = await openRig()
}, 180_000)

afterEach(() => closeRig(rig))

test('every topic arrives, with the record’s place and trace, tombstones and unreadable records too', async () => {
  await fill(rig)
  const sink = startSink(rig)
  expect(await settled(rig, exactly(documents))).toEqual(exactly(documents))
  const client = openClickhouse(rig.store.url)
  const counts = await client.query<{ t: string; n: string }>(
    `SELECT splitByChar('.', _topic)[-1] AS t, toString(sum(records)) AS n FROM records_by_hour GROUP BY t ORDER BY t`,
  )
  expect(Object.fromEntries(counts.map(({ t, n }) => [t, Number(n)]))).toEqual({
    raw: documents + 1,
    ocr: 1,
    extracted: documents,
    'needs-review': 1,
    verdicts: 1,
    training: 2,
    rules: 1,
    models: 1,
    dead: 1,
  })
  expect(
    await client.query('SELECT _key, _erased, document_id FROM training WHERE _erased = 1'),
  ).toEqual([{ _key: 'd1', _erased: 1, document_id: 'd1' }])
  expect(await client.query('SELECT _key, code, value_bytes, starts_with FROM unreadable')).toEqual(
    [
      {
        _key: 'bad',
        code: 'RECORD_NOT_FRAMED',
        value_bytes: '20',
        starts_with: Buffer.from('nothing that we ').toString('hex'),
      },
    ],
  )
  expect(
    await client.query(`SELECT trace_id, document_id FROM documents_raw WHERE _key = 'd7'`),
  ).toEqual([{ trace_id: '0123456789abcdef0123456789abcdef', document_id: 'd7' }])
  await client.close()
  sink.kill('SIGTERM')
  await once(sink, 'exit')
}, 120_000)

test('aborted records never arrive, and two sinks share the work', async () => {
  await fill(rig)
  const transactional = await openTransactions(
    rig.connection.cluster,
    `${rig.config.topicPrefix}aborter`,
  )
  const transaction = await transactional.begin()
  await transaction.send([
    {
      topic: topicName('raw', rig.config.topicPrefix),
      partition: 0,
      key: 'aborted',
      value: rig.connection.registry.codec.encode('raw', raw('aborted')),
      headers: {},
    },
  ])
  await transaction.abort()
  transactional.discard()
  startSink(rig)
  startSink(rig)
  await settled(rig, exactly(documents))
  await fill(rig, documents)
  expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
}, 180_000)

test('the doctor compares the store with the log: what is missing, what was lost, and a store that is away', async () => {
  const { config, connection } = rig
  const asks = {
    ...config,
    home: mkdtempSync(join(tmpdir(), 'errata-analytics-')),
    clickhouseUrl: rig.store.url,
  }
  const examine = () => checkAnalytics(asks, connection)
  await fill(rig)
  const sink = startSink(rig)
  await settled(rig, exactly(documents))
  expect(await examine()).toMatchObject({
    grade: 'fine',
    found: `has all ${documents + 1} documents of the log`,
  })

  sink.kill('SIGTERM')
  await once(sink, 'exit')
  const owner = openClickhouse(rig.store.writeUrl)
  await owner.command(
    "ALTER TABLE documents_raw DELETE WHERE document_id IN ('d1', 'd2') SETTINGS mutations_sync = 1",
  )
  expect(await examine()).toMatchObject({
    grade: 'wrong',
    found: `lacks 2 of ${documents + 1} documents of the log`,
  })
  await owner.command('TRUNCATE TABLE sink_progress')
  expect(await examine()).toMatchObject({
    grade: 'wrong',
    found: expect.stringMatching(/^lacks \d+ records of raw/) as string,
    remedy: expect.stringContaining('by itself') as string,
  })
  await dropSchema(owner)
  expect(await examine()).toMatchObject({ grade: 'wrong', found: 'lacks its tables' })
  await owner.close()
  await rig.store.end('SIGTERM')
  expect(await examine()).toMatchObject({
    grade: 'wrong',
    found: expect.stringContaining('does not answer') as string,
  })
  rmSync(asks.home, { recursive: true })
}, 180_000)

test('the store knows how far it is whatever the clocks of those who noted it say', async () => {
  await fill(rig)
  const sink = startSink(rig)
  await settled(rig, exactly(documents))
  sink.kill('SIGTERM')
  await once(sink, 'exit')
  const owner = openClickhouse(rig.store.writeUrl)
  const progress = () =>
    owner.query<{ n: string }>('SELECT toString(sum(next_offset)) AS n FROM sink_progress FINAL')
  const [before] = await progress()
  // By a sink whose clock is an hour ahead
  await owner.command(
    'INSERT INTO sink_progress SELECT * REPLACE (at + INTERVAL 1 HOUR AS at) FROM sink_progress FINAL',
  )
  startSink(rig)
  await fill(rig, documents)
  expect(await settled(rig, exactly(2 * documents))).toEqual(exactly(2 * documents))
  await owner.command('OPTIMIZE TABLE sink_progress FINAL')
  const [after] = await progress()
  await owner.close()
  expect(Number(after?.n)).toBe(Number(before?.n) + 2 * documents)
}, 180_000)
