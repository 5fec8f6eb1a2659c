/**
 * Keys and document ids as any Kafka client may choose them, on the real broker with ocr, extract
 * and the pages running: every record of raw has its outcome, the status counts each once, and
 * whatever waits for a person can be opened.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { readLetters } from '../../operations/dead-letters.ts'
import { fixedProfiles, type Part, type ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { longestDocumentId } from '../../processors/document/raw.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Raw } from '../../schemas/types.ts'
import { deadTopicName, topicName } from '../../topology.ts'
import { pdfOf } from '../papers.ts'
import { openPort } from '../ports.ts'
import { rawOf } from '../records.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-identity-'))
let config = testConfig({ home, ocrEngine: 'tesseract' })
let connection: Connection
let parts: Part[] = []
let paper: Buffer

type Client = ReturnType<ReturnType<Connection['cluster']['client']>['producer']>
let client: Client

/** As a client that knows nothing of us would send it. */
async function send(key: Buffer | string | null, documentId: string, more: Partial<Raw> = {}) {
  const value = connection.registry.codec.encode(
    'raw',
    rawOf(documentId, { bytes: paper, ...more }),
  )
  const topic = topicName('raw', config.topicPrefix)
  await client.send({ topic, messages: [{ key, value, partition: 0 }] })
}

const documentStatus = () => readDocumentStatus(config, connection)

async function settled(raw: number): Promise<void> {
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(200)) {
    const now = await documentStatus()
    if (now.raw >= raw && now.inFlight === 0) return
  }
}

const letters = async () => {
  const topic = deadTopicName('ocr', config.topicPrefix)
  const { cluster, registry } = connection
  return readLetters(cluster, registry.codec, [topic], config.topicPrefix)
}

beforeAll(async () => {
  config = { ...config, httpPort: await openPort() }
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  client = connection.cluster.client('foreign').producer({ allowAutoTopicCreation: false })
  await client.connect()
  paper = await pdfOf([{ text: 'Corner Shop Ltd', x: 50, y: 800 }])
  const blobs = openBlobs(join(home, 'blobs'))
  const context: ServiceContext = {
    config,
    home,
    connection,
    blobs,
    profiles: fixedProfiles(loadProfiles()),
    log: silent,
  }
  parts = await Promise.all([
    startStage(context, 'ocr'),
    startStage(context, 'extract'),
    startWeb(context),
  ])
}, 60_000)

afterAll(async () => {
  await Promise.all(parts.map((part) => part.stop()))
  await client?.disconnect()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('a record whose key is not its document id is a dead letter, and counted once', async () => {
  await send('good', 'good')
  await send(null, 'without-key')
  await send('', 'empty-key')
  await send('a', 'b')
  await send('good', 'other') // under the key of a document that is all right
  await send(Buffer.from([0xff]), 'not-utf8')
  await send(Buffer.from([0xfe]), 'not-utf8')
  await send('k'.repeat(5_000), 'k'.repeat(5_000))
  await send('good', 'good') // the same document again
  await settled(8)
  expect(await documentStatus()).toEqual({ raw: 8, accepted: 0, review: 1, dead: 7, inFlight: 0 })
  expect((await letters()).map(({ dead }) => dead.code)).toEqual(Array(7).fill('KEY_INVALID'))
  const fresh = { ...config, home: join(home, 'elsewhere') } // without what was kept
  const again = await readDocumentStatus(fresh, connection)
  expect(again).toEqual(await documentStatus())
}, 60_000)

test('a key of megabytes blocks nobody', async () => {
  const before = await documentStatus()
  const key = randomBytes(3_000_000).toString('hex') // 6 MB
  await send(key, 'huge-key')
  await send('k'.repeat(3_000_000), 'huge', { bytes: randomBytes(5_000_000) })
  await send('after', 'after')
  await settled(before.raw + 3)
  const { dead, review, raw } = before
  const now = { ...before, raw: raw + 3, dead: dead + 2, review: review + 1 }
  expect(await documentStatus()).toEqual(now)
}, 60_000)

test('an id that no page could open is a dead letter, and the longest that is allowed opens', async () => {
  const before = await documentStatus()
  const longest = '\u{1F9FE}/'.repeat(longestDocumentId / 2)
  const refused = [`${longest}x`, 'x'.repeat(longestDocumentId + 1), '.', '..']
  for (const id of [...refused, longest]) await send(id, id)
  await settled(before.raw + refused.length + 1)
  const { raw, dead, review } = before
  const now = { ...before, raw: raw + 5, dead: dead + 4, review: review + 1 }
  expect(await documentStatus()).toEqual(now)
  const codes = (await letters()).filter(({ dead: { documentId } }) =>
    refused.includes(documentId ?? ''),
  )
  expect(codes.map(({ dead: { code } }) => code)).toEqual(Array(4).fill('RECORD_INVALID'))
  const address = `http://127.0.0.1:${config.httpPort}/api/tasks`
  const { tasks } = (await (await fetch(address)).json()) as { tasks: { documentId: string }[] }
  expect(tasks.map(({ documentId }) => documentId).sort()).toEqual(
    ['after', 'good', longest].sort(),
  )
  for (const { documentId } of tasks) {
    const opened = await fetch(`${address}/${encodeURIComponent(documentId)}`)
    expect([opened.status, documentId]).toEqual([200, documentId])
  }
}, 60_000)
