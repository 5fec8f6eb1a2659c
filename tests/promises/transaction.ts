/**
 * Promises about transactions: what readers see, what a former owner can still do, what a lost
 * answer costs, and what a position outside the log leads to.
 */

import {
  committedOffsets,
  openConsumer,
  openTransactions,
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import type { ErrataError } from '../../errors.ts'
import { checkHistory, nothingWrong } from '../history.ts'
import { copying, numbering, refusal, toyNames, toyRaw, until, type Toys } from '../toys.ts'
import { losable, type Ground, type OpenGround } from './ground.ts'

/** `awayMs`: how long a broker that goes away stays so. */
export function transactionPromises(open: OpenGround, awayMs: number): void {
  let ground: Ground
  let toys: Toys
  beforeEach(async () => {
    ground = await open(1)
    toys = ground.toys
  })
  afterEach(() => ground.close())

  const to = (topic: string, key: string): Outgoing => record(toys, topic, key)
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
    test('of two transactions that interleave are never read', async () => {
      await interleave(toys)
      expect(await keysIn('one')).toEqual(['C1'])
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

  describe('a transaction of a stage', () => {
    const first = () => toyNames('first', toys.prefix)
    const committed = async (): Promise<bigint | null | undefined> =>
      (await committedOffsets(toys.cluster, first().group, first().input)).get(0)?.position

    test('shows its outputs, its dead letters and its offset together, or none of them', async () => {
      await writeInputs(3)
      const behind = await ground.behind()
      let isCut = false
      ground.faults.before('endTransaction', () => {
        ground.faults.cut()
        isCut = true
      })
      const stage = await behind.run('first', { stage: copying('first', refuseSecond) })
      await until(() => isCut, 'all is written but the end of the transaction')
      expect([
        await keysIn('two'),
        await toys.read('first.dead', 'dead'),
        await committed(),
      ]).toEqual([[], [], null])
      ground.faults.heal()
      await until(async () => (await committed()) === 4n, 'all is committed')
      await stage.stop()
      expect(await keysIn('two')).toEqual(['doc0', 'doc2'])
      expect((await toys.read('first.dead', 'dead')).map(({ key }) => key)).toEqual(['doc1'])
    })

    test('that another owner has cut off writes nothing, and its records are done again', async () => {
      await writeInputs(3)
      const began: string[] = []
      const cutOff = async (): Promise<void> => {
        const rival = await openTransactions(toys.cluster, first().transactionalId(0))
        await rival.fence()
        rival.discard()
      }
      const stage = await toys.run('first', {
        stage: copying('first', async ({ key }) => {
          began.push(key)
          if (began.length === 2) await cutOff()
        }),
      })
      await until(async () => (await committed()) === 4n, 'all is committed')
      await stage.stop()
      expect(began).toEqual(['doc0', 'doc1', 'doc2', 'doc0', 'doc1', 'doc2'])
      expect(await keysIn('two')).toEqual(['doc0', 'doc1', 'doc2'])
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
      const readTooEarly =
        (await committedOffsets(toys.cluster, group, input)).get(0)?.position ?? 0n
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
    test.each(losable)(
      'is replaced: a lost response to %s costs and doubles nothing',
      async (request) => {
        await writeInputs(40)
        const behind = await ground.behind({ batchRecords: 5 })
        const names = toyNames('first', toys.prefix)
        let copied = 0
        const lossAt =
          request === 'initProducerId' || request === 'offsetFetch' || request === 'fetch' ? 0 : 12
        if (lossAt === 0) ground.faults.lose(request)
        const stage = await behind.run('first', {
          stage: copying('first', () => void (++copied === lossAt && ground.faults.lose(request))),
        })
        const failure = stage.failed.catch((error: ErrataError) => error.code)
        await until(
          async () =>
            (await committedOffsets(toys.cluster, names.group, names.input)).get(0)?.position ===
            41n,
          'all 40 records and their marker are committed',
        )
        await stage.stop()
        expect(ground.faults.lost()).toBe(1)
        expect(await Promise.race([failure, Promise.resolve('running')])).toBe('running')
        const inputs = Array.from({ length: 40 }, (_, i) => ({ key: `doc${i}`, partition: 0 }))
        expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
      },
    )

    test('a broker that is away for a while is waited for', async () => {
      await writeInputs(60)
      const behind = await ground.behind({ batchRecords: 5 })
      let copied = 0
      const stage = await behind.run('first', {
        stage: copying('first', () => {
          if (++copied !== 20) return
          ground.faults.cut()
          setTimeout(() => ground.faults.heal(), awayMs)
        }),
      })
      await until(async () => (await toys.read('two', 'raw')).length === 60, 'all records')
      await stage.stop()
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

    test.each([
      ['a stage', copying('first')],
      ['a stage with state, which can not be rebuilt without the records', numbering],
    ])('stops %s at its start, and the committed offset stays', async (_, stage) => {
      const { group, input } = toyNames('first', toys.prefix)
      await writeInputs(10)
      const before = await openTransactions(toys.cluster, `${toys.prefix}x`)
      const transaction = await before.begin()
      await transaction.offset(group, { topic: input, partition: 0 }, 3n)
      await transaction.commit()
      before.discard()
      await deleteUpTo(6n)
      const running = await toys.run('first', { stage: stage as never })
      await expect(running.failed).rejects.toMatchObject({ code: 'OFFSET_LOST' })
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
}

/** Offsets: 0 A1, 1 B1, 2 B aborts, 3 A2, 4 A aborts, 5 C1, 6 C commits. */
export async function interleave(toys: Toys): Promise<void> {
  const [A, B, C] = await Promise.all(
    ['A', 'B', 'C'].map((id) => openTransactions(toys.cluster, toys.prefix + id)),
  )
  if (A === undefined || B === undefined || C === undefined) return
  const a = await A.begin()
  await a.send([record(toys, 'one', 'A1')])
  const b = await B.begin()
  await b.send([record(toys, 'one', 'B1')])
  await b.abort()
  await a.send([record(toys, 'one', 'A2')])
  await a.abort()
  const c = await C.begin()
  await c.send([record(toys, 'one', 'C1')])
  await c.commit()
  for (const producer of [A, B, C]) producer.discard()
}

function refuseSecond({ key }: { readonly key: string }): void {
  if (key === 'doc1') throw refusal()
}

function record({ prefix, registry }: Toys, topic: string, key: string): Outgoing {
  const value = registry.codec.encode('raw', toyRaw(key))
  return { topic: prefix + topic, partition: 0, key, value, headers: {} }
}
