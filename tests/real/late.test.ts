/**
 * A record that takes minutes, on the real broker: its neighbours pass, it is never lost or done
 * twice, and its own key keeps its order.
 */

import {
  committedOffsets,
  openProducer,
  openTransactions,
  type Producer,
} from '../../connectors/kafka/kafka.ts'
import type { RunningStage } from '../../runtime/run-stage.ts'
import { checkHistory } from '../history.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { copying, openToys, refusal, toyNames, toyRaw, until, type Toys } from '../toys.ts'

jest.setTimeout(180_000) // ms; only a defect takes so long

let toys: Toys
let producer: Producer
const stages: RunningStage[] = []
beforeEach(async () => {
  toys = await openToys({ ...testStack(), prefix: uniquePrefix(), partitions: 1 })
  producer = openProducer(toys.cluster)
})
afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.stop()))
  await producer.close()
  await toys.close()
})

const send = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys)
    await producer.send(`${toys.prefix}one`, {
      key,
      value: toys.registry.codec.encode('raw', toyRaw(key)),
      partition: 0,
    })
}
const committed = async () => {
  const { group, input } = toyNames('first', toys.prefix)
  return (await committedOffsets(toys.cluster, group, input)).get(0)
}
const outputs = async (): Promise<string[]> => (await toys.read('two', 'raw')).map(({ key }) => key)

/**
 * A stage that has two records in hand; those whose key begins with `slow` wait until `release`.
 */
async function start(): Promise<{
  readonly running: RunningStage
  readonly begun: string[]
  readonly release: (error?: Error) => void
}> {
  const begun: string[] = []
  let release: (error?: Error) => void = () => undefined
  const released = new Promise<void>((resolve, reject) => {
    release = (error) => (error === undefined ? resolve() : reject(error))
  })
  released.catch(() => undefined)
  const stage = copying(
    'first',
    async ({ key }) => {
      begun.push(key)
      if (key.startsWith('slow')) await released
    },
    2,
  )
  const running = await toys.run('first', { stage })
  stages.push(running)
  return { running, begun, release }
}

const names = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `doc${from + i}`)

describe('a record that takes long', () => {
  test('is overtaken by its neighbours, whenever they come, and takes effect when it is done', async () => {
    await send('slow', ...names(50))
    const { running, release } = await start()
    await until(async () => (await outputs()).length === 50, 'the neighbours are done', 60_000)
    await send(...names(50, 50))
    await until(async () => (await outputs()).length === 100, 'those that came later too', 60_000)
    expect((await committed())?.position).toBe(0n)
    release()
    await until(async () => (await committed())?.position === 101n, 'it is done', 30_000)
    expect(await committed()).toEqual({ position: 101n, metadata: null })
    await running.stop()
    expect(await outputs()).toEqual([...names(100), 'slow'])
  })

  test('is done once, and its neighbours are not done again, when its owner is gone in between', async () => {
    await send('doc0', 'slow', ...names(30, 1))
    const first = await start()
    await until(async () => (await outputs()).length === 31, 'the neighbours are done', 60_000)
    // As after a kill: the next owner shuts this one out, which can't commit any more
    const second = await start()
    await first.running.stop()
    await until(() => second.begun.includes('slow'), 'the next owner does it', 60_000)
    await send(...names(10, 31))
    await until(async () => (await outputs()).length === 41, 'later ones are done', 60_000)
    await second.running.stop()
    const third = await start()
    third.release()
    await until(async () => (await committed())?.position === 42n, 'all is done', 60_000)
    await third.running.stop()
    const inputs = ['doc0', 'slow', ...names(40, 1)].map((key) => ({ key, partition: 0 }))
    expect(checkHistory(inputs, await toys.read('two', 'raw'))).toMatchObject({
      lost: [],
      doubled: [],
      unknown: [],
      moved: [],
    })
    expect([...second.begun, ...third.begun].filter((key) => Number(key.slice(3)) <= 30)).toEqual(
      [],
    )
  })

  test('is never overtaken by a record of its own key', async () => {
    await send('slow', 'doc0', 'slow', 'doc1')
    const { running, release } = await start()
    await until(async () => (await outputs()).length === 2, 'the neighbours are done', 60_000)
    const [one, two] = [(await committed())?.position, (await outputs()).join(' ')]
    release()
    await until(async () => (await committed())?.position === 4n, 'all is done', 60_000)
    await running.stop()
    expect([one, two]).toEqual([0n, 'doc0 doc1'])
    const origins = (await toys.read('two', 'raw')).map(({ headers }) =>
      headers['errata-origin']?.toString().split('/').at(-1),
    )
    expect(origins).toEqual(['1', '3', '0', '2'])
  })

  test('becomes a dead letter like any other where it is refused', async () => {
    await send('slow', ...names(5))
    const { running, release } = await start()
    await until(async () => (await outputs()).length === 5, 'the neighbours are done', 60_000)
    release(refusal())
    await until(async () => (await committed())?.position === 6n, 'it is set aside', 60_000)
    await running.stop()
    expect(
      (await toys.read('first.dead', 'dead')).map(({ key, value }) => [key, value?.code]),
    ).toEqual([['slow', 'DOCUMENT_CORRUPT']])
  })

  test('blocks its partition only where there are too many of its kind, and goes on then', async () => {
    await send(...Array.from({ length: 12 }, (_, i) => `slow${i}`), 'doc0')
    const { running, begun, release } = await start()
    await until(() => begun.length === 10, 'two are in hand and eight are late', 60_000)
    release()
    await until(async () => (await committed())?.position === 13n, 'all is done', 60_000)
    await running.stop()
    expect((await outputs()).length).toBe(13)
  })

  test('leaves out what moves the position only: aborted records and their markers', async () => {
    await send('slow')
    const aborted = await openTransactions(toys.cluster, `${toys.prefix}aborted`)
    const transaction = await aborted.begin()
    await transaction.send([
      {
        topic: `${toys.prefix}one`,
        partition: 0,
        key: 'gone',
        value: toys.registry.codec.encode('raw', toyRaw('gone')),
        headers: {},
      },
    ])
    await transaction.abort()
    aborted.discard()
    await send('doc0')
    const first = await start()
    await until(async () => (await outputs()).length === 1, 'the neighbour is done', 60_000)
    await first.running.stop()
    const second = await start()
    second.release()
    await until(async () => (await committed())?.position === 4n, 'all is done', 60_000)
    await second.running.stop()
    expect(await outputs()).toEqual(['doc0', 'slow'])
  })
})
