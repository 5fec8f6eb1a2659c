/** Every table of the dashboard on a real store: empty, with documents, under every filter; and as CSV and Parquet. */

import { applySchema } from '../../../connectors/analytics/schema.ts'
import { csvOf, queryOf, tableNames, tables, type Filters } from '../../../connectors/review/tables.ts'
import { openClickhouse, type Clickhouse } from '../../../connectors/clickhouse.ts'
import { analyticsTables, rowsOf } from '../../../processors/analytics.ts'
import { day, extracted, field, ocr, raw, rule, task, verdict } from '../analytics/records.ts'
import { startStore, type TestStore } from '../analytics/store.ts'

let store: TestStore
let client: Clickhouse

beforeAll(async () => {
  store = await startStore()
  client = openClickhouse(store.writeUrl)
  await applySchema(client)
})
afterAll(async () => {
  await client?.close()
  await store?.remove()
})

const ask = (name: (typeof tableNames)[number], filters: Filters = {}) => {
  const { sql, parameters } = queryOf(name, filters, 100)
  return client.query(sql, parameters)
}

test('an empty system has empty tables', async () => {
  for (const name of tableNames) expect([name, await ask(name)]).toEqual([name, []])
})

test('one document more, and every table answers, under each of its filters and with all its columns', async () => {
  const fields = [field('grand_total', '10.00', 0.95), field('invoice_number', 'N1', 0.55), field('currency', 'EUR', 0.75, 'rule', 'r1')]
  const truth = [field('grand_total', '10.00', 1), field('invoice_number', 'N2', 1), field('currency', 'EUR', 1)]
  const events = [
    ['raw', raw('A'), 0], ['ocr', ocr('A'), 1], ['extracted', extracted('A', fields, { route: 'review', sampled: true }), 2], ['needs-review', task('A', fields), 3],
    ['corrected', verdict('A', fields, truth, { basis: 'sample' }), 60],
    ['corrected', verdict('A', fields, truth, { basis: 'sample', revision: 2, reviewer: 'ben' }), 61],
    ['rules', { ...rule(), documentId: '' }, 1],
    ['rules', { ...rule({ field: 'drift_layout', id: 'c1', kind: 'caution', value: null, tighten: 5, from: day + 40_000, since: day + 64_000, until: null }), documentId: '' }, 2], ['raw', raw('B'), 0], ['extracted', extracted('B', fields, { route: 'review' }), 2],
  ] as const
  const all = events.map(([topic, value, seconds], offset) => rowsOf(topic, value as never, { topic: `x.${topic}`, partition: 0, offset: BigInt(offset), timestamp: day + seconds * 1000, key: value.documentId, traceId: '' }))
  for (const table of analyticsTables) await client.insert(table, all.flatMap((rows) => rows[table] ?? []))

  expect(await ask('days')).toMatchObject([{ day: '2026-03-01', documents: '2', accepted: '0', accepted_share: 0, sampled: '1', reviewed: '1' }])
  expect(await ask('edits')).toMatchObject([{ documents: '1', edits: '1', edits_per_100: 100 }])
  expect(await ask('wrong_accepted')).toMatchObject([{ field: 'invoice_number', judged: '1', wrong: '1', share: 1 }, { field: 'currency', judged: '1', wrong: '0' }, { field: 'grand_total', judged: '1', wrong: '0', share: 0 }])
  expect(await ask('calibration')).toMatchObject([{ bin: 0.5, fields: '1', share_right: 0 }, { bin: 0.7, share_right: 1 }, { bin: 0.9, share_right: 1 }])
  expect(await ask('documents', { state: 'review' })).toMatchObject([{ document: 'B', edits: null }])
  expect(await ask('judgements', { bin: '0.5' })).toMatchObject([{ document: 'A', field: 'invoice_number', predicted: 'N1', truth: 'N2', outcome: 'wrong' }])
  expect((await ask('life', { document: 'A' })).map((row) => row['event'])).toEqual(['arrived', 'read', 'extracted', 'asked', 'decided', 'decided'])
  expect(await ask('drift')).toMatchObject([{ vendor: 'vat:DE1', signal: 'layout', began: '2026-03-01 00:00:40.000', noticed: '2026-03-01 00:01:04.000', ended: '', lifted_by: '' }])
  expect(await ask('agreement')).toMatchObject([{ reviewer_a: 'ada', reviewer_b: 'ben', agreement: 1 }])
  for (const name of tableNames) {
    const rows = await ask(name, name === 'life' ? { document: 'A' } : {})
    expect([name, rows.length > 0, tables[name].columns.map(([column]) => column).filter((column) => !(column in (rows[0] ?? {})))]).toEqual([name, true, []])
    await ask(name, Object.fromEntries(Object.keys(tables[name].filters).map((filter) => [filter, filter === 'from' || filter === 'to' ? '2026-03-01' : 'x'])))
  }
  const { sql, parameters } = queryOf('documents', {}, 10)
  expect((await client.bytes(sql, 'Parquet', parameters)).subarray(0, 4).toString()).toBe('PAR1')
})

test('a filter is a value and never part of the query', async () => {
  expect(await ask('days', { profile: "x' OR 1=1 --" })).toEqual([])
  expect((await ask('days', { profile: 'invoice' })).length).toBe(1)
})

test('CSV is safe to open: what would be a formula is a text, numbers stay numbers', () => {
  const rows = [{ document: '=HYPERLINK("http://x")', vendor: '@SUM(1)', profile: '+1', state: '-2+3', received: 'a "b", c', model: '\tx', edits: -3, total: '-12.50', currency: 'EUR' }]
  expect(csvOf('documents', rows).split('\r\n')[1]).toBe(`"'=HYPERLINK(""http://x"")",'@SUM(1),+1,'-2+3,"a ""b"", c",'\tx,-3,-12.50,EUR`)
})
