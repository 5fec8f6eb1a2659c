import { ErrataError, type ErrorCode } from '../../errors.ts'
import { metricsOf } from '../../runtime/metrics.ts'
import type { Place } from '../../runtime/progress.ts'
import { createWatchdog } from '../../runtime/watchdog.ts'

const at = { topic: 't', partition: 0 }

interface World {
  now: number
  places: Map<number, Place>
  owned: number[]
  isMember: boolean
  away: ErrorCode | null
}

function watched(longestMs = 600_000) {
  const world: World = {
    now: 0,
    places: new Map([[0, { position: 10n, lag: 5n }]]),
    owned: [0],
    isMember: true,
    away: null,
  }
  const leases = {
    owned: () => world.owned.map((partition) => ({ topic: 't', partition, isOpen: true })),
    count: () => ({ open: 1, owned: 1, member: world.isMember }),
  }
  const dog = createWatchdog({
    name: 'watched',
    metrics: metricsOf('watched'),
    askProgress: async () => {
      if (world.away !== null) throw new ErrataError(world.away, 'away')
      return world.places
    },
    longestMs,
    now: () => world.now,
  })
  const after = async (ms: number): Promise<string> => {
    world.now += ms
    return dog.look(leases).then(
      () => 'fine',
      (error: ErrataError) => error.code,
    )
  }
  const move = (partition: number, position: bigint, lag: bigint): void =>
    void world.places.set(partition, { position, lag })
  const codes = (): string[] => dog.problems(leases).map(({ code }) => code)
  return { dog, world, after, move, codes, leases }
}

describe('the watchdog', () => {
  test('ends a stage that stands still for a minute although records wait', async () => {
    const { after } = watched()
    expect([await after(1_000), await after(59_000), await after(2_000)]).toEqual([
      'fine',
      'fine',
      'STALLED',
    ])
  })

  test('leaves a stage alone that has nothing to do, or whose records wait in partitions of others', async () => {
    const idle = watched()
    idle.move(0, 10n, 0n)
    const others = watched()
    others.world.owned = [1]
    for (const { after } of [idle, others])
      expect([await after(1_000), await after(1e6)]).toEqual(['fine', 'fine'])
  })

  test('counts a committed position that moves as progress', async () => {
    const { move, after } = watched()
    await after(1_000)
    move(0, 11n, 4n)
    expect([await after(50_000), await after(50_000), await after(50_000)]).toEqual([
      'fine',
      'fine',
      'STALLED',
    ])
  })

  test('takes records that come for no progress', async () => {
    const { move, after } = watched()
    const said: string[] = []
    for (let lag = 5n; lag < 11n; lag++) {
      move(0, 10n, lag)
      said.push(await after(15_000))
    }
    expect(said).toEqual(['fine', 'fine', 'fine', 'fine', 'fine', 'STALLED'])
  })

  test('sees one partition stand still while another goes on', async () => {
    const { dog, world, move, after } = watched()
    world.owned = [0, 1]
    const said: string[] = []
    for (let position = 0n; position < 6n; position++) {
      move(1, position, 100n)
      dog.watch.progress({ topic: 't', partition: 1 })
      dog.inHand.start(1)
      said.push(await after(15_000))
    }
    expect(said).toEqual(['fine', 'fine', 'fine', 'fine', 'fine', 'STALLED'])
  })

  test('counts records that came after a pause from then on', async () => {
    const { move, after } = watched()
    move(0, 10n, 0n)
    await after(1_000)
    await after(1e6)
    move(0, 10n, 3n)
    expect([await after(50_000), await after(50_000), await after(50_000)]).toEqual([
      'fine',
      'fine',
      'STALLED',
    ])
  })

  test('waits for a world that is away as long as it takes', async () => {
    const { dog, after } = watched()
    await after(0)
    const goesOn = dog.inHand.waits(0, new ErrataError('BLOB_MISSING', 'not there'))
    expect([await after(1e7), await after(1e7)]).toEqual(['fine', 'fine'])
    goesOn()
    expect([await after(50_000), await after(50_000)]).toEqual(['fine', 'STALLED'])
  })

  test.each([1_000, 600_000, 86_400_000])(
    'gives a message in hand half an hour more than the %i ms that a document may take',
    async (longestMs) => {
      const { dog, after } = watched(longestMs)
      await after(1_000)
      dog.inHand.start(0)
      expect([await after(longestMs + 1_700_000), await after(200_000)]).toEqual([
        'fine',
        'STALLED',
      ])
    },
  )

  test('does not take a broker that is away for a stall, nor the time until it is back', async () => {
    const { world, after } = watched()
    await after(1_000)
    world.away = 'BROKER_UNREACHABLE'
    expect([await after(1e6), await after(1e6)]).toEqual(Array(2).fill('BROKER_UNREACHABLE'))
    world.away = null
    expect([await after(50_000), await after(5_000)]).toEqual(['fine', 'fine'])
  })

  test('ends a stage that stays out of its group for minutes although the broker answers', async () => {
    const { world, after } = watched()
    world.isMember = false
    world.owned = []
    expect([await after(200_000), await after(200_000)]).toEqual(['fine', 'STALLED'])
  })
})

describe('a stage is not ready', () => {
  test('while it is out of its group', () => {
    const { world, codes } = watched()
    expect(codes()).toEqual([])
    world.isMember = false
    expect(codes()).toEqual(['STARTING'])
  })

  test('while a partition has no lease, and says with which error it failed', () => {
    const { dog, leases, codes } = watched()
    leases.owned = () => [{ ...at, isOpen: false }]
    expect(codes()).toEqual(['STARTING'])
    dog.watch.failed(at, new ErrataError('TRANSACTION_FAILED', 'no answer'))
    expect(dog.problems(leases)).toEqual([
      { code: 'TRANSACTION_FAILED', why: 'partition 0 of watched is not open yet: no answer' },
    ])
  })

  test('while a record has waited for more than a moment for what is away', () => {
    const { dog, world, leases, codes } = watched()
    const first = dog.inHand.waits(0, new ErrataError('BLOB_MISSING', 'no such bytes'))
    expect(codes()).toEqual([])
    world.now += 20_000
    const second = dog.inHand.waits(0, new ErrataError('BLOB_MISSING', 'no such bytes'))
    expect(dog.problems(leases)).toEqual([
      {
        code: 'BLOB_MISSING',
        why: 'a record in partition 0 of watched has waited for 20 s: no such bytes',
      },
    ])
    first()
    expect(codes()).toEqual(['BLOB_MISSING'])
    second()
    expect(codes()).toEqual([])
  })

  test('while a message in hand takes longer than a document may', async () => {
    const { dog, after, codes } = watched(1_000)
    await after(0)
    dog.inHand.start(0)
    await after(50_000)
    expect(codes()).toEqual([])
    await after(50_000)
    expect(codes()).toEqual(['STALLED'])
  })
})
