import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import { checkOffsetRetention } from '../../operations/doctor-brokers.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { readStatus } from '../../operations/status.ts'
import { ensureTopics } from '../../operations/topics.ts'
import type { Topics } from '../../schemas/types.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { deadTopicName, topicName } from '../../topology.ts'
import { deadOf, extractedOf, judgementOf } from '../outcomes.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-status-'))
const config = testConfig({ home })
const prefix = config.topicPrefix
let connection: Connection
let producer: Producer

beforeAll(async () => {
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  producer = openProducer(connection.cluster)
})

afterAll(async () => {
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

const send = <T extends keyof Topics>(topic: T, name: string, key: string, value: Topics[T]) =>
  producer.send(name, { key, value: connection.registry.codec.encode(topic, value) })
const arrive = (key: string) =>
  producer.send(topicName('raw', prefix), { key, value: Buffer.from('not framed') })

test('a local broker keeps positions long enough', async () => {
  expect(await checkOffsetRetention(connection.cluster)).toEqual([])
})

describe('topics', () => {
  test('are made once, with what the topology asks for', async () => {
    const reports = await ensureTopics(connection.cluster, config)
    expect(reports.map(({ name }) => name)).toEqual(allTopics(prefix).map(({ name }) => name))
    expect(reports.filter(({ made }) => made)).toEqual([])
    expect(reports.find(({ name }) => name === topicName('models', prefix))).toMatchObject({
      partitions: 1,
      keeps: 'the latest of each key',
      differs: '',
    })
  })

  test('with another number of partitions are refused, in both directions', async () => {
    for (const partitions of [config.partitions - 1, config.partitions + 1]) {
      await expect(
        ensureTopics(connection.cluster, { ...config, partitions }),
      ).rejects.toMatchObject({ code: 'TOPOLOGY_MISMATCH' })
    }
  })
})

describe('the document status', () => {
  test('says where each document is, and goes on from where it was', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'a']) await arrive(id)
    await send('extracted', topicName('extracted', prefix), 'a', extractedOf('a', 'accepted'))
    await send('extracted', topicName('extracted', prefix), 'b', extractedOf('b', 'review'))
    await send(
      'dead',
      deadTopicName('ocr', prefix),
      'c',
      deadOf(topicName('raw', prefix), 'c', 0, 0),
    )
    expect(await readDocumentStatus(config, connection)).toEqual({
      raw: 4,
      accepted: 1,
      review: 1,
      dead: 1,
      inFlight: 1,
    })

    await send('verdicts', topicName('verdicts', prefix), 'b', judgementOf('b'))
    // replayed
    await send('extracted', topicName('extracted', prefix), 'c', extractedOf('c', 'accepted'))
    expect(await readDocumentStatus(config, connection)).toEqual({
      raw: 4,
      accepted: 3,
      review: 0,
      dead: 0,
      inFlight: 1,
    })

    const fresh = { ...config, home: join(home, 'elsewhere') } // without what was kept
    expect(await readDocumentStatus(fresh, connection)).toEqual({
      raw: 4,
      accepted: 3,
      review: 0,
      dead: 0,
      inFlight: 1,
    })
  })

  test('adds up while documents flow', async () => {
    let flows = true
    const flow = (async () => {
      for (let number = 0; flows; number++) {
        await arrive(`flow-${number}`)
        if (number % 3 > 0)
          await send(
            'extracted',
            topicName('extracted', prefix),
            `flow-${number}`,
            extractedOf(`flow-${number}`, number % 3 === 1 ? 'accepted' : 'review'),
          )
      }
    })()
    try {
      for (let look = 0; look < 5; look++) {
        const { raw, accepted, review, dead, inFlight } = await readDocumentStatus(
          config,
          connection,
        )
        expect(accepted + review + dead + inFlight).toBe(raw)
      }
    } finally {
      flows = false
      await flow
    }
  })
})

describe('the status', () => {
  test('has the agreed form, also where no process runs', async () => {
    const now = await readStatus(config)
    expect(Object.keys(now)).toEqual([
      'ready',
      'urls',
      'brokers',
      'stages',
      'balance',
      'model',
      'ocr',
      'notes',
    ])
    expect(Object.keys(now.urls)).toEqual([
      'review',
      'dashboard',
      'intake',
      'registry',
      'clickhouse',
      'metrics',
    ])
    expect(now).toMatchObject({ ready: false, brokers: config.brokers, model: null })
    expect(now.stages['ocr']?.running).toBe(false)
    expect(now.stages['ocr']?.lag).toBeGreaterThanOrEqual(5)
  })
})
