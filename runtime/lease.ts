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
  type Log,
} from '../connectors/kafka/kafka.ts'
import { codeOf, fateOf } from '../errors.ts'
import type { At } from './crash-points.ts'
import {
  addBatch,
  isFull,
  isHalfEmpty,
  takeItems,
  type LeaseItem,
  type LeaseQueue,
} from './lease-queue.ts'

export type { LeaseItem } from './lease-queue.ts'

export interface OpenLease {
  /** Where to read from. */
  readonly position: bigint
  /**
   * Has taken effect when it resolves. Codes with the fate `retry` and FENCED reopen the lease, all
   * others are final.
   */
  work(items: readonly LeaseItem[]): Promise<void>
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
  readonly open: (lease: LeaseView) => Promise<OpenLease>
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
  held: OpenLease | null
  position: bigint
  high: bigint
  readonly queue: LeaseQueue
  paused: boolean
  wake: (() => void) | null
  pumping: Promise<void> | null
}

const longestBackoff = 5_000 // ms
const shortestBackoff = 10 // ms
const defaultGrace = 10_000 // ms
const mostFencings = 20 // in a row: a rival that isn't in our group

/** What the leases of a group share. */
interface State {
  readonly options: LeaseOptions
  readonly watch: LeaseWatch
  readonly at: At
  readonly leases: Map<string, Lease>
  readonly failures: Map<string, number> // in a row, without work between
  readonly beats: Set<() => void> // what waits for a heartbeat
  readonly leaving: AbortController
  readonly fail: (error: unknown) => void
  consumer: Consumer | null
  member: boolean
  stopping: boolean
}

export async function openLeases(options: LeaseOptions): Promise<Leases> {
  let reject: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, refuse) => (reject = refuse))
  failed.catch(() => {})
  const leases = new Map<string, Lease>()
  const state: State = {
    options,
    watch: options.watch ?? {},
    at: options.at ?? (() => {}),
    leases,
    failures: new Map(),
    beats: new Set(),
    leaving: new AbortController(),
    fail(error) {
      state.stopping = true
      reject(error)
      for (const lease of leases.values()) end(lease)
    },
    consumer: null,
    member: false,
    stopping: false,
  }
  await start(state)
  return {
    failed,
    count: () => ({
      open: [...leases.values()].filter((lease) => lease.held !== null && isCurrent(state, lease))
        .length,
      owned: leases.size,
      member: state.member,
    }),
    owned: () => [...leases.values()],
    stop: (graceMs = defaultGrace) => stop(state, graceMs),
  }
}

async function start(state: State): Promise<void> {
  const { cluster, group, topics, log } = state.options
  for (let pause = shortestBackoff; !state.stopping; pause = Math.min(pause * 2, longestBackoff)) {
    try {
      state.consumer = await openConsumer(cluster, {
        group,
        topics,
        joined: (assigned, its) => joined(state, assigned, its),
        batch: (batch) => take(state, batch),
        beat: () => beat(state),
        failed: state.fail,
      })
      return
    } catch (error) {
      if (fateOf(error) !== 'retry') throw error
      log.warn({ group, code: codeOf(error) }, 'no consumer yet')
      await sleep(pause)
    }
  }
}

/**
 * Nothing awaits between a join and the last seek or pause: the first fetch of the generation
 * follows at once.
 */
function joined(state: State, assigned: readonly Assigned[], its: Consumer): void {
  const { leases, failures, watch, options } = state
  state.consumer = its
  state.member = true
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
    if (lease !== undefined && lease.held !== null && isCurrent(state, lease)) {
      state.consumer.seek(lease, lease.position)
      continue
    }
    if (lease !== undefined) end(lease)
    grant(state, one)
  }
  options.log.debug({ group: options.group, partitions: assigned.length }, 'joined')
  state.at('joined')
}

function isCurrent({ leases }: State, lease: Lease): boolean {
  return !lease.ended.aborted && leases.get(keyOf(lease)) === lease
}

function grant(state: State, { topic, partition }: Assigned): void {
  if (state.stopping) return
  const former = state.leases.get(keyOf({ topic, partition }))
  const ending = new AbortController()
  const lease: Lease = {
    topic,
    partition,
    ending,
    ended: ending.signal,
    leaving: state.leaving.signal,
    held: null,
    position: 0n,
    high: 0n,
    queue: { items: [], bytes: 0 },
    paused: false,
    wake: null,
    pumping: null,
  }
  state.leases.set(keyOf(lease), lease)
  state.consumer?.pause(lease)
  // A former lease of this process may still be in its last call of work.
  Promise.resolve(former?.pumping)
    .then(() => open(state, lease))
    .catch((error: unknown) => reset(state, lease, error))
}

async function open(state: State, lease: Lease): Promise<void> {
  if (!isCurrent(state, lease)) return
  const held = await state.options.open(lease)
  if (!isCurrent(state, lease) || state.stopping) return held.close()
  // One step, without await: from here on, what is fetched from `position` is the lease's.
  lease.held = held
  lease.position = held.position
  state.consumer?.seek(lease, held.position)
  state.consumer?.resume(lease)
  state.watch.opened?.()
  state.at('seeked')
  lease.pumping = pump(state, lease, held).finally(() => held.close())
}

function take({ leases, consumer, options, watch }: State, batch: FetchedBatch): void {
  const lease = leases.get(keyOf(batch))
  if (lease === undefined || lease.held === null || lease.ended.aborted) return
  if (batch.from !== lease.position) return consumer?.seek(lease, lease.position)
  lease.position = batch.next
  lease.high = batch.highWatermark
  addBatch(lease.queue, batch)
  watch.lag?.(lease, lagOf(lease))
  if (isFull(lease.queue, options.batchRecords)) {
    lease.paused = true
    consumer?.pause(lease)
  }
  lease.wake?.()
}

function lagOf({ high, position, queue }: Lease): number {
  return Number(high - position) + queue.items.length
}

async function pump(state: State, lease: Lease, held: OpenLease): Promise<void> {
  const { options, failures, watch } = state
  const { queue } = lease
  while (isCurrent(state, lease) && !state.stopping) {
    if (queue.items.length === 0 && held.late?.(() => lease.wake?.()) !== true) {
      await new Promise<void>((resolve) => (lease.wake = resolve))
      lease.wake = null
      continue
    }
    const items = takeItems(queue, options.batchRecords, options.batchBytes)
    if (lease.paused && isHalfEmpty(queue, options.batchRecords)) {
      lease.paused = false
      state.consumer?.resume(lease)
    }
    try {
      await held.work(items)
    } catch (error) {
      return reset(state, lease, error)
    }
    failures.delete(keyOf(lease))
    watch.progress?.()
    watch.lag?.(lease, lagOf(lease))
  }
}

/** After an error: opens the lease again once it has waited, or ends all where that can't help. */
function reset(state: State, lease: Lease, error: unknown): void {
  if (!isCurrent(state, lease) || state.stopping) return
  const { leases, failures, beats, watch, options } = state
  const coded =
    error instanceof Error && error.name.startsWith('KafkaJS')
      ? asErrataError(error, 'TRANSACTION_FAILED')
      : error
  const code = codeOf(coded)
  watch.failed?.(code)
  end(lease)
  const count = (failures.get(keyOf(lease)) ?? 0) + 1
  failures.set(keyOf(lease), count)
  if (code === 'FENCED' ? count > mostFencings : fateOf(coded) !== 'retry') return state.fail(coded)
  state.consumer?.pause(lease)
  options.log.warn(
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
    if (leases.get(keyOf(lease)) === lease) grant(state, lease)
  }
  const pause = Math.min(shortestBackoff * 2 ** Math.min(count - 1, 20), longestBackoff)
  // Whoever fenced us may be the owner now: only a heartbeat proves that we are still a member.
  setTimeout(() => (code === 'FENCED' ? beats.add(again) : again()), pause).unref()
}

function beat({ beats }: State): void {
  const waiting = [...beats]
  beats.clear()
  for (const again of waiting) again()
}

async function stop(state: State, graceMs: number): Promise<void> {
  state.stopping = true
  state.leaving.abort()
  const leases = [...state.leases.values()]
  for (const lease of leases) lease.wake?.()
  const inHand = Promise.allSettled(leases.flatMap(({ pumping }) => pumping ?? []))
  const timer = new AbortController()
  await Promise.race([inHand, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
  for (const lease of state.leases.values()) end(lease)
  await state.consumer?.stop()
}

function end(lease: Lease): void {
  lease.ending.abort()
  lease.wake?.()
}

function keyOf({ topic, partition }: Assigned): string {
  return `${topic}/${partition}`
}
