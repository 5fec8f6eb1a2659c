/**
 * Made-up figures for the dashboard, models, rules and dead letters: 70 days of a company whose
 * quality improves.
 */

import {
  tableNames,
  tables,
  type Table,
  type TableName,
} from '../../connectors/http/review/tables.ts'
import type { ReviewDeps } from '../../connectors/http/review/review.ts'
import type { Audit, Model, Rule } from '../../schemas/types.ts'

type Row = Readonly<Record<string, unknown>>

const start = Date.UTC(2024, 0, 8)
const dayMs = 86_400_000
const days = Array.from({ length: 70 }, (_, i) =>
  new Date(start + i * dayMs).toISOString().slice(0, 10),
)
const wobble = (i: number, by: number): number => by * Math.sin(i * 1.7) * Math.cos(i * 0.6)
const quality = (documents: number, precision: number) => ({
  documents: String(documents),
  judged: String(documents),
  precision,
  recall: precision - 0.02,
  edits: String(Math.round(documents * (1 - precision))),
  edits_per_100: 100 * (1 - precision),
})

const vendors: Readonly<Record<number, string>> = {
  3: 'شركة النور للتجارة',
  5: 'Grosshandel Mayer & Söhne Nachfolger GmbH & Co. KG, Niederlassung Südwest',
}
const rows: Readonly<Partial<Record<TableName, readonly Row[]>>> = {
  days: days.map((day, i) => {
    const documents = Math.round(180 + 60 * Math.sin(i / 5))
    const share = Math.min(0.94, 0.18 + 0.75 * (1 - Math.exp(-i / 18)) + wobble(i, 0.03))
    return {
      day,
      documents: String(documents),
      accepted: String(Math.round(documents * share)),
      accepted_share: share,
      reviewed: String(Math.round(documents * (1 - share))),
      sampled: '4',
      corrected_later: i % 17 === 3 ? '1' : '0',
    }
  }),
  edits: days.map((day, i) => ({
    day,
    documents: String(40 + (i % 9)),
    edits: String(Math.round((40 + (i % 9)) * (1.4 * Math.exp(-i / 22) + 0.12))),
    edits_per_100: 140 * Math.exp(-i / 22) + 12 + wobble(i, 6),
    untouched: Math.min(0.9, 0.3 + i / 110),
  })),
  learning: Array.from({ length: 40 }, (_, i) => ({
    answers: String(75 * (i + 1)),
    documents: '75',
    edits_per_100: 150 * Math.exp(-i / 11) + 13 + wobble(i, 5),
    since: `${days[Math.min(69, Math.floor(1.7 * i))]} 07:00:00.000`,
    until: `${days[Math.min(69, Math.floor(1.7 * (i + 1)))]} 17:00:00.000`,
  })),
  accepted: [
    {
      documents: '232',
      documents_wrong: '3',
      judged: '1062',
      wrong: '4',
      missed: '2',
      share: 4 / 1062,
      low: 0.0015,
      high: 0.0096,
    },
  ],
  champions: [
    [1, 0, 'the first version'],
    [2, 17, 'no worse on all, better on unseen vendors'],
    [3, 34, 'no worse on all, better on unseen vendors'],
  ].map(([version, day, reason]) => ({
    model: `invoice/${version}`,
    since: `${days[Number(day)]} 03:00:12.000`,
    by: 'gate',
    reason,
  })),
  review_days: days.map((day, i) => ({
    day,
    verdicts: String(40 + (i % 9)),
    p50_seconds: 8 + 11 * Math.exp(-i / 15) + wobble(i, 1),
    p95_seconds: 41,
  })),
  latency: days.map((day, i) => ({
    day,
    documents: '180',
    p50_ms: 260 + wobble(i, 60),
    p95_ms: 1990,
    max_ms: 9600,
  })),
  answers: [
    {
      document: 'd-1',
      revision: 1,
      decided: `${days[60]} 09:12:04.120`,
      reviewer: 'Mara Lindqvist',
      decision: 'corrected',
      basis: 'review',
      edits: '2',
      seconds: 9.4,
      model: 'invoice/3',
      comment: '',
    },
  ],
  versions: ['reading', 'answer 1'].flatMap((version) =>
    ['seller_name', 'grand_total'].map((field, i) => ({
      at: `${days[60]} 09:12:0${version === 'reading' ? 2 : 4}.120`,
      version,
      field,
      line: null,
      predicted: ['Nordlicht', '1066.70'][i],
      truth: version === 'reading' ? null : ['Nordlicht Werkzeuge GmbH', '1469.06'][i],
      confidence: [0.81, 0.71][i],
      origin: 'model invoice/3',
      model: 'invoice/3',
      reviewer: version === 'reading' ? '' : 'Mara Lindqvist',
    })),
  ),
  wrong_accepted: [
    ['seller_address', 214, 3, 0.0048, 0.0404],
    ['due_date', 198, 1, 0.0009, 0.028],
    ['grand_total', 232, 0, 0, 0.0163],
    ['invoice_number', 231, 0, 0, 0.0164],
    ['iban', 187, 0, 0, 0.0201],
  ].map(([field, judged, wrong, low, high]) => ({
    field,
    judged: String(judged),
    wrong: String(wrong),
    share: Number(wrong) / Number(judged),
    low,
    high,
  })),
  fields: [
    'buyer_name',
    'due_date',
    'grand_total',
    'iban',
    'invoice_number',
    'issue_date',
    'seller_address',
    'seller_name',
  ].flatMap((field, i) => [
    { field, basis: 'review', ...quality(1280 - 31 * i, 0.93 - i / 60) },
    { field, basis: 'sample', ...quality(232 - i, 0.998 - i / 900) },
  ]),
  vendors: [
    ['vat:DE136695976', 212, 0.91],
    ['name:grosshandelmayersohnenachfolgergmbhcokgniederlassungsudwest', 77, 0.88],
    ['name:شركةالنورللتجارة', 31, 0.84],
    ['vat:FR83404833048', 140, 0.97],
  ].map(([vendor, documents, precision]) => ({
    vendor,
    ...quality(Number(documents), Number(precision)),
  })),
  models: [1, 2, 3].map((version) => ({
    model: `invoice/${version}`,
    basis: 'review',
    ...quality(900, 0.84 + version * 0.03),
  })),
  calibration: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((bin, i) => ({
    bin,
    fields: String([12, 31, 55, 90, 210, 620, 5400][i]),
    mean_confidence: bin + 0.052,
    share_right: bin + 0.045 + wobble(i, 0.03),
  })),
  reviewers: days.slice(-3).flatMap((day) => [
    {
      day,
      reviewer: 'Mara Lindqvist',
      verdicts: '55',
      edits: '21',
      p50_seconds: 7.4,
      p95_seconds: 31.2,
    },
    {
      day,
      reviewer: 'Benjamin Osei',
      verdicts: '41',
      edits: '19',
      p50_seconds: 9.1,
      p95_seconds: 44.7,
    },
  ]),
  agreement: [
    {
      reviewer_a: 'Benjamin Osei',
      reviewer_b: 'Mara Lindqvist',
      documents: '64',
      documents_alike: '58',
      fields: '812',
      agreement: 0.985,
    },
  ],
  queue: [
    ['under 1 h', 14],
    ['1 to 4 h', 6],
    ['4 to 24 h', 2],
  ].map(([age, documents]) => ({ age, documents: String(documents) })),
  stages: [
    ['ocr', 210, 1840, 9120],
    ['extract', 38, 120, 410],
    ['raw to extracted', 260, 1990, 9600],
    ['review', 1_900_000, 14_000_000, 80_000_000],
  ].map(([stage, p50, p95, most]) => ({
    stage,
    records: '12648',
    p50_ms: p50,
    p95_ms: p95,
    max_ms: most,
  })),
  documents: Array.from({ length: 12 }, (_, i) => ({
    document: `${'9f3c5d1e7a'.slice(i % 4)}${i}c0ffee4b1d`,
    file_name: `invoice-${i}.pdf`,
    vendor: vendors[i] ?? 'Nordlicht Werkzeuge GmbH',
    profile: 'invoice',
    state: ['accepted', 'review', 'accepted', 'rejected', 'dead'][i % 5],
    received: `${days[69 - i]} 09:1${i % 10}:22.000`,
    model: 'invoice/3',
    edits: i % 5 === 1 ? null : String(i % 3),
    total: (1469.06 + i * 17).toFixed(2),
    currency: 'EUR',
    vendor_id: 'vat:DE136695976',
    dead_code: i % 5 === 4 ? 'DOCUMENT_ENCRYPTED' : '',
  })),
  judgements: ['seller_name', 'invoice_number', 'grand_total'].map((field, i) => ({
    document: 'd-1',
    field,
    line: null,
    predicted: ['Nordlicht', 'RE-2024-00817', '1066.70'][i],
    truth: ['Nordlicht Werkzeuge GmbH', 'RE-2024-00817', '1469.06'][i],
    outcome: i === 1 ? 'right' : 'wrong',
    confidence: [0.81, 0.97, 0.71][i],
    origin: 'model invoice/3',
    reviewer: 'Mara Lindqvist',
  })),
  rules: [
    { rule: 'a1b2c3d4e5f6', values: '118', judged: '40', precision: 1 },
    { rule: 'b1b2c3d4e5f6', values: '31', judged: '12', precision: 0.917 },
  ],
  drift: [
    {
      vendor: 'vat:DE136695976',
      signal: 'layout',
      began: `${days[51]} 00:00:00.000`,
      noticed: `${days[53]} 14:20:00.000`,
      ended: '',
      lifted_by: '',
      why: 'the first page looks unlike those before',
    },
    {
      vendor: 'name:شركةالنورللتجارة',
      signal: 'confidence',
      began: `${days[30]} 00:00:00.000`,
      noticed: `${days[33]} 08:00:00.000`,
      ended: `${days[39]} 16:41:00.000`,
      lifted_by: '',
      why: 'read with less confidence than before',
    },
  ],
  rule_history: [
    {
      at: `${days[10]} 10:00:00.000`,
      rule: 'a1',
      state: 'active',
      kind: 'position',
      by: '',
      why: 'stands at this place on the documents of this vendor',
      verdicts: '1',
    },
    {
      at: `${days[12]} 11:00:00.000`,
      rule: 'a1',
      state: 'active',
      kind: 'anchor',
      by: '',
      why: 'stands beside this label on the documents of this vendor',
      verdicts: '3',
    },
    {
      at: `${days[50]} 16:20:00.000`,
      rule: 'a1',
      state: 'disabled',
      kind: 'anchor',
      by: 'Olga Operator',
      why: 'two numbers stand beside this label now',
      verdicts: '3',
    },
    {
      at: `${days[52]} 08:15:00.000`,
      rule: 'a1',
      state: 'active',
      kind: 'anchor',
      by: 'Olga Operator',
      why: 'it was one document',
      verdicts: '3',
    },
  ],
  life: [
    ['arrived', 'http nordlicht-2024-03.pdf', 'raw 0/17'],
    ['read', 'pdfium-2.1.13, 1 pages, 62 words', 'ocr 0/17'],
    [
      'extracted',
      'review missing:invoice_number low_confidence:due_date by invoice/3',
      'extracted 0/17',
    ],
    ['asked', 'missing:invoice_number low_confidence:due_date', 'needs-review 0/4'],
    ['decided', 'revision 1 corrected by Mara Lindqvist, 2 edits', 'corrected 0/3'],
    ['learned', 'revision 1', 'training 2/9'],
  ].map(([event, detail, place], i) => ({
    at: `${days[60]} 09:12:0${i}.120`,
    event,
    detail,
    place,
    trace: '4bf92f3577b34da6a3ce929d0e0e4736',
  })),
}

const wordings = ({ sql, sqlOf }: Table): readonly string[] => [
  sql,
  ...(sqlOf === undefined ? [] : [sqlOf.sql]),
]

export const madeAnalytics: NonNullable<ReviewDeps['analytics']> = {
  query: async (sql) =>
    rows[
      tableNames.find((name) =>
        wordings(tables[name]).some((text) => sql.startsWith(text.split(/\bFROM\b/)[0] as string)),
      ) ?? 'days'
    ] ?? [],
  bytes: async () => Buffer.from('PAR1'),
}

const model = (
  version: number,
  state: Model['state'],
  f1: number,
  champion: number | null,
): Model => ({
  name: 'invoice',
  version,
  sha256: `${version}`.repeat(64),
  bytes: 2_600_000,
  state,
  fingerprint: `f${version}`,
  manifest: JSON.stringify({
    seed: 13,
    verdicts: 900 * version,
    parent: version > 1 ? `invoice/${version - 1}` : null,
  }),
  evidence: JSON.stringify({
    comparisons: ['all', 'unseen', 'invoice_number', 'grand_total', 'seller_name'].map(
      (scope, i) => ({
        scope,
        documents: 220 - 30 * i,
        champion,
        candidate: f1 - i * 0.011,
        difference: champion === null ? null : f1 - champion,
        low: champion === null ? null : f1 - champion - 0.012,
        high: champion === null ? null : f1 - champion + 0.013,
      }),
    ),
  }),
  decidedBy: version === 2 ? 'Olga Operator' : 'gate',
  decidedAt: start + version * 17 * dayMs,
  reason:
    state === 'refused'
      ? 'worse on vendors that were not in training'
      : 'no worse on all, better on unseen vendors',
  championSince: start + version * 17 * dayMs,
  signature: null,
})

const rule = (changes: Partial<Rule>): Rule => ({
  vendor: 'vat:DE136695976',
  field: 'invoice_number',
  profile: 'invoice',
  tenant: 'default',
  id: 'a1b2c3d4e5f6',
  state: 'active',
  strict: true,
  kind: 'anchor',
  value: null,
  raw: null,
  anchor: 'rechnung nr',
  relation: 'right',
  spellings: {},
  box: [],
  page: null,
  pattern: null,
  refuted: [],
  taughtBy: ['d-1@1', 'd-7@1', 'd-9@2'],
  since: start,
  decidedBy: null,
  why: 'stands beside this label on the documents of this vendor',
  ...changes,
})

export const madeOperate: NonNullable<ReviewDeps['operate']> = {
  models: () => [
    model(4, 'refused', 0.921, 0.934),
    model(3, 'champion', 0.934, 0.911),
    model(2, 'retired', 0.911, 0.862),
    model(1, 'retired', 0.862, null),
  ],
  promote: async () => {},
  rollback: async () => 'invoice/2',
  trainer: () => ({
    reachable: true,
    trainings: [
      {
        key: 'count invoice',
        profile: 'invoice',
        state: 'running',
        askedAt: start + 91 * dayMs,
        startedAt: start + 91 * dayMs,
        endedAt: null,
        outcome: null,
        version: null,
        reasons: [],
        progress: { step: 'training', done: 4, of: 11 },
      },
      {
        key: 'cron invoice',
        profile: 'invoice',
        state: 'done',
        askedAt: start + 90 * dayMs,
        startedAt: start + 90 * dayMs,
        endedAt: start + 90 * dayMs + 71_000,
        outcome: 'refused',
        version: 'invoice/4',
        reasons: ['not shown to be as good on vendors that neither has seen'],
        progress: null,
      },
    ],
    next: { waiting: { invoice: 57, receipt: 12 }, wanted: 50, at: start + 92 * dayMs },
  }),
  rules: () => [
    rule({}),
    rule({
      field: 'seller_name',
      id: 'b1b2c3d4e5f6',
      kind: 'constant',
      value: 'Nordlicht Werkzeuge GmbH',
      anchor: null,
      relation: null,
    }),
    rule({
      vendor: 'name:grosshandelmayersohnenachfolgergmbhcokg',
      field: 'due_date',
      id: 'c1',
      state: 'asks',
      kind: 'none',
      why: 'no simple rule explains the corrections, so a person is asked',
    }),
    rule({
      field: 'drift_layout',
      id: 'e1',
      kind: 'caution',
      anchor: null,
      relation: null,
      taughtBy: ['d-9'],
      tighten: 5,
      why: 'the layout is another one, for 5 of 35 documents',
    }),
    rule({ vendor: 'name:شركةالنورللتجارة', field: 'grand_total', id: 'd1', anchor: 'الإجمالي' }),
  ],
  setRule: async () => true,
  revert: async () => ({ withdrawn: 12, restored: 3, rules: 1 }),
  letters: async () =>
    [
      ['DOCUMENT_ENCRYPTED', 'a PDF that needs a password', 'ocr'],
      ['DOCUMENT_TOO_MANY_PAGES', 'over the limit on pages', 'ocr'],
      ['DOCUMENT_ENCRYPTED', 'a PDF that needs a password', 'ocr'],
      ['VERDICT_STALE', 'revision 1 is not above 1', 'learn'],
    ].map(([code, message, stage], i) => ({
      at: `errata.${stage}.dead/0/${i}`,
      stage: stage as string,
      code: code as string,
      message: message as string,
      documentId: `9f3c5d1e${i}c0ffee4b1d`,
      failedAt: new Date(start + (60 + i) * dayMs).toISOString(),
      replayedAt: i === 3 ? new Date(start + 65 * dayMs).toISOString() : null,
      replays: i === 1 ? 1 : 0,
      origin: `errata.raw/0/${i}`,
      attempts: 1,
      software: '0.1.0',
      bytes: 48_213 * (i + 1),
    })),
  replay: async (at) => at.map((one) => ({ at: one, outcome: 'sent' })),
  onChange: () => () => {},
}

export const madeAudit = (): readonly Audit[] => [
  {
    at: start + 69 * dayMs,
    actor: 'Olga Operator',
    role: 'operator',
    action: 'promoted',
    target: 'invoice/2',
    detail: { why: 'invoice/3 misread the new layout of a large vendor' },
  },
  {
    at: start + 68 * dayMs,
    actor: 'Benjamin Osei',
    role: 'reviewer',
    action: 'took_over',
    target: 'd-1',
    detail: { from: 'Mara Lindqvist' },
  },
  {
    at: start + 68 * dayMs,
    actor: 'Mara Lindqvist',
    role: 'reviewer',
    action: 'answered',
    target: '9f3c5d1e2c0ffee4b1d',
    detail: { revision: '1', decision: 'corrected' },
  },
  {
    at: start + 67 * dayMs,
    actor: 'unknown',
    role: null,
    action: 'refused',
    target: null,
    detail: { why: 'an unknown token', route: 'GET /api/tasks' },
  },
]
