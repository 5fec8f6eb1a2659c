/** Small records with one thing to say each, for the tests of the analytics store. */

import type {
  Audit,
  Dead,
  Extracted,
  Field,
  LineItem,
  Model,
  Ocr,
  Raw,
  Rule,
  Task,
  Verdict,
} from '../../../schemas/types.ts'

export const day = Date.UTC(2026, 2, 1) // 2026-03-01

/** A header field or a cell; null: not on the document. */
export function field(
  name: string,
  value: string | null,
  confidence = 0.95,
  origin: Field['origin'] = 'model',
  originId: string | null = 'invoice/3',
): Field {
  return {
    name,
    value,
    raw: value,
    confidence,
    page: value === null ? null : 1,
    box: [],
    words: [],
    origin,
    originId,
  }
}

export function line(cells: Readonly<Record<string, string | null>>): LineItem {
  return { cells: Object.entries(cells).map(([name, value]) => field(name, value)) }
}

const vendor = { id: 'vat:DE1', name: 'Müller & Söhne', evidence: 'vat' }
const model = { name: 'invoice', version: 3, sha256: 'm3' }
const words = {
  text: 'ab',
  ends: [1, 2],
  pages: [1, 1],
  lines: [0, 0],
  boxes: [0, 0, 1, 1, 2, 0, 3, 1],
  confidences: [90, 80],
}
const document = (documentId: string) => ({
  documentId,
  tenant: 'default',
  profile: 'invoice',
  fileName: `${documentId}.pdf`,
  source: 'http',
  sha256: `sha-${documentId}`,
  receivedAt: day,
})

export const raw = (documentId: string, changes: Partial<Raw> = {}): Raw => ({
  ...document(documentId),
  mediaType: 'application/pdf',
  bytes: Buffer.from('%PDF'),
  metadata: { mail: 'a@b' },
  ...changes,
})

export const ocr = (documentId: string, changes: Partial<Ocr> = {}): Ocr => ({
  ...document(documentId),
  mediaType: 'application/pdf',
  metadata: {},
  engine: 'pdfium-2.1.13',
  pages: [
    { number: 1, width: 595, height: 842, unit: 'pt', source: 'text_layer' },
    { number: 2, width: 100, height: 100, unit: 'px', source: 'ocr' },
  ],
  words,
  codes: [{ kind: 'qr', text: 'x', page: 1 }],
  xml: null,
  readMs: 120,
  ...changes,
})

export const extracted = (
  documentId: string,
  fields: readonly Field[],
  changes: Partial<Extracted> = {},
): Extracted => ({
  ...document(documentId),
  mediaType: 'application/pdf',
  metadata: {},
  engine: 'pdfium-2.1.13',
  pages: 1,
  vendor,
  fields,
  lineItems: [],
  checks: [],
  route: 'accepted',
  reasons: [],
  sampled: false,
  model,
  rulesVersion: '0:5',
  readMs: 120,
  ...changes,
})

export const task = (
  documentId: string,
  fields: readonly Field[],
  changes: Partial<Task> = {},
): Task => ({
  ...document(documentId),
  revision: 0,
  candidates: [],
  priority: 0.5,
  reasons: [
    { code: 'low_confidence', field: 'grand_total', detail: null },
    { code: 'sample', field: null, detail: null },
  ],
  vendor,
  fields,
  lineItems: [],
  checks: [
    { name: 'iban', outcome: 'failed', fields: ['iban'], detail: null },
    { name: 'currency', outcome: 'passed', fields: [], detail: null },
  ],
  model,
  rulesVersion: '0:5',
  pages: [],
  words,
  ...changes,
})

export const verdict = (
  documentId: string,
  predicted: readonly Field[],
  fields: readonly Field[],
  changes: Partial<Verdict> = {},
): Verdict => ({
  ...document(documentId),
  revision: 1,
  reviewer: 'ada',
  decidedAt: day + 60_000,
  openedAt: day + 20_000,
  decision: 'corrected',
  basis: 'review',
  comment: null,
  declined: [],
  secondWanted: false,
  vendor,
  fields,
  lineItems: [],
  predicted,
  predictedLineItems: [],
  model,
  rulesVersion: '0:5',
  pages: [],
  words,
  ...changes,
})

export const rule = (changes: Partial<Rule> = {}): Rule => ({
  vendor: 'vat:DE1',
  field: 'currency',
  profile: 'invoice',
  tenant: 'default',
  id: 'r1',
  state: 'active',
  kind: 'constant',
  value: 'EUR',
  raw: 'EUR',
  anchor: null,
  relation: null,
  spellings: {},
  box: [],
  page: null,
  strict: true,
  pattern: null,
  refuted: ['USD'],
  taughtBy: ['d1@1'],
  since: 0,
  decidedBy: null,
  why: 'always so',
  ...changes,
})

export const modelRecord = (changes: Partial<Model> = {}): Model => ({
  name: 'invoice',
  version: 3,
  sha256: 'm3',
  bytes: 1000,
  state: 'champion',
  fingerprint: 'f',
  manifest: '{}',
  evidence: '{}',
  decidedBy: 'gate',
  decidedAt: day,
  reason: 'better',
  championSince: null,
  signature: null,
  ...changes,
})

export const dead = (changes: Partial<Dead> = {}): Dead => ({
  stage: 'ocr',
  topic: 'x.raw',
  partition: 1,
  offset: 7,
  key: Buffer.from('d9'),
  value: Buffer.from('abc'),
  headers: {},
  documentId: 'd9',
  code: 'DOCUMENT_CORRUPT',
  message: 'the decoder refused it',
  attempts: 1,
  software: '0.1.0',
  failedAt: day,
  ...changes,
})

export const audit = (changes: Partial<Audit> = {}): Audit => ({
  at: day,
  actor: 'ada',
  role: 'operator',
  action: 'promoted',
  target: 'invoice/3',
  detail: { why: 'better' },
  ...changes,
})
