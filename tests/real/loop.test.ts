/**
 * The whole loop on the real broker, with the real reader: documents go raw → ocr → extracted and
 * needs-review, a verdict goes corrected → verdicts → training → rules and is active in the extractor, a
 * training goes through the gate to models and the next document is read by the new version. Stages
 * run in this process as `errata run` wires them.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import type { ServiceContext, Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { decideOnModels } from '../../operations/models.ts'
import { replayDocuments, type ReplayOptions } from '../../cli/replay.ts'
import { rulesAt } from '../../operations/rules-at.ts'
import { trainFromTopic } from '../../operations/train.ts'
import { traceIdOf } from '../../processors/analytics.ts'
import { traceparentOf } from '../../runtime/headers.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import type {
  Extracted,
  Field,
  Model,
  Raw,
  Rule,
  Task,
  Topics,
  Verdict,
} from '../../schemas/types.ts'
import { decisionBy } from '../../processors/review/verdict-problems.ts'
import { topicName } from '../../topology.ts'
import { pdfOf } from '../papers.ts'
import { openContext } from './context.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-loop-'))
const config = testConfig({ home, sampleShare: 0 })
let context: ServiceContext
let parts: Part[] = []
let producer: Producer
const tables: Following[] = []

/** What stands on a topic, by key, and how often each key came. */
interface Seen<T extends keyof Topics> {
  readonly latest: Map<string, Topics[T]>
  readonly count: Map<string, number>
  readonly traces: Map<string, string>
}

async function watch<T extends Exclude<keyof Topics, 'dead'>>(topic: T): Promise<Seen<T>> {
  const seen: Seen<T> = { latest: new Map(), count: new Map(), traces: new Map() }
  const table = follow({
    ...context.connection,
    topic,
    name: topicName(topic, config.topicPrefix),
    log: silent,
    apply: (key, value, { headers }) => {
      seen.traces.set(key, traceIdOf(headers['traceparent']?.toString()))
      if (value === null) seen.latest.delete(key)
      else seen.latest.set(key, value)
      seen.count.set(key, (seen.count.get(key) ?? 0) + 1)
    },
  })
  tables.push(table)
  await table.ready
  return seen
}

async function until<T>(find: () => T | undefined, what: string, ms = 60_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`${what} did not come`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

let extracted: Seen<'extracted'>
let tasks: Seen<'needs-review'>
let training: Seen<'training'>
let rules: Seen<'rules'>
let models: Seen<'models'>

beforeAll(async () => {
  context = await openContext(config)
  const { connection } = context
  producer = openProducer(connection.cluster)
  ;[extracted, tasks, training, rules, models] = await Promise.all([
    watch('extracted'),
    watch('needs-review'),
    watch('training'),
    watch('rules'),
    watch('models'),
  ])
  parts = await Promise.all([
    startStage(context, 'ocr'),
    startStage(context, 'extract'),
    startStage(context, 'judge'),
    startStage(context, 'learn'),
    startStage(context, 'teach'),
  ])
  await until(
    () => (parts.every((part) => part.problems().length === 0) ? true : undefined),
    'readiness',
  )
}, 120_000)

afterAll(async () => {
  await Promise.all(parts.map((part) => part.stop()))
  await Promise.all(tables.map((table) => table.stop()))
  await producer?.close()
  await context?.connection.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

const shops = [
  'Corner Shop Ltd',
  'Green Grocer Inc',
  'Book Barn LLC',
  'Tea House Ltd',
  'Bike Works Inc',
  'Paper Mill Ltd',
]

/** A receipt of a shop as a PDF with a text layer. */
async function receipt(
  shop: number,
  number: number,
): Promise<{ id: string; bytes: Buffer; date: string; total: string; name: string }> {
  const name = shops[shop % shops.length] as string
  const day = String(1 + (number % 27)).padStart(2, '0')
  const total = `${10 + number}.${String((7 * number) % 100).padStart(2, '0')}`
  const lines = [
    name,
    `${1 + shop} High Street`,
    `Phone 555 000 10${shop % 10}${shop % 10}`,
    `Date: ${day}/03/2024`,
    `Tea ${total}`,
    `Subtotal ${total}`,
    `Total Due ${total}`,
    'Thank you',
  ]
  const bytes = await pdfOf(lines.map((text, i) => ({ text, x: 60, y: 780 - 22 * i })))
  return { id: `doc-${shop}-${number}`, bytes, date: `2024-03-${day}`, total, name }
}

async function send(document: { id: string; bytes: Buffer }, profile = 'receipt'): Promise<void> {
  const raw: Raw = {
    documentId: document.id,
    tenant: 'default',
    profile,
    mediaType: null,
    fileName: null,
    source: 'test',
    sha256: null,
    bytes: document.bytes,
    receivedAt: Date.now(),
    metadata: {},
  }
  await producer.send(topicName('raw', config.topicPrefix), {
    key: raw.documentId,
    value: context.connection.registry.codec.encode('raw', raw),
  })
}

async function answer(
  task: Task,
  truth: Readonly<Record<string, string>>,
  raws: Readonly<Record<string, string>> = truth,
): Promise<void> {
  const words = wordsOf(task)
  const fields = Object.entries(truth).map(([name, value]): Field => {
    const parts = (raws[name] ?? value).split(' ')
    const start = words.findLastIndex((_, i) => parts.every((part, k) => words[i + k] === part))
    return {
      name,
      value,
      raw: raws[name] ?? value,
      confidence: 1,
      page: 1,
      box: [],
      words: start < 0 ? [] : parts.map((_, k) => start + k),
      origin: 'human',
      originId: 'ann',
    }
  })
  const {
    documentId,
    tenant,
    profile,
    fileName,
    source,
    sha256,
    receivedAt,
    vendor,
    lineItems,
    model,
    rulesVersion,
    pages,
  } = task
  const verdict: Verdict = {
    documentId,
    tenant,
    profile,
    fileName,
    source,
    sha256,
    receivedAt,
    vendor,
    lineItems,
    model,
    rulesVersion,
    pages,
    words: task.words,
    revision: 1,
    reviewer: 'ann',
    decidedAt: Date.now(),
    openedAt: null,
    decision: decisionBy({
      fields,
      lineItems,
      predicted: task.fields,
      predictedLineItems: lineItems,
    }),
    basis: 'review',
    comment: null,
    declined: [],
    secondWanted: false,
    fields,
    predicted: task.fields,
    predictedLineItems: lineItems,
  }
  await producer.send(topicName('corrected', config.topicPrefix), {
    key: documentId,
    value: context.connection.registry.codec.encode('corrected', verdict),
  })
}

function wordsOf(task: Task): string[] {
  return task.words.ends.map((end, i) =>
    task.words.text.slice(i === 0 ? 0 : task.words.ends[i - 1], end),
  )
}

const valueOf = (document: Extracted, name: string): Field | undefined =>
  document.fields.find((field) => field.name === name)

test('a document without a model goes to a person as a complete task', async () => {
  const first = await receipt(0, 1)
  await send(first)
  const task = await until(() => tasks.latest.get(first.id), 'the task')
  expect(task.reasons.map((reason) => reason.code)).toContain('missing')
  expect(wordsOf(task)).toEqual(
    expect.arrayContaining(['Corner', 'Shop', 'Total', 'Due', first.total]),
  )
  expect(await until(() => extracted.latest.get(first.id), 'the reading')).toMatchObject({
    route: 'review',
    vendor: { id: 'phone:5550001000' },
  })
})

test('the answer is a rule for the vendor at once, and the next document of the vendor carries it', async () => {
  const [first, second] = [await receipt(0, 1), await receipt(0, 2)]
  await answer(
    tasks.latest.get(first.id) as Task,
    { seller_name: first.name, issue_date: first.date, grand_total: first.total },
    { seller_name: first.name, issue_date: '02/03/2024', grand_total: first.total },
  )
  const rule = await until(() => rules.latest.get('phone:5550001000/grand_total'), 'the rule')
  expect(rule).toMatchObject({ state: 'active', kind: 'anchor' } satisfies Partial<Rule>)
  expect(training.latest.get(first.id)).toMatchObject({ revision: 1, reviewer: 'ann' })
  await send(second)
  const reading = await until(() => extracted.latest.get(second.id), 'the second reading')
  expect(valueOf(reading, 'grand_total')).toMatchObject({
    value: second.total,
    origin: 'rule',
    originId: rule.id,
  })
  expect(valueOf(reading, 'seller_name')).toMatchObject({ value: first.name, origin: 'rule' })
  expect(reading.rulesVersion).not.toBe('')
})

test('one trace follows a document through all topics', () => {
  const [first] = [...training.latest.keys()]
  const traces = [extracted, tasks, training].map((seen) => seen.traces.get(first as string))
  expect(traces).toEqual(Array(3).fill(traceIdOf(traceparentOf(first as string))))
})

test('a training passes the gate, and the next document is read by the new version', async () => {
  const documents = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      receipt(1 + Math.floor(i / 8), 10 * (1 + Math.floor(i / 8)) + (i % 8)),
    ),
  )
  await Promise.all(documents.map((document) => send(document)))
  for (const { id, name, date, total } of documents) {
    const task = await until(() => tasks.latest.get(id), 'a task')
    await answer(
      task,
      { seller_name: name, issue_date: date, grand_total: total },
      { seller_name: name, issue_date: `${date.slice(8)}/03/2024`, grand_total: total },
    )
  }
  await until(() => (training.latest.size === 41 ? true : undefined), 'all verdicts')
  const trained = await trainFromTopic(
    config,
    context.connection,
    context.blobs,
    context.profiles.now(),
    'receipt',
    13,
    () => {},
  )
  expect(trained).toMatchObject({ outcome: 'promoted' })
  const version = await until(() => models.latest.get(trained.key as string), 'the version')
  expect(version).toMatchObject({ state: 'champion', decidedBy: 'gate' } satisfies Partial<Model>)
  const next = await receipt(7, 99)
  const reading = await until(() => {
    const found = extracted.latest.get(next.id)
    if (found === undefined || found.model === null) void send(next)
    return found?.model === null ? undefined : found
  }, 'a reading by the model')
  expect(reading.model).toEqual({
    name: 'receipt',
    version: version.version,
    sha256: version.sha256,
  })
  expect(valueOf(reading, 'grand_total')).toMatchObject({
    value: next.total,
    origin: 'model',
    originId: trained.key,
  })
}, 180_000)

test('the same snapshot is not published twice', async () => {
  const before = models.count.size
  const again = await trainFromTopic(
    config,
    context.connection,
    context.blobs,
    context.profiles.now(),
    'receipt',
    13,
    () => {},
  )
  expect(again.outcome).toBe('known')
  expect(models.count.size).toBe(before)
}, 120_000)

const replayed = (changes: Partial<ReplayOptions> = {}) =>
  replayDocuments(config, context.connection, context.profiles.now(), {
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    documents: [],
    profile: null,
    model: null,
    rules: 'now',
    republish: false,
    jsonl: false,
    ...changes,
  })

test('a replay reads past documents with the champion, says what is mended, and writes nothing', async () => {
  const before = extracted.count.get('doc-1-10')
  const all = await replayed()
  expect(new Set(all.map(({ documentId }) => documentId))).toEqual(new Set(extracted.latest.keys()))
  const first = all.find(({ documentId }) => documentId === 'doc-1-10')
  expect(first).toMatchObject({
    recorded: { model: null },
    replayed: { model: models.latest.keys().next().value },
    words: 'ocr',
    republished: false,
  })
  const changes = all.flatMap(({ differs }) => differs)
  expect(changes.filter(({ right }) => right === 'replayed').length).toBeGreaterThan(20)
  expect(changes.filter(({ right }) => right === 'recorded')).toEqual([])
  expect(extracted.count.get('doc-1-10')).toBe(before)
}, 60_000)

test('the verdicts taught from zero give the rules that stand, and those of any moment before', async () => {
  const now = await rulesAt(
    config.topicPrefix,
    context.connection,
    context.profiles.now(),
    Date.now(),
  )
  for (const rule of rules.latest.values())
    // what is left out when taught has its default when read
    expect({ ...rule }).toMatchObject(now(rule.vendor).get(rule.field) as object)
  const before = await rulesAt(config.topicPrefix, context.connection, context.profiles.now(), 0)
  expect(before('phone:5550001000').size).toBe(0)
})

test('a replay has the extractors read again what differs, but not what a person has decided on', async () => {
  const counts = new Map(extracted.count)
  const again = (await replayed({ documents: ['doc-0-2', 'doc-1-10'], republish: true })).map(
    ({ documentId, republished }) => [documentId, republished],
  )
  expect(again).toEqual([
    ['doc-0-2', true],
    ['doc-1-10', false],
  ])
  await until(
    () => ((extracted.count.get('doc-0-2') ?? 0) > (counts.get('doc-0-2') ?? 0) ? true : undefined),
    'the document once more',
  )
  expect(extracted.latest.get('doc-0-2')?.model).toMatchObject({ name: 'receipt', version: 1 })
  expect(extracted.count.get('doc-1-10')).toBe(counts.get('doc-1-10'))
})

test('a candidate is watched over the same documents, and nothing follows from what it says', async () => {
  const champion = models.latest.values().next().value as Model
  const candidate: Model = {
    ...champion,
    version: 2,
    state: 'candidate',
    fingerprint: 'a candidate',
  }
  await decideOnModels(config, context.connection, () => ({ records: [candidate], result: null }))
  const shadows = await watch('shadow')
  const counts = new Map(extracted.count)
  const part = await startStage(context, 'shadow')
  try {
    await until(
      () => (shadows.latest.size === extracted.latest.size ? true : undefined),
      'all documents in the shadow',
    )
  } finally {
    await part.stop()
  }
  for (const reading of shadows.latest.values())
    expect(reading.model).toEqual({ name: 'receipt', version: 2, sha256: champion.sha256 })
  const [id, reading] = [...extracted.latest].find(([, one]) => one.model !== null) as [
    string,
    Extracted,
  ]
  expect(shadows.latest.get(id)?.fields.map(({ name, value }) => [name, value])).toEqual(
    reading.fields.map(({ name, value }) => [name, value]),
  )
  expect([...extracted.count]).toEqual([...counts])
  const [again] = await replayed({ documents: [id], model: 'receipt/2' })
  expect(again).toMatchObject({ replayed: { model: 'receipt/2' }, differs: [] })
}, 120_000)

test('an e-invoice with another account than people confirmed for its vendor goes to a person', async () => {
  const [known, other] = ['DE02120300000000202051', 'DE33100205000001194700']
  const einvoice = (number: string, account: string) => ({
    id: `e-${number}`,
    bytes:
      Buffer.from(`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="urn:y" xmlns:cac="urn:z"><cbc:ID>${number}</cbc:ID><cbc:IssueDate>2024-03-02</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
    <cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>DE136695976</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>Wide World Ltd</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
    <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>${account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
    <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">12.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal></Invoice>`),
  })
  const payees = await watch('payees')
  const read = async (number: string, account: string): Promise<Extracted> => {
    const document = einvoice(number, account)
    await send(document, 'invoice')
    return until(() => extracted.latest.get(document.id), `the reading of ${number}`)
  }
  const first = await read('1', known)
  expect(first).toMatchObject({ route: 'accepted', vendor: { id: 'vat:DE136695976' } })
  const truth = Object.fromEntries(first.fields.map(({ name, value }) => [name, value ?? '']))
  const words = { text: '', ends: [], pages: [], lines: [], boxes: [], confidences: [] }
  const asked = { ...first, pages: [], words, revision: 0, priority: 0, candidates: [] }
  await producer.send(topicName('needs-review', config.topicPrefix), {
    key: asked.documentId,
    value: context.connection.registry.codec.encode('needs-review', asked),
  })
  await answer(asked, truth)
  const payee = await until(() => payees.latest.get('vat:DE136695976'), 'the payee')
  expect(payee.accounts).toMatchObject([{ account: known, documents: 1, confirmedBy: 'ann' }])
  await new Promise((resolve) => setTimeout(resolve, 2_000)) // for extract to follow
  const reasons = [{ code: 'account_changed', field: 'iban', detail: known }]
  expect(await read('2', other)).toMatchObject({ route: 'review', reasons })
  expect(await until(() => tasks.latest.get('e-2'), 'the task')).toMatchObject({ reasons })
  expect(await read('3', known)).toMatchObject({ route: 'accepted' })
}, 120_000)
