/** The promises about transactions on the fake cluster, and what only a fake can make happen. */

import { committedOffsets, openProducer, type Cluster } from '../../connectors/kafka/kafka.ts'
import { openFakeGround, type FakeGround } from '../promises/fake-ground.ts'
import { transactionPromises } from '../promises/transaction.ts'
import { copying, toyNames, toyRaw, until } from '../toys.ts'

transactionPromises(openFakeGround, 50)

let ground: FakeGround
beforeEach(async () => {
  ground = await openFakeGround(1)
})
afterEach(() => ground.close())

const names = toyNames('first', 'fake.')
const send = async (...keys: readonly string[]): Promise<void> => {
  const { cluster, registry } = ground.toys
  const producer = openProducer(cluster)
  for (const key of keys) {
    const value = key === 'poison' ? Buffer.from(key) : registry.codec.encode('raw', toyRaw(key))
    await producer.send(names.input, { key, value, partition: 0 })
  }
  await producer.close()
}
const committed = async (): Promise<bigint | null | undefined> =>
  (await committedOffsets(ground.toys.cluster, names.group, names.input)).get(0)?.position
const keysIn = async (topic: string): Promise<string[]> =>
  (await ground.toys.read(topic, 'raw')).map(({ key }) => key)

describe('a request that the broker refuses', () => {
  test.each(['addPartitions', 'produce', 'addOffsets', 'offsetCommit', 'endTransaction'] as const)(
    'of kind %s costs the transaction: its records are done again by another producer',
    async (request) => {
      await send('a', 'b')
      const behind = await ground.behind()
      const began: string[] = []
      ground.faults.refuse(request, 'NOT_ENOUGH_REPLICAS')
      const stage = await behind.run('first', {
        stage: copying('first', ({ key }) => void began.push(key)),
      })
      await until(async () => (await committed()) === 2n, 'both are committed')
      await stage.stop()
      expect(began).toEqual(['a', 'b', 'a', 'b'])
      expect(ground.faults.seen('initProducerId')).toBe(2)
      expect(await keysIn('two')).toEqual(['a', 'b'])
    },
  )

  test('is made again where the transaction before is still being ended', async () => {
    await send('a', 'b')
    const behind = await ground.behind()
    ground.faults.refuse('addOffsets', 'CONCURRENT_TRANSACTIONS')
    const stage = await behind.run('first')
    await until(async () => (await committed()) === 2n, 'both are committed')
    await stage.stop()
    expect(ground.faults.seen('initProducerId')).toBe(1)
    expect(ground.faults.seen('addOffsets')).toBeGreaterThan(1)
  })

  test('ends the process where it was the dead letter, and nothing passes over the record', async () => {
    await send('poison', 'b')
    const behind = await ground.behind({ batchRecords: 1 })
    ground.faults.refuse('produce', 'MESSAGE_TOO_LARGE')
    const stage = await behind.run('first')
    await expect(stage.failed).rejects.toMatchObject({ code: 'DEAD_LETTER_FAILED' })
    expect([await committed(), await keysIn('two')]).toEqual([null, []])
  })
})

describe('committed offsets', () => {
  /** As kafkajs answers while it knows of no partitions of the topic. */
  const withoutPartitions = (cluster: Cluster, times: { left: number }): Cluster => ({
    ...cluster,
    ask: (question) =>
      cluster.ask((admin) =>
        question({
          ...admin,
          fetchOffsets: async (of) =>
            times.left-- > 0
              ? [{ topic: names.input, partitions: [] }]
              : await admin.fetchOffsets(of),
        }),
      ),
  })

  test('that come as an empty answer are asked for again, and no group begins anew for them', async () => {
    await send('a', 'b')
    const before = await ground.toys.run('first')
    await until(async () => (await committed()) === 2n, 'both are committed')
    await before.stop()
    await send('c')
    const times = { left: 2 }
    const after = await ground.toys.run('first', {
      cluster: withoutPartitions(ground.another(), times),
    })
    await until(async () => (await committed()) === 3n, 'the third is committed')
    await after.stop()
    expect(times.left).toBeLessThan(0)
    expect(await keysIn('two')).toEqual(['a', 'b', 'c'])
  })

  test('that come as an empty answer are BROKER_UNREACHABLE', async () => {
    const cluster = withoutPartitions(ground.another(), { left: 1 })
    await expect(committedOffsets(cluster, names.group, names.input)).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
    })
  })
})
