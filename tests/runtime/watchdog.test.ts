import { metricsOf } from '../../runtime/metrics.ts'
import { createWatchdog } from '../../runtime/watchdog.ts'
import { ErrataError } from '../../errors.ts'

const leases = { owned: () => [{ topic: 't', partition: 0 }] }

function watched(lags: readonly (readonly [number, bigint])[] = [[0, 5n]], longestMs = 600_000) {
  const world = { now: 0, lag: new Map(lags) }
  const dog = createWatchdog({
    metrics: metricsOf('watched'),
    askLag: async () => world.lag,
    longestMs,
    now: () => world.now,
  })
  const after = async (ms: number): Promise<'fine' | 'stalled'> => {
    world.now += ms
    return dog.look(leases).then(
      () => 'fine',
      () => 'stalled',
    )
  }
  return { dog, world, after }
}

describe('the watchdog', () => {
  test('ends a stage that stands still for a minute although records wait', async () => {
    const { after } = watched()
    expect([await after(1_000), await after(59_000), await after(2_000)]).toEqual([
      'fine',
      'fine',
      'stalled',
    ])
  })

  test('leaves a stage alone that has nothing to do, or whose records wait in partitions of others', async () => {
    expect([await watched([[0, 0n]]).after(1e6), await watched([[1, 9n]]).after(1e6)]).toEqual([
      'fine',
      'fine',
    ])
  })

  test('counts every change of the lag as progress', async () => {
    const { world, after } = watched()
    await after(50_000)
    world.lag = new Map([[0, 4n]])
    expect([await after(50_000), await after(50_000), await after(50_000)]).toEqual([
      'fine',
      'fine',
      'stalled',
    ])
  })

  test('waits for a world that is away as long as it takes', async () => {
    const { dog, after } = watched()
    dog.metrics.retrying(1)
    expect([await after(1e7), await after(1e7)]).toEqual(['fine', 'fine'])
    dog.metrics.retrying(-1)
    expect([await after(50_000), await after(50_000)]).toEqual(['fine', 'stalled'])
  })

  test.each([1_000, 600_000, 86_400_000])(
    'gives a message in hand half an hour more than the %i ms that a document may take',
    async (longestMs) => {
      const { dog, after } = watched([[0, 5n]], longestMs)
      await after(1_000)
      dog.inHand.start()
      expect([await after(longestMs + 1_700_000), await after(200_000)]).toEqual([
        'fine',
        'stalled',
      ])
    },
  )

  test('does not take a broker that is away for a stall', async () => {
    let now = 0
    const dog = createWatchdog({
      metrics: metricsOf('watched'),
      askLag: () => Promise.reject(new ErrataError('BROKER_UNREACHABLE', 'away')),
      longestMs: 0,
      now: () => now,
    })
    now = 1e6
    await expect(dog.look(leases)).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
    dog.stop()
  })
})
