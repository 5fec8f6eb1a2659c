/**
 * A stage on the real broker: the promises of a stage, and what needs the broker's own time.
 */

import { openCluster, openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import { lockstep } from '../../processors/model/lockstep.ts'
import { runStage } from '../../runtime/run-stage.ts'
import { checkHistory, nothingWrong } from '../history.ts'
import { stagePromises } from '../promises/stage.ts'
import { toyRecords } from '../promises/toy-records.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { openRealGround } from './ground.ts'
import { copying, openToys, quiet, toyNames, until, type Toys } from '../toys.ts'

jest.setTimeout(180_000) // ms; only a defect takes so long

let toys: Toys
let producer: Producer
beforeEach(async () => {
  toys = await openToys({ ...testStack(), prefix: uniquePrefix(), partitions: 2 })
  producer = openProducer(toys.cluster)
})
afterEach(async () => {
  await producer.close()
  await toys.close()
})

const { encoded, send, sendMany, isDone } = toyRecords(() => ({ toys, producer }))

/** Counts the turns of the event loop. */
function countingTurns(): { readonly turns: number; stop(): void } {
  let turns = 0
  let counts = true
  const count = (): void => {
    turns++
    if (counts) setImmediate(count)
  }
  setImmediate(count)
  return {
    get turns() {
      return turns
    },
    stop: () => void (counts = false),
  }
}

stagePromises(openRealGround)

describe('a stage', () => {
  test('begins several messages together where a stage has them in hand, but large ones alone', async () => {
    const small = await sendMany(40)
    const large = ['large1', 'large2', 'large3'].map((key) => ({ key, partition: 0 }))
    for (const { key, partition } of large)
      await send(key, encoded(key, { bytes: Buffer.alloc(70_000) }), partition)
    const loop = countingTurns()
    const turns = new Set<number>() // of the event loop, in which small ones began
    const begun: string[] = []
    const together = new Map<string, readonly string[]>() // with which others each began
    const inLockstep = copying(
      'first',
      async ({ key }) => {
        begun.push(key)
        if (key.startsWith('doc')) turns.add(loop.turns)
        await lockstep
        together.set(key, [...begun])
        begun.splice(begun.indexOf(key), 1)
      },
      8,
    )
    const running = await toys.run('first', { stage: inLockstep })
    await until(() => isDone('first', [23n, 20n]), 'all is committed')
    loop.stop()
    await running.stop()
    expect(turns.size).toBeGreaterThan(2) // two partitions, eight of each at most
    expect(Math.max(...small.map(({ key }) => together.get(key)?.length ?? 0))).toBeGreaterThan(4)
    for (const { key } of large) expect(together.get(key)).toEqual([key])
    expect(checkHistory([...small, ...large], await toys.read('two', 'raw'))).toEqual(nothingWrong)
  })

  test('lets what has arrived be seen between any two records, whichever their partition: rules that are followed, above all', async () => {
    const inputs = await sendMany(40)
    const loop = countingTurns()
    const runs: number[] = []
    const working = copying('first', ({ key }) => {
      runs.push(loop.turns)
      if (Number(key.slice(3)) % 2 === 0)
        // ms in which nothing else runs
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
    })
    const running = await toys.run('first', { stage: working })
    await until(() => isDone('first', [20n, 20n]), 'all is committed')
    loop.stop()
    await running.stop()
    expect(runs).toHaveLength(40)
    expect(new Set(runs).size).toBe(40)
    expect(checkHistory(inputs, await toys.read('two', 'raw'))).toEqual(nothingWrong)
  })

  test('stays in its group while work takes longer than the session, and commits slow work piece by piece', async () => {
    const config = { ...toys.config, sessionTimeoutMs: 6_000 }
    const cluster = openCluster(config, testStack().brokers.split(','))
    await sendMany(6)
    const slow = copying('first', () => new Promise((resolve) => setTimeout(resolve, 2_600)))
    let joins = 0
    const log = {
      ...quiet,
      debug: (_: object, message: string) => void (message === 'joined' && joins++),
    }
    const running = await runStage({
      name: 'first',
      stage: slow,
      names: toyNames('first', toys.prefix),
      cluster,
      registry: toys.registry,
      config,
      use: () => ({}),
      log,
    })
    await until(() => isDone('first', [1n, 1n]), 'the first of each partition is committed')
    expect(await isDone('first', [3n, 3n])).toBe(false)
    await until(() => isDone('first', [3n, 3n]), 'all is committed')
    await running.stop()
    await cluster.close()
    expect(joins).toBe(1)
  })

  test('stops within its grace although a message is in hand, and the next owner does that message', async () => {
    await sendMany(2)
    let begun = 0
    const endless = copying('first', () => {
      begun++
      return new Promise<void>(() => {})
    })
    const running = await toys.run('first', { stage: endless })
    await until(() => begun === 2, 'both are in hand')
    await running.stop()
    const next = await toys.run('first')
    await until(() => isDone('first', [1n, 1n]), 'both are committed')
    await next.stop()
    expect(await toys.read('two', 'raw')).toHaveLength(2)
  })
})
