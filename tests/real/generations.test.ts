/**
 * A deployment moves to topics of another number of partitions, on the real broker: the copy is
 * killed on its way, a client that isn't ours compares the topics, and the stages, the people and the
 * analytics store go on where they were.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { backupCommand, restoreCommand } from '../../cli/backup.ts'
import { topicsCopy } from '../../cli/topics-copy.ts'
import type { Config } from '../../config.ts'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import {
  committedOffsets,
  openProducer,
  topicOffsets,
  type Producer,
} from '../../connectors/kafka/kafka.ts'
import type { Part, ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { readLetters, replayLetters } from '../../operations/dead-letters.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { readStages } from '../../operations/status.ts'
import { decisionBy } from '../../processors/review/verdict-problems.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import type { Field, Task, Topics, Verdict } from '../../schemas/types.ts'
import { deadTopicName, topicName } from '../../topology.ts'
import { drawSample } from '../../trainer/samples/sample.ts'
import { ublOf } from '../../trainer/samples/ubl.ts'
import { startSink, type SinkRig } from '../connectors/clickhouse/rig.ts'
import { startStore, type TestStore } from '../connectors/clickhouse/store.ts'
import { pdfOf } from '../papers.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { call } from './call.ts'
import { openContext } from './context.ts'

jest.setTimeout(400_000) // ms; only a defect takes so long

type Plain = Exclude<keyof Topics, 'dead'>

const home = mkdtempSync(join(tmpdir(), 'errata-generations-'))
const config = testConfig({ home, partitions: 2, sampleShare: 0 })
const next: Config = {
  ...config,
  topicPrefix: config.topicPrefix.replace('.', '2.'),
  partitions: 3,
}
const target = { prefix: next.topicPrefix, partitions: next.partitions }
const stageNames = ['ocr', 'extract', 'judge', 'learn', 'screen', 'settle', 'teach'] as const

let store: TestStore

/** What runs for a generation, and what stands on its topics. */
interface Running {
  readonly context: ServiceContext
  readonly producer: Producer
  readonly sink: ReturnType<typeof startSink>
  latest<T extends Plain>(topic: T, key: string): Topics[T] | undefined
  stop(): Promise<void>
}

async function start(of: Config): Promise<Running> {
  const context = await openContext(of)
  const { connection } = context
  const producer = openProducer(connection.cluster)
  const { cluster } = connection
  const isThere = () => committedOffsets(cluster, 'none', topicName('raw', of.topicPrefix))
  await until(() => isThere().catch(() => undefined), 'a group coordinator')
  const parts: Part[] = await Promise.all(stageNames.map((name) => startStage(context, name)))
  const seen = new Map<string, unknown>()
  const followed: readonly Plain[] = ['extracted', 'needs-review', 'rules', 'final', 'training']
  const tables: Following[] = followed.map((topic) =>
    follow({
      ...connection,
      topic,
      name: topicName(topic, of.topicPrefix),
      log: quiet,
      apply: (key, value) => void seen.set(`${topic}/${key}`, value),
    }),
  )
  const rig: Omit<SinkRig, 'connection'> = { config: of, store, children: new Set() }
  const sink = startSink(rig)
  await Promise.all(tables.map(({ ready }) => ready))
  return {
    context,
    producer,
    sink,
    latest: <T extends Plain>(topic: T, key: string) =>
      seen.get(`${topic}/${key}`) as Topics[T] | undefined,
    async stop() {
      await Promise.all(tables.map((table) => table.stop()))
      await Promise.all(parts.map((part) => part.stop()))
      const gone = once(sink, 'exit')
      sink.kill('SIGTERM')
      await gone
      await producer.close()
    },
  }
}

async function until<T>(
  find: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  for (const end = performance.now() + 120_000; ; await sleep(100)) {
    const found = await find()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`${what} did not come`)
  }
}

const isTrue = (holds: boolean): true | undefined => (holds ? true : undefined)

function send(
  { context, producer }: Running,
  of: Config,
  raw: Partial<Topics['raw']>,
): Promise<unknown> {
  const value: Topics['raw'] = {
    documentId: '',
    tenant: 'default',
    profile: 'invoice',
    mediaType: null,
    fileName: null,
    source: 'test',
    sha256: null,
    bytes: null,
    receivedAt: Date.now(),
    metadata: {},
    ...raw,
  }
  return producer.send(topicName('raw', of.topicPrefix), {
    key: value.documentId,
    value: context.connection.registry.codec.encode('raw', value),
  })
}

/** E-invoices that are accepted unseen, each of another number. */
const invoices: readonly string[] = Array.from({ length: 60 }, (_, index) => drawSample(5, index))
  .flatMap(({ invoice, issuer }) =>
    invoice !== null && !invoice.credit && issuer.vatId !== null ? [ublOf(issuer, invoice)] : [],
  )
  .slice(0, 10)

const invoice = (nth: number, mark = ''): Buffer => Buffer.from(`${invoices[nth]}<!-- ${mark} -->`)

/** A receipt of one shop as a PDF with a text layer. */
function receipt(total: string): Promise<Buffer> {
  const lines = [
    'Corner Shop Ltd',
    '1 High Street',
    'Phone 555 000 1000',
    'Date: 02/03/2024',
    `Tea ${total}`,
    `Subtotal ${total}`,
    `Total Due ${total}`,
    'Thank you',
  ]
  return pdfOf(lines.map((text, index) => ({ text, x: 60, y: 780 - 22 * index })))
}

async function answer(
  { context, producer }: Running,
  of: Config,
  task: Task,
  fields: readonly Field[],
  isRejected = false,
): Promise<void> {
  const { lineItems } = task
  const said = { fields, lineItems, predicted: task.fields, predictedLineItems: lineItems }
  const verdict: Verdict = {
    ...task,
    revision: task.revision + 1,
    reviewer: 'ann',
    decidedAt: Date.now(),
    openedAt: null,
    decision: isRejected ? 'rejected' : decisionBy(said),
    basis: 'review',
    comment: 'seen',
    declined: [],
    secondWanted: false,
    fields,
    predicted: task.fields,
    predictedLineItems: task.lineItems,
  }
  await producer.send(topicName('corrected', of.topicPrefix), {
    key: task.documentId,
    value: context.connection.registry.codec.encode('corrected', verdict),
  })
}

/** What a person says of a receipt. */
function receiptFields(task: Task, total: string): readonly Field[] {
  const { text, ends } = task.words
  const words = ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end))
  const said = { seller_name: 'Corner Shop Ltd', issue_date: '2024-03-02', grand_total: total }
  return Object.entries(said).map(([name, value]) => {
    const raw = name === 'issue_date' ? '02/03/2024' : value
    const parts = raw.split(' ')
    const first = words.findLastIndex((_, at) => parts.every((part, k) => words[at + k] === part))
    return {
      name,
      value,
      raw,
      confidence: 1,
      page: 1,
      box: [],
      words: parts.map((_, k) => first + k),
      origin: 'human',
      originId: 'ann',
    }
  })
}

const taskOf = (running: Running, documentId: string): Promise<Task> =>
  until(() => running.latest('needs-review', documentId), `a task of ${documentId}`)
const isFinal = (running: Running, documentId: string, status: string): Promise<true> =>
  until(
    () => isTrue(running.latest('final', documentId)?.status === status),
    `${documentId} to be ${status}`,
  )

async function drained({ context }: Running, of: Config): Promise<true> {
  const lags = async (): Promise<number> => {
    const stages = await readStages(of, context.connection.cluster)
    return Object.values(stages).reduce((sum, { lag }) => sum + lag, 0)
  }
  return until(async () => isTrue((await lags()) === 0), 'an empty lag')
}

const copy = () => call(() => topicsCopy(config, target))

/** The command as a process, which kills itself at a point. */
async function killedCopy(crashAt: string): Promise<unknown> {
  const words = ['topics', 'copy', '--to', target.prefix, '--partitions', String(target.partitions)]
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'cli/cli.ts', ...words], {
    env: {
      PATH: process.env['PATH'],
      KAFKA_BROKERS: config.brokers ?? '',
      SCHEMA_REGISTRY_URL: config.registryUrl ?? '',
      ERRATA_TOPIC_PREFIX: config.topicPrefix,
      ERRATA_HOME: home,
      ERRATA_CRASH_AT: crashAt,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = await once(child, 'exit')
  return signal
}

let first: Running
let second: Running
let third: Running
const dead = () => [deadTopicName('ocr', next.topicPrefix)]

beforeAll(async () => {
  store = await startStore()
  first = await start(config)
})

afterAll(async () => {
  await third?.stop()
  await third?.context.connection.close()
  await second?.stop()
  await second?.context.connection.close()
  await first?.context.connection.close()
  await store?.remove()
  rmSync(home, { recursive: true, force: true })
})

test('documents, answers, a duplicate, a rule, an open task and a dead letter are there', async () => {
  for (const nth of [0, 1, 2, 3, 4, 5, 6])
    await send(first, config, { documentId: `invoice-${nth}`, bytes: invoice(nth) })
  await isFinal(first, 'invoice-0', 'accepted')
  await send(first, config, { documentId: 'again-0', bytes: invoice(0, 'again') })
  await isFinal(first, 'again-0', 'duplicate')
  const again = await taskOf(first, 'again-0')
  await answer(first, config, again, again.fields, true)
  await isFinal(first, 'again-0', 'rejected')

  const paper = { profile: 'receipt', bytes: await receipt('11.07') }
  await send(first, config, { documentId: 'receipt-1', ...paper })
  const task = await taskOf(first, 'receipt-1')
  await answer(first, config, task, receiptFields(task, '11.07'))
  await until(() => first.latest('rules', 'phone:5550001000/grand_total'), 'a rule')
  const open = { profile: 'receipt', bytes: await receipt('12.14') }
  await send(first, config, { documentId: 'receipt-2', ...open })
  await taskOf(first, 'receipt-2')

  await first.producer.send(topicName('raw', config.topicPrefix), {
    key: 'dead-1',
    value: Buffer.from('not framed'),
  })
  await drained(first, config)
  expect(await readDocumentStatus(config, first.context.connection)).toEqual({
    raw: 11,
    accepted: 9,
    review: 1,
    dead: 1,
    inFlight: 0,
  })
})

test('a generation that runs, or whose name comes too early, is not copied', async () => {
  await expect(copy()).rejects.toMatchObject({ code: 'SOURCE_BUSY' })
  const early = { ...target, prefix: `a${target.prefix}` }
  await expect(topicsCopy(config, early)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('a copy that is killed twice is finished, and says what it copied', async () => {
  await first.stop()
  expect(await killedCopy('copy:sent:3')).toBe('SIGKILL')
  expect(await killedCopy('copy:committed:4')).toBe('SIGKILL')
  const { code, out, err } = await copy()
  expect([code, err]).toEqual([0, expect.stringContaining('ERRATA_PARTITIONS=3')])
  expect(out).toMatch(new RegExp(`^${target.prefix}raw +11 +11$`, 'm'))
  expect(await copy()).toMatchObject({ code: 0, err: expect.stringContaining('copied') })
})

const has = (command: string): boolean => spawnSync(command, ['-V']).error === undefined

/** Records by key as kcat reads them, in the order of each partition. */
function asKcatReads(topic: string): ReadonlyMap<string, readonly string[]> {
  const form = ['-X', 'isolation.level=read_committed', '-f', '%k|%T|%S|%h\\n%s\\n']
  const from = ['-C', '-e', '-q', '-b', config.brokers ?? '', '-t', topic]
  const { stdout } = spawnSync('kcat', [...from, ...form], { maxBuffer: 2 ** 28 })
  const byKey = new Map<string, string[]>()
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf('\n', at)
    const [key = '', time, size, headers = ''] = stdout.toString('latin1', at, end).split('|')
    at = end + 1 + Math.max(0, Number(size)) + 1
    const kept = headers.split(',').filter((header) => !header.startsWith('errata-copied-from'))
    const value = stdout.toString('latin1', end + 1, at - 1)
    byKey.set(key, [...(byKey.get(key) ?? []), [time, size, kept.sort().join(), value].join('|')])
  }
  return byKey
}

;(has('kcat') ? test : test.skip)(
  'kcat finds the records of each key, byte for byte and in their order (skipped where it is not installed)',
  () => {
    for (const topic of ['raw', 'ocr', 'extracted', 'corrected', 'verdicts', 'final'] as const) {
      const before = asKcatReads(topicName(topic, config.topicPrefix))
      expect(before.size).toBeGreaterThan(0)
      expect(asKcatReads(topicName(topic, next.topicPrefix))).toEqual(before)
    }
  },
)

const rawRows = `SELECT document_id AS id, toString(count()) AS rows FROM documents_raw GROUP BY id ORDER BY id`

test('the next generation stands where the former one stood, and reads nothing again', async () => {
  second = await start(next)
  const { connection } = second.context
  await drained(second, next)
  const status = { raw: 11, accepted: 9, review: 1, dead: 1, inFlight: 0 }
  expect(await readDocumentStatus(next, connection)).toEqual(status)
  const extracted = topicName('extracted', next.topicPrefix)
  const ends = [...(await topicOffsets(connection.cluster, extracted)).values()]
  expect(ends.length).toBe(3)
  expect(second.latest('final', 'again-0')).toMatchObject({ status: 'rejected', decidedBy: 'ann' })
})

test('what comes then is told apart, read by the rule and answered', async () => {
  await send(second, next, { documentId: 'invoice-7', bytes: invoice(7) })
  await isFinal(second, 'invoice-7', 'accepted')
  await send(second, next, { documentId: 'again-1', bytes: invoice(1, 'again') })
  await isFinal(second, 'again-1', 'duplicate')
  expect(second.latest('final', 'again-1')?.duplicateOf).toBe('invoice-1')

  const paper = { profile: 'receipt', bytes: await receipt('13.21') }
  await send(second, next, { documentId: 'receipt-3', ...paper })
  const reading = await until(() => second.latest('extracted', 'receipt-3'), 'a reading')
  const total = reading.fields.find(({ name }) => name === 'grand_total')
  expect(total).toMatchObject({ value: '13.21', origin: 'rule' })

  const open = await taskOf(second, 'receipt-2')
  await answer(second, next, open, receiptFields(open, '12.14'))
  await until(() => second.latest('training', 'receipt-2'), 'the answer among the examples')
  await until(() => second.latest('final', 'receipt-2'), 'a last word on receipt-2')
})

test('a dead letter goes back to where its document would be now', async () => {
  const { cluster, registry } = second.context.connection
  const letters = () => readLetters(cluster, registry.codec, dead(), next.topicPrefix)
  const [letter] = await letters()
  expect(letter?.dead.topic).toBe(topicName('raw', next.topicPrefix))
  await replayLetters(
    cluster,
    registry.codec,
    dead(),
    next.topicPrefix,
    () => true,
    false,
    () => {},
  )
  const again = await until(async () => (await letters())[1], 'another letter')
  expect(again.dead.partition).toBe(letter?.dead.partition)
})

test('analytics has each document once, and knows what came later', async () => {
  await drained(second, next)
  const client = openClickhouse(store.url)
  try {
    const rows = await client.query<{ id: string; rows: string }>(rawRows)
    const ids = ['again-0', 'again-1', ...[0, 1, 2, 3, 4, 5, 6, 7].map((nth) => `invoice-${nth}`)]
    const papers = ['receipt-1', 'receipt-2', 'receipt-3']
    expect(rows).toEqual([...ids, ...papers].map((id) => ({ id, rows: '1' })))
    const [sums] = await client.query(
      `SELECT toString(sum(records)) AS records FROM records_by_hour WHERE endsWith(_topic, '.raw')`,
    )
    expect(sums).toEqual({ records: '15' }) // 13 documents, what isn't one, and that once more
    const states = `SELECT state, toString(count()) AS n FROM document_states GROUP BY state ORDER BY state`
    expect(await client.query(states)).toEqual([
      { state: 'accepted', n: '10' },
      { state: 'rejected', n: '1' },
      { state: 'review', n: '2' },
    ])
  } finally {
    await client.close()
  }
})

test('a backup, taken while it runs, fills empty topics of yet another number of partitions', async () => {
  const folder = join(home, 'backup')
  const { code, out } = await call(() => backupCommand(next, folder))
  expect([code, out]).toEqual([0, expect.stringMatching(/^raw +15$/m)])
  const other = { ...next, topicPrefix: next.topicPrefix.replace('2.', '3.'), partitions: 5 }
  expect(await call(() => restoreCommand(other, folder))).toMatchObject({ code: 0 })
  expect(await call(() => restoreCommand(other, folder))).toMatchObject({
    err: expect.stringContaining('restored here before'),
  })

  third = await start(other)
  const { connection } = third.context
  expect(await readDocumentStatus(other, connection)).toEqual(
    await readDocumentStatus(next, second.context.connection),
  )
  expect(third.latest('training', 'receipt-1')).toMatchObject({ reviewer: 'ann' })
  expect(third.latest('rules', 'phone:5550001000/grand_total')).toMatchObject({ state: 'active' })
  await send(third, other, { documentId: 'again-2', bytes: invoice(2, 'again') })
  await isFinal(third, 'again-2', 'duplicate')
  expect(third.latest('final', 'again-2')?.duplicateOf).toBe('invoice-2')
})
