/**
 * Clients that none of us wrote, as docs/kafka-clients.md shows them: Python's confluent-kafka
 * sends to raw, reads needs-review, answers on corrected and reads final; kcat reads through the
 * registry.
 */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import type { Connection } from '../../operations/connect.ts'
import { packWords } from '../../processors/document/words.ts'
import { followRules } from '../../deploy/services/follow-rules.ts'
import { taskQueue } from '../../processors/review/review-queue.ts'
import { follow } from '../../runtime/follow.ts'
import type { Raw, Task } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { printOf } from '../documents.ts'
import { hasPython, venv } from '../python.ts'
import { testConfig } from '../stack.ts'
import { until } from '../toys.ts'
import { openContext } from './context.ts'

const run = promisify(execFile)
const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const kcatReadsAvro =
  has('kcat') && /avro/i.test(spawnSync('kcat', ['-V'], { encoding: 'utf8' }).stdout)

const home = mkdtempSync(join(tmpdir(), 'errata-foreign-'))
const config = testConfig({ home })
const silent = { debug() {}, info() {}, warn() {}, error() {} }
let connection: Connection
let parts: Part[] = []
let python: string

beforeAll(async () => {
  const context = await openContext(config)
  connection = context.connection
  const names = ['judge', 'learn', 'teach', 'screen', 'settle'] as const
  parts = await Promise.all(names.map((name) => startStage(context, name)))
  if (hasPython)
    python = join(await venv('confluent-kafka', ['confluent-kafka[avro]==2.16.0']), 'bin', 'python')
}, 300_000)

afterAll(async () => {
  await Promise.all(parts.map((part) => part.stop()))
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

const task = (): Task => {
  const print = printOf('Müller & Söhne GmbH', 'Total 12.00')
  return {
    documentId: 'd-python',
    revision: 0,
    tenant: 'default',
    profile: 'invoice',
    fileName: null,
    source: 'test',
    sha256: 'ab',
    receivedAt: 1,
    priority: 1,
    reasons: [{ code: 'missing', field: 'issue_date', detail: null }],
    vendor: { id: 'vat:A', name: null, evidence: 'vat' },
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
    const file = join(home, 'invoice.pdf')
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

  /** What answer.py says of an answer to the task of d-python. */
  const answer = async (...fields: readonly string[]): Promise<unknown> => {
    const address = [connection.brokers, connection.registryUrl]
    const words = ['docs/examples/answer.py', ...address, 'ann', 'd-python', config.topicPrefix]
    const { stdout } = await run(python, [...words, ...fields]).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
    )
    return stdout === '' ? null : JSON.parse(stdout)
  }

  test('confluent-kafka answers it: wrongly, and is told why; rightly, and it counts', async () => {
    const rules = followRules({ config, connection, log: silent })
    const queue = taskQueue()
    const table = follow({
      ...connection,
      topic: 'verdicts',
      name: topicName('verdicts', config.topicPrefix),
      apply: queue.addVerdict,
      log: silent,
    })
    queue.addTask('d-python', task(), { partition: 0, offset: 0n })
    const state = async (): Promise<unknown> => {
      await table.caughtUp()
      return [queue.summary('d-python')?.state, [...rules.rulesOf('vat:A').keys()].sort()]
    }
    try {
      await rules.ready
      expect(await answer('issue_date=yesterday')).toEqual({
        outcome: 'refused',
        code: 'VERDICT_INVALID',
        reason: 'issue_date: Not a date. Write it like 2024-03-31',
      })
      expect(await answer('iban=nonsense')).toEqual({
        outcome: 'refused',
        code: 'VERDICT_INVALID',
        reason: 'iban: Not an IBAN: it begins with two letters and two digits',
      })
      expect(await state()).toEqual(['open', []])
      expect(await answer('seller_name=Müller & Söhne GmbH', 'issue_date=2024-03-31')).toEqual({
        outcome: 'counts',
        revision: 1,
        decision: 'corrected',
      })
      await until(() => rules.rulesOf('vat:A').size > 0, 'a rule')
      expect(await state()).toEqual(['closed', expect.arrayContaining(['issue_date'])])
      expect(await answer('issue_date=2024-04-30')).toMatchObject({
        outcome: 'counts',
        revision: 2,
      })
    } finally {
      await Promise.all([rules.stop(), table.stop()])
    }
  }, 300_000)

  test('confluent-kafka reads the last word', async () => {
    const words = ['docs/examples/final.py', connection.brokers, connection.registryUrl]
    let said: unknown[] = []
    await until(async () => {
      const { stdout } = await run(python, [...words, config.topicPrefix])
      said = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown)
      return (said[0] as { revision?: number } | undefined)?.revision === 2
    }, 'the last word')
    expect(said).toEqual([
      {
        documentId: 'd-python',
        status: 'accepted',
        decidedBy: 'ann',
        revision: 2,
        fields: {
          grand_total: '12.00',
          issue_date: '2024-04-30',
        },
      },
    ])
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
