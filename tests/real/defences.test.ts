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
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import { interleave, transactionPromises } from '../promises/transaction.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { openRealGround } from './ground.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { openToys, toyRaw, until, type Toys } from '../toys.ts'

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

transactionPromises(openRealGround, 4_000)

describe('aborted records', () => {
  test('are read by kafkajs as it comes', async () => {
    await interleave(toys)
    const out = execFileSync(
      process.execPath,
      ['tests/real/stock-reader.cjs', testStack().brokers, `${toys.prefix}one`, '7'],
      { encoding: 'utf8', timeout: 40_000 },
    )
    expect(out.trim()).toBe('0,5')
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

  test('asks for the coordinators of its transactions now and then, not at each step', async () => {
    const cluster = openCluster(toys.config, [proxy.address])
    const producer = await openTransactions(cluster, `${toys.prefix}many`)
    await producer.fence()
    await until(
      () =>
        committedOffsets(cluster, `${toys.prefix}many`, `${toys.prefix}one`).then(
          () => true,
          () => false,
        ),
      'the group has a coordinator',
    )
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
