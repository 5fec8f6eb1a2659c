/** The promises about tables that follow a topic on the fake cluster. */

import { openProducer } from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import { openFakeGround, type FakeGround } from '../promises/fake-ground.ts'
import { followPromises } from '../promises/follow.ts'
import { quiet, toyRaw, until } from '../toys.ts'

followPromises(openFakeGround, 50)

describe('a table that stands still', () => {
  const stall = { everyMs: 5, afterMs: 50 }
  let ground: FakeGround
  let table: Following
  beforeEach(async () => (ground = await openFakeGround(2)))
  afterEach(async () => {
    await Promise.race([table.stop(), new Promise((resolve) => setTimeout(resolve, 50))])
    await ground.close()
  })

  const start = async (apply: () => void = () => {}): Promise<void> => {
    const { cluster, registry, prefix } = await ground.behind()
    const name = `${prefix}one`
    table = follow({ cluster, registry, topic: 'raw', name, apply, log: quiet, stall })
    await table.ready
  }
  const send = async (): Promise<void> => {
    const { cluster, registry, prefix } = ground.toys
    const producer = openProducer(cluster)
    await producer.send(`${prefix}one`, {
      key: 'd',
      value: registry.codec.encode('raw', toyRaw('d')),
    })
    await producer.close()
  }
  const outcome = (ms: number): Promise<unknown> =>
    Promise.race([
      table.failed.catch((error: ErrataError) => error.code),
      new Promise((resolve) => setTimeout(() => resolve('goes on'), ms).unref()),
    ])

  test('although there are records ends, so that another process reads on', async () => {
    await start()
    ground.faults.hang('fetch')
    expect(await outcome(200)).toBe('goes on') // nothing waits
    await send()
    expect(await outcome(2_000)).toBe('STALLED')
  })

  test('since the broker is away waits for it', async () => {
    await start()
    await send()
    ground.faults.cut()
    expect(await outcome(300)).toBe('goes on')
    ground.faults.heal()
  })

  test('since the world keeps a record from being applied waits, and says so after a while', async () => {
    await start(() => {
      throw new ErrataError('DISK_FULL', 'no space')
    })
    expect(table.problems()).toEqual([])
    await send()
    expect(await outcome(300)).toBe('goes on')
    expect(table.problems()).toEqual([]) // for a moment
    const { timeOrigin } = performance
    const later = jest
      .spyOn(performance, 'now')
      .mockImplementation(() => Date.now() - timeOrigin + 20_000)
    try {
      await until(() => table.problems().length > 0, 'it is said')
      expect(table.problems()).toEqual([
        {
          code: 'DISK_FULL',
          why: expect.stringMatching(/could not be read on for 20 s: no space/),
        },
      ])
    } finally {
      later.mockRestore()
    }
  })
})
