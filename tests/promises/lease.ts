/** Promises about leases: which records work is given, when a lease ends, and how all of it stops. */

import { openProducer, type Cluster } from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import {
  openLeases,
  type LeaseItem,
  type Leases,
  type LeaseView,
  type LeaseWatch,
} from '../../runtime/lease.ts'
import { quiet, toyRaw, until, type Toys } from '../toys.ts'
import type { Ground, OpenGround } from './ground.ts'

type Work = (items: readonly LeaseItem[], lease: LeaseView) => void | Promise<void>

export function leasePromises(openGround: OpenGround): void {
  let ground: Ground
  let toys: Toys
  const running: Leases[] = []
  beforeEach(async () => {
    ground = await openGround(2)
    toys = ground.toys
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((leases) => leases.stop(0)))
    await ground.close()
  })

  const send = async (partition: number, keys: readonly string[]): Promise<void> => {
    const producer = openProducer(toys.cluster)
    for (const key of keys) {
      const value = toys.registry.codec.encode('raw', toyRaw(key))
      await producer.send(`${toys.prefix}one`, { key, value, partition })
    }
    await producer.close()
  }

  /** Leases whose work is given; each opens where `from` says. */
  const start = async (
    work: Work,
    {
      cluster = toys.cluster,
      from = () => 0n,
      batchRecords = 100,
      watch = {},
    }: {
      cluster?: Cluster
      from?: (lease: LeaseView) => bigint
      batchRecords?: number
      watch?: LeaseWatch
    } = {},
  ) => {
    const opened: string[] = []
    const closed: string[] = []
    const leases = await openLeases({
      cluster,
      group: `${toys.prefix}leases`,
      topics: [`${toys.prefix}one`],
      batchRecords,
      log: quiet,
      watch,
      open: async (lease) => {
        opened.push(String(lease.partition))
        return {
          position: from(lease),
          work: async (items) => work(items, lease),
          close: () => void closed.push(String(lease.partition)),
        }
      },
    })
    running.push(leases)
    return { leases, opened, closed }
  }
  const keysOf = (items: readonly LeaseItem[]): string[] =>
    items.flatMap(({ record }) => (record === null ? [] : [String(record.key)]))

  describe('a lease', () => {
    test('gives work each record from its position on, once and in order', async () => {
      const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
      await send(0, keys)
      const done: string[] = []
      await start((items) => void done.push(...keysOf(items)), {
        from: ({ partition }) => (partition === 0 ? 7n : 0n),
        batchRecords: 6,
      })
      await until(() => done.length >= 43, 'the rest of the partition')
      expect(done).toEqual(keys.slice(7))
    })

    test('has one call of work at a time, with no more records than it may take', async () => {
      await send(0, ['a', 'b', 'c', 'd', 'e'])
      const calls: number[] = []
      let atOnce = 0
      let most = 0
      await start(
        async (items) => {
          most = Math.max(most, ++atOnce)
          calls.push(items.length)
          await new Promise((resolve) => setTimeout(resolve, 5))
          atOnce--
        },
        { batchRecords: 2 },
      )
      await until(() => calls.reduce((sum, count) => sum + count, 0) === 5, 'all')
      expect([most, Math.max(...calls)]).toEqual([1, 2])
    })

    test('opens again after an error of the world, and reads from where it then says', async () => {
      await send(0, ['a', 'b', 'c'])
      const given: string[] = []
      let position = 0n
      const { opened, closed } = await start(
        (items) => {
          for (const { record, next } of items) {
            given.push(String(record?.key))
            if (given.length === 2) throw new ErrataError('BROKER_UNREACHABLE', 'away')
            position = next
          }
        },
        { from: ({ partition }) => (partition === 0 ? position : 0n) },
      )
      await until(() => given.length === 4, 'all')
      expect(given).toEqual(['a', 'b', 'b', 'c'])
      expect(opened.filter((partition) => partition === '0')).toHaveLength(2)
      expect(closed).toEqual(['0'])
    })

    test('fails with what is final, and no work is given after it', async () => {
      await send(0, ['a', 'b'])
      const given: string[] = []
      const { leases } = await start(
        (items) => {
          given.push(...keysOf(items))
          throw new ErrataError('OFFSET_LOST', 'gone')
        },
        { batchRecords: 1 },
      )
      await expect(leases.failed).rejects.toMatchObject({ code: 'OFFSET_LOST' })
      await send(1, ['c'])
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(given).toEqual(['a'])
    })

    test('outlives the coming and going of another member where its partition stays', async () => {
      const given: string[] = []
      const positions = new Map<number, bigint>()
      const work: Work = (items, { partition }) => {
        given.push(...keysOf(items))
        positions.set(partition, items.at(-1)?.next ?? 0n)
      }
      const from = ({ partition }: LeaseView): bigint => positions.get(partition) ?? 0n
      const one = await start(work, { from })
      await until(() => one.leases.count().open === 2, 'both are ours')
      await send(0, ['a'])
      const other = await start(work, { from, cluster: ground.another() })
      await until(() => other.leases.count().open === 1, 'the other has joined')
      await until(() => one.leases.count().owned === 1, 'one is left')
      const [kept] = one.leases.owned()
      await other.leases.stop()
      await until(() => one.leases.count().open === 2, 'both are ours again')
      await send(0, ['b'])
      await send(1, ['c'])
      await until(() => given.length >= 3, 'all')
      expect([...given].sort()).toEqual(['a', 'b', 'c'])
      const opens = one.opened.filter((partition) => partition === String(kept?.partition))
      expect(opens).toHaveLength(1)
    })

    test('that is lost says so to its work at once', async () => {
      await send(0, ['a'])
      await send(1, ['b'])
      const ended: number[] = []
      let inHand = 0
      const one = await start((_, { partition, ended: signal }) => {
        inHand++
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            ended.push(partition)
            resolve()
          }),
        )
      })
      await until(() => inHand === 2, 'both are in hand')
      await start(() => {}, { cluster: ground.another() })
      await until(() => ended.length === 1, 'one is lost')
      await until(() => one.leases.count().owned === 1, 'the other is kept')
      expect(one.leases.owned().map(({ partition }) => partition)).not.toEqual(ended)
    })

    test('that is lost is said to be lost, and no lag of it is told any more', async () => {
      await send(0, ['a'])
      await send(1, ['b'])
      const told: string[] = []
      let inHand = 0
      let finish: () => void = () => {}
      const finished = new Promise<void>((resolve) => (finish = resolve))
      const { leases } = await start(
        () => {
          inHand++
          return finished
        },
        {
          watch: {
            lag: ({ partition }) => told.push(`lag ${partition}`),
            lost: ({ partition }) => told.push(`lost ${partition}`),
          },
        },
      )
      await until(() => inHand === 2, 'both are in hand')
      await start(() => {}, { cluster: ground.another() })
      await until(() => leases.count().owned === 1, 'one is lost')
      const kept = leases.owned()[0]?.partition ?? -1
      told.splice(0, told.indexOf(`lost ${1 - kept}`))
      finish()
      await until(() => told.includes(`lag ${kept}`), 'the other goes on')
      expect(told).toEqual([`lost ${1 - kept}`, `lag ${kept}`])
    })
  })

  describe('a stop', () => {
    test('waits for the work in hand, and gives no more', async () => {
      await send(0, ['a', 'b'])
      const done: string[] = []
      let begun = 0
      const { leases, closed } = await start(
        async (items) => {
          begun++
          await new Promise((resolve) => setTimeout(resolve, 40))
          done.push(...keysOf(items))
        },
        { batchRecords: 1 },
      )
      await until(() => begun === 1, 'the first is in hand')
      await leases.stop()
      expect([done, begun]).toEqual([['a'], 1])
      expect([...closed].sort()).toEqual(['0', '1'])
    })

    test('gives up work that does not end within its time, and tells it', async () => {
      await send(0, ['a'])
      let signal: AbortSignal | null = null
      const { leases } = await start((_, { ended }) => {
        signal = ended
        return new Promise(() => {})
      })
      await until(() => signal !== null, 'it is in hand')
      const begun = performance.now()
      await leases.stop(50)
      expect(performance.now() - begun).toBeLessThan(3_000)
      expect(signal).toMatchObject({ aborted: true })
    })

    test('tells work that waits before its time is over, so that it can finish', async () => {
      await send(0, ['a'])
      let finished = false
      let begun = false
      const { leases } = await start(async (_, { leaving }) => {
        begun = true
        await new Promise((resolve) => leaving.addEventListener('abort', resolve))
        finished = true
      })
      await until(() => begun, 'it is in hand')
      await leases.stop()
      expect(finished).toBe(true)
    })
  })
}
