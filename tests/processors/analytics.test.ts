/** Which rows a record becomes, and how predictions and truth are compared. */

import fc from 'fast-check'
import { analyticsRowsOf } from '../../connectors/clickhouse/rows.ts'
import { type RecordPlace, traceIdOf, unreadableRow } from '../../processors/analytics.ts'
import { alignLines } from '../../processors/analytics/field-events.ts'
import type { LineItem, Topics } from '../../schemas/types.ts'
import { profileVersionOf } from '../records.ts'
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
} from '../connectors/clickhouse/records.ts'

const place: RecordPlace = {
  topic: 'x.t',
  partition: 2,
  offset: 9_007_199_254_740_993n,
  timestamp: day + 1,
  key: 'd1',
  traceId: 'ab',
}
const rowOf = <T extends Exclude<keyof Topics, 'users'>>(
  topic: T,
  value: Topics[T] | null,
): Readonly<Record<string, unknown>> =>
  Object.values(analyticsRowsOf(topic, value, place))[0]?.[0] ?? {}
const eventsOf = (value: Topics['verdicts']): Readonly<Record<string, unknown>>[] => [
  ...(analyticsRowsOf('verdicts', value, place).field_events ?? []),
]

const placed = {
  _topic: 'x.t',
  _partition: 2,
  _offset: '9007199254740993',
  _time: '2026-03-01 00:00:00.001',
  _key: 'd1',
  trace_id: 'ab',
}

test.each([
  [
    'raw',
    raw('d1'),
    {
      document_id: 'd1',
      bytes: 4,
      media_type: 'application/pdf',
      received_at: '2026-03-01 00:00:00.000',
      metadata: { mail: 'a@b' },
    },
  ],
  [
    'raw',
    raw('d1', { bytes: null, fileName: null, mediaType: null }),
    { bytes: null, file_name: '', media_type: '' },
  ],
  [
    'ocr',
    ocr('d1'),
    {
      pages: 2,
      pages_by_ocr: 1,
      words: 2,
      mean_confidence: 85,
      codes: 1,
      has_xml: 0,
      read_ms: 120,
    },
  ],
  [
    'extracted',
    extracted('d1', [field('grand_total', '1234.50', 0.9), field('iban', null, 0.2)], {
      reasons: [{ code: 'missing', field: 'iban', detail: null }],
      route: 'review',
      lineItems: [line({ quantity: '2' })],
    }),
    {
      fields: { grand_total: '1234.50' },
      lowest_confidence: 0.9,
      route: 'review',
      reasons: ['missing:iban'],
      line_items: [{ quantity: '2' }],
      model_name: 'invoice',
      model_version: 3,
    },
  ],
  [
    'extracted',
    extracted('d1', [], { model: null }),
    { fields: {}, lowest_confidence: null, model_name: '', model_version: 0 },
  ],
  [
    'needs-review',
    task('d1', [field('a', '1', 0.3)]),
    {
      reasons: ['low_confidence:grand_total', 'sample'],
      failed_checks: ['iban'],
      lowest_confidence: 0.3,
      revision: 0,
      priority: 0.5,
    },
  ],
  [
    'audit',
    audit(),
    {
      at: '2026-03-01 00:00:00.000',
      actor: 'ada',
      role: 'operator',
      action: 'promoted',
      target: 'invoice/3',
      detail: { why: 'better' },
    },
  ],
  [
    'verdicts',
    verdict('d1', [field('a', '1'), field('b', '2')], [field('a', '1'), field('c', '3')]),
    {
      judged: 3,
      edits: 2,
      decided_at: '2026-03-01 00:01:00.000',
      opened_at: '2026-03-01 00:00:20.000',
      basis: 'review',
      fields: { a: '1', c: '3' },
    },
  ],
  [
    'training',
    verdict('d1', [], [field('a', '1'), field('b', null)]),
    { fields: 1, line_items: 0, words: 2, vendor_id: 'vat:DE1' },
  ],
  [
    'rules',
    rule(),
    { vendor_id: 'vat:DE1', field: 'currency', rule_id: 'r1', refuted: 1, taught_by: ['d1@1'] },
  ],
  ['models', modelRecord(), { name: 'invoice', version: 3, state: 'champion', bytes: 1000 }],
  [
    'profiles',
    profileVersionOf('own', { version: 2, removed: true }),
    { name: 'own', version: 2, removed: 1, changed_by: 'ann' },
  ],
  [
    'dead',
    dead(),
    {
      document_id: 'd9',
      stage: 'ocr',
      source_topic: 'x.raw',
      source_offset: 7,
      code: 'DOCUMENT_CORRUPT',
      key_bytes: 2,
      value_bytes: 3,
    },
  ],
] as const)('a record of %s becomes a row with its place in the log', (topic, value, expected) => {
  expect(rowOf(topic, value as never)).toMatchObject({ ...placed, ...expected })
})

test.each([
  'raw',
  'ocr',
  'extracted',
  'needs-review',
  'verdicts',
  'training',
  'rules',
  'models',
  'profiles',
  'audit',
] as const)('a tombstone of %s is a row', (topic) => {
  const rows = Object.values(analyticsRowsOf(topic, null, place))
  expect(rows).toEqual([
    [
      {
        ...placed,
        _erased: 1,
        ...(['rules', 'models', 'profiles', 'audit'].includes(topic) ? {} : { document_id: 'd1' }),
      },
    ],
  ])
})

test('an extraction gives one event for each field and cell, in order, none of them judged', () => {
  const rows =
    analyticsRowsOf(
      'extracted',
      extracted('d1', [field('a', '1', 0.9, 'rule', 'r1'), field('b', null)], {
        lineItems: [line({ quantity: '2' }), line({ quantity: '3', unit_price: '4' })],
      }),
      place,
    ).field_events ?? []
  expect(
    rows.map(({ seq, field: name, line: number, predicted, outcome, origin }) => [
      seq,
      name,
      number,
      predicted,
      outcome,
      origin,
    ]),
  ).toEqual([
    [0, 'a', 0, '1', 'unjudged', 'rule'],
    [1, 'b', 0, null, 'unjudged', 'model'],
    [2, 'quantity', 1, '2', 'unjudged', 'model'],
    [3, 'quantity', 2, '3', 'unjudged', 'model'],
    [4, 'unit_price', 2, '4', 'unjudged', 'model'],
  ])
})

describe('a verdict judges each field', () => {
  test.each([
    ['1.00', '1.00', 'tp'],
    ['1.00', '1.0', 'fp'],
    ['1.00', null, 'fp'],
    [null, '1.00', 'fn'],
    [null, null, 'tn'],
  ] as const)('predicted %s, truth %s: %s', (predicted, truth, outcome) => {
    expect(eventsOf(verdict('d1', [field('a', predicted)], [field('a', truth)]))).toMatchObject([
      { field: 'a', predicted, truth, outcome },
    ])
  })

  test('a field that only one side has is absent on the other', () => {
    expect(eventsOf(verdict('d1', [field('a', '1')], [field('b', '2')]))).toMatchObject([
      { field: 'a', outcome: 'fp', truth: null, confidence: 0.95 },
      { field: 'b', outcome: 'fn', predicted: null, confidence: null, origin: '' },
    ])
  })

  test('a rejected document says nothing about its fields', () => {
    expect(eventsOf(verdict('d1', [field('a', '1')], [], { decision: 'rejected' }))).toMatchObject([
      { outcome: 'unjudged', truth: null, predicted: '1' },
    ])
    expect(
      rowOf('verdicts', verdict('d1', [field('a', '1')], [], { decision: 'rejected' })),
    ).toMatchObject({ judged: 0, edits: 0 })
  })

  test('one missing line does not make those after it wrong', () => {
    const [one, two, three] = [
      line({ description: 'A', quantity: '1' }),
      line({ description: 'B', quantity: '2' }),
      line({ description: 'C', quantity: '3' }),
    ] as const
    const events = eventsOf(
      verdict('d1', [], [], { predictedLineItems: [two, three], lineItems: [one, two, three] }),
    )
    expect(events.map(({ line: number, field: name, outcome }) => [number, name, outcome])).toEqual(
      [
        [1, 'description', 'fn'],
        [1, 'quantity', 'fn'],
        [2, 'description', 'tp'],
        [2, 'quantity', 'tp'],
        [3, 'description', 'tp'],
        [3, 'quantity', 'tp'],
      ],
    )
  })
})

describe('aligned lines', () => {
  const items = fc.array(
    fc.integer({ min: 0, max: 3 }).map((value) => line({ a: String(value), b: 'x' })),
    { maxLength: 8 },
  )

  test('name every line of both sides once, in order', () => {
    fc.assert(
      fc.property(items, items, (predicted, truth) => {
        const pairs = alignLines(predicted, truth)
        expect(pairs.map(([i]) => i).filter((i) => i >= 0)).toEqual(predicted.map((_, i) => i))
        expect(pairs.map(([, j]) => j).filter((j) => j >= 0)).toEqual(truth.map((_, j) => j))
      }),
    )
  })

  test('pair a table with itself line by line, and never find fewer equal cells than going line by line', () => {
    const equal = (predicted: LineItem | undefined, truth: LineItem | undefined): number =>
      (predicted?.cells ?? []).filter((cell, i) => truth?.cells[i]?.value === cell.value).length
    fc.assert(
      fc.property(items, items, (predicted, truth) => {
        expect(alignLines(predicted, predicted)).toEqual(predicted.map((_, i) => [i, i]))
        const aligned = alignLines(predicted, truth).reduce(
          (sum, [i, j]) => sum + equal(predicted[i], truth[j]),
          0,
        )
        expect(aligned).toBeGreaterThanOrEqual(
          predicted.reduce((sum, item, i) => sum + equal(item, truth[i]), 0),
        )
      }),
    )
  })

  test('take tables of a thousand lines', () =>
    expect(
      alignLines(
        Array.from({ length: 1000 }, () => line({ a: '1' })),
        [line({ a: '1' })],
      ),
    ).toHaveLength(1000))
})

test('what a foreign producer writes stays within what the columns hold', () => {
  const wild: RecordPlace = { ...place, timestamp: -1 }
  expect(analyticsRowsOf('raw', raw('d1', { receivedAt: 9e18 }), wild).documents_raw).toMatchObject(
    [{ _time: '1970-01-01 00:00:00.000', received_at: '2299-01-01 00:00:00.000' }],
  )
  expect(
    analyticsRowsOf(
      'needs-review',
      task('d1', [field('a', '1', NaN)], { revision: -5, priority: Infinity }),
      place,
    ).tasks,
  ).toMatchObject([{ revision: 0, priority: 0, lowest_confidence: null }])
})

test('the same record gives the same rows', () => {
  const value = verdict('d1', [field('a', '1')], [field('a', '2')], {
    lineItems: [line({ x: '1' })],
  })
  expect(JSON.stringify(analyticsRowsOf('verdicts', value, place))).toBe(
    JSON.stringify(analyticsRowsOf('verdicts', structuredClone(value), { ...place })),
  )
})

test('a record that nobody can read is a row with the cause and no contents but sixteen bytes', () => {
  expect(
    unreadableRow(
      place,
      { code: 'RECORD_NOT_FRAMED', message: 'no' },
      Buffer.from('0123456789abcdefgh'),
    ),
  ).toEqual({
    ...placed,
    code: 'RECORD_NOT_FRAMED',
    message: 'no',
    value_bytes: 18,
    starts_with: Buffer.from('0123456789abcdef').toString('hex'),
  })
})

test.each([
  ['00-0123456789abcdef0123456789abcdef-0123456789abcdef-01', '0123456789abcdef0123456789abcdef'],
  ['nonsense', ''],
  [undefined, ''],
])('trace of %s', (header, id) => expect(traceIdOf(header)).toBe(id))
