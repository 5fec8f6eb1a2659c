/**
 * Ownership of partitions: a lease for each (group, topic, partition) that the group gives us, with
 * a queue and a pump.
 *
 *     joined ─► open (fence, read offset) ─► seek, resume ─► fetched batches ─► queue ─► pump: work, work, work …
 *                 ▲                                                                        │ any error
 *                 └──────────────────── back off ◄──────── discard, pause ◄────────────────┘
 *
 * What a lease does with records is given from outside: `open` says from which position to read and
 * what `work` is. For a stage that is a transaction (transaction.ts); a sink that commits in its
 * own way brings its own.
 *
 * The order is the point. The consumer's position is set in the same step that begins the lease,
 * after `open` has shut out the former owner and then read the offset; reading it before would work
 * on records that the former owner was about to commit. A batch is taken only where it was fetched
 * from exactly the lease's position: batches that were fetched before a seek, or skip something,
 * are dropped and asked for again. A partition that stays ours in a rebalance keeps its lease:
 * until someone else fences it, its position is right.
 *
 * Guarantees: `work` gets every record from the position on, once for each lease, in order; without
 * records where something that an earlier call left behind has ended; after an error it gets them
 * again from where the next `open` says. At most one `work` runs for a partition in this process.
 * Not guaranteed: that no other process works on the same records meanwhile. What takes effect must
 * be fenced by `work` itself.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import {
  openConsumer,
  asErrataError,
  type Assigned,
  type Cluster,
  type Consumer,
  type FetchedBatch,
  type KafkaRecord,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { codeOf, fateOf } from '../errors.ts'
import type { At } from './crash-points.ts'

/**
 * A step of the input: a record, or null where only the position moves (control and aborted
 * records).
 */
export interface Item {
  readonly record: KafkaRecord | null
  /** The position after it. */
  readonly next: bigint
}

export interface Held {
  /** Where to read from. */
  readonly position: bigint
  /**
   * Has taken effect when it resolves. Codes with the fate `retry` and FENCED reopen the lease, all
   * others are final.
   */
  work(items: readonly Item[]): Promise<void>
  /**
   * Whether something that `work` left behind has come to its end, so that it has to be called
   * again; `wake` is called when it has.
   */
  late?(wake: () => void): boolean
  /** The lease is lost or failed, and no work is under way. */
  close(): void
}

export interface LeaseView extends Assigned {
  /** Aborts when the lease ends, and with it everything that waits on its behalf. */
  readonly ended: AbortSignal
  /** Aborts when the process is about to stop: finish what is in hand, begin nothing. */
  readonly leaving: AbortSignal
}

export interface LeaseOptions {
  readonly cluster: Cluster
  readonly group: string
  readonly topics: readonly string[]
  readonly open: (lease: LeaseView) => Promise<Held>
  readonly batchRecords: number
  readonly batchBytes?: number
  readonly log: Log
  readonly at?: At
  readonly watch?: LeaseWatch
}

/** What metrics and the watchdog want to know. */
export interface LeaseWatch {
  opened?(): void
  failed?(code: string): void
  /** Records between what was taken on and the end of the partition. */
  lag?(at: Assigned, records: number): void
  progress?(): void
}

export interface Leases {
  /** Finishes the work in hand, for at most `graceMs`, and leaves the group. */
  stop(graceMs?: number): Promise<void>
  /** Rejects with what is final. */
  readonly failed: Promise<never>
  /**
   * How many partitions are ours, how many of them are being worked on, and whether we are in the
   * group at all.
   */
  count(): { readonly open: number; readonly owned: number; readonly member: boolean }
  owned(): readonly Assigned[]
}

interface Lease extends LeaseView {
  readonly ending: AbortController
  held: Held | null
  position: bigint
  high: bigint
  readonly queue: Item[]
  bytes: number
  paused: boolean
  wake: (() => void) | null
  pumping: Promise<void> | null
}

const fullQueue = 8_388_608 // bytes of a partition in memory, above which fetching pauses
const fullQueueBatches = 20 // or so many transactions' worth of records
const largestWork = 8_388_608 // bytes handed to one call of work
const longestBackoff = 5_000 // ms
const shortestBackoff = 10 // ms
const defaultGrace = 10_000 // ms
const mostFencings = 20 // in a row: a rival that isn't in our group

export async function openLeases(options: LeaseOptions): Promise<Leases> {
  const { cluster, log, watch = {}, at = () => {} } = options
  const batchBytes = options.batchBytes ?? largestWork
  const leases = new Map<string, Lease>()
  const failures = new Map<string, number>() // in a row, without work between
  const beats = new Set<() => void>()
  let consumer: Consumer | null = null
  let member = false
  let stopping = false
  const leaving = new AbortController()
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (error) => {
      stopping = true
      reject(error)
      for (const lease of leases.values()) end(lease)
    }
  })
  failed.catch(() => {})

  // Nothing awaits between a join and the last seek or pause: the first fetch of the generation
  // follows at once.
  const joined = (assigned: readonly Assigned[], its: Consumer): void => {
    consumer = its
    member = true
    const mine = new Map(assigned.map((one) => [keyOf(one), one]))
    for (const [key, lease] of leases) {
      if (mine.has(key)) continue
      end(lease)
      watch.lag?.(lease, 0)
      leases.delete(key)
      failures.delete(key)
    }
    for (const [key, one] of mine) {
      const lease = leases.get(key)
      if (lease !== undefined && lease.held !== null && isCurrent(lease)) {
        consumer?.seek(lease, lease.position)
        continue
      }
      if (lease !== undefined) end(lease)
      grant(one)
    }
    log.debug({ group: options.group, partitions: assigned.length }, 'joined')
    at('joined')
  }

  const isCurrent = (lease: Lease): boolean =>
    !lease.ended.aborted && leases.get(keyOf(lease)) === lease

  const grant = ({ topic, partition }: Assigned): void => {
    if (stopping) return
    const former = leases.get(keyOf({ topic, partition }))
    const ending = new AbortController()
    const lease: Lease = {
      topic,
      partition,
      ending,
      ended: ending.signal,
      leaving: leaving.signal,
      held: null,
      position: 0n,
      high: 0n,
      queue: [],
      bytes: 0,
      paused: false,
      wake: null,
      pumping: null,
    }
    leases.set(keyOf(lease), lease)
    consumer?.pause(lease)
    // A former lease of this process may still be in its last call of work.
    Promise.resolve(former?.pumping)
      .then(() => open(lease))
      .catch((error: unknown) => reset(lease, error))
  }

  const open = async (lease: Lease): Promise<void> => {
    if (!isCurrent(lease)) return
    const held = await options.open(lease)
    if (!isCurrent(lease) || stopping) return held.close()
    // One step, without await: from here on, what is fetched from `position` is the lease's.
    lease.held = held
    lease.position = held.position
    consumer?.seek(lease, held.position)
    consumer?.resume(lease)
    watch.opened?.()
    at('seeked')
    lease.pumping = pump(lease, held).finally(() => held.close())
  }

  const take = (batch: FetchedBatch): void => {
    const lease = leases.get(keyOf(batch))
    if (lease === undefined || lease.held === null || lease.ended.aborted) return
    if (batch.from !== lease.position) return consumer?.seek(lease, lease.position)
    lease.position = batch.next
    lease.high = batch.highWatermark
    batch.records.forEach((record, i) => {
      lease.queue.push({
        record,
        next: i === batch.records.length - 1 ? batch.next : record.offset + 1n,
      })
      lease.bytes += sizeOf(record)
    })
    if (batch.records.length === 0) lease.queue.push({ record: null, next: batch.next })
    watch.lag?.(lease, Number(lease.high - lease.position) + lease.queue.length)
    if (isFull(lease)) {
      lease.paused = true
      consumer?.pause(lease)
    }
    lease.wake?.()
  }

  const isFull = (lease: Lease): boolean =>
    lease.queue.length > options.batchRecords * fullQueueBatches || lease.bytes > fullQueue

  const pump = async (lease: Lease, held: Held): Promise<void> => {
    while (isCurrent(lease) && !stopping) {
      if (lease.queue.length === 0 && held.late?.(() => lease.wake?.()) !== true) {
        await new Promise<void>((resolve) => (lease.wake = resolve))
        lease.wake = null
        continue
      }
      const items = takeItems(lease, options.batchRecords, batchBytes)
      if (
        lease.paused &&
        lease.queue.length <= (options.batchRecords * fullQueueBatches) / 2 &&
        lease.bytes <= fullQueue / 2
      ) {
        lease.paused = false
        consumer?.resume(lease)
      }
      try {
        await held.work(items)
      } catch (error) {
        return reset(lease, error)
      }
      failures.delete(keyOf(lease))
      watch.progress?.()
      watch.lag?.(lease, Number(lease.high - lease.position) + lease.queue.length)
    }
  }

  const reset = (lease: Lease, error: unknown): void => {
    if (!isCurrent(lease) || stopping) return
    const coded =
      error instanceof Error && error.name.startsWith('KafkaJS')
        ? asErrataError(error, 'TRANSACTION_FAILED')
        : error
    const code = codeOf(coded)
    watch.failed?.(code)
    end(lease)
    const count = (failures.get(keyOf(lease)) ?? 0) + 1
    failures.set(keyOf(lease), count)
    if (code === 'FENCED' ? count > mostFencings : fateOf(coded) !== 'retry') return fail(coded)
    consumer?.pause(lease)
    log.warn(
      {
        group: options.group,
        topic: lease.topic,
        partition: lease.partition,
        code,
        failures: count,
        why: (coded as Error).message,
      },
      'lease reopens',
    )
    const again = (): void => {
      if (leases.get(keyOf(lease)) === lease) grant(lease)
    }
    const pause = Math.min(shortestBackoff * 2 ** Math.min(count - 1, 20), longestBackoff)
    // Whoever fenced us may be the owner now: only a heartbeat proves that we are still a member.
    setTimeout(() => (code === 'FENCED' ? beats.add(again) : again()), pause).unref()
  }

  const beat = (): void => {
    const waiting = [...beats]
    beats.clear()
    for (const again of waiting) again()
  }

  const start = async (): Promise<void> => {
    for (let pause = shortestBackoff; !stopping; pause = Math.min(pause * 2, longestBackoff)) {
      try {
        consumer = await openConsumer(cluster, {
          group: options.group,
          topics: options.topics,
          joined,
          batch: take,
          beat,
          failed: fail,
        })
        return
      } catch (error) {
        if (fateOf(error) !== 'retry') throw error
        log.warn({ group: options.group, code: codeOf(error) }, 'no consumer yet')
        await sleep(pause)
      }
    }
  }
  await start()

  return {
    failed,
    count: () => ({
      open: [...leases.values()].filter((lease) => lease.held !== null && isCurrent(lease)).length,
      owned: leases.size,
      member,
    }),
    owned: () => [...leases.values()],
    async stop(graceMs = defaultGrace) {
      stopping = true
      leaving.abort()
      for (const lease of leases.values()) lease.wake?.()
      const inHand = Promise.allSettled([...leases.values()].map((lease) => lease.pumping))
      const timer = new AbortController()
      await Promise.race([
        inHand,
        sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {}),
      ])
      timer.abort()
      for (const lease of leases.values()) end(lease)
      await consumer?.stop()
    },
  }
}

function end(lease: Lease): void {
  lease.ending.abort()
  lease.wake?.()
}

function keyOf({ topic, partition }: Assigned): string {
  return `${topic}/${partition}`
}

function sizeOf({ key, value }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0)
}

/** From the head of the queue, up to so many records and bytes, at least one item. */
function takeItems(lease: Lease, mostRecords: number, mostBytes: number): Item[] {
  let bytes = 0
  let count = 0
  for (const { record } of lease.queue) {
    const size = record === null ? 0 : sizeOf(record)
    if (count > 0 && (count >= mostRecords || bytes + size > mostBytes)) break
    bytes += size
    count++
  }
  lease.bytes -= bytes
  return lease.queue.splice(0, count)
}
