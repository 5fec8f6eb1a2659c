/**
 * The last word on documents, on the real broker with every stage that it takes: two documents of
 * one invoice that come at the same moment, in different partitions, are never both accepted, and
 * what a person says of the second one is final.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { type Connection } from '../../operations/connect.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import type { Final, Task, Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { drawSample } from '../../trainer/samples/sample.ts'
import { ublOf } from '../../trainer/samples/ubl.ts'
import { openContext } from './context.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-final-'))
const config = testConfig({ home, partitions: 4 })
const pairs = 8
const finals = new Map<string, Final>()
const said: Final[] = []
const tasks: Task[] = []
let connection: Connection
let parts: Part[] = []
let followers: Following[] = []
let producer: ReturnType<typeof openProducer>

async function send(documentId: string, xml: string): Promise<unknown> {
  const value = connection.registry.codec.encode('raw', {
    documentId,
    tenant: 'default',
    profile: 'invoice',
    mediaType: 'application/xml',
    fileName: `${documentId}.xml`,
    source: 'test',
    sha256: null,
    bytes: Buffer.from(xml),
    receivedAt: 1,
    metadata: { correlation: documentId },
  })
  return producer.send(topicName('raw', config.topicPrefix), { key: documentId, value })
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 40_000; !holds() && performance.now() < end;) await sleep(50)
}

/** E-invoices that are accepted unseen, each of another number. */
function invoices(count: number): string[] {
  const found: string[] = []
  for (let index = 0; found.length < count; index++) {
    const { invoice, issuer } = drawSample(5, index)
    if (invoice !== null && !invoice.credit && issuer.vatId !== null)
      found.push(ublOf(issuer, invoice))
  }
  return found
}

const wordOn = (documentId: string): string | undefined => finals.get(documentId)?.status
const taskOf = (documentId: string): Task | undefined =>
  tasks.filter((task) => task.documentId === documentId).at(-1)

beforeAll(async () => {
  const context = await openContext(config)
  connection = context.connection
  producer = openProducer(connection.cluster)
  const names = ['ocr', 'extract', 'judge', 'learn', 'screen', 'settle'] as const
  parts = await Promise.all(names.map((name) => startStage(context, name)))
  const common = { ...connection, log: silent }
  followers = [
    follow({
      ...common,
      topic: 'final',
      name: topicName('final', config.topicPrefix),
      apply: (documentId, final) => {
        if (final === null) return void finals.delete(documentId)
        finals.set(documentId, final)
        said.push(final)
      },
    }),
    follow({
      ...common,
      topic: 'needs-review',
      name: topicName('needs-review', config.topicPrefix),
      apply: (_documentId, task) => {
        if (task !== null) tasks.push(task)
      },
    }),
  ]
  await Promise.all(followers.map(({ ready }) => ready))
}, 60_000)

afterAll(async () => {
  await Promise.all(followers.map((one) => one.stop()))
  await Promise.all(parts.map((part) => part.stop()))
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('of two documents of one invoice in the same moment one is accepted and one waits', async () => {
  // Another file, another id, another partition: only the invoice is the same
  const all = invoices(pairs).flatMap((xml, pair) =>
    ['a', 'b'].map((half) => ({ id: `${half}-${pair}`, xml: `${xml}<!-- ${half} -->` })),
  )
  await Promise.all(all.map(({ id, xml }) => send(id, xml)))
  await until(() => finals.size === all.length)
  for (let pair = 0; pair < pairs; pair++) {
    const [one, other] = [`a-${pair}`, `b-${pair}`]
    expect(new Set([wordOn(one), wordOn(other)])).toEqual(new Set(['accepted', 'duplicate']))
    const [first, second] = wordOn(one) === 'accepted' ? [one, other] : [other, one]
    expect(finals.get(second)?.duplicateOf).toBe(first)
    expect(finals.get(first)?.metadata).toEqual({ correlation: first })
    await until(() => taskOf(second) !== undefined)
    expect(taskOf(second)?.reasons).toContainEqual({
      code: 'duplicate',
      field: null,
      detail: first,
    })
  }
  expect(said.filter(({ status }) => status === 'accepted')).toHaveLength(pairs)
  expect(await readDocumentStatus(config, connection)).toEqual({
    raw: 2 * pairs,
    accepted: pairs,
    review: pairs,
    dead: 0,
    inFlight: 0,
  })
}, 90_000)

test('what a person says of the second one is final', async () => {
  const second = wordOn('a-0') === 'duplicate' ? 'a-0' : 'b-0'
  const task = taskOf(second) as Task
  const verdict: Verdict = {
    ...task,
    revision: task.revision + 1,
    reviewer: 'ann',
    decidedAt: Date.now(),
    openedAt: null,
    decision: 'rejected',
    basis: 'review',
    comment: 'paid already',
    declined: [],
    secondWanted: false,
    predicted: task.fields,
    predictedLineItems: task.lineItems,
  }
  await producer.send(topicName('corrected', config.topicPrefix), {
    key: second,
    value: connection.registry.codec.encode('corrected', verdict),
  })
  await until(() => wordOn(second) === 'rejected')
  expect(finals.get(second)).toMatchObject({
    status: 'rejected',
    decidedBy: 'ann',
    comment: 'paid already',
    metadata: { correlation: second },
  })
}, 60_000)
