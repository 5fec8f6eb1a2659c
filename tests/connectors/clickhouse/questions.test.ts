/**
 * docs/questions.md over a few documents: every question is answered, by at least one row, and those
 * about money and people with the figures that were worked out by hand.
 *
 *   A, B  invoices of one vendor, accepted unseen; A has no document type; B names another account and
 *         is past due
 *   C     a credit note of that vendor          D  corrected by ada      E  sample, confirmed by bob
 *   F     rejected by ada                       G  waits for a person    H  A once more
 */

import { readFileSync } from 'node:fs'
import { type Clickhouse, openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { analyticsRowsOf } from '../../../connectors/clickhouse/rows.ts'
import { applySchema } from '../../../connectors/clickhouse/schema.ts'
import { analyticsTables } from '../../../processors/analytics.ts'
import type { Extracted, Field, Final, Topics } from '../../../schemas/types.ts'
import { finalOf } from '../../records.ts'
import { dead, extracted, field, line, modelRecord, raw, rule, task, verdict } from './records.ts'
import { startStore, type TestStore } from './store.ts'

const dayMs = 86_400_000
const now = Date.now()
const dateAfter = (days: number): string => new Date(now + days * dayMs).toISOString().slice(0, 10)
const said = readFileSync('docs/questions.md', 'utf8')
const questions = [...said.matchAll(/^### (.+?)\n(?:(?!^###)[\s\S])*?```sql\n([\s\S]*?)```/gm)].map(
  ([, question, sql]) => [String(question), String(sql)] as const,
)

interface Invoice {
  readonly number: string
  readonly total: string
  readonly type?: string
  readonly iban?: string
  readonly due?: number // days from now
}

function fieldsOf({ number, total, type = 'invoice', iban = 'DE1', due = 7 }: Invoice): Field[] {
  const values = {
    document_type: type,
    invoice_number: number,
    seller_name: 'Wire & Sons',
    grand_total: total,
    currency: 'EUR',
    issue_date: dateAfter(-20),
    due_date: dateAfter(due),
    iban,
  }
  return Object.entries(values).map(([name, value]) => field(name, value === '' ? null : value))
}

const invoices = {
  A: { number: 'RE-1001', total: '100.00', type: '' },
  B: { number: 'RE-1002', total: '50.00', iban: 'DE2', due: -3 },
  C: { number: 'CR-1', total: '30.00', type: 'credit_note' },
  D: { number: 'RE-1003', total: '10.00' },
  E: { number: 'RE-1004', total: '20.00' },
  F: { number: 'AD-1', total: '5.00' },
  G: { number: 'RE-1005', total: '40.00' },
  H: { number: 'RE-1001', total: '100.00' },
} as const
type Id = keyof typeof invoices

const lineItems = [line({ description: 'Copper wire', line_total: '10.00' })]
const read = (id: Id, change: Partial<Extracted> = {}): Extracted =>
  extracted(id, fieldsOf(invoices[id]), { receivedAt: now - dayMs, lineItems, ...change })
const last = (id: Id, change: Partial<Final> = {}): Final =>
  finalOf(id, {
    profile: 'invoice',
    fileName: `${id}.pdf`,
    receivedAt: now - dayMs,
    decidedAt: now,
    vendor: { id: 'vat:DE1', name: 'Wire & Sons', evidence: 'vat' },
    fields: fieldsOf(invoices[id]),
    lineItems,
    ...change,
  })
const review = {
  route: 'review',
  reasons: [{ code: 'low_confidence', field: 'grand_total', detail: null }],
} as const

const records: readonly (readonly [topic: keyof Topics, key: string, value: unknown])[] = [
  ...Object.keys(invoices).map((id) => ['raw', id, raw(id, { receivedAt: now - dayMs })] as const),
  ['extracted', 'A', read('A')],
  ['extracted', 'B', read('B')],
  ['extracted', 'C', read('C')],
  ['extracted', 'D', read('D', review)],
  ['extracted', 'E', read('E', { route: 'review', sampled: true })],
  ['extracted', 'F', read('F', review)],
  ['extracted', 'G', read('G', review)],
  ['extracted', 'H', read('H')],
  ['needs-review', 'G', task('G', fieldsOf(invoices.G))],
  [
    'verdicts',
    'D',
    verdict('D', fieldsOf(invoices.D), fieldsOf({ ...invoices.D, total: '11.00' }), {
      openedAt: now - 60_000,
      decidedAt: now,
    }),
  ],
  [
    'verdicts',
    'E',
    verdict('E', fieldsOf(invoices.E), fieldsOf(invoices.E), {
      reviewer: 'bob',
      basis: 'sample',
      decision: 'confirmed',
      openedAt: now - 30_000,
      decidedAt: now,
    }),
  ],
  [
    'verdicts',
    'F',
    verdict('F', fieldsOf(invoices.F), [], {
      decision: 'rejected',
      openedAt: now - 10_000,
      decidedAt: now,
    }),
  ],
  ['final', 'A', last('A')],
  ['final', 'B', last('B')],
  ['final', 'C', last('C')],
  ['final', 'D', last('D', { decidedBy: 'ada', decision: 'corrected', revision: 1 })],
  ['final', 'E', last('E', { decidedBy: 'bob', decision: 'confirmed', revision: 1 })],
  [
    'final',
    'F',
    last('F', { status: 'rejected', decidedBy: 'ada', decision: 'rejected', comment: 'an offer' }),
  ],
  ['final', 'H', last('H', { status: 'duplicate', duplicateOf: 'A' })],
  ['rules', 'vat:DE1/currency', rule()],
  ['models', 'invoice/3', modelRecord()],
  ['dead', 'Z', dead()],
]

let store: TestStore
let reader: Clickhouse

beforeAll(async () => {
  store = await startStore()
  const owner = openClickhouse(store.writeUrl)
  await applySchema(owner)
  const rows = records.map(([topic, key, value], offset) =>
    analyticsRowsOf(topic, value as never, {
      topic: `x.${topic}`,
      partition: 0,
      offset: BigInt(offset),
      timestamp: now,
      key,
      traceId: key,
    }),
  )
  for (const table of analyticsTables)
    await owner.insert(
      table,
      rows.flatMap((some) => some[table] ?? []),
    )
  await owner.close()
  reader = openClickhouse(store.url, { readOnly: true })
}, 180_000)
afterAll(async () => {
  await reader?.close()
  await store?.remove()
})

test('there are twenty questions and more', () => {
  expect(questions.length).toBeGreaterThanOrEqual(20)
  expect(questions).toHaveLength(said.match(/^### /gm)?.length ?? 0)
})

test.each(questions)('%s', async (_, sql) => {
  expect((await reader.query(sql)).length).toBeGreaterThan(0)
})

const asked = async (beginning: string): Promise<object[]> => {
  const found = questions.filter(([question]) => question.startsWith(beginning))
  expect(found).toHaveLength(1)
  return reader.query(String(found[0]?.[1]))
}

test('a credit note is no spending, a duplicate and a rejected document neither', async () => {
  expect(await asked('How much did we spend')).toEqual([
    expect.objectContaining({ vendor: 'Wire & Sons', invoices: '5', spent: '150' }),
  ])
})

test('what is due, what was late, and what came twice', async () => {
  const numbers = async (beginning: string): Promise<string[]> =>
    (await asked(beginning)).map((row) => (row as { invoice_number: string }).invoice_number)
  expect((await numbers('What is due')).sort()).toEqual(['RE-1001', 'RE-1003', 'RE-1004'])
  expect(await numbers('Which invoices were past')).toEqual(['RE-1002'])
  expect(await asked('Which documents were delivered twice')).toEqual([
    expect.objectContaining({ document_id: 'H', same_invoice_as: 'A' }),
  ])
})

test('who works how much, and on what', async () => {
  expect(await asked('How long does an answer take')).toEqual([
    expect.objectContaining({ answers: '3', values_changed: '1' }),
  ])
  expect(await asked('Why do documents come')).toEqual([
    { reason: 'low_confidence:grand_total', documents: '3' },
  ])
  expect(await asked('What was rejected')).toEqual([
    expect.objectContaining({ decided_by: 'ada', comment: 'an offer' }),
  ])
})

test('two accounts of one vendor are seen', async () => {
  const [row] = await asked('Which vendors have more than one')
  expect((row as { accounts: string[] }).accounts.sort()).toEqual(['DE1', 'DE2'])
})
