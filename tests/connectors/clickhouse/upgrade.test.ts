/**
 * A store of an earlier version with rows in it: after the upgrade every figure that is counted
 * without texts is the one with them.
 */

import { readFileSync } from 'node:fs'
import { applySchema, versions } from '../../../connectors/clickhouse/schema.ts'
import { type Clickhouse, openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { analyticsRowsOf } from '../../../connectors/clickhouse/rows.ts'
import { analyticsTables, type AnalyticsRow } from '../../../processors/analytics.ts'
import { day, extracted, field, line, verdict } from './records.ts'
import { startStore, type TestStore } from './store.ts'

let store: TestStore
let client: Clickhouse

beforeAll(async () => {
  store = await startStore()
  client = openClickhouse(store.writeUrl)
  await client.command(
    'CREATE TABLE schema_versions (version UInt32) ENGINE = ReplacingMergeTree ORDER BY version',
  )
  for (const [version, statements] of versions(
    readFileSync(new URL('../../../connectors/clickhouse/tables.sql', import.meta.url), 'utf8'),
  )) {
    if (version > 6) continue
    for (const statement of statements) await client.command(statement)
    await client.insert('schema_versions', [{ version }])
  }
})
afterAll(async () => {
  await client?.close()
  await store?.remove()
})

const fields = [
  field('grand_total', '10.00', 0.95),
  field('iban', null, 0.2),
  field('currency', 'EUR', 0.75, 'rule', 'r1'),
]
const truth = [
  field('grand_total', '11.00', 1),
  field('iban', 'DE02', 1),
  field('currency', 'EUR', 1),
]
const lineItems = [line({ description: 'Wire', line_total: '10.00' })]
const events = [
  ['extracted', extracted('A', fields, { route: 'review' })],
  ['verdicts', verdict('A', fields, truth)],
  ['verdicts', verdict('A', fields, fields, { revision: 2, reviewer: 'bob' })],
  ['extracted', extracted('B', fields, { lineItems })],
  ['extracted', extracted('C', fields)],
  ['verdicts', verdict('C', fields, [], { decision: 'rejected' })],
  ['extracted', extracted('D', [], { route: 'review' })],
] as const
const before = events.map(([topic, value], offset) =>
  analyticsRowsOf(topic, value as never, {
    topic: `x.${topic}`,
    partition: 0,
    offset: BigInt(offset),
    timestamp: day,
    key: value.documentId,
    traceId: '',
  }),
)
const asThen = (row: AnalyticsRow): AnalyticsRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('field_')))

const columns =
  '_topic, _partition, _offset, seq, day, document_id, profile, vendor_id, field, line, outcome, confidence, origin, origin_id, model_name, model_version, basis, reviewer, decided_at'
const hours = (): Promise<object[]> =>
  client.query(
    "SELECT sum(records) AS records FROM records_by_hour WHERE _topic IN ('x.extracted', 'x.verdicts')",
  )

test('rows from before get what their fields were; nothing is counted twice; done again it changes nothing', async () => {
  for (const table of analyticsTables)
    await client.insert(table, before.flatMap((rows) => rows[table] ?? []).map(asThen), {
      token: table,
    })
  const former = analyticsRowsOf('verdicts', verdict('A', fields, truth, { revision: 9 }), {
    topic: 'x.corrected',
    partition: 0,
    offset: 0n,
    timestamp: day,
    key: 'A',
    traceId: '',
  })
  for (const table of analyticsTables)
    await client.insert(table, (former[table] ?? []).map(asThen), { token: `former ${table}` })
  expect(await hours()).toEqual([{ records: '7' }])
  expect(await applySchema(client)).toMatchObject({ version: 10, applied: [7, 8, 9, 10] })
  for (const table of ['verdicts', 'field_events', 'records_by_hour'])
    expect(
      await client.query(`SELECT 1 AS found FROM ${table} WHERE _topic = 'x.corrected' LIMIT 1`),
    ).toEqual([])
  const all = await client.query(`SELECT ${columns} FROM field_judgements ORDER BY ALL`)
  expect(all).toHaveLength(3 + 3 + 2) // A as Bob left it, B untouched with its line
  expect(await client.query(`SELECT ${columns} FROM judgement_facts ORDER BY ALL`)).toEqual(all)
  expect(
    await client.query('SELECT document_id, field, has_truth FROM judged_facts ORDER BY seq'),
  ).toEqual(
    await client.query(
      'SELECT document_id, field, truth IS NOT NULL AS has_truth FROM judged_fields ORDER BY seq',
    ),
  )
  expect(
    await client.query('SELECT document_id FROM judgement_documents ORDER BY document_id'),
  ).toEqual([{ document_id: 'A' }, { document_id: 'B' }])
  expect(
    await client.query('SELECT _offset, fields FROM documents_extracted FINAL ORDER BY _offset'),
  ).toMatchObject([
    { _offset: '0', fields: { grand_total: '10.00', currency: 'EUR' } },
    { _offset: '3' },
    { _offset: '4' },
    { _offset: '6' },
  ])
  expect(await hours()).toEqual([{ records: '7' }])

  await client.command(
    'ALTER TABLE schema_versions DELETE WHERE version >= 7 SETTINGS mutations_sync = 1',
  ) // as after a start that was cut off just before its end
  expect(await applySchema(client)).toMatchObject({ applied: [7, 8, 9, 10] })
  expect(await client.query(`SELECT ${columns} FROM judgement_facts ORDER BY ALL`)).toEqual(all)
  expect(await hours()).toEqual([{ records: '7' }])
})

test('rows that an older sink writes after the upgrade get it with the next start', async () => {
  const late = [
    ['extracted', extracted('F', fields, { lineItems })],
    ['extracted', extracted('G', fields, { route: 'review' })],
    ['verdicts', verdict('G', fields, truth)],
  ] as const
  for (const [index, [topic, value]] of late.entries()) {
    const rows = analyticsRowsOf(topic, value as never, {
      topic: `x.${topic}`,
      partition: 0,
      offset: BigInt(30 + index),
      timestamp: day,
      key: value.documentId,
      traceId: '',
    })
    for (const table of analyticsTables) await client.insert(table, (rows[table] ?? []).map(asThen))
  }
  const facts = (): Promise<object[]> =>
    client.query(
      `SELECT ${columns} FROM judgement_facts WHERE document_id IN ('F', 'G') ORDER BY ALL`,
    )
  expect(await facts()).toEqual([])
  expect(await applySchema(client)).toMatchObject({ version: 10, applied: [] })
  expect(await facts()).toHaveLength(5 + 3)
  expect(await facts()).toEqual(
    await client.query(
      `SELECT ${columns} FROM field_judgements WHERE document_id IN ('F', 'G') ORDER BY ALL`,
    ),
  )
  expect(await hours()).toEqual([{ records: '10' }])
})

test('rows from now on come with it, and are counted by the hour again', async () => {
  const now = analyticsRowsOf('extracted', extracted('E', fields, { lineItems }), {
    topic: 'x.extracted',
    partition: 0,
    offset: 20n,
    timestamp: day,
    key: 'E',
    traceId: '',
  })
  for (const table of analyticsTables) await client.insert(table, now[table] ?? [])
  expect(
    await client.query(
      `SELECT ${columns} FROM judgement_facts WHERE document_id = 'E' ORDER BY ALL`,
    ),
  ).toEqual(
    await client.query(
      `SELECT ${columns} FROM field_judgements WHERE document_id = 'E' ORDER BY ALL`,
    ),
  )
  expect(await hours()).toEqual([{ records: '11' }])
})
