/**
 * The views over a few documents whose numbers were worked out by hand. Every row is stored twice,
 * as if the second defence were the only one: nothing may count twice.
 *
 *   A accepted, untouched            E review, rejected by a person
 *   B review; decided, then decided again, otherwise   F accepted, then erased
 *   C drawn as a sample, confirmed   G dead in ocr
 *   D accepted, corrected later      H has just arrived
 */

import { readFileSync } from 'node:fs'
import { type Clickhouse, openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { applySchema, ddl, versions } from '../../../connectors/clickhouse/schema.ts'
import { analyticsRowsOf } from '../../../connectors/clickhouse/rows.ts'
import { columnMeanings } from '../../../docs/view-columns.ts'
import { columnsOf, describedViews, meaningOf, viewsText } from '../../../docs/views.ts'
import { analyticsTables } from '../../../processors/analytics.ts'
import type { Field, Final, Rule, Topics } from '../../../schemas/types.ts'
import { finalOf, profileVersionOf } from '../../records.ts'
import {
  audit,
  day,
  dead,
  extracted,
  field,
  line,
  modelRecord,
  ocr,
  raw,
  rule,
  task,
  verdict,
} from './records.ts'
import { startStore, type TestStore } from './store.ts'

let store: TestStore
let client: Clickhouse
let reader: Clickhouse

const reading = (
  total: string,
  totalConfidence: number,
  number: string,
  numberConfidence: number,
): Field[] => [
  field('grand_total', total, totalConfidence),
  field('invoice_number', number, numberConfidence),
]
const truth = (total: string, number: string): Field[] => reading(total, 1, number, 1)
const a = reading('10.00', 0.95, 'N1', 0.85)
const b = [...reading('20.00', 0.65, 'N2', 0.75), field('iban', null, 0.1)]
const c = reading('30.00', 0.95, 'N3', 0.95)
const d = reading('40.00', 0.95, 'N4', 0.95)

const caution = (changes: Partial<Rule> = {}): Rule =>
  rule({
    field: 'drift_layout',
    id: 'c1',
    kind: 'caution',
    value: null,
    tighten: 5,
    from: day + 40_000,
    since: day + 64_000,
    until: null,
    why: 'another layout',
    ...changes,
  })

type Event = {
  [T in Exclude<keyof Topics, 'users'>]: readonly [
    topic: T,
    key: string,
    seconds: number,
    value: Topics[T] | null,
  ]
}[Exclude<keyof Topics, 'users'>]

const events: readonly Event[] = [
  ...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((id) => ['raw', id, 0, raw(id)] as const),
  ['ocr', 'A', 1, ocr('A')],
  ['ocr', 'B', 4, ocr('B')],
  [
    'extracted',
    'A',
    1.5,
    extracted('A', a, { lineItems: [line({ description: 'Wire', line_total: '10.00' })] }),
  ],
  ['extracted', 'B', 4.25, extracted('B', b, { route: 'review' })],
  ['extracted', 'C', 2, extracted('C', c, { route: 'review', sampled: true })],
  ['extracted', 'D', 2, extracted('D', d)],
  ['extracted', 'E', 2, extracted('E', a, { route: 'review' })],
  ['extracted', 'F', 2, extracted('F', a)],
  ['extracted', 'F', 3, null],
  ['needs-review', 'B', 4.5, task('B', b)],
  ['verdicts', 'B', 60, verdict('B', b, [...truth('20.00', 'N2X'), field('iban', 'DE02')])],
  [
    'verdicts',
    'B',
    90,
    verdict('B', b, truth('21.00', 'N2'), {
      revision: 2,
      reviewer: 'bob',
      basis: 'correction',
      openedAt: null,
    }),
  ],
  [
    'verdicts',
    'B',
    91,
    verdict('B', b, truth('99.00', 'stale'), { revision: 2, reviewer: 'bob', openedAt: null }),
  ],
  [
    'verdicts',
    'C',
    60,
    verdict('C', c, truth('30.00', 'N3'), {
      basis: 'sample',
      decision: 'confirmed',
      openedAt: day + 50_000,
    }),
  ],
  [
    'verdicts',
    'D',
    60,
    verdict('D', d, truth('44.00', 'N4'), { basis: 'correction', openedAt: null }),
  ],
  ['verdicts', 'E', 60, verdict('E', a, [], { decision: 'rejected' })],
  ['training', 'B', 61, verdict('B', b, truth('20.00', 'N2X'))],
  ['rules', 'vat:DE1/currency', 61, rule()],
  ['rules', 'vat:DE1/currency', 62, rule({ value: 'CHF', id: 'r2' })],
  ['rules', 'vat:DE1/iban', 62, rule({ field: 'iban' })],
  ['rules', 'vat:DE1/iban', 63, null],
  ['rules', 'vat:DE1/drift_layout', 64, caution()],
  ['rules', 'vat:DE1/drift_layout', 80, caution({ state: 'disabled', until: day + 80_000 })],
  [
    'rules',
    'vat:DE1/drift_layout',
    85,
    caution({ id: 'c2', from: day + 81_000, since: day + 85_000 }),
  ],
  [
    'rules',
    'vat:DE2/drift_calibration',
    66,
    caution({ vendor: 'vat:DE2', field: 'drift_calibration', id: 'c3', state: 'asks' }),
  ],
  [
    'rules',
    'vat:DE2/drift_calibration/hand',
    90,
    caution({
      vendor: 'vat:DE2',
      field: 'drift_calibration',
      id: 'c3',
      state: 'disabled',
      decidedBy: 'ada',
    }),
  ],
  ['models', 'invoice/3', 0, modelRecord({ state: 'candidate' })],
  ['models', 'invoice/3', 5, modelRecord()],
  ['profiles', 'own', 0, profileVersionOf('own')],
  ['dead', 'G', 1, dead({ documentId: 'G' })],
  ['dead', 'R', 2, null], // sent back, or erased
  ['audit', 'ada', 1, audit()],
  [
    'shadow',
    'B',
    5,
    extracted('B', [field('grand_total', '21.00'), field('invoice_number', 'N2X')], {
      model: { name: 'invoice', version: 4, sha256: 'm4' },
    }),
  ],
  [
    'shadow',
    'D',
    5,
    extracted('D', [field('grand_total', '44.00'), field('invoice_number', 'N4')], {
      route: 'review',
      model: { name: 'invoice', version: 4, sha256: 'm4' },
    }),
  ],
]

beforeAll(async () => {
  store = await startStore()
  client = openClickhouse(store.writeUrl)
  reader = openClickhouse(store.url, { readOnly: true })
  expect(await applySchema(client)).toEqual({
    version: 10,
    applied: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  })
  await client.command('SYSTEM STOP MERGES') // else the repeated rows are gone before anybody looks
  const all = events.map(([topic, key, seconds, value], offset) =>
    analyticsRowsOf(topic, value as never, {
      topic: `x.${topic}`,
      partition: 0,
      offset: BigInt(offset),
      timestamp: day + seconds * 1000,
      key,
      traceId: key === 'vat:DE1/currency' ? 'B' : key,
    }),
  )
  for (const round of ['first', 'second']) {
    for (const table of analyticsTables)
      await client.insert(
        table,
        all.flatMap((rows) => rows[table] ?? []),
        { token: `${round}/${table}` },
      )
  }
  await client.insert('sink_progress', [
    {
      _topic: 'x.raw',
      _partition: 0,
      next_offset: '5',
      end_offset: '8',
      at: '2026-03-01 00:00:00.000',
    },
  ])
}, 180_000)

afterAll(async () => {
  await client?.close()
  await reader?.close()
  await store?.remove()
})

const ask = (sql: string): Promise<object[]> => reader.query(sql)
const share = (value: number): unknown => expect.closeTo(value, 9)

describe('docs/views.md', () => {
  test('is what `npm run docs` writes, with a meaning for every column', async () => {
    const columns = await columnsOf(client)
    const views = describedViews().map(([view]) => view)
    const ofViews = columns.filter(({ table }) => views.includes(table))
    expect(ofViews.filter((column) => meaningOf(column) === undefined)).toEqual([])
    expect(readFileSync('docs/views.md', 'utf8')).toBe(viewsText(columns))
    const used = ofViews.flatMap(({ table, name }) => [name, `${table}.${name}`])
    expect(Object.keys(columnMeanings).filter((name) => !used.includes(name))).toEqual([])
  })

  test('has every view of the store', async () => {
    const made = await ask(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View' ORDER BY name",
    )
    const named = describedViews().map(([name]) => ({ name }))
    expect(named.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      made.filter(({ name }: { name?: string }) => name !== 'views_applied'),
    )
  })
})

test('the rows are really there twice, so that the views have something to prove', async () => {
  expect(await ask('SELECT count() AS n FROM documents_raw')).toEqual([{ n: '16' }])
})

test('quality_by_field: the latest revision judges, by basis, and the untouched have no precision', async () => {
  expect(
    await ask(
      `SELECT basis, documents, fields, judged, tp, fp, fn, tn, precision, recall, correction_rate FROM quality_by_field WHERE field = 'grand_total'`,
    ),
  ).toEqual([
    {
      basis: 'correction',
      documents: '1',
      fields: '1',
      judged: '1',
      tp: '0',
      fp: '1',
      fn: '0',
      tn: '0',
      precision: 0,
      recall: 0,
      correction_rate: 1,
    },
    {
      basis: 'review',
      documents: '1',
      fields: '1',
      judged: '1',
      tp: '0',
      fp: '1',
      fn: '0',
      tn: '0',
      precision: 0,
      recall: 0,
      correction_rate: 1,
    },
    {
      basis: 'sample',
      documents: '1',
      fields: '1',
      judged: '1',
      tp: '1',
      fp: '0',
      fn: '0',
      tn: '0',
      precision: 1,
      recall: 1,
      correction_rate: 0,
    },
    {
      basis: 'untouched',
      documents: '1',
      fields: '1',
      judged: '0',
      tp: '0',
      fp: '0',
      fn: '0',
      tn: '0',
      precision: null,
      recall: null,
      correction_rate: null,
    },
  ])
  expect(
    await ask(
      `SELECT tn, precision, recall, correction_rate FROM quality_by_field WHERE field = 'iban'`,
    ),
  ).toEqual([{ tn: '1', precision: null, recall: null, correction_rate: 0 }])
})

test('quality_by_model, _vendor, _day and _origin count the same fields', async () => {
  const review = {
    documents: '1',
    judged: '3',
    tp: '1',
    fp: '1',
    tn: '1',
    precision: 0.5,
    recall: 0.5,
    correction_rate: share(1 / 3),
  }
  expect(
    await ask(
      `SELECT documents, judged, tp, fp, tn, precision, recall, correction_rate FROM quality_by_model WHERE basis = 'review' AND model_version = 3`,
    ),
  ).toEqual([review])
  expect(
    await ask(
      `SELECT documents, judged, tp, fp, tn, precision, recall, correction_rate FROM quality_by_vendor WHERE basis = 'review' AND vendor_id = 'vat:DE1'`,
    ),
  ).toEqual([review])
  expect(
    await ask(
      `SELECT documents, judged, tp, fp, tn, precision, recall, correction_rate FROM quality_by_day WHERE basis = 'review' AND day = '2026-03-01'`,
    ),
  ).toEqual([review])
  expect(
    await ask(
      `SELECT origin, origin_id, judged, tp, fp, precision FROM quality_by_origin WHERE basis = 'review'`,
    ),
  ).toEqual([
    { origin: 'model', origin_id: 'invoice/3', judged: '2', tp: '1', fp: '1', precision: 0.5 },
  ])
})

test('quality_estimate lets a sample stand for the accepted documents that it was drawn from', async () => {
  // Acceptable are A, C, D: the one sample weighs 3. Totals: (0 + 3·1) / (1 + 3·1); numbers: (1 +
  // 3) / (1 + 3).
  expect(
    await ask(
      `SELECT field, sample_weight, from_reviews, from_samples, precision, recall FROM quality_estimate WHERE field != 'iban'`,
    ),
  ).toEqual([
    {
      field: 'grand_total',
      sample_weight: 3,
      from_reviews: '1',
      from_samples: '1',
      precision: 0.75,
      recall: 0.75,
    },
    {
      field: 'invoice_number',
      sample_weight: 3,
      from_reviews: '1',
      from_samples: '1',
      precision: 1,
      recall: 1,
    },
  ])
})

test('accepted_error: what the checked samples say of the accepted documents, within the interval of Wilson', async () => {
  // Of one document and two values none is wrong: 1.96² / (n + 1.96²) at most.
  expect(await ask('SELECT * FROM accepted_error')).toEqual([
    {
      profile: 'invoice',
      documents: '1',
      documents_wrong: '0',
      document_error: 0,
      document_error_low: share(0),
      document_error_high: share(3.8416 / 4.8416),
      values: '2',
      values_wrong: '0',
      values_missed: '0',
      value_error: 0,
      value_error_low: share(0),
      value_error_high: share(3.8416 / 5.8416),
      stands_for: '3',
      drawn: '1',
    },
  ])
})

test('drift_events: each caution once, from the first document of the new state to its end, whoever ended it', async () => {
  const at = (seconds: number): string =>
    new Date(day + 1000 * seconds).toISOString().replace('T', ' ').slice(0, 23)
  expect(
    await ask(
      'SELECT vendor_id, signal, rule_id, began_at, noticed_at, ended_at, lifted_by, is_open, tighten, asks FROM drift_events ORDER BY rule_id',
    ),
  ).toEqual([
    {
      vendor_id: 'vat:DE1',
      signal: 'layout',
      rule_id: 'c1',
      began_at: at(40),
      noticed_at: at(64),
      ended_at: at(80),
      lifted_by: '',
      is_open: 0,
      tighten: 5,
      asks: 0,
    },
    {
      vendor_id: 'vat:DE1',
      signal: 'layout',
      rule_id: 'c2',
      began_at: at(81),
      noticed_at: at(85),
      ended_at: null,
      lifted_by: '',
      is_open: 1,
      tighten: 5,
      asks: 0,
    },
    {
      vendor_id: 'vat:DE2',
      signal: 'calibration',
      rule_id: 'c3',
      began_at: at(40),
      noticed_at: at(64),
      ended_at: null,
      lifted_by: 'ada',
      is_open: 0,
      tighten: 5,
      asks: 1,
    },
  ])
})

test('shadow: candidate and champion on the same documents, against what a person said', async () => {
  expect(
    await ask(
      'SELECT candidate, champion, field, documents, differ, judged_documents, candidate_right, champion_right FROM shadow_by_field',
    ),
  ).toEqual([
    {
      candidate: 4,
      champion: 3,
      field: 'grand_total',
      documents: '2',
      differ: '2',
      judged_documents: '2',
      candidate_right: '2',
      champion_right: '0',
    },
    {
      candidate: 4,
      champion: 3,
      field: 'invoice_number',
      documents: '2',
      differ: '1',
      judged_documents: '2',
      candidate_right: '1',
      champion_right: '2',
    },
  ])
  expect(
    await ask(
      'SELECT candidate_route, champion_route, documents, candidate_accepts_wrong, champion_accepted_wrong FROM shadow_routes',
    ),
  ).toEqual([
    {
      candidate_route: 'accepted',
      champion_route: 'review',
      documents: '1',
      candidate_accepts_wrong: '1',
      champion_accepted_wrong: '0',
    },
    {
      candidate_route: 'review',
      champion_route: 'accepted',
      documents: '1',
      candidate_accepts_wrong: '0',
      champion_accepted_wrong: '1',
    },
  ])
})

test('straight_through counts each document once, by its last extraction', async () => {
  expect(await ask('SELECT * FROM straight_through')).toEqual([
    {
      day: '2026-03-01',
      tenant: 'default',
      profile: 'invoice',
      documents: '5',
      accepted: '2',
      sampled: '1',
      reviewed: '2',
      corrected_later: '1',
      accepted_share: 0.4,
      acceptable_share: 0.6,
    },
  ])
})

test('calibration: bins, and the expected error over them', async () => {
  expect(
    await ask(
      `SELECT basis, bin, fields, mean_confidence, share_right, gap, ece FROM calibration WHERE basis IN ('review', 'sample')`,
    ),
  ).toEqual([
    {
      basis: 'review',
      bin: 6,
      fields: '1',
      mean_confidence: share(0.65),
      share_right: 0,
      gap: share(-0.65),
      ece: share(0.45),
    },
    {
      basis: 'review',
      bin: 7,
      fields: '1',
      mean_confidence: share(0.75),
      share_right: 1,
      gap: share(0.25),
      ece: share(0.45),
    },
    {
      basis: 'sample',
      bin: 9,
      fields: '2',
      mean_confidence: share(0.95),
      share_right: 1,
      gap: share(0.05),
      ece: share(0.05),
    },
  ])
  expect(
    await ask(
      `SELECT ece FROM calibration_by_field WHERE basis = 'review' AND field = 'grand_total'`,
    ),
  ).toEqual([{ ece: share(0.65) }])
})

test('latency_by_stage: from the record read to the record written', async () => {
  expect(
    await ask(
      `SELECT stage, records, p50_ms, max_ms FROM latency_by_stage WHERE stage IN ('ocr', 'extract', 'learn', 'verdict to rule')`,
    ),
  ).toEqual(
    [
      { stage: 'extract', records: '2', p50_ms: '500', max_ms: '500' },
      { stage: 'learn', records: '1', p50_ms: '1000', max_ms: '1000' },
      { stage: 'ocr', records: '2', p50_ms: '4000', max_ms: '4000' },
      { stage: 'verdict to rule', records: '2', p50_ms: '2000', max_ms: '2000' },
    ].map((row) => ({ ...row })),
  )
})

test('review_time leaves out what has no beginning', async () => {
  expect(
    await ask(
      'SELECT reviewer, verdicts, confirmed, corrected, rejected, edited_fields, timed, p50_seconds, total_seconds FROM review_time',
    ),
  ).toEqual([
    {
      reviewer: 'ada',
      verdicts: '4',
      confirmed: '1',
      corrected: '2',
      rejected: '1',
      edited_fields: '3',
      timed: '3',
      p50_seconds: 40,
      total_seconds: 90,
    },
    {
      reviewer: 'bob',
      verdicts: '2',
      confirmed: '0',
      corrected: '2',
      rejected: '0',
      edited_fields: '3',
      timed: '0',
      p50_seconds: null,
      total_seconds: 0,
    },
  ])
})

test('accepted_invoices: one row per document, the person’s latest word over the machine’s, amounts exact', async () => {
  expect(
    await ask(
      "SELECT document_id, revision, accepted_by, grand_total, fields['grand_total'] AS exact, invoice_number, length(line_items) AS lines, issue_date FROM accepted_invoices ORDER BY document_id",
    ),
  ).toEqual([
    {
      document_id: 'A',
      revision: 0,
      accepted_by: '',
      grand_total: '10',
      exact: '10.00',
      invoice_number: 'N1',
      lines: '1',
      issue_date: null,
    },
    {
      document_id: 'B',
      revision: 2,
      accepted_by: 'bob',
      grand_total: '21',
      exact: '21.00',
      invoice_number: 'N2',
      lines: '0',
      issue_date: null,
    },
    {
      document_id: 'C',
      revision: 1,
      accepted_by: 'ada',
      grand_total: '30',
      exact: '30.00',
      invoice_number: 'N3',
      lines: '0',
      issue_date: null,
    },
    {
      document_id: 'D',
      revision: 1,
      accepted_by: 'ada',
      grand_total: '44',
      exact: '44.00',
      invoice_number: 'N4',
      lines: '0',
      issue_date: null,
    },
  ])
  expect(
    await ask(`SELECT toTypeName(grand_total) AS type FROM accepted_invoices LIMIT 1`),
  ).toEqual([{ type: 'Nullable(Decimal(38, 6))' }])
})

test('document_states: every document is in one place', async () => {
  expect(
    await ask(
      'SELECT groupArray((document_id, state)) AS states FROM (SELECT document_id, state FROM document_states ORDER BY document_id)',
    ),
  ).toEqual([
    {
      states: [
        ['A', 'accepted'],
        ['B', 'accepted'],
        ['C', 'accepted'],
        ['D', 'accepted'],
        ['E', 'rejected'],
        ['F', 'in flight'],
        ['G', 'dead'],
        ['H', 'in flight'],
      ],
    },
  ])
})

test('document_life, dead_letters, data_delay, active_rules and model_versions', async () => {
  expect(
    await ask(
      `SELECT groupArray(event) AS events FROM (SELECT event FROM document_life WHERE document_id = 'B' ORDER BY at)`,
    ),
  ).toEqual([
    {
      events: [
        'arrived',
        'read',
        'extracted',
        'asked',
        'read by a candidate',
        'decided',
        'learned',
        'decided',
        'decided',
      ],
    },
  ])
  expect(
    await ask(
      `SELECT groupArray(event) AS events FROM (SELECT event FROM document_life WHERE document_id = 'F' ORDER BY at)`,
    ),
  ).toEqual([{ events: ['arrived', 'extracted', 'erased'] }])
  expect(await ask(`SELECT event FROM document_life WHERE document_id = 'R'`)).toEqual([
    { event: 'letter removed' },
  ])
  expect(
    await ask(`SELECT event, detail FROM document_life WHERE document_id = 'invoice/3'`),
    // what was done to it, from the audit log
  ).toEqual([{ event: 'promoted', detail: 'by ada, why better' }])
  expect(
    await ask(
      `SELECT event, any(detail) AS detail FROM document_life WHERE document_id = 'd1' GROUP BY event`,
    ),
  ).toEqual([{ event: 'taught', detail: 'currency of vat:DE1: active constant, always so' }])
  expect(await ask('SELECT stage, code, document_id, source_offset FROM dead_letters')).toEqual([
    { stage: 'ocr', code: 'DOCUMENT_CORRUPT', document_id: 'G', source_offset: '7' },
  ])
  expect(
    await ask(
      `SELECT last_offset, next_offset, end_offset, behind, last_event FROM data_delay WHERE _topic = 'x.raw'`,
    ),
  ).toEqual([
    {
      last_offset: '7',
      next_offset: '5',
      end_offset: '8',
      behind: '3',
      last_event: '2026-03-01 00:00:00.000',
    },
  ])
  expect(
    await ask("SELECT field, value, rule_id FROM active_rules WHERE kind != 'caution'"),
  ).toEqual([{ field: 'currency', value: 'CHF', rule_id: 'r2' }])
  expect(await ask('SELECT name, version, state FROM model_versions')).toEqual([
    { name: 'invoice', version: 3, state: 'champion' },
  ])
})

test('every view and table says what it is, and every view answers', async () => {
  expect(
    await ask(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = '' AND engine NOT IN ('MaterializedView') AND name NOT LIKE '.inner%'`,
    ),
  ).toEqual([])
  const views = (await ask(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View' ORDER BY name`,
  )) as { name: string }[]
  expect(views.length).toBeGreaterThan(20)
  for (const { name } of views) await ask(`SELECT * FROM ${name} LIMIT 1`)
})

test('applied again nothing changes; begun by a newer version the views stay', async () => {
  expect(await applySchema(client)).toEqual({ version: 10, applied: [] })
  const sent: string[] = []
  await applySchema({
    command: async (sql) => void sent.push(sql),
    query: async <T extends object>() => [{ version: 99 }] as unknown as T[],
  })
  expect(sent.filter((sql) => sql.includes('VIEW'))).toEqual([])
})

test('statements are cut at their ends, not at semicolons in texts or comments', () => {
  expect(ddl("-- a; b\nSELECT 1;\n\nSELECT ';' /* ; */;;\n-- end\n")).toEqual([
    '-- a; b\nSELECT 1',
    "SELECT ';' /* ; */",
  ])
  expect([...versions('-- version 1\nA;\n-- each of: x y\nB {table};\n-- version 2\nC')]).toEqual([
    [1, ['A', '-- each of: x y\nB x', '-- each of: x y\nB y']],
    [2, ['C']],
  ])
})

test('the last word decides what is accepted, where there is one', async () => {
  const put = async (offset: number, documentId: string, change: Partial<Final>): Promise<void> => {
    const rows = analyticsRowsOf('final', finalOf(documentId, { fields: a, ...change }), {
      topic: 'x.final',
      partition: 5,
      offset: BigInt(offset),
      timestamp: day,
      key: documentId,
      traceId: '',
    })
    await client.insert('documents_final', rows.documents_final ?? [], { token: `f ${offset}` })
  }
  const of = async (documentId: string): Promise<unknown> => [
    await ask(`SELECT accepted_by FROM accepted_invoices WHERE document_id = '${documentId}'`),
    await ask(`SELECT state FROM document_states WHERE document_id = '${documentId}'`),
  ]
  expect(await of('A')).toEqual([[{ accepted_by: '' }], [{ state: 'accepted' }]])
  await put(0, 'A', { status: 'duplicate', duplicateOf: 'B' })
  expect(await of('A')).toEqual([[], [{ state: 'review' }]])
  await put(1, 'A', { decidedBy: 'cyd', decision: 'confirmed', revision: 2 })
  expect(await of('A')).toEqual([[{ accepted_by: 'cyd' }], [{ state: 'accepted' }]])
  expect(
    await ask("SELECT detail FROM document_life WHERE document_id = 'A' AND event = 'duplicate'"),
  ).toEqual([{ detail: 'unseen, same invoice as B' }])
  await client.command('TRUNCATE TABLE documents_final')
})

test('a document that is read again after hours of waiting was read as fast as it was the first time', async () => {
  const put = async <T extends 'raw' | 'ocr' | 'extracted' | 'needs-review'>(
    topic: T,
    offset: number,
    seconds: number,
    value: Topics[T],
  ): Promise<void> => {
    const place = { topic: `x.${topic}`, partition: 7, offset: BigInt(offset) }
    const rows = analyticsRowsOf(topic, value, {
      ...place,
      timestamp: day + 1000 * seconds,
      key: 'W',
      traceId: '',
    })
    for (const table of analyticsTables)
      if (rows[table] !== undefined)
        await client.insert(table, rows[table], { token: `${table} ${seconds}` })
  }
  const ref = { cause: 'rules', model: null, ruleSet: 'r' } as const
  await put('raw', 0, 0, raw('W'))
  await put('ocr', 0, 1, ocr('W'))
  await put('extracted', 0, 2, extracted('W', a, { route: 'review' }))
  await put('needs-review', 0, 3, task('W', a))
  await put('ocr', 1, 7200, ocr('W', { reread: ref }))
  await put('extracted', 1, 7201, extracted('W', a))
  await put('needs-review', 1, 7202, task('W', a, { reasons: [], closed: true }))
  expect(
    await ask("SELECT stage, ms FROM stage_times WHERE document_id = 'W' ORDER BY stage, ms"),
  ).toEqual([
    { stage: 'extract', ms: '1000' },
    { stage: 'extract', ms: '1000' },
    { stage: 'ocr', ms: '1000' },
    { stage: 'raw to extracted', ms: '2000' },
  ])
  expect(await ask("SELECT state FROM document_states WHERE document_id = 'W'")).toEqual([
    { state: 'accepted' },
  ])
  expect(await ask("SELECT event FROM document_life WHERE document_id = 'W' ORDER BY at")).toEqual(
    ['arrived', 'read', 'extracted', 'asked', 'read', 'extracted', 'no longer asked'].map(
      (event) => ({ event }),
    ),
  )
})

test('what a second person has to see is accepted with their answer, and reviewer_agreement compares the two; audit_log is newest first', async () => {
  expect(await ask('SELECT actor, action, target, detail FROM audit_log')).toEqual([
    { actor: 'ada', action: 'promoted', target: 'invoice/3', detail: { why: 'better' } },
  ])
  const [first, second] = [
    verdict('Z', a, truth('10.00', 'N1'), { secondWanted: true }),
    verdict('Z', a, truth('10.00', 'N9'), { revision: 2, reviewer: 'ben' }),
  ]
  const acceptedAs: unknown[] = []
  for (const [offset, value] of [first, second].entries()) {
    await client.insert(
      'verdicts',
      analyticsRowsOf('verdicts', value, {
        topic: 'x.verdicts',
        partition: 3,
        offset: BigInt(offset),
        timestamp: day,
        key: 'Z',
        traceId: '',
      }).verdicts ?? [],
      { token: `Z ${offset}` },
    )
    acceptedAs.push(
      await ask(
        `SELECT accepted_by, invoice_number FROM accepted_invoices WHERE document_id = 'Z'`,
      ),
    )
  }
  // nothing before the second person has said it
  expect(acceptedAs).toEqual([[], [{ accepted_by: 'ben', invoice_number: 'N9' }]])
  expect(
    await ask(
      "SELECT profile, reviewer_a, reviewer_b, documents, documents_alike, fields, fields_alike, agreement FROM reviewer_agreement WHERE reviewer_b = 'ben'",
    ),
  ).toEqual([
    {
      profile: 'invoice',
      reviewer_a: 'ada',
      reviewer_b: 'ben',
      documents: '1',
      documents_alike: '0',
      fields: '2',
      fields_alike: '1',
      agreement: 0.5,
    },
  ])
})
