/**
 * Clients that none of us wrote, as docs/kafka-clients.md shows them: Python's confluent-kafka
 * sends to raw and reads needs-review, kcat reads through the registry.
 */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { packWords } from '../../processors/document/words.ts'
import { follow } from '../../runtime/follow.ts'
import type { Raw, Task } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { printOf } from '../documents.ts'
import { hasPython, venv } from '../python.ts'
import { testConfig } from '../stack.ts'

const run = promisify(execFile)
const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const kcatReadsAvro =
  has('kcat') && /avro/i.test(spawnSync('kcat', ['-V'], { encoding: 'utf8' }).stdout)

const config = testConfig()
const silent = { debug() {}, info() {}, warn() {}, error() {} }
let connection: Connection
let folder: string
let python: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'errata-foreign-'))
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  if (hasPython)
    python = join(await venv('confluent-kafka', ['confluent-kafka[avro]==2.16.0']), 'bin', 'python')
}, 300_000)

afterAll(async () => {
  await connection?.close()
  rmSync(folder, { recursive: true, force: true })
})

const task = (): Task => {
  const print = printOf('Müller & Söhne GmbH', 'Total 12.00')
  return {
    documentId: 'd-python',
    revision: 0,
    tenant: 'default',
    profile: 'receipt',
    fileName: null,
    source: 'test',
    sha256: 'ab',
    receivedAt: 1,
    priority: 1,
    reasons: [{ code: 'missing', field: 'issue_date', detail: null }],
    vendor: { id: 'v', name: null, evidence: 'none' },
    fields: [
      {
        name: 'grand_total',
        value: '12.00',
        raw: '12.00',
        confidence: 0.5,
        page: 1,
        box: [1, 2, 3, 4],
        words: [5],
        origin: 'model',
        originId: 'receipt/1',
      },
    ],
    candidates: [],
    lineItems: [],
    checks: [],
    model: null,
    rulesVersion: '',
    pages: print.pages,
    words: packWords(print.words),
  }
}

;(hasPython ? describe : describe.skip)('Python (skipped where python3 has no venv)', () => {
  test('confluent-kafka sends a document to raw, and Errata reads it', async () => {
    const file = join(folder, 'invoice.pdf')
    writeFileSync(file, '%PDF-1.4 not much of one')
    const { stdout } = await run(python, [
      'docs/examples/produce.py',
      connection.brokers,
      connection.registryUrl,
      file,
      'receipt',
      config.topicPrefix,
    ])
    const records: (Raw | null)[] = []
    const table = follow({
      ...connection,
      topic: 'raw',
      name: topicName('raw', config.topicPrefix),
      apply: (_key, value) => records.push(value),
      log: silent,
    })
    await table.ready
    await table.stop()
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      documentId: stdout.trim(),
      profile: 'receipt',
      source: 'python',
      fileName: 'invoice.pdf',
      mediaType: 'application/pdf',
    })
    expect(records[0]?.bytes?.toString()).toBe('%PDF-1.4 not much of one')
  }, 120_000)

  test('confluent-kafka reads a review task', async () => {
    const producer = openProducer(connection.cluster)
    await producer.send(topicName('needs-review', config.topicPrefix), {
      key: 'd-python',
      value: connection.registry.codec.encode('needs-review', task()),
    })
    await producer.close()
    const { stdout } = await run(python, [
      'docs/examples/consume.py',
      connection.brokers,
      connection.registryUrl,
      '1',
      config.topicPrefix,
    ])
    expect(JSON.parse(stdout)).toEqual({
      documentId: 'd-python',
      reasons: ['missing issue_date'],
      fields: { grand_total: '12.00' },
      words: 6,
    })
  }, 120_000)
})

;(has('kcat') ? describe : describe.skip)('kcat (skipped where it is not installed)', () => {
  const read = async (...options: readonly string[]): Promise<string[]> => {
    const { stdout } = await run('kcat', [
      '-b',
      connection.brokers,
      '-t',
      topicName('needs-review', config.topicPrefix),
      '-C',
      '-e',
      '-q',
      '-o',
      'beginning',
      '-X',
      'isolation.level=read_committed',
      ...options,
    ])
    return stdout.trim().split('\n')
  }

  beforeAll(async () => {
    const producer = openProducer(connection.cluster)
    await producer.send(topicName('needs-review', config.topicPrefix), {
      key: 'd-kcat',
      value: connection.registry.codec.encode('needs-review', { ...task(), documentId: 'd-kcat' }),
    })
    await producer.close()
  })

  test('reads the keys and the wire format of a topic', async () => {
    const ids = await read('-f', '%k %S\n')
    expect(ids.find((line) => line.startsWith('d-kcat '))).toMatch(/^d-kcat \d{3,}$/)
  }, 60_000)

  // Debian's kcat is built without Avro; a build with libserdes runs this too.
  ;(kcatReadsAvro ? test : test.skip)(
    'prints records as JSON through the registry (skipped where kcat has no Avro)',
    async () => {
      const documents = (await read('-r', connection.registryUrl, '-s', 'value=avro')).map(
        (line) => (JSON.parse(line) as { documentId: string }).documentId,
      )
      expect(documents).toContain('d-kcat')
    },
    60_000,
  )
})
