/**
 * Ownership of partitions: a lease for each (group, topic, partition) that is assigned to this
 * member, with a queue and a pump.
 *
 *     joined ─► open (fence, read offset) ─► seek, resume ─► fetched batches ─► queue ─► pump: work, work, work …
 *                 ▲                                                                        │ any error
 *                 └──────────────────── back off ◄──────── discard, pause ◄────────────────┘
 *
 * The caller defines what a lease does with records: `open` returns the position to read from and
 * the `work` function. For a stage that is a transaction (transaction.ts); a sink that commits in
 * its own way passes its own.
 *
 * The order matters. The consumer's position is set in the same step that begins the lease, after
 * `open` has fenced the previous owner and then read the offset; an offset read before fencing may
 * lag behind what the previous owner commits. A batch is accepted only if it was fetched from
 * exactly the lease's position: batches fetched before a seek, or with a gap, are dropped and
 * fetched again. A partition that stays with this member in a rebalance keeps its lease: until
 * another owner fences it, its position is right.
 *
 * Guarantees: `work` gets every record from the position on, once for each lease, in order; it is
 * called without records when processing that an earlier call left behind has finished; after an
 * error it gets the records again from the position of the next `open`. At most one `work` runs for
 * a partition in this process. Not guaranteed: that no other process works on the same records
 * meanwhile. `work` must fence its own effects.
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
  oldestIn,
  takeItems,
  type LeaseItem,
  type LeaseQueue,
} from './lease-queue.ts'
import type { LeaseWatch, OwnedPartition } from './lease-watch.ts'
import { placeOf } from './log-positions.ts'

export type { LeaseItem } from './lease-queue.ts'
export type { LeaseWatch, OwnedPartition } from './lease-watch.ts'

export interface OpenLease {
  /** The position to read from. */
  readonly position: bigint
  /**
   * Its effects are committed when it resolves. Codes with the fate `retry` and FENCED reopen the
   * lease, all others are final.
   */
  work(items: readonly LeaseItem[]): Promise<void>
  /**
   * Whether processing that `work` left behind has finished, so that it must be called again;
   * `wake` is called when it has.
   */
  late?(wake: () => void): boolean
  /** Called when the lease is lost or failed and no work is running. */
  close(): void
}

export interface LeaseView extends Assigned {
  /** Aborts when the lease ends, and with it everything that waits on its behalf. */
  readonly ended: AbortSignal
  /** Aborts when the process is about to stop: finish running work, begin nothing. */
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

export interface Leases {
  /** Finishes running work, for at most `graceMs`, and leaves the group. */
  stop(graceMs?: number): Promise<void>
  /** Rejects on a final error. */
  readonly failed: Promise<never>
  /**
   * How many partitions are assigned, how many of them have an open lease, and whether this member
   * is in the group.
   */
  count(): { readonly open: number; readonly owned: number; readonly member: boolean }
  owned(): readonly OwnedPartition[]
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

const resumeWaitMs = 500 // at most, until a partition is fetched that was paused or has just been opened
const longestBackoff = 5_000 // ms
const shortestBackoff = 10 // ms
const defaultGrace = 10_000 // ms
const mostFencings = 20 // in a row: a competing owner outside the group

/** State shared by the leases of a group. */
interface State {
  readonly options: LeaseOptions
  readonly watch: LeaseWatch
  readonly at: At
  readonly leases: Map<string, Lease>
  readonly failures: Map<string, number> // in a row, without successful work in between
  readonly beats: Set<() => void> // callbacks waiting for a heartbeat
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
  const owned = (): OwnedPartition[] =>
    [...leases.values()].map((lease) => ({
      topic: lease.topic,
      partition: lease.partition,
      isOpen: lease.held !== null && isCurrent(state, lease),
    }))
  return {
    failed,
    count: () => ({
      open: owned().filter(({ isOpen }) => isOpen).length,
      owned: leases.size,
      member: state.member,
    }),
    owned,
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
        maxWaitMs: resumeWaitMs,
        joined: (assigned, its) => joined(state, assigned, its),
        left: () => void (state.member = false),
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
 * No await between a join and the last seek or pause: the first fetch of the generation follows
 * immediately.
 */
function joined(state: State, assigned: readonly Assigned[], its: Consumer): void {
  const { leases, failures, watch, options } = state
  state.consumer = its
  state.member = true
  const mine = new Map(assigned.map((one) => [placeOf(one), one]))
  for (const [key, lease] of leases) {
    if (mine.has(key)) continue
    end(lease)
    leases.delete(key)
    failures.delete(key)
    watch.lost?.(lease)
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
  return !lease.ended.aborted && leases.get(placeOf(lease)) === lease
}

function grant(state: State, { topic, partition }: Assigned): void {
  if (state.stopping) return
  const former = state.leases.get(placeOf({ topic, partition }))
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
  state.leases.set(placeOf(lease), lease)
  state.consumer?.pause(lease)
  // An earlier lease of this process may still be in its last call of work.
  Promise.resolve(former?.pumping)
    .then(() => open(state, lease))
    .catch((error: unknown) => reset(state, lease, error))
}

async function open(state: State, lease: Lease): Promise<void> {
  if (!isCurrent(state, lease)) return
  const held = await state.options.open(lease)
  if (!isCurrent(state, lease) || state.stopping) return held.close()
  // One step, without await: from here on, batches fetched from `position` belong to the lease.
  lease.held = held
  lease.position = held.position
  state.consumer?.seek(lease, held.position)
  state.consumer?.resume(lease)
  state.watch.opened?.(lease)
  state.at('seeked')
  lease.pumping = pump(state, lease, held).finally(() => held.close())
}

function take({ leases, consumer, options, watch }: State, batch: FetchedBatch): void {
  const lease = leases.get(placeOf(batch))
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
    watch.oldest?.(lease, oldestIn(queue))
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
    if (!isCurrent(state, lease)) return
    failures.delete(placeOf(lease))
    watch.progress?.(lease)
    watch.lag?.(lease, lagOf(lease))
  }
}

/** After an error: reopens the lease after a pause, or ends everything if that can't help. */
function reset(state: State, lease: Lease, error: unknown): void {
  if (!isCurrent(state, lease) || state.stopping) return
  const { leases, failures, beats, watch, options } = state
  const coded =
    error instanceof Error && error.name.startsWith('KafkaJS')
      ? asErrataError(error, 'TRANSACTION_FAILED')
      : error
  const code = codeOf(coded)
  watch.failed?.(lease, coded)
  end(lease)
  const count = (failures.get(placeOf(lease)) ?? 0) + 1
  failures.set(placeOf(lease), count)
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
    if (leases.get(placeOf(lease)) === lease) grant(state, lease)
  }
  const pause = Math.min(shortestBackoff * 2 ** Math.min(count - 1, 20), longestBackoff)
  // Whoever fenced this lease may be the owner now: only a heartbeat proves that this member is
  // still in the group.
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
