/** Promises about tables that follow a topic. */

import { openProducer, openTransactions } from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import { passedOver } from '../../runtime/passed-over.ts'
import { quiet, until, type Toys } from '../toys.ts'
import type { Ground, OpenGround } from './ground.ts'
import { toyTables } from './toy-table.ts'

export function followPromises(open: OpenGround, awayMs: number): void {
  let ground: Ground
  let toys: Toys
  let topic: string
  const following: Following[] = []
  beforeEach(async () => {
    ground = await open(2)
    toys = ground.toys
    topic = `${toys.prefix}one`
  })
  afterEach(async () => {
    await Promise.all(following.splice(0).map((one) => one.stop()))
    await ground.close()
  })

  const { encoded, table } = toyTables(() => ({ toys, topic, following }))

  describe('a table that follows a topic', () => {
    test('is ready at once where there is nothing', async () => {
      const { ready, position, rows } = table()
      await ready
      expect([rows.size, [...position()]]).toEqual([
        0,
        [
          [0, 0n],
          [1, 0n],
        ],
      ])
    })

    test('is ready where the topic ends in control records and aborted ones only', async () => {
      const producer = await openTransactions(toys.cluster, `${toys.prefix}t`)
      for (const end of ['commit', 'abort'] as const) {
        const transaction = await producer.begin()
        await transaction.send([
          { topic, partition: 0, key: end, value: encoded(end), headers: {} },
        ])
        await transaction[end]()
      }
      producer.discard()
      const { ready, rows, position } = table()
      await ready
      expect([...rows.keys()]).toEqual(['commit'])
      expect(position().get(0)).toBe(4n)
    })

    test('has everything when it is ready, and what comes later by itself', async () => {
      const producer = openProducer(toys.cluster)
      for (let i = 0; i < 50; i++)
        await producer.send(topic, { key: `k${i % 10}`, value: encoded(`k${i % 10}`, `t${i}`) })
      const { ready, rows, caughtUp } = table()
      await ready
      expect(Object.fromEntries(rows)).toEqual(
        Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => [`k${i}`, `t${40 + i}`])),
      )
      await producer.send(topic, { key: 'k3', value: encoded('k3', 'again') })
      await caughtUp()
      expect(rows.get('k3')).toBe('again')
      await producer.send(topic, { key: 'k4', value: encoded('k4', 'live') })
      await until(() => rows.get('k4') === 'live', 'the change arrives unasked')
      await producer.close()
    })

    test('passes over a record that cannot be read, counts it and names its key', async () => {
      const before = passedOver()
      const producer = openProducer(toys.cluster)
      for (const value of [encoded('k'), Buffer.from('poison'), encoded('k')])
        await producer.send(topic, { key: 'k', value, partition: 0 })
      await producer.close()
      const { ready, all, refused } = table()
      await ready
      expect([all, refused]).toEqual([['k=default', 'k=default'], ['k']])
      expect([before, passedOver()]).toEqual([
        [],
        ['raw: 1 record passed over (RECORD_NOT_FRAMED)'],
      ])
    })

    test('takes a row out where its record has no value', async () => {
      const name = `${toys.prefix}first.dead`
      const producer = openProducer(toys.cluster)
      for (const key of ['a', 'b'])
        await producer.send(topic, { key, value: Buffer.from('poison') })
      const stage = await toys.run('first')
      await until(async () => (await toys.read('first.dead', 'dead')).length === 2, 'two letters')
      await stage.stop()
      const rows = new Set<string>()
      const one = follow({
        cluster: toys.cluster,
        registry: toys.registry,
        topic: 'dead',
        name,
        apply: (key, value) => void (value === null ? rows.delete(key) : rows.add(key)),
        log: quiet,
      })
      following.push(one)
      await one.ready
      expect([...rows].sort()).toEqual(['a', 'b'])
      await producer.send(name, { key: 'a', value: null })
      await one.caughtUp()
      await producer.close()
      expect([...rows]).toEqual(['b'])
    })

    test('gets the same record again while the world keeps it from being applied', async () => {
      const producer = openProducer(toys.cluster)
      for (const key of ['a', 'b'])
        await producer.send(topic, { key, value: encoded(key), partition: 0 })
      await producer.close()
      const asked: string[] = []
      const one = follow({
        cluster: toys.cluster,
        registry: toys.registry,
        topic: 'raw',
        name: topic,
        log: quiet,
        apply: (key) => {
          asked.push(key)
          if (asked.length < 3) throw new ErrataError('DISK_FULL', 'no room')
        },
      })
      following.push(one)
      await one.ready
      expect(asked).toEqual(['a', 'a', 'a', 'b'])
    })

    test('comes back after the broker was away, without a gap', async () => {
      const { cluster } = await ground.behind()
      const producer = openProducer(toys.cluster)
      await producer.send(topic, { key: 'a', value: encoded('a'), partition: 0 })
      const { ready, all, stop } = table(topic, cluster)
      await ready
      ground.faults.cut()
      await producer.send(topic, { key: 'b', value: encoded('b'), partition: 0 })
      await new Promise((resolve) => setTimeout(resolve, awayMs))
      ground.faults.heal()
      await producer.send(topic, { key: 'c', value: encoded('c'), partition: 0 })
      await until(() => all.includes('c=default'), 'the table goes on')
      expect([...new Set(all)]).toEqual(['a=default', 'b=default', 'c=default'])
      await stop()
      await producer.close()
    })

    test('ends when applying a record fails', async () => {
      const producer = openProducer(toys.cluster)
      await producer.send(topic, { key: 'a', value: encoded('a') })
      await producer.close()
      const one = follow({
        cluster: toys.cluster,
        registry: toys.registry,
        topic: 'raw',
        name: topic,
        log: quiet,
        apply: () => {
          throw new TypeError('a defect')
        },
      })
      following.push(one)
      await expect(one.ready).rejects.toThrow('a defect')
      await expect(one.failed).rejects.toThrow('a defect')
    })
  })
}
