/**
 * Measures the dashboard over many documents: `npm run speed:dashboard [DOCUMENTS]`, by default a
 * million. Fills a store of its own with made-up readings and answers, as the sink would have
 * stored them, and opens the dashboard on it in a real Chromium. Measures the time from navigation
 * until the tiles, the charts, and all tables (scrolled to) are loaded; then once more, since the
 * service caches results until the store has more.
 *
 * A year of documents whose quality improves: 10 fields each, 2,000 vendors, 12 people, 6 model
 * versions. No figure is asserted anywhere.
 */

import type { Page } from 'playwright-core'
import { applySchema } from '../../connectors/clickhouse/schema.ts'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { startStore } from '../connectors/clickhouse/store.ts'
import { openReviewServer } from '../review-server.ts'
import { openBrowser } from './chromium.ts'

const documents = Number(process.argv[2] ?? 1_000_000)
const atOnce = 200_000 // documents in one insert: fits into memory with room to spare
const fields = [
  'invoice_number',
  'issue_date',
  'due_date',
  'seller_name',
  'buyer_name',
  'currency',
  'net_total',
  'tax_total',
  'grand_total',
  'iban',
]
const names = `[${fields.map((name) => `'${name}'`).join(', ')}]`

/** The facts of documents `from` up to `to`, each derived from the document's number alone. */
const made = (from: number, to: number): string => `(
  SELECT
    number AS n,
    lower(hex(sipHash128(n))) AS id,
    n / ${documents} AS age,
    toUInt32(n % 4) AS p,
    toUInt64(intDiv(n, 4)) AS o,
    toDateTime64('2025-01-01 00:00:00', 3, 'UTC')
      + toIntervalMillisecond(toUInt64(age * 365 * 86400000)) AS at,
    concat(
      'vat:DE',
      toString(100000000 + toUInt32(pow(sipHash64(n, 'vendor') % 10000 / 10000, 3) * 2000))
    ) AS vendor,
    toUInt32(least(6, 1 + intDiv(n * 6, ${documents}))) AS version,
    sipHash64(n, 'sure') % 1000 < 300 + 600 * age AS acceptable,
    acceptable AND sipHash64(n, 'drawn') % 50 = 0 AS drawn,
    if(acceptable AND NOT drawn, 'accepted', 'review') AS route,
    if(
      route = 'review',
      sipHash64(n, 'answered') % 100 < 95,
      sipHash64(n, 'wrong') % 500 = 0
    ) AS answered,
    concat('person ', toString(sipHash64(n, 'person') % 12)) AS person,
    arrayMap(
      i -> if(i = 2, 0.4, 0.5 + sipHash64(n, i) % 1000 / 2000),
      range(${fields.length})
    ) AS confidences,
    arrayMap(i -> if(i = 1, 'rule', 'model'), range(${fields.length})) AS origins,
    arrayMap(
      i -> if(
        i = 1,
        concat('r', toString(sipHash64(vendor) % 1500)),
        concat('invoice/', toString(version))
      ),
      range(${fields.length})
    ) AS origin_ids,
    arrayMap(
      i -> multiIf(
        sipHash64(n, i, 'error') % 1000
          < if(acceptable, 6, toUInt64(150 * (1 - 0.7 * age))),
        'fp',
        sipHash64(n, i, 'missed') % 50 = 0,
        'fn',
        'tp'
      ),
      range(${fields.length})
    ) AS outcomes
  FROM numbers(${from}, ${to - from}))`

const record = {
  _partition: 'p',
  _offset: 'o',
  _time: 'at',
  _key: 'id',
  document_id: 'id',
  tenant: "'default'",
  profile: "'invoice'",
  file_name: "concat('invoice ', toString(n), '.pdf')",
  source: "'http'",
  received_at: 'at',
}
const reading = {
  ...record,
  vendor_id: 'vendor',
  vendor_name: "concat('Vendor ', substring(vendor, 7))",
  model_name: "'invoice'",
  model_version: 'version',
  field_names: names,
  field_lines: `arrayMap(i -> 0, range(${fields.length}))`,
  field_confidences: 'confidences',
  field_origins: 'origins',
  field_origin_ids: 'origin_ids',
}
const rows: readonly (readonly [
  table: string,
  columns: Readonly<Record<string, string>>,
  where: string,
])[] = [
  ['documents_raw', { ...record, _topic: "'made.raw'" }, ''],
  [
    'documents_extracted',
    {
      ...reading,
      _topic: "'made.extracted'",
      _time: 'at + toIntervalMillisecond(500 + sipHash64(n) % 4000)',
      route: 'route',
      sampled: 'drawn',
    },
    '',
  ],
  [
    'verdicts',
    {
      ...reading,
      _topic: "'made.corrected'",
      _time: 'at + toIntervalHour(1)',
      decided_at: 'at + toIntervalHour(1)',
      opened_at: 'at + toIntervalMillisecond(3600000 - 3000 - sipHash64(n) % 60000)',
      revision: '1',
      reviewer: 'person',
      decision: "if(edits = 0, 'confirmed', 'corrected')",
      basis: "multiIf(drawn, 'sample', route = 'review', 'review', 'correction')",
      judged: String(fields.length),
      edits: "toUInt32(arrayCount(outcome -> outcome != 'tp', outcomes))",
      field_outcomes: 'outcomes',
      field_truths: 'arrayMap(i -> 1, outcomes)',
    },
    'WHERE answered',
  ],
]

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(7)} s`
const line = (what: string, ms: number): void => console.log(`${what.padEnd(52)} ${seconds(ms)}`)

async function visit(page: Page, url: string, how: string): Promise<void> {
  const began = performance.now()
  const none = (): Promise<unknown> =>
    page.waitForFunction(
      () =>
        document.querySelector('.charts') !== null &&
        !(document.querySelector('#app')?.textContent ?? '').includes('Loading…'),
    )
  await page.goto(`${url}/dashboard`)
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('.tiles dd:not(.small)')].filter(
        (tile) => tile.textContent !== '–',
      ).length === 4,
  )
  line(`dashboard, ${how}: tiles`, performance.now() - began)
  await page.waitForFunction(() => document.querySelectorAll('figure svg').length === 6)
  line('                charts', performance.now() - began)
  for (const table of await page.locator('section.table').all()) {
    await table.scrollIntoViewIfNeeded()
    await none()
  }
  line('                all tables, scrolled to', performance.now() - began)
}

const store = await startStore()
const client = openClickhouse(store.writeUrl)
const desk = await openReviewServer([], {
  analytics: {
    query: (...asked) => client.query(...asked),
    bytes: (...asked) => client.bytes(...asked),
  },
})
const browser = await openBrowser()
try {
  const began = performance.now()
  await applySchema(client)
  for (let from = 0; from < documents; from += atOnce) {
    for (const [table, columns, where] of rows)
      await client.command(
        `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.entries(columns)
          .map(([name, value]) => `${value} AS ${name}`)
          .join(', ')} FROM ${made(from, Math.min(documents, from + atOnce))} ${where}`,
      )
  }
  await client.insert('sink_progress', [
    {
      _topic: 'made.raw',
      _partition: 0,
      next_offset: String(documents),
      end_offset: String(documents),
      at: '2026-01-01 00:00:00.000',
    },
  ])
  for (let quiet = 0; quiet < 2;) {
    // waits until the new rows are merged, which behind a real sink happens along the way
    quiet =
      Number(
        (await client.query<{ merges: string }>('SELECT count() AS merges FROM system.merges'))[0]
          ?.merges,
      ) === 0
        ? quiet + 1
        : 0
    await new Promise((done) => setTimeout(done, 2_000))
  }
  line(`made ${documents.toLocaleString('en')} documents`, performance.now() - began)
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  page.setDefaultTimeout(300_000)
  await page.goto(desk.url) // excludes the browser's own start
  await page.waitForTimeout(2_000)
  for (const how of ['first', 'again']) await visit(page, desk.url, how)
} finally {
  await browser.close()
  await desk.close()
  await client.close()
  await store.remove()
}
