/**
 * Every table of the dashboard on a real store: empty, with documents, under every filter; and as
 * CSV and Parquet.
 */

import { applySchema } from '../../../../connectors/clickhouse/schema.ts'
import { withFacts } from '../../../../connectors/http/review/judgement-facts.ts'
import {
  csvOf,
  queryOf,
  tableNames,
  tables,
  type TableFilters,
  type TableName,
} from '../../../../connectors/http/review/tables.ts'
import { openClickhouse, type Clickhouse } from '../../../../connectors/clickhouse/clickhouse.ts'
import { analyticsRowsOf } from '../../../../connectors/clickhouse/rows.ts'
import { analyticsTables } from '../../../../processors/analytics.ts'
import {
  day,
  extracted,
  field,
  line,
  modelRecord,
  ocr,
  raw,
  rule,
  task,
  verdict,
} from '../../clickhouse/records.ts'
import { startStore, type TestStore } from '../../clickhouse/store.ts'

let store: TestStore
let client: Clickhouse
let reader: Clickhouse

beforeAll(async () => {
  store = await startStore()
  client = openClickhouse(store.writeUrl)
  reader = openClickhouse(store.url, { readOnly: true })
  await applySchema(client)
})
afterAll(async () => {
  await client?.close()
  await reader?.close()
  await store?.remove()
})

const ask = (name: (typeof tableNames)[number], filters: TableFilters = {}) => {
  const { sql, parameters } = queryOf(name, filters, 100)
  return reader.query(sql, parameters)
}

test('an empty system has empty tables', async () => {
  for (const name of tableNames) expect([name, await ask(name)]).toEqual([name, []])
})

test('one document more, and every table answers, under each of its filters and with all its columns', async () => {
  const fields = [
    field('grand_total', '10.00', 0.95),
    field('invoice_number', 'N1', 0.55),
    field('currency', 'EUR', 0.75, 'rule', 'r1'),
  ]
  const truth = [
    field('grand_total', '10.00', 1),
    field('invoice_number', 'N2', 1),
    field('currency', 'EUR', 1),
  ]
  const events = [
    ['raw', raw('A'), 0],
    ['ocr', ocr('A'), 1],
    ['extracted', extracted('A', fields, { route: 'review', sampled: true }), 2],
    ['needs-review', task('A', fields), 3],
    ['verdicts', verdict('A', fields, truth, { basis: 'sample' }), 60],
    [
      'verdicts',
      verdict('A', fields, truth, { basis: 'sample', revision: 2, reviewer: 'ben' }),
      61,
    ],
    ['rules', { ...rule(), documentId: '' }, 1],
    ['models', { ...modelRecord(), documentId: 'invoice/3' }, 1],
    [
      'rules',
      {
        ...rule({
          field: 'drift_layout',
          id: 'c1',
          kind: 'caution',
          value: null,
          tighten: 5,
          from: day + 40_000,
          since: day + 64_000,
          until: null,
        }),
        documentId: '',
      },
      2,
    ],
    ['raw', raw('B'), 0],
    ['extracted', extracted('B', fields, { route: 'review' }), 2],
  ] as const
  const all = events.map(([topic, value, seconds], offset) =>
    analyticsRowsOf(topic, value as never, {
      topic: `x.${topic}`,
      partition: 0,
      offset: BigInt(offset),
      timestamp: day + seconds * 1000,
      key: value.documentId,
      traceId: '',
    }),
  )
  for (const table of analyticsTables)
    await client.insert(
      table,
      all.flatMap((rows) => rows[table] ?? []),
    )

  expect(await ask('days')).toMatchObject([
    {
      day: '2026-03-01',
      documents: '2',
      accepted: '0',
      accepted_share: 0,
      sampled: '1',
      reviewed: '1',
    },
  ])
  expect(await ask('edits')).toMatchObject([{ documents: '1', edits: '1', edits_per_100: 100 }])
  expect(await ask('wrong_accepted')).toMatchObject([
    { field: 'invoice_number', judged: '1', wrong: '1', share: 1 },
    { field: 'currency', judged: '1', wrong: '0' },
    { field: 'grand_total', judged: '1', wrong: '0', share: 0 },
  ])
  expect(await ask('calibration')).toMatchObject([
    { bin: 0.5, fields: '1', share_right: 0 },
    { bin: 0.7, share_right: 1 },
    { bin: 0.9, share_right: 1 },
  ])
  expect(await ask('documents', { state: 'review' })).toMatchObject([
    { document: 'B', edits: null },
  ])
  expect(await ask('judgements', { bin: '0.5' })).toMatchObject([
    { document: 'A', field: 'invoice_number', predicted: 'N1', truth: 'N2', outcome: 'wrong' },
  ])
  expect(await ask('judgements', { outcome: 'changed' })).toMatchObject([
    { document: 'A', field: 'invoice_number' },
  ])
  expect(await ask('edits', { field: 'invoice_number' })).toMatchObject([
    { documents: '1', edits: '1' },
  ])
  expect(await ask('edits', { field: 'currency' })).toMatchObject([
    { documents: '1', edits: '0', untouched: 1 },
  ])
  expect(await ask('accepted')).toMatchObject([
    { documents: '1', documents_wrong: '1', judged: '3', wrong: '1', missed: '0' },
  ])
  expect((await ask('life', { document: 'A' })).map((row) => row['event'])).toEqual([
    'arrived',
    'read',
    'extracted',
    'asked',
    'decided',
    'decided',
  ])
  expect(await ask('answers', { document: 'A' })).toMatchObject([
    { revision: 2, reviewer: 'ben' },
    { revision: 1, reviewer: 'ada', seconds: 40 },
  ])
  expect(await ask('answers', { reviewer: 'ben', with: 'ada' })).toMatchObject([
    { document: 'A', reviewer: 'ben' },
  ])
  expect(
    (await ask('versions', { document: 'A' })).map(
      (row) => `${String(row['version'])} ${String(row['field'])}`,
    ),
  ).toEqual(
    ['reading', 'answer 1', 'answer 2'].flatMap((version) =>
      ['grand_total', 'invoice_number', 'currency'].map((name) => `${version} ${name}`),
    ),
  )
  expect(await ask('champions')).toMatchObject([{ model: 'invoice/3', by: 'gate' }])
  expect(await ask('drift')).toMatchObject([
    {
      vendor: 'vat:DE1',
      signal: 'layout',
      began: '2026-03-01 00:00:40.000',
      noticed: '2026-03-01 00:01:04.000',
      ended: '',
      lifted_by: '',
    },
  ])
  expect(await ask('agreement')).toMatchObject([
    { reviewer_a: 'ada', reviewer_b: 'ben', agreement: 1 },
  ])
  for (const name of tableNames) {
    const rows = await ask(name)
    expect([
      name,
      rows.length > 0,
      tables[name].columns
        .map(([column]) => column)
        .filter((column) => !(column in (rows[0] ?? {}))),
    ]).toEqual([name, true, []])
    await ask(
      name,
      Object.fromEntries(
        Object.keys(tables[name].filters).map((filter) => [
          filter,
          /^(from|to|since|until|read_.*|answered_.*)$/.test(filter) ? '2026-03-01' : 'x',
        ]),
      ),
    )
  }
  const { sql, parameters } = queryOf('documents', {}, 10)
  expect((await reader.bytes(sql, 'Parquet', parameters)).subarray(0, 4).toString()).toBe('PAR1')
  expect([
    await reader.query(queryOf('documents', {}, 10).counted),
    await reader.query(queryOf('documents', {}, 1).counted),
  ]).toEqual([[{ rows: '2' }], [{ rows: '1' }]])
})

describe('many documents', () => {
  // Made by a generator of its own, and every figure counted here from the same facts in another
  // way.
  let seed = 7
  const chance = (): number =>
    (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  const names = ['grand_total', 'iban', 'due_date'] as const
  const dayMs = 86_400_000
  const tried = 2 // rows of a table whose list is asked for
  const made = Array.from({ length: 120 }, (_, i) => {
    const [readAt, isAcceptable] = [day + dayMs * Math.floor(i / 30) + i * 1000, chance() < 0.5]
    const sampled = isAcceptable && chance() < 0.5
    const fields = names.map((name) => ({
      name,
      predicted: chance() < 0.9 ? `p${i}` : null,
      confidence: chance(),
      wrong: chance() < 0.2,
    }))
    return {
      id: `m${i}`,
      readAt,
      sampled,
      route: isAcceptable && !sampled ? 'accepted' : 'review',
      answeredAt: readAt + dayMs * Math.floor(chance() * 3) + 1000 * Math.floor(chance() * 90_000),
      tookMs: 1000 + Math.floor(chance() * 50_000),
      vendor: pick(['V1', 'V2', 'V3']),
      version: i < 60 ? 1 : 2,
      reviewer: pick(['ada', 'ben']),
      isAnswered: (isAcceptable ? sampled : true) && chance() < 0.8,
      isRejected: chance() < 0.1,
      fields,
      lineWrong: chance() < 0.3,
    } as const
  })
  type Made = (typeof made)[number]
  const truthOf = ({ fields }: Made) =>
    fields.map(({ name, predicted, wrong }) =>
      field(name, wrong ? 'true' : predicted, 1, 'human', null),
    )
  const readOf = ({ fields }: Made) =>
    fields.map(({ name, predicted, confidence }) => field(name, predicted, confidence))
  const answeredOnes = made.filter(({ isAnswered }) => isAnswered)
  const judgedOnes = answeredOnes.filter(({ isRejected }) => !isRejected)
  const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
  const headerEdits = ({ fields }: Made): number => fields.filter(({ wrong }) => wrong).length
  const editsOf = (one: Made): number => headerEdits(one) + (one.lineWrong ? 1 : 0)
  const profile = { profile: 'receipt' } as const // these alone
  const all = async (name: TableName, filters: TableFilters = {}) => {
    const { sql, parameters } = queryOf(name, { ...profile, ...filters }, 10_000)
    return reader.query(sql, parameters)
  }
  const number = (value: unknown): number => Number(value)

  beforeAll(async () => {
    const shared = { profile: 'receipt' } as const
    const records = made.flatMap((one, i) => {
      const { id, readAt, answeredAt, tookMs, route, sampled, reviewer } = one
      const model = { name: 'receipt', version: one.version, sha256: 'm' }
      const vendor = { id: one.vendor, name: null, evidence: 'vat' }
      const lines = {
        predictedLineItems: [line({ line_total: '5' })],
        lineItems: [line({ line_total: one.lineWrong ? '6' : '5' })],
      }
      return [
        ['raw', raw(id, { ...shared, receivedAt: readAt - 2000 }), readAt - 2000],
        ['ocr', ocr(id, shared), readAt - 500],
        [
          'extracted',
          extracted(id, readOf(one), {
            ...shared,
            route: route as 'accepted',
            sampled,
            model,
            vendor,
            lineItems: [line({ line_total: '5' })],
            receivedAt: readAt - 2000,
          }),
          readAt,
        ],
        ...(one.isAnswered
          ? [
              [
                'verdicts',
                verdict(id, readOf(one), truthOf(one), {
                  ...shared,
                  ...lines,
                  reviewer,
                  vendor,
                  model,
                  decidedAt: answeredAt,
                  openedAt: answeredAt - tookMs,
                  decision: one.isRejected ? 'rejected' : 'corrected',
                  basis: sampled ? 'sample' : 'review',
                }),
                answeredAt + 5,
              ] as const,
            ]
          : []),
      ].map(([topic, value, at]) =>
        analyticsRowsOf(topic as 'raw', value as never, {
          topic: `m.${topic as string}`,
          partition: 0,
          offset: BigInt(i),
          timestamp: Number(at),
          key: id,
          traceId: '',
        }),
      )
    })
    for (const table of analyticsTables)
      await client.insert(
        table,
        records.flatMap((rows) => rows[table] ?? []),
      )
  })

  test('straight through, by day, vendor and model; and each day lists its documents', async () => {
    const count = (of: readonly Made[]) => ({
      documents: of.length,
      accepted: of.filter(({ route }) => route === 'accepted').length,
      sampled: of.filter(({ sampled }) => sampled).length,
    })
    for (const filters of [
      {},
      { vendor: 'V2' },
      { model: 'receipt/2' },
      { from: dayOf(day + dayMs), to: dayOf(day + 2 * dayMs) },
    ] as TableFilters[]) {
      const wanted = made.filter(
        (one) =>
          (filters.vendor === undefined || one.vendor === filters.vendor) &&
          (filters.model === undefined || filters.model === `receipt/${one.version}`) &&
          (filters.from === undefined ||
            (dayOf(one.readAt) >= filters.from && dayOf(one.readAt) <= (filters.to ?? ''))),
      )
      const rows = await all('days', filters)
      expect(
        rows.map(({ day: on, documents, accepted, sampled }) => [
          on,
          number(documents),
          number(accepted),
          number(sampled),
        ]),
      ).toEqual(
        [...new Set(wanted.map(({ readAt }) => dayOf(readAt)))].sort().map((on) => {
          const { documents, accepted, sampled } = count(
            wanted.filter(({ readAt }) => dayOf(readAt) === on),
          )
          return [on, documents, accepted, sampled]
        }),
      )
      const { from: _from, to: _to, ...others } = filters
      for (const row of rows.slice(0, tried))
        expect(
          (
            await all('documents', {
              ...others,
              read_from: String(row['day']),
              read_to: String(row['day']),
            })
          ).length,
        ).toBe(number(row['documents']))
    }
  })

  test('wrong among accepted values, from the sample alone and with the interval of Wilson', async () => {
    const samples = judgedOnes.filter(({ sampled }) => sampled)
    const found = samples.flatMap(({ fields }) =>
      fields.filter(({ predicted }) => predicted !== null),
    )
    const wrong = found.filter((one) => one.wrong)
    const [row] = await all('accepted')
    expect(
      [row?.['documents'], row?.['judged'], row?.['wrong'], row?.['documents_wrong']].map(number),
    ).toEqual([
      samples.length,
      found.length,
      wrong.length,
      samples.filter(({ fields }) => fields.some((one) => one.predicted !== null && one.wrong))
        .length,
    ])
    // The ends are the shares p for which the observed one is 1.96 standard deviations off: (w/n −
    // p)² = 1.96² p(1 − p)/n.
    for (const end of ['low', 'high']) {
      const p = number(row?.[end])
      expect((wrong.length / found.length - p) ** 2).toBeCloseTo(
        (1.959964 ** 2 * p * (1 - p)) / found.length,
        6,
      )
    }
    for (const field of (await all('wrong_accepted')).slice(0, tried))
      expect(
        (await all('judgements', { basis: 'sample', field: String(field['field']), outcome: 'fp' }))
          .length,
      ).toBe(number(field['wrong']))
    expect(
      (await all('judgements', { basis: 'sample', outcome: 'fp', scope: 'header' })).length,
    ).toBe(wrong.length)
  })

  test('edits per 100 documents by day, of all and of one field; each day lists its documents', async () => {
    const rows = await all('edits')
    expect(
      rows.map(({ day: on, documents, edits }) => [on, number(documents), number(edits)]),
    ).toEqual(
      [...new Set(judgedOnes.map(({ answeredAt }) => dayOf(answeredAt)))].sort().map((on) => {
        const these = judgedOnes.filter(({ answeredAt }) => dayOf(answeredAt) === on)
        return [on, these.length, these.reduce((sum, one) => sum + editsOf(one), 0)]
      }),
    )
    for (const row of rows.slice(0, tried))
      expect(
        (
          await all('documents', {
            answered_from: String(row['day']),
            answered_to: String(row['day']),
            state: 'accepted',
          })
        ).length,
      ).toBe(number(row['documents']))
    for (const [name, edits] of [
      [
        'iban',
        judgedOnes.filter(({ fields }) => fields.some((one) => one.name === 'iban' && one.wrong))
          .length,
      ],
      ['lineItems.line_total', judgedOnes.filter(({ lineWrong }) => lineWrong).length],
    ] as const) {
      const ofField = await all('edits', { field: name })
      expect([
        ofField.reduce((sum, row) => sum + number(row['edits']), 0),
        ofField.reduce((sum, row) => sum + number(row['documents']), 0),
      ]).toEqual([edits, judgedOnes.length])
      for (const row of ofField.slice(0, tried))
        expect(
          (
            await all('judgements', {
              field: name,
              answered_from: String(row['day']),
              answered_to: String(row['day']),
              outcome: 'changed',
            })
          ).length,
        ).toBe(number(row['edits']))
    }
  })

  test('the learning curve goes through all answers in their order; each point lists its documents', async () => {
    const ordered = [...judgedOnes].sort(
      (a, b) => a.answeredAt - b.answeredAt || (a.id < b.id ? -1 : 1),
    )
    const rows = await all('learning')
    expect(number(rows.at(-1)?.['answers'])).toBe(ordered.length)
    let begin = 0
    for (const row of rows) {
      const part = ordered.slice(begin, number(row['answers']))
      begin = number(row['answers'])
      expect([number(row['documents']), number(row['edits_per_100'])]).toEqual([
        part.length,
        expect.closeTo((100 * part.reduce((sum, one) => sum + editsOf(one), 0)) / part.length, 9),
      ])
      if (begin <= 30)
        expect(
          (
            await all('documents', {
              since: String(row['since']),
              until: String(row['until']),
              state: 'accepted',
            })
          ).length,
        ).toBe(part.length)
    }
  })

  test('calibration: of the values of each tenth of confidence, how many were right; each lists its values', async () => {
    const values = judgedOnes.flatMap(({ fields }) =>
      fields.filter(({ predicted }) => predicted !== null),
    )
    for (const row of await all('calibration')) {
      const these = values.filter(
        ({ confidence }) =>
          Math.min(9, Math.floor(confidence * 10)) === Math.round(10 * number(row['bin'])),
      )
      expect([
        number(row['fields']),
        number(row['share_right']),
        number(row['mean_confidence']),
      ]).toEqual([
        these.length,
        these.filter(({ wrong }) => !wrong).length / these.length,
        expect.closeTo(
          these.reduce((sum, { confidence }) => sum + confidence, 0) / these.length,
          9,
        ),
      ])
      if (number(row['bin']) > 0.6)
        expect((await all('judgements', { bin: String(row['bin']) })).length).toBe(these.length)
    }
  })

  test('review time by day, latency by day, the age of the queue, fields, vendors and models', async () => {
    const median = (list: readonly number[]): number =>
      [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] as number
    for (const row of await all('review_days')) {
      const these = answeredOnes.filter(({ answeredAt }) => dayOf(answeredAt) === row['day'])
      expect([number(row['verdicts']), number(row['p50_seconds'])]).toEqual([
        these.length,
        median(these.map(({ tookMs }) => tookMs)) / 1000,
      ])
      if (row['day'] === dayOf(day + 2 * dayMs))
        expect(
          (
            await all('answers', {
              answered_from: String(row['day']),
              answered_to: String(row['day']),
            })
          ).length,
        ).toBe(these.length)
    }
    expect(await all('times', { stage: 'raw to extracted', document: 'm1' })).toMatchObject([
      { ms: '2000' },
    ])
    const waiting = made.filter(({ route, isAnswered }) => route === 'review' && !isAnswered).length
    const queue = await all('queue')
    expect(queue.reduce((sum, row) => sum + number(row['documents']), 0)).toBe(waiting)
    for (const row of queue)
      expect(
        (await all('documents', { state: 'review', waiting: String(row['age']) })).length,
      ).toBe(number(row['documents']))
    const reviewed = judgedOnes.filter(({ sampled }) => !sampled)
    expect(
      (await all('fields')).find((row) => row['field'] === 'iban' && row['basis'] === 'review'),
    ).toMatchObject({
      documents: String(reviewed.length),
      edits: String(
        reviewed.filter(({ fields }) => fields.some((one) => one.name === 'iban' && one.wrong))
          .length,
      ),
    })
    for (const [table, column, of] of [
      ['vendors', 'vendor', (one: Made) => one.vendor],
      ['models', 'model', (one: Made) => `receipt/${one.version}`],
    ] as const) {
      const sums = new Map<string, number>()
      for (const row of await all(table))
        sums.set(String(row[column]), (sums.get(String(row[column])) ?? 0) + number(row['edits']))
      expect(Object.fromEntries(sums)).toEqual(
        Object.fromEntries(
          [...new Set(judgedOnes.map(of))].map((key) => [
            key,
            judgedOnes.filter((one) => of(one) === key).reduce((sum, one) => sum + editsOf(one), 0),
          ]),
        ),
      )
      for (const [key, edits] of sums)
        expect((await all('judgements', { [column]: key, outcome: 'changed' })).length).toBe(edits)
    }
  })

  test('what is counted with few columns is what the views say, column by column and together', async () => {
    const columns = [
      '_offset',
      'seq',
      'day',
      '_time',
      'decided_at',
      'document_id',
      'tenant',
      'profile',
      'vendor_id',
      'field',
      'line',
      'outcome',
      'confidence',
      'origin',
      'origin_id',
      'model_name',
      'model_version',
      'basis',
      'reviewer',
    ]
    const rows = (sql: string) => reader.query(`${sql} ORDER BY ALL`)
    for (const view of ['judged_facts', 'judgement_facts']) {
      for (const some of [columns, ...columns.map((column) => [column])])
        expect([
          view,
          some,
          await rows(
            withFacts(
              `SELECT ${some.map((column) => `j.${column} AS ${column}`).join(', ')} FROM ${view} AS j`,
            ),
          ),
        ]).toEqual([view, some, await rows(`SELECT ${some.join(', ')} FROM ${view}`)])
    }
    const sums = await rows(
      withFacts(
        'SELECT j.document_id AS id, toUInt64(j.judged) AS judged, toUInt64(j.tp) AS tp, toUInt64(j.fp) AS fp, toUInt64(j.fn) AS fn, toUInt64(j.truths) AS truths FROM judged_documents AS j WHERE j.judged > 0',
      ),
    )
    expect(sums).toEqual(
      await rows(
        "SELECT document_id AS id, count() AS judged, countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, countIf(outcome = 'fn') AS fn, countIf(has_truth) AS truths FROM judged_facts GROUP BY id",
      ),
    )
    expect(sums.length).toBe(judgedOnes.length + 1) // of A, too
  })

  test('of vendors and models the figures are the same for all fields and for each field together', async () => {
    for (const table of ['vendors', 'models'] as const) {
      const whole = await all(table)
      for (const column of ['judged', 'edits']) {
        const parts = (
          await Promise.all(
            [...names, 'lineItems.line_total'].map((name) => all(table, { field: name })),
          )
        ).flat()
        expect([table, column, parts.reduce((sum, row) => sum + number(row[column]), 0)]).toEqual([
          table,
          column,
          whole.reduce((sum, row) => sum + number(row[column]), 0),
        ])
      }
    }
  })
})

test('a filter is a value and never part of the query', async () => {
  expect(await ask('days', { profile: "x' OR 1=1 --" })).toEqual([])
  expect((await ask('days', { profile: 'invoice' })).length).toBe(1)
  expect(queryOf('days', { field: 'iban', document: 'x', vendor: 'v' }, 1).ignored).toEqual([
    'field',
    'document',
  ]) // and what is not asked is said
})

test('CSV is safe to open: what would be a formula is a text, numbers stay numbers', () => {
  const rows = [
    {
      document: '=HYPERLINK("http://x")',
      vendor: '@SUM(1)',
      profile: '+1',
      state: '-2+3',
      received: 'a "b", c',
      model: '\tx',
      edits: -3,
      total: '-12.50',
      currency: 'EUR',
    },
    { document: '  =1+1', vendor: '＝1', profile: '\n=1', state: 'ok' },
  ]
  const [, first, ...others] = csvOf('documents', rows).split('\r\n')
  expect(first).toBe(
    `"'=HYPERLINK(""http://x"")",'@SUM(1),+1,'-2+3,"a ""b"", c",'\tx,-3,-12.50,EUR`,
  )
  expect(others.join('\r\n')).toBe(`'  =1+1,'＝1,"'\n'=1",ok,,,,,\r\n`)
  expect(csvOf('documents', []).codePointAt(0)).toBe(0xfeff) // so that Excel takes it for UTF-8
})
