/**
 * The defences against what kafkajs gets wrong, each with a twin that goes without it and shows the
 * anomaly: a defence whose absence no test notices is none.
 */

import { execFileSync } from 'node:child_process'
import {
  committedOffsets,
  openConsumer,
  openCluster,
  openTransactions,
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import type { ErrataError } from '../../errors.ts'
import { checkHistory, nothingWrong } from '../history.ts'
import { testStack, uniquePrefix } from '../stack.ts'
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

const writeInputs = async (count: number): Promise<void> => {
  const producer = await openTransactions(toys.cluster, `${toys.prefix}inputs`)
  const transaction = await producer.begin()
  await transaction.send(Array.from({ length: count }, (_, i) => to('one', `doc${i}`)))
  await transaction.commit()
  producer.discard()
}

const keysIn = async (topic: string): Promise<string[]> =>
  (await toys.read(topic, 'raw')).map(({ key }) => key)

describe('aborted records', () => {
  /** Offsets: 0 A1, 1 B1, 2 B aborts, 3 A2, 4 A aborts, 5 C1, 6 C commits. */
  const interleave = async (): Promise<void> => {
    const [A, B, C] = await Promise.all(
      ['A', 'B', 'C'].map((id) => openTransactions(toys.cluster, toys.prefix + id)),
    )
    if (A === undefined || B === undefined || C === undefined) return
    const a = await A.begin()
    await a.send([to('one', 'A1')])
    const b = await B.begin()
    await b.send([to('one', 'B1')])
    await b.abort()
    await a.send([to('one', 'A2')])
    await a.abort()
    const c = await C.begin()
    await c.send([to('one', 'C1')])
    await c.commit()
    for (const producer of [A, B, C]) producer.discard()
  }

  test('of two transactions that interleave are never read', async () => {
    await interleave()
    expect(await keysIn('one')).toEqual(['C1'])
  })

  test('are read by kafkajs as it comes', async () => {
    await interleave()
    const out = execFileSync(
      process.execPath,
      ['tests/real/stock-reader.cjs', testStack().brokers, `${toys.prefix}one`, '7'],
      { encoding: 'utf8', timeout: 40_000 },
    )
    expect(out.trim()).toBe('0,5')
  })

  test('move the position although nothing is delivered', async () => {
    const producer = await openTransactions(toys.cluster, `${toys.prefix}A`)
    const transaction = await producer.begin()
    await transaction.send([to('one', 'gone')])
    await transaction.abort()
    producer.discard()
    const stage = await toys.run('first')
    const { group, input } = toyNames('first', toys.prefix)
    await until(
      async () => (await committedOffsets(toys.cluster, group, input)).get(0)?.position === 2n,
      'the offset behind the abort marker is committed',
    )
    await stage.stop()
  })
})

describe('a former owner', () => {
  const startOldOwner = async (transactionalId: string) => {
    const { group, input } = toyNames('first', toys.prefix)
    const old = await openTransactions(toys.cluster, transactionalId)
    const pending = await old.begin()
    await pending.send(Array.from({ length: 5 }, (_, i) => to('two', `doc${i}`)))
    await pending.offset(group, { topic: input, partition: 0 }, 6n)
    return { pending, discard: () => old.discard() }
  }

  test('that is about to commit is shut out before the offset is read, so that nothing is done twice', async () => {
    await writeInputs(5)
    const old = await startOldOwner(toyNames('first', toys.prefix).transactionalId(0))
    const stage = await toys.run('first')
    await until(async () => (await keysIn('two')).length >= 5, 'five outputs')
    await expect(old.pending.commit()).rejects.toMatchObject({ code: 'FENCED' })
    await stage.stop()
    old.discard()
    expect(await keysIn('two')).toEqual(['doc0', 'doc1', 'doc2', 'doc3', 'doc4'])
  })

  test('that commits between the reading of the offset and the fencing doubles the work', async () => {
    const names = toyNames('first', toys.prefix)
    const { group, input } = names
    const transactionalId = names.transactionalId(0)
    await writeInputs(5)
    const old = await startOldOwner(transactionalId)
    const readTooEarly = (await committedOffsets(toys.cluster, group, input)).get(0)?.position ?? 0n
    await old.pending.commit()
    const next = await openTransactions(toys.cluster, transactionalId)
    await next.fence()
    const again = await next.begin()
    await again.send(
      Array.from({ length: 5 - Number(readTooEarly) }, (_, i) => to('two', `doc${i}`)),
    )
    await again.commit()
    expect(await keysIn('two')).toHaveLength(10)
    old.discard()
    next.discard()
  })

  test('with a transactional id of its own can still commit, member of the group or not', async () => {
    await writeInputs(5)
    const old = await startOldOwner(`${toys.prefix}another-id`)
    const stage = await toys.run('first')
    const { group, input } = toyNames('first', toys.prefix)
    await until(
      async () => (await committedOffsets(toys.cluster, group, input)).get(0)?.position === 6n,
      'the stage has done all',
    )
    await expect(old.pending.commit()).resolves.toBeUndefined()
    await stage.stop()
    old.discard()
    expect(await keysIn('two')).toHaveLength(10)
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

  test.each([
    'produce',
    'addPartitions',
    'addOffsets',
    'offsetCommit',
    'endTransaction',
    'initProducerId',
    'offsetFetch',
    'fetch',
  ] as const)('is replaced: a lost response to %s costs and doubles nothing', async (request) => {
    await writeInputs(40)
    const behind = await openToys({
      ...testStack(),
      brokers: proxy.address,
      prefix: toys.prefix,
      partitions: 1,
      config: { batchRecords: 5 },
    })
    const names = toyNames('first', toys.prefix)
    let copied = 0
    const lossAt =
      request === 'initProducerId' || request === 'offsetFetch' || request === 'fetch' ? 0 : 12
    if (lossAt === 0) proxy.lose(request)
    const stage = await behind.run('first', {
      stage: copying('first', () => void (++copied === lossAt && proxy.lose(request))),
    })
    const failure = stage.failed.catch((error: ErrataError) => error.code)
    await until(
      async () =>
        (await committedOffsets(toys.cluster, names.group, names.input)).get(0)?.position === 41n,
      'all 40 records and their marker are committed',
    )
    await stage.stop()
    await behind.close()
    expect(proxy.lost()).toBe(1)
    expect(await Promise.race([failure, Promise.resolve('running')])).toBe('running')
    const inputs = Array.from({ length: 40 }, (_, i) => ({ key: `doc${i}`, partition: 0 }))
    expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
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

  test('a broker that is away for a while is waited for', async () => {
    await writeInputs(60)
    const behind = await openToys({
      ...testStack(),
      brokers: proxy.address,
      prefix: toys.prefix,
      partitions: 1,
      config: { batchRecords: 5 },
    })
    let copied = 0
    const stage = await behind.run('first', {
      stage: copying('first', () => {
        if (++copied !== 20) return
        proxy.cut()
        setTimeout(() => proxy.heal(), 4_000)
      }),
    })
    await until(async () => (await toys.read('two', 'raw')).length === 60, 'all records')
    await stage.stop()
    await behind.close()
    const inputs = Array.from({ length: 60 }, (_, i) => ({ key: `doc${i}`, partition: 0 }))
    expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
  })
})

describe('a position outside the log', () => {
  const deleteUpTo = (offset: bigint): Promise<void> =>
    toys.cluster.ask((admin) =>
      admin.deleteTopicRecords({
        topic: `${toys.prefix}one`,
        partitions: [{ partition: 0, offset: String(offset) }],
      }),
    )

  test('stops a stage at its start, and the committed offset stays', async () => {
    const { group, input } = toyNames('first', toys.prefix)
    await writeInputs(10)
    const before = await openTransactions(toys.cluster, `${toys.prefix}x`)
    const transaction = await before.begin()
    await transaction.offset(group, { topic: input, partition: 0 }, 3n)
    await transaction.commit()
    before.discard()
    await deleteUpTo(6n)
    const stage = await toys.run('first')
    await expect(stage.failed).rejects.toMatchObject({ code: 'OFFSET_LOST' })
    expect((await committedOffsets(toys.cluster, group, input)).get(0)?.position).toBe(3n)
    expect(await keysIn('two')).toEqual([])
  })

  test('stops a consumer that is there already, without a jump', async () => {
    await writeInputs(10)
    const group = `${toys.prefix}reader`
    const taken: bigint[] = []
    const failed = new Promise<ErrataError>((resolve) => {
      void openConsumer(toys.cluster, {
        group,
        topics: [`${toys.prefix}one`],
        joined: (assigned, consumer) => assigned.forEach((at) => consumer.seek(at, 99n)),
        batch: (batch) => void taken.push(batch.from),
        failed: resolve,
      })
    })
    expect((await failed).code).toBe('OFFSET_LOST')
    expect(taken).toEqual([])
    expect(
      (await committedOffsets(toys.cluster, group, `${toys.prefix}one`)).get(0)?.position,
    ).toBeNull()
  })
})
