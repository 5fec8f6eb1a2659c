/**
 * Stores one partition in ClickHouse, each record exactly once, whenever a process dies.
 *
 *     offsets     … 41 42 43 44 45 46 47 …
 *     1  commit   position 42, metadata {"pending":"45"}     what will be stored next is 42 to 45
 *     2  insert   each table, with the token group/topic/partition/42-45/table
 *     3  commit   position 46                                it is stored
 *
 * Killed before 1, nothing happened. Killed between 1 and 3, the next owner reads the announcement,
 * forms exactly the batch 42 to 45 again and stores it under the same token, so ClickHouse drops it
 * as a duplicate if the first attempt succeeded. Without the announcement it would form another
 * batch, under another token, and store some records twice. A previous owner that resumes late
 * stores under a known token, or is rejected at 1.
 *
 * The announcement is read back before anything is stored, since kafkajs returns from a commit
 * without an error while it reconnects. A batch that the store rejects for its content is stored
 * record by record, and a record that it still rejects becomes a row of `unreadable`: a record
 * never blocks the ones behind it, and is never dropped.
 *
 * A document's tombstone deletes its rows between 2 and 3; repeated after a crash it finds nothing
 * to do.
 *
 * A STORE THAT WAS LOST OR RESTORED has less than the group's committed position. So before 3 the
 * position is also noted in the store, which is lost or restored with it. At the start both
 * positions are compared and the earlier one wins:
 *
 *     offsets     … 20 21 22 … 41 42 43 44 45
 *     the store   up to 20, and some rows of 21 to 23      the group   42, announced 45      begins at 21
 *
 * Up to the last offset of which any table has rows, each table is asked which ones it has. Where
 * only control and aborted records lie between the two positions, nothing was lost.
 *
 * A COPY of a record that lay in an earlier generation of topics is passed over where the store has
 * that one: rows stay under the name of the topic that they came from. A store that was lost has
 * neither, and takes the copies.
 */

import { codeOf, ErrataError, fateOf } from '../../errors.ts'
import {
  analyticsTables,
  type AnalyticsTable,
  type RecordPlace,
  type AnalyticsRow,
  type Rows,
  unreadableRow,
} from '../../processors/analytics.ts'
import { storedUnderSpan } from './batch-span.ts'
import { StoreRefused } from './clickhouse.ts'
import type { BatchLimits, Inbox, InboxItem, PartitionUse } from './partition-use.ts'
import { backoff, insert, persist, decodeRows, StoreLost } from './persist.ts'

interface Batch {
  readonly first: bigint
  readonly last: bigint
  readonly next: bigint
  readonly records: readonly {
    readonly place: RecordPlace
    readonly value: Buffer | null
    readonly traceparent?: string | undefined
    readonly rows: Rows
  }[]
}

/**
 * Stores the partition until the inbox ends. Throws errors with another fate than retry; the
 * position is then as committed.
 */
export async function storePartition(
  name: string,
  inbox: Inbox,
  use: PartitionUse,
  limits: BatchLimits,
): Promise<void> {
  for (let failures = 0; !inbox.ended.aborted;) {
    try {
      const pending = await begin(inbox, use)
      if (pending !== null) await finish(name, inbox, use, pending)
      for (;;) {
        const batch = await collect(inbox, use, limits)
        failures = 0
        if (batch === null) return
        if (batch.records.length > 0) await announce(batch, inbox, use)
        await storeTraced(name, batch, inbox, use)
      }
    } catch (error) {
      if (inbox.ended.aborted) return
      const mayPass =
        fateOf(error) === 'retry' ||
        codeOf(error) === 'FENCED' ||
        error instanceof StoreRefused ||
        error instanceof StoreLost
      if (!mayPass) throw error
      use.warn(
        {
          partition: name,
          code: codeOf(error),
          failures: ++failures,
          why: (error as Error).message,
        },
        'begins again at the committed position',
      )
      use.waits(error)
      await use.wait(backoff(failures))
    }
  }
}

/**
 * Seeks to the start position. Returns the end of an announced batch that must be finished first,
 * or null.
 */
async function begin(inbox: Inbox, use: PartitionUse): Promise<bigint | null> {
  const { position: committed, pending } = await use.committed()
  const held = await use.held()
  const from = held.position < committed ? held.position : committed
  inbox.items.length = 0
  inbox.position = from
  inbox.needed = pending ?? committed - 1n
  inbox.noted = held.position
  inbox.store = held.store
  inbox.doubtful = await use.latest(from)
  inbox.heldOf = await use.heldOf()
  if (inbox.ended.aborted) return null
  use.seek(from)
  if (!(await hasRecordBefore(committed, inbox))) {
    use.stored(0, committed)
    return pending
  }
  use.warn(
    { held: String(held.position), committed: String(committed) },
    'the store has less than was stored: storing it again',
  )
  return null
}

/**
 * Waits for a record before a position, or until the position is reached. Leaves out control and
 * aborted records.
 */
async function hasRecordBefore(position: bigint, inbox: Inbox): Promise<boolean> {
  for (;;) {
    while (inbox.items[0]?.record === null && inbox.items[0].next <= position) inbox.items.shift()
    const offset = inbox.items[0]?.record?.place.offset
    if (offset !== undefined) return offset < position
    if (inbox.position >= position || inbox.ended.aborted || inbox.closing) return false
    await inbox.arrival()
  }
}

/** The batch announced by the partition's previous owner: exactly its records. */
async function finish(
  name: string,
  inbox: Inbox,
  use: PartitionUse,
  pending: bigint,
): Promise<void> {
  while (inbox.position <= pending) {
    if (inbox.ended.aborted || inbox.closing) return
    await inbox.arrival()
  }
  const records: Batch['records'][number][] = []
  let next = pending + 1n
  while (inbox.items.length > 0) {
    const item = inbox.items[0] as InboxItem
    if (item.record !== null && item.record.place.offset > pending) break
    inbox.items.shift()
    next = item.next > next ? item.next : next
    if (item.record !== null && !isHeld(item.record, inbox))
      records.push({ ...item.record, rows: await decodeRows(item.record, inbox, use) })
  }
  const first = records[0]?.place.offset ?? pending
  await storeTraced(name, { first, last: pending, next, records }, inbox, use)
}

/** The fetched records, once there are enough or enough time has passed; null at the end. */
async function collect(
  inbox: Inbox,
  use: PartitionUse,
  limits: BatchLimits,
): Promise<Batch | null> {
  if (!(await hasEnough(inbox, limits))) return null
  const records: Batch['records'][number][] = []
  let next = 0n
  let count = 0
  let bytes = 0
  while (
    inbox.items.length > 0 &&
    records.length < limits.records &&
    count < limits.rows &&
    bytes < limits.bytes
  ) {
    const item = inbox.items.shift() as InboxItem
    next = item.next
    bytes += item.bytes
    if (item.record === null || isHeld(item.record, inbox)) continue
    const rows = await decodeRows(item.record, inbox, use)
    if (inbox.ended.aborted) return null
    records.push({ ...item.record, rows })
    count += Object.values(rows).reduce((sum, some) => sum + some.length, 0)
  }
  return {
    first: records[0]?.place.offset ?? next,
    last: records.at(-1)?.place.offset ?? next,
    next,
    records,
  }
}

/** Whether it is a copy of a record that the store has, from before topics were copied. */
function isHeld({ place, former }: NonNullable<InboxItem['record']>, { heldOf }: Inbox): boolean {
  if (former === null || former.topic >= place.topic) return false
  const held = heldOf.get(`${former.topic}/${former.partition}`)
  return held !== undefined && BigInt(former.offset) < held.position
}

/**
 * Waits for the first item, and then for more of them; false at the end. All partitions end this
 * wait at the same moments, so that they share statements.
 */
async function hasEnough(inbox: Inbox, limits: BatchLimits): Promise<boolean> {
  const over = (): boolean => inbox.ended.aborted || inbox.closing
  while (inbox.items.length === 0) {
    if (over()) return false
    await inbox.arrival()
  }
  const until = nextMoment(limits.lingerMs)
  while (inbox.items.length < limits.records && performance.now() < until && !over())
    await inbox.arrival(until - performance.now())
  return !over()
}

function nextMoment(everyMs: number): number {
  const now = performance.now()
  return everyMs === 0 ? now : (Math.floor(now / everyMs) + 1) * everyMs
}

async function announce(batch: Batch, inbox: Inbox, use: PartitionUse): Promise<void> {
  await use.commit(batch.first, batch.last)
  const { position, pending } = await use.committed()
  if (position !== batch.first || pending !== batch.last)
    throw new ErrataError(
      'FENCED',
      'the announcement is not there: somebody else has the partition, or it was not sent',
    )
  if (!inbox.ended.aborted) await use.at('announced')
}

function storeTraced(name: string, batch: Batch, inbox: Inbox, use: PartitionUse): Promise<void> {
  return storedUnderSpan(batch.records, () => store(name, batch, inbox, use))
}

async function store(name: string, batch: Batch, inbox: Inbox, use: PartitionUse): Promise<void> {
  const token = `${name}/${batch.first}-${batch.last}`
  for (const table of analyticsTables) {
    const rows = await lacking(
      table,
      batch.records.flatMap((record) => record.rows[table] ?? []),
      batch,
      inbox,
      use,
    )
    if (inbox.ended.aborted) return
    if (rows.length === 0) continue
    await use.at('inserting')
    const refused = await insert(table, rows, `${token}/${table}`, inbox, use)
    if (inbox.ended.aborted) return
    if (refused !== null) await storeOneByOne(table, batch, new Set(rows), token, inbox, use)
    if (inbox.ended.aborted) return
  }
  await use.at('inserted')
  if (inbox.ended.aborted) return
  const tombstones = batch.records.filter(({ value }) => value === null).map(({ place }) => place)
  const kept =
    tombstones.length === 0
      ? null
      : await persist(() => use.erase(tombstones), { tombstones: tombstones.length }, inbox, use)
  if (kept !== null)
    use.warn(
      { number: kept.number, tombstones: tombstones.length },
      'the store refuses to erase documents',
    )
  if (inbox.ended.aborted) return
  await persist(() => use.hold(batch.next), { position: String(batch.next) }, inbox, use)
  if (inbox.ended.aborted) return
  inbox.noted = batch.next
  await use.commit(batch.next, null)
  await use.at('concluded')
  use.stored(batch.records.length, batch.next)
}

/** The rows that the table lacks. Queries it only where it may have some of them. */
async function lacking(
  table: AnalyticsTable,
  rows: readonly AnalyticsRow[],
  batch: Batch,
  inbox: Inbox,
  use: PartitionUse,
): Promise<readonly AnalyticsRow[]> {
  if (rows.length === 0 || batch.first > inbox.doubtful) return rows
  let there: ReadonlySet<string> = new Set()
  const ask = async (): Promise<void> => {
    there = await use.offsetsIn(table, batch.first, batch.last)
  }
  await persist(ask, { table }, inbox, use)
  return rows.filter((row) => !there.has(String(row['_offset'] as number)))
}

async function storeOneByOne(
  table: AnalyticsTable,
  batch: Batch,
  wanted: ReadonlySet<AnalyticsRow>,
  token: string,
  inbox: Inbox,
  use: PartitionUse,
): Promise<void> {
  for (const { place, value, rows } of batch.records) {
    const mine = (rows[table] ?? []).filter((row) => wanted.has(row))
    if (mine.length === 0) continue
    const refused = await insert(table, mine, `${token}/${table}/${place.offset}`, inbox, use)
    if (inbox.ended.aborted) return
    if (refused === null) continue
    use.warn(
      {
        topic: place.topic,
        partition: place.partition,
        offset: String(place.offset),
        table,
        number: refused.number,
      },
      'the store refuses a record',
    )
    const row = unreadableRow(
      place,
      {
        code: 'STORE_REFUSED',
        message: `ClickHouse refuses the rows of ${table}: ${refused.number} ${refused.label}`,
      },
      value,
    )
    await insert('unreadable', [row], `${token}/unreadable/${table}/${place.offset}`, inbox, use)
    if (inbox.ended.aborted) return
  }
}
