/**
 * Promises about a stage: what becomes of poison, of a world that is away, of order, state and
 * ownership.
 */

import {
  committedOffsets,
  createTopics,
  openProducer,
  openTransactions,
  type Producer,
} from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import { stage, type Message } from '../../processors/processor.ts'
import { headerNames, software } from '../../runtime/headers.ts'
import type { Raw } from '../../schemas/types.ts'
import { checkHistory, nothingWrong } from '../history.ts'
import { copying, numbering, numbersOf, refusal, toyNames, until, type Toys } from '../toys.ts'
import type { Ground, OpenGround } from './ground.ts'
import { toyRecords } from './toy-records.ts'

export function stagePromises(open: OpenGround): void {
  let ground: Ground
  let toys: Toys
  let producer: Producer
  beforeEach(async () => {
    ground = await open(2)
    toys = ground.toys
    producer = openProducer(toys.cluster)
  })
  afterEach(async () => {
    await producer.close()
    await ground.close()
  })

  const { encoded, send, sendMany, isDone } = toyRecords(() => ({ toys, producer }))

  describe('a poisoned record', () => {
    const foreign = (): Buffer => {
      const bytes = Buffer.from(encoded('x'))
      bytes.writeInt32BE(2_000_000_000, 1)
      return bytes
    }
    const poison: readonly (readonly [
      what: string,
      key: string | Buffer,
      value: () => Buffer | null,
      code: string,
    ])[] = [
      ['no frame', 'a', () => Buffer.from('{}'), 'RECORD_NOT_FRAMED'],
      [
        'another magic byte',
        'b',
        () => Buffer.concat([Buffer.from([7]), encoded('b').subarray(1)]),
        'RECORD_NOT_FRAMED',
      ],
      ['a schema id that nobody knows', 'c', foreign, 'SCHEMA_FOREIGN'],
      ['a record cut off', 'd', () => encoded('d').subarray(0, -4), 'RECORD_UNDECODABLE'],
      [
        'trailing bytes',
        'e',
        () => Buffer.concat([encoded('e'), Buffer.from('x')]),
        'RECORD_UNDECODABLE',
      ],
      [
        'a length without end',
        'f',
        () => Buffer.concat([encoded('f').subarray(0, 5), Buffer.alloc(30, 0xff)]),
        'RECORD_UNDECODABLE',
      ],
      ['no value', 'g', () => null, 'RECORD_UNDECODABLE'],
      ['a key of another document', 'h', () => encoded('other'), 'KEY_INVALID'],
      ['an empty key', '', () => encoded('i'), 'KEY_INVALID'],
      ['a key of four zero bytes', Buffer.alloc(4), () => encoded('j'), 'KEY_INVALID'],
      ['a key that is not UTF-8', Buffer.from([0xff, 0xfe]), () => encoded('k'), 'KEY_INVALID'],
      ['a refusal by the processor', 'refuse', () => encoded('refuse'), 'DOCUMENT_CORRUPT'],
      ['outputs over the limit', 'swell', () => encoded('swell'), 'RECORD_TOO_LARGE'],
    ]

    test('becomes one dead letter with its bytes, origin and cause, and its neighbours pass', async () => {
      for (const [what, key, value] of poison) {
        await send(`before ${what}`, encoded(`before ${what}`))
        await send(key, value(), 0, { 'x-sender': what })
      }
      await send('last', encoded('last'))
      const swelling = stage({
        reads: 'raw',
        writes: ['raw'],
        run: ({ key, value }: { key: string; value: Raw | null }) => {
          if (key === 'refuse') throw refusal()
          return {
            raw: [
              {
                key,
                value: {
                  ...(value as Raw),
                  ...(key === 'swell' ? { bytes: Buffer.alloc(9_000_000) } : {}),
                },
              },
            ],
          }
        },
      })
      const running = await toys.run('first', { stage: swelling as never })
      await until(() => isDone('first', [BigInt(2 * poison.length + 1)]), 'all is committed')
      await running.stop()

      const passed = (await toys.read('two', 'raw')).map(({ key }) => key)
      expect(passed).toEqual([...poison.map(([what]) => `before ${what}`), 'last'])
      const written = await toys.read('first.dead', 'dead')
      const letters = written.map(({ value }) => value)
      expect(
        written.map(({ headers }) =>
          [
            'topic',
            'partition',
            'offset',
            'stage',
            'exception.class.name',
            'exception.message',
          ].map((name) => headers[`__connect.errors.${name}`]?.toString()),
        ),
      ).toEqual(
        letters.map((letter) => [
          letter?.topic,
          String(letter?.partition),
          String(letter?.offset),
          letter?.stage,
          letter?.code,
          letter?.message,
        ]),
      )
      expect(
        letters.map((letter) => [letter?.headers['x-sender']?.toString(), letter?.code]),
      ).toEqual(poison.map(([what, , , code]) => [what, code]))
      for (const [i, letter] of letters.entries()) {
        const [, key, value] = poison[i] as (typeof poison)[0]
        expect(letter?.key).toEqual(Buffer.from(key))
        expect(letter?.value).toEqual(value())
        expect(letter).toMatchObject({
          stage: 'first',
          topic: `${toys.prefix}one`,
          partition: 0,
          offset: 2 * i + 1,
          software,
        })
      }
    })

    test('without a key is set aside too', async () => {
      const inputs = await openTransactions(toys.cluster, `${toys.prefix}inputs`)
      const transaction = await inputs.begin()
      await transaction.send([
        { topic: `${toys.prefix}one`, partition: 1, key: null, value: encoded('n'), headers: {} },
      ])
      await transaction.commit()
      inputs.discard()
      const running = await toys.run('first')
      await until(() => isDone('first', [0n, 2n]), 'all is committed')
      await running.stop()
      expect(
        (await toys.read('first.dead', 'dead')).map(({ value }) => [value?.code, value?.key]),
      ).toEqual([['KEY_INVALID', null]])
    })

    test('whose dead letter would be too large keeps what fits, and says how much there was', async () => {
      const value = Buffer.concat([encoded('big').subarray(0, 5), Buffer.alloc(9_000_000, 1)])
      await send('big', value)
      const running = await toys.run('first')
      await until(() => isDone('first', [1n]), 'it is committed')
      await running.stop()
      const [letter] = await toys.read('first.dead', 'dead')
      expect(letter?.value?.code).toBe('RECORD_TOO_LARGE')
      expect(letter?.headers[headerNames.truncated]?.toString()).toBe(String(value.length))
      expect(letter?.value?.value?.equals(value.subarray(0, letter.value.value.length))).toBe(true)
    })
  })

  describe('a stage', () => {
    test('waits for a world that is away, in order, and goes on by itself', async () => {
      const inputs = await sendMany(40)
      let failures = 0
      const flaky = copying('first', ({ key }) => {
        if (key === 'doc6' && failures++ < 6) throw new ErrataError('STORE_UNREACHABLE', 'away')
      })
      const running = await toys.run('first', { stage: flaky })
      await until(() => isDone('first', [20n, 20n]), 'all is committed')
      await running.stop()
      expect(failures).toBe(7)
      expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
      expect(await toys.read('first.dead', 'dead')).toEqual([])
    })

    test('keeps the order of outputs when several messages are in hand at once', async () => {
      const inputs = await sendMany(60)
      let inHand = 0
      let most = 0
      const uneven = copying(
        'first',
        async ({ key }) => {
          most = Math.max(most, ++inHand)
          await new Promise((resolve) => setTimeout(resolve, (Number(key.slice(3)) * 7) % 30))
          inHand--
        },
        4,
      )
      const running = await toys.run('first', { stage: uneven })
      await until(() => isDone('first', [30n, 30n]), 'all is committed')
      await running.stop()
      expect(most).toBeGreaterThan(2)
      expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
    })

    test('ends when a processor fails in a way that has no code, and nothing is committed for it', async () => {
      await send('bug', encoded('bug'))
      const running = await toys.run('first', {
        stage: copying('first', () => {
          throw new TypeError('a defect')
        }),
      })
      await expect(running.failed).rejects.toThrow('a defect')
      expect(await isDone('first', [1n])).toBe(false)
      expect(await toys.read('first.dead', 'dead')).toEqual([])
    })

    test('refuses to run on topics of different numbers of partitions', async () => {
      const names = { ...toyNames('first', toys.prefix), output: () => `${toys.prefix}narrow` }
      await createTopics(toys.cluster, [
        { name: `${toys.prefix}narrow`, partitions: 1, replication: 1, settings: {} },
      ])
      await expect(toys.run('first', { names })).rejects.toMatchObject({
        code: 'TOPOLOGY_MISMATCH',
      })
      await expect(
        toys.run('first', { names: { ...names, input: `${toys.prefix}absent` } }),
      ).rejects.toMatchObject({ code: 'TOPOLOGY_MISMATCH' })
    })

    test('takes no record before its tables are ready, and asks for them again with each message', async () => {
      await sendMany(4)
      let open: () => void = () => {}
      const followsReady = new Promise<void>((resolve) => (open = resolve))
      let asked = 0
      const running = await toys.run('first', { followsReady, use: () => ({ asked: asked++ }) })
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect([asked, running.problems().length === 0]).toEqual([0, false])
      open()
      await until(() => isDone('first', [2n, 2n]), 'all is committed')
      expect([asked, running.problems().length === 0]).toEqual([4, true])
      await running.stop()
    })

    test('says where each output comes from, keeps the trace, and gives repetitions the same id', async () => {
      const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      await send('traced', encoded('traced'), 1, {
        traceparent: trace,
        tracestate: 'a=b',
        'errata-entered': '1700000000000',
      })
      await send('plain', encoded('plain'), 1, { traceparent: 'nonsense' })
      const running = await toys.run('first')
      await until(() => isDone('first', [0n, 2n]), 'both are committed')
      await running.stop()
      const [traced, plain] = (await toys.read('two', 'raw')).map(({ headers }) =>
        Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.toString()]),
        ),
      )
      expect(traced).toMatchObject({
        'errata-origin': `${toys.prefix}one/1/0`,
        'errata-software': software,
        'errata-entered': '1700000000000',
        tracestate: 'a=b',
        'errata-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      })
      expect(traced?.['traceparent']).toMatch(
        /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
      )
      expect(plain?.['errata-entered']).toBe(
        String(
          (await toys.read('one', 'raw')).find(({ key }) => key?.toString() === 'plain')?.timestamp,
        ),
      )
      expect(plain?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
      expect(plain?.['errata-id']).not.toBe(traced?.['errata-id'])
    })
  })

  describe('state', () => {
    test('is rebuilt from the log by the next owner, also past poison', async () => {
      await sendMany(10)
      await send('poison', Buffer.from('x'))
      const before = await toys.run('second', {
        stage: numbering,
        names: { ...toyNames('second', toys.prefix), input: `${toys.prefix}one` },
      })
      const committed = async (positions: readonly bigint[]): Promise<boolean> => {
        const offsets = await committedOffsets(
          toys.cluster,
          `${toys.prefix}second`,
          `${toys.prefix}one`,
        )
        return positions.every(
          (position, partition) => (offsets.get(partition)?.position ?? 0n) >= position,
        )
      }
      await until(() => committed([6n, 5n]), 'the first part is committed')
      await before.stop()
      await sendMany(10, 10)
      const after = await toys.run('second', {
        stage: numbering,
        names: { ...toyNames('second', toys.prefix), input: `${toys.prefix}one` },
      })
      await until(() => committed([11n, 10n]), 'the second part is committed')
      await after.stop()
      const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
      expect(numbersOf(await toys.read('three', 'raw'))).toEqual([numbers, numbers])
    })

    test.each(['produce', 'endTransaction'] as const)(
      'is thrown away with its lease where the answer to %s is lost, so that nothing is counted twice',
      async (request) => {
        for (let i = 0; i < 10; i++) await send(`doc${i}`, encoded(`doc${i}`))
        const names = { ...toyNames('second', toys.prefix), input: `${toys.prefix}one` }
        const behind = await ground.behind({ batchRecords: 3 })
        ground.faults.lose(request)
        const running = await behind.run('second', { stage: numbering, names })
        await until(
          async () =>
            (await committedOffsets(toys.cluster, names.group, names.input)).get(0)?.position ===
            10n,
          'all is committed',
        )
        await running.stop()
        expect(ground.faults.lost()).toBe(1)
        expect(numbersOf(await toys.read('three', 'raw'))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])
      },
    )
  })

  describe('a stage that recalls its own output', () => {
    /** Numbers what it doesn't refuse; what it refuses may pass another time. */
    const counting = (refused: (key: string) => boolean) =>
      stage({
        reads: 'raw',
        writes: ['raw'],
        state: () => ({ count: 0 }),
        recalls: { topic: 'raw', fold: (state: { count: number }) => void state.count++ },
        run: ({ key, value }: Message<'raw'>, _, { count }) => {
          if (refused(key)) throw refusal()
          const metadata = { number: String(count) }
          return { raw: [{ key, value: { ...(value as Raw), metadata } }] }
        },
      })
    const names = () => ({ ...toyNames('second', toys.prefix), input: `${toys.prefix}one` })
    const at = async (position: bigint): Promise<boolean> =>
      (await committedOffsets(toys.cluster, names().group, names().input)).get(0)?.position ===
      position

    test('knows after a restart what it has decided, whatever it would decide by then', async () => {
      for (const key of ['a', 'no', 'b']) await send(key, encoded(key))
      const before = await toys.run('second', {
        stage: counting((key) => key === 'no'),
        names: names(),
      })
      await until(() => at(3n), 'the first part is committed')
      await before.stop()
      await send('c', encoded('c'))
      const after = await toys.run('second', { stage: counting(() => false), names: names() })
      await until(() => at(4n), 'the second part is committed')
      await after.stop()
      const written = await toys.read('three', 'raw')
      expect(written.map(({ key, value }) => [key, value?.metadata['number']])).toEqual([
        ['a', '0'],
        ['b', '1'],
        ['c', '2'],
      ])
    })

    test.each(['produce', 'endTransaction'] as const)(
      'counts nothing twice where the answer to %s is lost',
      async (request) => {
        for (let i = 0; i < 10; i++) await send(`doc${i}`, encoded(`doc${i}`))
        const behind = await ground.behind({ batchRecords: 3 })
        ground.faults.lose(request)
        const running = await behind.run('second', {
          stage: counting(() => false),
          names: names(),
        })
        await until(() => at(10n), 'all is committed')
        await running.stop()
        expect(ground.faults.lost()).toBe(1)
        expect(numbersOf(await toys.read('three', 'raw'))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])
      },
    )
  })

  test('a stage that comes to read another topic knows what it read formerly, and says none of it again', async () => {
    const group = `${toys.prefix}second`
    const one = `${toys.prefix}one`
    const two = `${toys.prefix}two`
    const at = async (topic: string, position: bigint): Promise<boolean> =>
      ((await committedOffsets(toys.cluster, group, topic)).get(0)?.position ?? 0n) >= position
    for (let i = 0; i < 3; i++) await send(`old${i}`, encoded(`old${i}`))
    const before = await toys.run('second', {
      stage: numbering,
      names: { ...toyNames('second', toys.prefix), input: one },
    })
    await until(() => at(one, 3n), 'the old ones are committed')
    await before.stop()
    for (let i = 0; i < 2; i++) await send(`new${i}`, encoded(`new${i}`))
    const copier = await toys.run('first')
    await until(() => isDone('first', [5n]), 'all are copied')
    await copier.stop()
    const moved = { ...numbering, formerly: 'ocr' } as const
    const output = (topic: string): string => (topic === 'ocr' ? one : `${toys.prefix}three`)
    const after = await toys.run('second', {
      stage: moved,
      names: { ...toyNames('second', toys.prefix), output },
    })
    await until(() => at(two, 5n), 'the new topic is committed')
    await after.stop()
    expect(
      (await toys.read('three', 'raw')).map(({ key, value }) => [key, value?.metadata['number']]),
    ).toEqual([
      ['old0', '0'],
      ['old1', '1'],
      ['old2', '2'],
      ['new0', '3'],
      ['new1', '4'],
    ])
  })

  describe('state that is rebuilt', () => {
    test('does nothing again for records that are followed by aborted ones', async () => {
      const names = { ...toyNames('second', toys.prefix), input: `${toys.prefix}one` }
      const at = async (position: bigint): Promise<boolean> =>
        (await committedOffsets(toys.cluster, names.group, names.input)).get(0)?.position ===
        position
      await send('doc0', encoded('doc0'))
      await send('doc1', encoded('doc1'))
      const before = await toys.run('second', { stage: numbering, names })
      await until(() => at(2n), 'both are committed')
      await before.stop()
      const failing = await openTransactions(toys.cluster, `${toys.prefix}failing`)
      const transaction = await failing.begin()
      await transaction.send([
        { topic: names.input, partition: 0, key: 'gone', value: encoded('gone'), headers: {} },
      ])
      await transaction.abort()
      failing.discard()
      const after = await toys.run('second', { stage: numbering, names })
      await until(() => at(4n), 'the offset behind the abort marker is committed')
      await send('doc2', encoded('doc2'))
      await until(() => at(5n), 'the third is committed')
      await after.stop()
      expect(numbersOf(await toys.read('three', 'raw'))).toEqual([[0, 1, 2]])
    })
  })

  describe('two members of a group', () => {
    test('share the partitions, and when one leaves the other goes on without loss or repetition', async () => {
      const first = await toys.run('first')
      await until(() => first.problems().length === 0, 'the first owns all')
      const other = ground.another()
      const part = await sendMany(100)
      const second = await toys.run('first', { cluster: other })
      await until(() => second.problems().length === 0, 'the second has joined')
      const more = await sendMany(100, 100)
      await first.stop()
      const last = await sendMany(100, 200)
      await until(() => isDone('first', [150n, 150n]), 'all is committed')
      await second.stop()
      expect(checkHistory([...part, ...more, ...last], await toys.read('two', 'raw'))).toEqual(
        nothingWrong,
      )
    })
  })
}
