/**
 * What is learned reaches what waits, on the real broker and by the pages' own API: an answer about
 * one document has those of its vendor read again that nobody has open, the first model has all read
 * that were read without one, and each is read once for each.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { Part, ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { readCatalogue } from '../../operations/models.ts'
import { publishStarter } from '../../operations/publish-starter.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import type { Reread } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'
import { ocrOf, printOf } from '../documents.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { openContext } from './context.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-waits-'))
const stageNames = ['extract', 'judge', 'learn', 'teach', 'screen', 'settle', 'reread'] as const
let config = testConfig({ home, sampleShare: 0, clickhouseUrl: 'http://127.0.0.1:9/none' })
let context: ServiceContext
let parts: Part[] = []
let ocr: Following
const rereads = new Map<string, Reread[]>()

async function until<T>(find: () => Promise<T | null>, what: string): Promise<T> {
  for (const end = performance.now() + 60_000; performance.now() < end;) {
    const found = await find()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not come`)
}

async function call(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${config.httpPort}/api/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
}

async function taskOf(id: string, fits: (task: FullTask) => boolean): Promise<FullTask | null> {
  const response = await call('GET', `tasks/${id}`)
  const task = response.ok ? ((await response.json()) as FullTask) : null
  return task !== null && fits(task) ? task : null
}

const print = printOf(
  'Corner Shop Ltd',
  'VAT DE136695976',
  'Invoice No 17',
  'Subtotal 10.00',
  'Total Due 12.00',
)

beforeAll(async () => {
  config = { ...config, httpPort: await openPort() }
  context = await openContext(config)
  const { connection } = context
  ocr = follow({
    ...connection,
    topic: 'ocr',
    name: topicName('ocr', config.topicPrefix),
    log: quiet,
    apply: (key, value) => {
      if (value?.reread != null) rereads.set(key, [...(rereads.get(key) ?? []), value.reread])
    },
  })
  parts = await Promise.all([
    ...stageNames.map((name) => startStage(context, name)),
    startWeb(context),
  ])
  await ocr.ready
  const producer = openProducer(connection.cluster)
  for (const documentId of ['answered', 'free', 'open']) {
    await producer.send(topicName('ocr', config.topicPrefix), {
      key: documentId,
      value: connection.registry.codec.encode(
        'ocr',
        ocrOf(documentId, print, { profile: 'invoice' }),
      ),
    })
  }
  await producer.close()
  for (const id of ['answered', 'free', 'open'])
    await until(() => taskOf(id, ({ state }) => state === 'open'), id)
}, 120_000)

afterAll(async () => {
  await Promise.all([...parts.map((part) => part.stop()), ocr?.stop()])
  await context?.connection.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

const totalIn = ({ fields }: FullTask): string | undefined =>
  fields.find(({ name }) => name === 'grand_total')?.value ?? undefined

test('an answer reaches the documents of its vendor that wait, but not the one that somebody has open', async () => {
  const holder = 'page-of-ann'
  expect((await call('POST', 'tasks/open/lock', { holder, reviewer: 'ann' })).status).toBe(200)
  const before = await until(() => taskOf('open', () => true), 'open')
  const { nextRevision, words } = await until(() => taskOf('answered', () => true), 'answered')
  const total = print.words.findIndex(({ text }) => text === '12.00')
  expect(words.text).toContain('12.00')
  const answer = await call('POST', 'tasks/answered/verdict', {
    revision: nextRevision,
    reviewer: 'bob',
    decision: 'corrected',
    fields: [{ name: 'grand_total', value: '12.00', words: [total] }],
  })
  expect(answer.status).toBe(201)
  const free = await until(
    () => taskOf('free', ({ reread }) => reread?.cause === 'rules'),
    'the reading by the rule',
  )
  expect(totalIn(free)).toBe('12.00')
  const after = await until(() => taskOf('open', () => true), 'open')
  expect([after.version, totalIn(after)]).toEqual([before.version, undefined])

  await call('DELETE', `tasks/open/lock?holder=${holder}`)
  const left = await until(
    () => taskOf('open', ({ reread }) => reread?.cause === 'rules'),
    'the reading of what was left',
  )
  expect(totalIn(left)).toBe('12.00')
}, 120_000)

test('the first model reads what was read without one, and each document once', async () => {
  const { connection, blobs } = context
  const bundle = starterBundle('invoice')
  if (bundle === null) throw new Error('no model ships for invoices')
  const catalogue = await readCatalogue(config, connection)
  await publishStarter(config, connection, blobs, catalogue, 'invoice', bundle)
  for (const id of ['free', 'open'])
    await until(() => taskOf(id, ({ model }) => model !== null), `the model's reading of ${id}`)
  await new Promise((resolve) => setTimeout(resolve, 2_000)) // nothing more is asked for
  const causes = [...rereads].map(([id, all]) => [id, all.map(({ cause }) => cause)])
  expect(Object.fromEntries(causes)).toEqual({
    free: ['rules', 'first_model'],
    open: ['rules', 'first_model'],
  })
  const held = await call('POST', 'tasks/free/lock', { holder: 'page-of-cyd', reviewer: 'cyd' })
  expect(held.status).toBe(200)
}, 120_000)
