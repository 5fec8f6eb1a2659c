/**
 * Judging verdicts on the real broker: whoever has seen a task may answer at once, tasks that have
 * left the topic refuse nobody, and a deployment that comes to have a judge keeps what was decided.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  committedOffsets,
  openProducer,
  partitionOf,
  topicOffsets,
  type KafkaRecord,
} from '../../connectors/kafka/kafka.ts'
import type { Part, ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { usable } from '../../runtime/message.ts'
import { namesOf } from '../../runtime/names.ts'
import { scan } from '../../runtime/read-topics.ts'
import { runStage } from '../../runtime/run-stage.ts'
import type { Stage, TopicName } from '../../processors/processor.ts'
import type { Message } from '../../processors/processor.ts'
import type { Verdict } from '../../schemas/types.ts'
import { deadTopicName, stages, topicName } from '../../topology.ts'
import { fieldOf, printOf, taskFor, verdictOf } from '../documents.ts'
import { testConfig } from '../stack.ts'
import { quiet, until } from '../toys.ts'
import { openContext } from './context.ts'

const print = printOf('Corner Shop Ltd', 'Total Due 12.00')
const answer = (documentId: string, change: Partial<Verdict> = {}): Verdict =>
  verdictOf(
    documentId,
    print,
    [fieldOf(print, 'grand_total', '12.00')],
    [fieldOf(print, 'grand_total', '10.00', null)],
    { sha256: documentId, receivedAt: Date.now(), ...change },
  )

let context: ServiceContext
let producer: ReturnType<typeof openProducer>
let parts: Part[] = []

beforeEach(async () => {
  const home = mkdtempSync(join(tmpdir(), 'errata-verdicts-'))
  context = await openContext(testConfig({ home }))
  producer = openProducer(context.connection.cluster)
}, 60_000)
afterEach(async () => {
  await Promise.all(parts.map((part) => part.stop()))
  parts = []
  await producer.close()
  await context.connection.close()
  rmSync(context.home, { recursive: true, force: true })
}, 60_000)

const nameOf = (topic: Exclude<TopicName, 'dead'>): string =>
  topicName(topic, context.config.topicPrefix)
const send = <T extends 'needs-review' | 'corrected'>(
  topic: T,
  value: Parameters<typeof context.connection.registry.codec.encode<T>>[1],
) =>
  producer.send(nameOf(topic), {
    key: value.documentId,
    value: context.connection.registry.codec.encode(topic, value),
  })
const start = async (...names: readonly ('judge' | 'learn')[]): Promise<void> => {
  const started = await Promise.all(names.map((name) => startStage(context, name)))
  parts.push(...started)
  await until(() => started.every((part) => part.problems().length === 0), 'readiness')
}

async function read<T extends TopicName>(topic: T, name: string): Promise<Message<T>[]> {
  const { cluster, registry } = context.connection
  const ranges = [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
    topic: name,
    partition,
    from: low,
    to: high,
  }))
  const records: KafkaRecord[] = []
  await scan(cluster, ranges, context.config.topicPrefix, (record) => void records.push(record))
  const messages = await Promise.all(
    records.map((record) => usable(record, topic, registry.codec, quiet)),
  )
  return messages.flatMap((message) => message ?? [])
}
const lettersNow = async (): Promise<unknown[]> =>
  (await read('dead', deadTopicName('judge', context.config.topicPrefix))).map(({ key, value }) => [
    key,
    value?.code,
  ])
const countedNow = async (): Promise<string[]> =>
  (await read('verdicts', nameOf('verdicts'))).map(
    ({ key, value }) => `${key} ${value?.revision ?? 'erased'}`,
  )
const judged = (count: number): Promise<void> =>
  until(
    async () => (await countedNow()).length + (await lettersNow()).length >= count,
    `${count} judgements`,
  )

test('whoever answers as soon as the task is there is never refused', async () => {
  await start('judge')
  const ids = Array.from({ length: 40 }, (_, i) => `d${i}`)
  await Promise.all(
    ids.map(async (id) => {
      await send('needs-review', taskFor(answer(id)))
      await send('corrected', answer(id))
    }),
  )
  await judged(ids.length)
  expect([await lettersNow(), (await countedNow()).sort()]).toEqual([
    [],
    ids.map((id) => `${id} 1`).sort(),
  ])
}, 90_000)

test('a task that has left the topic refuses nobody, and one that never was still does', async () => {
  const { cluster, registry } = context.connection
  const day = 86_400_000 // ms
  const raw = cluster.client('test').producer()
  await raw.connect()
  const sendOld = async (id: string, daysAgo: number) => {
    const value = registry.codec.encode('needs-review', taskFor(answer(id)))
    const partition = partitionOf(id, context.config.partitions)
    const timestamp = String(Date.now() - daysAgo * day)
    const messages = [{ key: id, value, partition, timestamp }]
    await raw.send({ topic: nameOf('needs-review'), messages })
    return partition
  }
  const partition = await sendOld('gone', 100)
  await cluster.ask((admin) =>
    admin.deleteTopicRecords({
      topic: nameOf('needs-review'),
      partitions: [{ partition, offset: '1' }],
    }),
  )
  const others = Array.from({ length: 20 }, (_, i) => `x${i}`)
  for (const id of others) await sendOld(id, 80)
  await raw.disconnect()
  await start('judge')
  await send('corrected', answer('gone', { receivedAt: Date.now() - 100 * day }))
  await send('corrected', answer('never'))
  await send('corrected', answer('x1'))
  await judged(3)
  expect([await lettersNow(), (await countedNow()).sort()]).toEqual([
    [['never', 'TASK_UNKNOWN']],
    ['gone 1', 'x1 1'],
  ])
}, 90_000)

test('a deployment that comes to have a judge keeps what was decided, and says none of it again', async () => {
  const { config, connection } = context
  const before = { ...stages.learn, reads: 'corrected', formerly: undefined }
  const names = { ...namesOf('learn', config.topicPrefix), input: nameOf('corrected') }
  const learn = await runStage({
    name: 'learn',
    stage: before as unknown as Stage<TopicName, TopicName, unknown, unknown>,
    names,
    ...connection,
    config,
    log: quiet,
    use: () => ({ profiles: context.profiles.now() }),
  })
  // As it was: no task is left, and a value has no normal form today
  const old = ['a', 'b', 'c'].map((id) =>
    answer(id, { fields: [fieldOf(print, 'grand_total', 'twelve', null)] }),
  )
  for (const one of old) await send('corrected', one)
  await send('corrected', answer('a', { revision: 2 }))
  await producer.send(nameOf('corrected'), { key: 'b', value: null }) // erased
  const learned = async (): Promise<boolean> => {
    const ends = await topicOffsets(connection.cluster, names.input)
    const at = await committedOffsets(connection.cluster, names.group, names.input)
    return [...ends].every(([partition, { high }]) => (at.get(partition)?.position ?? 0n) >= high)
  }
  await until(learned, 'what was learned before')
  await learn.stop()
  const said = async () => [
    (await read('training', nameOf('training'))).length,
    (await read('claims', nameOf('claims'))).length,
  ]
  const saidBefore = await said()

  await start('judge', 'learn')
  await send('needs-review', taskFor(answer('new')))
  await send('corrected', answer('new'))
  await send('corrected', answer('c', { revision: 2, reviewer: 'bob' })) // its task is long gone
  await until(async () => (await said())[1] === (saidBefore[1] ?? 0) + 2, 'the new ones')
  expect([await lettersNow(), (await countedNow()).sort()]).toEqual([
    [],
    ['a 1', 'a 2', 'b 1', 'b erased', 'c 1', 'c 2', 'new 1'],
  ])
  expect(await said()).toEqual(saidBefore.map((count) => count + 2))
}, 120_000)
