/**
 * The way of a partition into the store, against a model of both: a log with a committed offset,
 * and a store that knows tokens. Owners die at any step, in any order, and what a dead one had
 * under way may still arrive later.
 */

import fc from 'fast-check'
import {
  emptyInbox,
  type Inbox,
  type PartitionUse,
} from '../../../connectors/clickhouse/partition-use.ts'
import { storePartition } from '../../../connectors/clickhouse/sink-partition.ts'
import { StoreRefused } from '../../../connectors/clickhouse/clickhouse.ts'
import { ErrataError } from '../../../errors.ts'
import type { RecordPlace, AnalyticsRow } from '../../../processors/analytics.ts'

const limits = { records: 4, rows: 6, bytes: 1000, lingerMs: 0 }

class Killed extends Error {}

/** What outlives its owners. */
interface World {
  /** Offsets of records; the gaps are control and aborted records. */
  readonly log: readonly bigint[]
  readonly end: bigint
  committed: { position: bigint; pending: bigint | null }
  /** What the store has, all of which may be lost or become what it was before. */
  rows: { table: string; offset: string }[]
  tokens: Set<string>
  held: bigint
  /**
   * How often its tables were made anew, and how many more questions it takes until they are
   * complete.
   */
  made: number
  incomplete: number
  readonly late: (() => void)[]
}

const worldOf = (log: readonly bigint[]): World => ({
  log,
  end: (log.at(-1) ?? -1n) + 2n,
  committed: { position: 0n, pending: null },
  rows: [],
  tokens: new Set(),
  held: 0n,
  made: 0,
  incomplete: 0,
  late: [],
})

const placeOf = (offset: bigint): RecordPlace => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 0,
  key: `k${offset}`,
  traceId: '',
})

interface Choices {
  /** Steps after which the owner dies; Infinity: it lives. */
  readonly dieAfter: number
  /** Whether what it had under way when it died still arrives. */
  readonly arrives: 'not' | 'at once' | 'later'
  readonly fetch: number
  /** The question to the store before which it is lost and comes back, its tables in the making. */
  readonly loseAt?: number
}

/** One owner, until it has everything or dies. */
async function own(
  world: World,
  choices: Choices,
  changes: Partial<PartitionUse> = {},
): Promise<void> {
  const ending = new AbortController()
  let steps = 0
  let questions = 0
  const inbox: Inbox = {
    ...emptyInbox(ending.signal),
    arrival: async () => {
      if (inbox.position >= world.end) {
        if (inbox.items.length === 0) inbox.closing = true
        return
      }
      const records = world.log.filter((offset) => offset >= inbox.position).slice(0, choices.fetch)
      const last = records.length < choices.fetch ? world.end : (records.at(-1) as bigint) + 1n
      records.forEach((offset, i) =>
        inbox.items.push({
          record: { place: placeOf(offset), value: null, former: null },
          next: i === records.length - 1 ? last : offset + 1n,
          bytes: 10,
        }),
      )
      if (records.length === 0) inbox.items.push({ record: null, next: last, bytes: 0 })
      inbox.position = last
    },
  }
  // A step takes effect, or its owner dies in it: then it takes effect or not, now or when somebody
  // else is the owner.
  const step = async (effect: () => void): Promise<void> => {
    if (++steps <= choices.dieAfter) return effect()
    if (choices.arrives === 'at once') effect()
    if (choices.arrives === 'later') world.late.push(effect)
    throw new Killed()
  }
  const use: PartitionUse = {
    committed: async () => ({ ...world.committed }),
    // The broker refuses a commit of an old generation, so one that is late has no effect.
    commit: async (position, pending) =>
      step(() => void (world.committed = { position, pending })).catch((error) => {
        world.late.length = 0
        throw error
      }),
    rows: async (place) => ({
      documents_raw: [{ _offset: String(place.offset) }],
      ...(place.offset % 3n === 0n
        ? { field_events: [{ _offset: String(place.offset) }, { _offset: String(place.offset) }] }
        : {}),
    }),
    insert: async (table, rows, token) => step(() => insertInto(world, table, rows, token)),
    heldOf: async () => new Map(),
    held: async () => {
      if (++questions === choices.loseAt) lose(world, 3)
      if (world.incomplete > 0) {
        world.incomplete--
        throw new ErrataError('STORE_UNREACHABLE', 'its tables are being made')
      }
      return { position: world.held, store: String(world.made) }
    },
    hold: async (position) =>
      step(() => void (world.held = position > world.held ? position : world.held)),
    latest: async (from) =>
      ['documents_raw', 'field_events']
        .flatMap((table) => stored(world, table))
        .reduce((last, offset) => (offset >= from && offset > last ? offset : last), -1n),
    offsetsIn: async (table, first, last) =>
      new Set(
        stored(world, table)
          .filter((offset) => offset >= first && offset <= last)
          .map(String),
      ),
    erase: async () => {},
    seek: (position) => void (inbox.position = position),
    stored: () => {},
    wait: async () => {},
    warn: () => {},
    waits: () => {},
    at: () => {},
    ...changes,
  }
  await storePartition('g/t/0', inbox, use, limits)
}

function lose(world: World, incomplete: number): void {
  Object.assign(world, { rows: [], tokens: new Set(), held: 0n, made: world.made + 1, incomplete })
}

function insertInto(
  world: World,
  table: string,
  rows: readonly AnalyticsRow[],
  token: string,
): void {
  if (world.tokens.has(token)) return
  world.tokens.add(token)
  for (const row of rows) world.rows.push({ table, offset: row['_offset'] as string })
}

const stored = (world: World, table: string): bigint[] =>
  world.rows
    .filter((row) => row.table === table)
    .map((row) => BigInt(row.offset))
    .sort((x, y) => (x < y ? -1 : 1))

test('whoever dies when, every record is there once', async () => {
  const logs = fc
    .uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 30 })
    .map((offsets) => offsets.sort((x, y) => (x < y ? -1 : 1)))
  const owners = fc.array(
    fc.record({
      dieAfter: fc.nat({ max: 12 }),
      arrives: fc.constantFrom('not' as const, 'at once' as const, 'later' as const),
      fetch: fc.integer({ min: 1, max: 12 }),
    }),
    { maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(logs, owners, async (log, mortals) => {
      const world = worldOf(log)
      for (const choices of [
        ...mortals,
        { dieAfter: Infinity, arrives: 'not' as const, fetch: 5 },
      ]) {
        await own(world, choices).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error
        })
        for (const effect of world.late.splice(0)) effect()
      }
      expect(stored(world, 'documents_raw')).toEqual(log)
      expect(stored(world, 'field_events')).toEqual(
        log.filter((offset) => offset % 3n === 0n).flatMap((offset) => [offset, offset]),
      )
      expect(world.committed).toEqual({ position: world.end, pending: null })
    }),
    { numRuns: 500 },
  )
})

test('whatever the store loses or is restored to, every record is there once', async () => {
  const logs = fc
    .uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 30 })
    .map((offsets) => offsets.sort((x, y) => (x < y ? -1 : 1)))
  const life = fc.record({
    dieAfter: fc.nat({ max: 20 }),
    arrives: fc.constantFrom('not' as const, 'at once' as const),
    fetch: fc.integer({ min: 1, max: 12 }),
    fate: fc.constantFrom('kept', 'lost', 'saved', 'restored'),
  })
  let restored = 0
  await fc.assert(
    fc.asyncProperty(logs, fc.array(life, { maxLength: 8 }), async (log, lives) => {
      const world = worldOf(log)
      let backup = { rows: [...world.rows], tokens: new Set(world.tokens), held: world.held }
      for (const { fate, ...choices } of [
        ...lives,
        { dieAfter: Infinity, arrives: 'not' as const, fetch: 5, fate: 'kept' },
      ]) {
        await own(world, choices).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error
        })
        if (fate === 'saved')
          backup = { rows: [...world.rows], tokens: new Set(world.tokens), held: world.held }
        if (fate === 'lost') lose(world, 0)
        if (fate === 'restored')
          Object.assign(world, {
            rows: [...backup.rows],
            tokens: new Set(backup.tokens),
            held: backup.held,
          })
        if (fate === 'restored' && backup.rows.length > 0) restored++
      }
      await own(world, { dieAfter: Infinity, arrives: 'not', fetch: 5 })
      expect(stored(world, 'documents_raw')).toEqual(log)
      expect(stored(world, 'field_events')).toEqual(
        log.filter((offset) => offset % 3n === 0n).flatMap((offset) => [offset, offset]),
      )
      expect(world.committed).toEqual({ position: world.end, pending: null })
    }),
    { numRuns: 1000 },
  )
  expect(restored).toBeGreaterThan(50)
})

test('a store that is lost while its owner stores has every record once', async () => {
  const logs = fc
    .uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 30 })
    .map((offsets) => offsets.sort((x, y) => (x < y ? -1 : 1)))
  const losses = fc.array(
    fc.record({ loseAt: fc.integer({ min: 1, max: 30 }), fetch: fc.integer({ min: 1, max: 12 }) }),
    { minLength: 1, maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(logs, losses, async (log, lives) => {
      const world = worldOf(log)
      for (const life of lives) await own(world, { dieAfter: Infinity, arrives: 'not', ...life })
      await own(world, { dieAfter: Infinity, arrives: 'not', fetch: 5 })
      expect(stored(world, 'documents_raw')).toEqual(log)
      expect(stored(world, 'field_events')).toEqual(
        log.filter((offset) => offset % 3n === 0n).flatMap((offset) => [offset, offset]),
      )
    }),
    { numRuns: 1000 },
  )
})

test('a table that is being made gets no rows, even if it would take them', async () => {
  const world = worldOf([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n])
  const early: string[] = []
  let announced = 0
  await own(
    world,
    { dieAfter: Infinity, arrives: 'not', fetch: 3 },
    {
      at: (point) => {
        if (point === 'announced' && ++announced === 2) lose(world, 4)
      },
      insert: async (table, rows, token) => {
        if (world.incomplete > 0) early.push(token)
        insertInto(world, table, rows, token)
      },
    },
  )
  expect([announced > 2, early, stored(world, 'documents_raw')]).toEqual([true, [], world.log])
})

test('an announcement that never reached the broker stores nothing', async () => {
  const world = worldOf([0n, 1n, 2n])
  let lost = 2
  const inserted: string[] = []
  await own(
    world,
    { dieAfter: Infinity, arrives: 'not', fetch: 10 },
    {
      commit: async (position, pending) => {
        if (lost-- > 0) return // as kafkajs does while it reconnects
        world.committed = { position, pending }
      },
      insert: async (table, rows, token) => {
        if (world.committed.pending === null) inserted.push(token)
        insertInto(world, table, rows, token)
      },
    },
  )
  expect([inserted, stored(world, 'documents_raw')]).toEqual([[], [0n, 1n, 2n]])
})

test('a store that is away is waited for, with the offset where it was', async () => {
  const world = worldOf([0n, 1n])
  let away = 5
  const positions: bigint[] = []
  await own(
    world,
    { dieAfter: Infinity, arrives: 'not', fetch: 10 },
    {
      insert: async (table, rows, token) => {
        positions.push(world.committed.position)
        if (away-- > 0) throw new ErrataError('STORE_UNREACHABLE', 'away')
        insertInto(world, table, rows, token)
      },
    },
  )
  expect([new Set(positions.slice(0, 6)), stored(world, 'documents_raw')]).toEqual([
    new Set([0n]),
    [0n, 1n],
  ])
})

test('a record that the store refuses becomes a row of unreadable and holds up nobody', async () => {
  const world = worldOf([0n, 1n, 2n])
  await own(
    world,
    { dieAfter: Infinity, arrives: 'not', fetch: 10 },
    {
      insert: async (table, rows, token) => {
        if (table === 'documents_raw' && rows.some((row) => row['_offset'] === '1'))
          throw new StoreRefused(27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED', 'no', null)
        insertInto(world, table, rows, token)
      },
    },
  )
  expect([
    stored(world, 'documents_raw'),
    stored(world, 'unreadable'),
    stored(world, 'field_events'),
  ]).toEqual([[0n, 2n], [1n], [0n, 0n]])
  expect(world.committed).toEqual({ position: world.end, pending: null })
})

test('a record that cannot be decoded becomes a row; while the registry is away nothing is skipped', async () => {
  const world = worldOf([0n, 1n])
  let away = 3
  await own(
    world,
    { dieAfter: Infinity, arrives: 'not', fetch: 10 },
    {
      rows: async (place) => {
        if (away-- > 0) throw new ErrataError('REGISTRY_UNREACHABLE', 'away')
        if (place.offset === 0n) throw new ErrataError('RECORD_UNDECODABLE', 'no')
        return { documents_raw: [{ _offset: String(place.offset) }] }
      },
    },
  )
  expect([stored(world, 'documents_raw'), stored(world, 'unreadable')]).toEqual([[1n], [0n]])
})

test('what is nobody’s fault but ours ends it', async () => {
  const failing = own(
    worldOf([0n]),
    { dieAfter: Infinity, arrives: 'not', fetch: 10 },
    { rows: async () => Promise.reject(new TypeError('a bug')) },
  )
  await expect(failing).rejects.toThrow('a bug')
})
