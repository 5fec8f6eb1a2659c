/**
 * The promises about transactions on the real broker, and the defences against what kafkajs gets
 * wrong, each with a twin that goes without it and shows the anomaly: a defence whose absence no
 * test notices is none.
 */

import { execFileSync } from 'node:child_process'
import {
  committedOffsets,
  openCluster,
  openTransactions,
  type Cluster,
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import { interleave, transactionPromises } from '../promises/transaction.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { openRealGround } from './ground.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { copying, openToys, toyNames, toyRaw, until, type Toys } from '../toys.ts'

let toys: Toys
beforeEach(async () => {
  toys = await openToys({ ...testStack(), prefix: uniquePrefix(), partitions: 1 })
})
afterEach(() => toys.close())

const to = (topic: string, key: string, partition = 0): Outgoing => ({
  topic: toys.prefix + topic,
  partition,
  key,
  value: toys.registry.codec.encode('raw', toyRaw(key)),
  headers: {},
})

const keysIn = async (topic: string): Promise<string[]> =>
  (await toys.read(topic, 'raw')).map(({ key }) => key)

/** Waits until the group has a coordinator. */
const hasCoordinator = (cluster: Cluster, group: string): Promise<void> =>
  until(
    () =>
      committedOffsets(cluster, group, `${toys.prefix}one`).then(
        () => true,
        () => false,
      ),
    'the group has a coordinator',
  )

transactionPromises(openRealGround, 4_000)

describe('aborted records', () => {
  test('are read by kafkajs as it comes', async () => {
    await interleave(toys)
    const stockReads = (): string =>
      execFileSync(
        process.execPath,
        ['tests/real/stock-reader.cjs', testStack().brokers, `${toys.prefix}one`, '7'],
        { encoding: 'utf8', timeout: 40_000 },
      ).trim()
    // It goes wrong where one fetch holds both transactions, which a busy broker may split
    let seen = stockReads()
    for (let again = 0; again < 4 && seen !== '0,5'; again++) seen = stockReads()
    expect(seen).toBe('0,5')
  })
})

describe('a producer after an error', () => {
  let proxy: Proxy
  beforeEach(async () => {
    proxy = await startProxy(testStack().brokers)
  })
  afterEach(() => proxy.close())

  test('that is used again loses a record which it acknowledged and committed', async () => {
    const client = openCluster(toys.config, [proxy.address]).client('reuse', {
      retries: 1,
      initialRetryTime: 100,
    })
    const producer = client.producer({
      transactionalId: `${toys.prefix}reused`,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    const topic = `${toys.prefix}one`
    const send = async (key: string, lose: boolean): Promise<void> => {
      const transaction = await producer.transaction()
      if (lose) proxy.lose('produce', 2)
      try {
        await transaction.send({
          topic,
          messages: [{ key, value: toys.registry.codec.encode('raw', toyRaw(key)) }],
        })
      } catch {
        await until(
          () =>
            transaction.abort().then(
              () => true,
              () => false,
            ),
          'the abort',
          10_000,
        )
        return
      }
      await transaction.commit()
    }
    await send('first', false)
    await send('lost', true) // with its retry: only then does the error come to us
    await send('after', false)
    await producer.disconnect()
    const keys = await keysIn('one')
    expect(proxy.lost()).toBe(2)
    expect(keys).toContain('first')
    expect(keys).not.toContain('after')
  })

  // A connection that is lost with the error closes itself: here the broker answers, and it stays
  test('leaves no connection behind, however often it is shut out and replaced', async () => {
    const inputs = await openTransactions(toys.cluster, `${toys.prefix}inputs`)
    const writing = await inputs.begin()
    await writing.send(Array.from({ length: 60 }, (_, i) => to('one', `doc${i}`)))
    await writing.commit()
    inputs.discard()
    const behind = await openToys({
      ...testStack(),
      brokers: proxy.address,
      prefix: toys.prefix,
      partitions: 1,
      config: { batchRecords: 5 },
    })
    const names = toyNames('first', toys.prefix)
    let copied = 0
    let before = 0
    let shutOut = 0
    const stage = await behind.run('first', {
      stage: copying('first', async () => {
        copied++
        if (copied === 20) before = proxy.connections() // it has committed: it has all that it needs
        if (copied <= 20 || copied % 5 !== 0 || shutOut === 6) return
        shutOut++
        const rival = await openTransactions(toys.cluster, names.transactionalId(0))
        await rival.fence()
        rival.discard()
      }),
    })
    try {
      await until(async () => (await toys.read('two', 'raw')).length === 60, 'all records')
      expect(shutOut).toBe(6)
      await until(() => proxy.connections() <= before, 'what was replaced is closed', 15_000)
    } finally {
      await stage.stop()
      await behind.close()
    }
    await until(() => proxy.connections() === 0, 'everything is closed', 15_000)
  })

  test('begins a transaction with offsets alone while the one before is still being ended', async () => {
    const producer = await openTransactions(toys.cluster, `${toys.prefix}quick`)
    await producer.fence()
    const at = { topic: `${toys.prefix}one`, partition: 0 }
    await hasCoordinator(toys.cluster, `${toys.prefix}quick`)
    for (let i = 0; i < 30; i++) {
      const writing = await producer.begin()
      for (const topic of ['one', 'two', 'three']) await writing.send([to(topic, `doc${i}`)])
      await writing.offset(`${toys.prefix}quick`, at, BigInt(2 * i + 1))
      await writing.commit()
      const moving = await producer.begin()
      await moving.offset(`${toys.prefix}quick`, at, BigInt(2 * i + 2))
      await moving.commit()
    }
    producer.discard()
    const { cluster } = toys
    const { position } =
      (await committedOffsets(cluster, `${toys.prefix}quick`, at.topic)).get(0) ?? {}
    expect(position).toBe(60n)
  })

  test('asks for the coordinators of its transactions now and then, not at each step', async () => {
    const cluster = openCluster(toys.config, [proxy.address])
    const producer = await openTransactions(cluster, `${toys.prefix}many`)
    await producer.fence()
    await hasCoordinator(cluster, `${toys.prefix}many`)
    const before = proxy.seen('findCoordinator')
    for (let i = 0; i < 20; i++) {
      const transaction = await producer.begin()
      await transaction.send([to('one', `doc${i}`)])
      await transaction.offset(
        `${toys.prefix}many`,
        { topic: `${toys.prefix}one`, partition: 0 },
        BigInt(i + 1),
      )
      await transaction.commit()
    }
    producer.discard()
    await cluster.close()
    expect(proxy.seen('findCoordinator') - before).toBeLessThan(20) // kafkajs asks 80 times
    expect(await keysIn('one')).toHaveLength(20)
  })
})
