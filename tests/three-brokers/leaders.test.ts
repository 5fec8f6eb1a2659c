/**
 * Partitions with leaders on different brokers: a transaction that writes to two of them, an edge's
 * producer that does, and the questions that commands ask. The judge reads with the filter that
 * tests/connectors/kafka holds against Java's.
 */

import {
  committedOffsets,
  createTopics,
  openCluster,
  openProducer,
  openTransactions,
  partitionCounts,
  topicOffsets,
  type Cluster,
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import { readConfig } from '../../config.ts'
import { checkOffsetRetention } from '../../operations/doctor-brokers.ts'
import { scan } from '../../runtime/read-topics.ts'
import { startAtOnce } from '../cold-start.ts'
import { testConfig } from '../stack.ts'
import { startCluster, type TestCluster } from './cluster.ts'

jest.setTimeout(300_000) // ms; three brokers start within a minute on a busy machine

let brokers: TestCluster
let cluster: Cluster
const topics = ['first', 'second', 'third'] as const

beforeAll(async () => {
  brokers = await startCluster()
  cluster = openCluster(readConfig({}), brokers.brokers.split(','))
  await createTopics(
    cluster,
    [...topics, 'edge'].map((name) => ({ name, partitions: 6, replication: 3, settings: {} })),
  )
})
afterAll(() => brokers.stop())

test('everybody makes topics and schemas at once, and all find the same', async () => {
  const config = testConfig({ brokers: brokers.brokers })
  expect(await startAtOnce(config)).toEqual({ failures: [], outcomes: 1 })
})

test('the doctor notes that brokers forget the positions of stages that are stopped for a week', async () => {
  expect(await checkOffsetRetention(cluster)).toEqual([
    expect.objectContaining({ grade: 'note', found: expect.stringContaining('for 7 days') }),
  ])
})

/** A partition of each topic, such that each has another leader. */
async function partitionsByLeader(): Promise<Readonly<Record<string, number>>> {
  const { topics: found } = await cluster.ask((admin) =>
    admin.fetchTopicMetadata({ topics: [...topics] }),
  )
  const leaders = new Set<number>()
  const chosen = found.map(({ name, partitions }): [string, number] => {
    const other = partitions.find(({ leader }) => !leaders.has(leader))
    if (other === undefined) throw new Error(`${name} has no leader of its own`)
    leaders.add(other.leader)
    return [name, other.partitionId]
  })
  return Object.fromEntries(chosen)
}

/** How often each key stands in a topic, for keys that don't stand there once. */
async function notOnce(topic: string, keys: readonly string[]): Promise<Record<string, number>> {
  const counts = new Map(keys.map((key) => [key, 0]))
  const ranges = [...(await topicOffsets(cluster, topic))].map(([partition, { low, high }]) => ({
    topic,
    partition,
    from: low,
    to: high,
  }))
  await scan(cluster, ranges, 'judge', ({ key }) => {
    const name = key?.toString() ?? ''
    if (counts.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  })
  return Object.fromEntries([...counts].filter(([, count]) => count !== 1))
}

test('a transaction whose partitions have three leaders writes each record once', async () => {
  const partitions = await partitionsByLeader()
  const write = async (keys: readonly string[], id: string): Promise<void> => {
    const producer = await openTransactions(cluster, id)
    await producer.fence()
    for (const key of keys) {
      const transaction = await producer.begin()
      const value = Buffer.from(key)
      const outgoing = topics.map((topic): Outgoing => {
        return { topic, partition: partitions[topic] as number, key, value, headers: {} }
      })
      await transaction.send(outgoing)
      await transaction.commit()
    }
    producer.discard()
  }
  const writers = ['a', 'b', 'c']
  const keysOf = (id: string): string[] => Array.from({ length: 100 }, (_, k) => `${id} ${k}`)
  await Promise.all(writers.map((id) => write(keysOf(id), id)))
  const wrong = await Promise.all(topics.map((topic) => notOnce(topic, writers.flatMap(keysOf))))
  expect(wrong).toEqual([{}, {}, {}])
})

test('an edge that sends to all partitions at once writes each record once', async () => {
  const producer = openProducer(cluster)
  const keys = Array.from({ length: 1_200 }, (_, k) => `edge ${k}`)
  const sends = keys.map((key) => producer.send('edge', { key, value: Buffer.from(key) }))
  const sent = await Promise.all(sends)
  await producer.close()
  expect(await notOnce('edge', keys)).toEqual({})
  const places = new Set(sent.map(({ partition, offset }) => `${partition}/${offset}`))
  expect(places.size).toBe(keys.length)
})

test('questions side by side have the answers that they have one by one', async () => {
  const wrong: unknown[] = []
  for (let round = 0; round < 30; round++) {
    const offsets = topics.map(async (topic) => (await topicOffsets(cluster, topic)).size)
    const committed = topics.map(
      async (topic) => (await committedOffsets(cluster, 'g', topic)).size,
    )
    const counts = topics.map(async (topic) => (await partitionCounts(cluster, [topic])).get(topic))
    const answers = await Promise.all([...offsets, ...counts, ...committed])
    wrong.push(...answers.filter((answer) => answer !== 6))
  }
  expect(wrong).toEqual([])
})
