/**
 * What a stage does with the records of a partition: run the processor, then write outputs, dead
 * letters and the input's new offset in one transaction.
 *
 *     input      … 17 18 19 │ 20 21          processors run first, `concurrency` at once, outputs kept in order (window.ts)
 *     output     … a  b     │                nothing is open meanwhile: an open transaction would hold back all readers
 *     dead       …     x    │
 *     offset     … 20       │                one transaction: all of it or none
 *
 * A transaction takes what is queued, up to the batch's limits, or what two seconds of work have
 * finished: a slow reader of documents commits one by one. Where a stage has several records in
 * hand, one that takes longer than that is overtaken by those behind it, and takes effect when it
 * is done. Whatever fails between begin and commit discards the producer and all state (the lease
 * reopens); whether it took effect is read from the committed offset by the next `open`.
 *
 * `open` shuts out the former owner of the partition before it reads the offset; see lease.ts for
 * why that order.
 *
 * A message meets one of three fates: tried again in place with longer and longer pauses, so that
 * order is kept; set aside as a dead letter in the same transaction; or the end of the process.
 * State is folded from every message that can be decoded, also from those whose processing was
 * refused, so that a rebuild from the log gives the same.
 */

import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import {
  committedOffsets,
  openTransactions,
  partitionOf,
  topicOffsets,
  type Cluster,
  type KafkaRecord,
  type Outgoing,
  type Transaction,
  type TransactionalProducer,
} from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError, fateOf } from '../errors.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Message, Output, Outputs, Stage, TopicName } from '../processors/processor.ts'
import type { At } from './crash-points.ts'
import { deadLetter } from './dead-letter.ts'
import { headersFor } from './headers.ts'
import type { Held, Item, LeaseView } from './lease.ts'
import { messageOf } from './message.ts'
import type { StageMetrics } from './metrics.ts'
import type { StageNames } from './names.ts'
import { decodeBeyond, encodeBeyond, openWindow, type Window } from './window.ts'

export interface StageWork<R extends TopicName, W extends TopicName, Use, State> {
  readonly name: string
  readonly stage: Stage<R, W, Use, State>
  readonly names: StageNames
  readonly partitions: number
  readonly cluster: Cluster
  readonly codec: Codec
  readonly use: () => Use | Promise<Use>
  readonly metrics: StageMetrics
  readonly inHand: { start(): void; end(): void }
  readonly at: At
}

/** What became of a message. */
interface Result {
  readonly record: KafkaRecord | null
  readonly outgoing: readonly Outgoing[]
  readonly bytes: number
  readonly deadCode: string | null
}

const longestChunk = 2_000 // ms of work before what is finished is committed
const largestChunk = 8_388_608 // bytes of outputs
const shortestPause = 10 // ms
const longestPause = 5_000 // ms
const mostLate = 8 // records of a partition; each holds its document in memory
// of the event loop before a turn: an answer of the broker, and what was asked for because of it
const looks = 3

// bytes of records, some twenty receipts or fifteen invoices: the event loop waits for all of them
const largestGroup = 65_536

const begun = -1 // room where nothing fits any more, not even a record without a value
let group = { begins: Promise.resolve(), room: begun }

/**
 * The turn of a record, of whichever partition, after the event loop has seen to all that arrived
 * during the turn before: so between any two turns the rules and models that are followed are taken
 * in. Where a stage has several records in hand, those that wait together share a turn, as many as
 * there is room for; others have one each. `room`: bytes.
 */
function turn(room: number): Promise<void> {
  if (room > group.room) {
    const next = {
      begins: group.begins.then(settle).then(() => void (next.room = begun)),
      room: largestGroup,
    }
    group = next
  }
  group.room -= room
  return group.begins
}

async function settle(): Promise<void> {
  for (let i = 0; i < looks; i++) await setImmediate()
}

/** OFFSET_LOST where the committed offset lies outside the log; codes of the world otherwise. */
export async function openStageLease<R extends TopicName, W extends TopicName, Use, State>(
  work: StageWork<R, W, Use, State>,
  lease: LeaseView,
): Promise<Held> {
  const { names, cluster, stage, at } = work
  const producer = await openTransactions(cluster, names.transactionalId(lease.partition))
  try {
    await producer.fence()
    at('fenced')
    const group = (await committedOffsets(cluster, names.group, names.input)).get(lease.partition)
    const log = (await topicOffsets(cluster, names.input)).get(lease.partition)
    at('read')
    if (log === undefined || group === undefined)
      throw new ErrataError(
        'TOPOLOGY_MISMATCH',
        `no partition ${lease.partition} in ${names.input}`,
        { topic: names.input },
      )
    const { position: committed, metadata } = group
    if (committed !== null && (committed < log.low || committed > log.high)) {
      throw new ErrataError(
        'OFFSET_LOST',
        `${names.group} is at ${committed} of ${names.input}/${lease.partition}, which holds ${log.low} to ${log.high}`,
        {
          group: names.group,
          topic: names.input,
          partition: lease.partition,
        },
      )
    }
    const from = committed ?? log.low
    const inTurn = stage.state !== undefined || stage.concurrency <= 1 // state is folded in turn
    const window = openWindow<Result>({
      atOnce: inTurn ? 1 : stage.concurrency,
      lateAfterMs: inTurn ? Infinity : longestChunk,
      mostLate,
    })
    const opened = {
      work,
      lease,
      producer,
      state: stage.state?.() as State,
      from,
      done: decodeBeyond(from, metadata),
      window,
    }
    return {
      position: stage.state === undefined ? from : log.low,
      work: (items) => workOn(opened, items),
      late: window.hasResults,
      close: () => {
        work.metrics.late(lease.partition, 0)
        producer.discard()
      },
    }
  } catch (error) {
    producer.discard()
    throw error
  }
}

/** A lease that is open: what its calls of work share. */
interface Opened<R extends TopicName, W extends TopicName, Use, State> {
  readonly work: StageWork<R, W, Use, State>
  readonly lease: LeaseView
  readonly producer: TransactionalProducer
  readonly state: State
  /**
   * The committed position when the lease was opened, and the offsets beyond it that had taken
   * effect.
   */
  readonly from: bigint
  readonly done: ReadonlySet<bigint>
  readonly window: Window<Result>
}

/**
 * Until all that is not late has taken effect. What is late stays in the window for the next call.
 */
async function workOn<R extends TopicName, W extends TopicName, Use, State>(
  opened: Opened<R, W, Use, State>,
  items: readonly Item[],
): Promise<void> {
  const { work, lease, state, window } = opened
  const queue = await newOf(opened, items)
  let done: Result[] = []
  let since = performance.now()
  for (;;) {
    for (let item = queue[0]; item !== undefined && window.hasRoomFor(item); item = queue[0]) {
      queue.shift()
      if (item.record !== null && opened.done.has(item.record.offset)) window.addDone(item)
      else window.add(item, processItem(work, lease, state, item))
    }
    done.push(...window.take())
    work.metrics.late(lease.partition, window.late())
    const bytes = done.reduce((sum, result) => sum + result.bytes, 0)
    const isLast = queue.length === 0 && !window.isBusy()
    if (
      isLast ||
      performance.now() - since > longestChunk ||
      bytes > largestChunk ||
      lease.leaving.aborted
    ) {
      if (done.length > 0) await commit(opened, done)
      if (isLast) return
      if (lease.leaving.aborted) throw new ErrataError('TRANSACTION_FAILED', 'leaving')
      done = []
      since = performance.now()
      continue // results may have come during the commit
    }
    const next = queue[0] // what was taken may have made room for it
    if (next === undefined || !window.hasRoomFor(next)) await unlessEnded(lease, window.changed())
  }
}

/**
 * Without those that took effect before the position at which the lease was opened: they are folded
 * into the state only.
 */
async function newOf<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, state, from }: Opened<R, W, Use, State>,
  items: readonly Item[],
): Promise<Item[]> {
  // By the record's own offset: the position after it may have moved on since, past records that
  // were aborted later.
  const known = items.filter(({ record, next }) =>
    record === null ? next <= from : record.offset < from,
  )
  for (const { record } of known) if (record !== null) await remember(work, lease, state, record)
  const queue = items.slice(known.length)
  const passed = known.at(-1)?.next ?? 0n
  if (queue.length === 0 && passed > from) queue.push({ record: null, next: passed })
  return queue
}

async function commit<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, producer, window }: Opened<R, W, Use, State>,
  results: readonly Result[],
): Promise<void> {
  const { names, metrics, at } = work
  const position = window.position() as bigint
  at('processed')
  lease.ended.throwIfAborted()
  const outgoing = results.flatMap((result) => result.outgoing)
  const transaction = await producer.begin()
  at('begun')
  await transaction.send(outgoing.filter(({ topic }) => topic !== names.dead))
  await sendLetters(
    transaction,
    outgoing.filter(({ topic }) => topic === names.dead),
    names.dead,
  )
  at('sent')
  await transaction.offset(names.group, lease, position, encodeBeyond(position, window.beyond()))
  at('offsets')
  if (lease.ended.aborted) {
    await transaction.abort().catch(() => {}) // a courtesy to readers; the next owner would do it
    lease.ended.throwIfAborted()
  }
  await transaction.commit()
  at('committed')
  const counts = new Map<string, number>()
  for (const { topic } of outgoing) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  const records = results.flatMap(({ record }) => (record === null ? [] : [record]))
  const now = Date.now()
  metrics.committed(
    records.length,
    counts,
    records.map(({ timestamp }) => now - timestamp),
  )
  for (const { deadCode } of results) if (deadCode !== null) metrics.deadLetter(deadCode)
}

/**
 * DEAD_LETTER_FAILED where waiting does not help: the records stay where they are, and nothing
 * passes over them.
 */
async function sendLetters(
  transaction: Transaction,
  letters: readonly Outgoing[],
  topic: string,
): Promise<void> {
  if (letters.length === 0) return
  try {
    await transaction.send(letters)
  } catch (error) {
    if (codeOf(error) === 'FENCED' || fateOf(error) !== 'die') throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ErrataError(
      'DEAD_LETTER_FAILED',
      `${topic} does not take a dead letter: ${why}`,
      { topic },
      error,
    )
  }
}

async function processItem<R extends TopicName, W extends TopicName, Use, State>(
  work: StageWork<R, W, Use, State>,
  lease: LeaseView,
  state: State,
  { record }: Item,
): Promise<Result> {
  if (record === null) return { record, outgoing: [], bytes: 0, deadCode: null }
  const { stage, codec, names, metrics, inHand } = work
  await turn(stage.concurrency > 1 ? (record.value?.byteLength ?? 0) : Infinity)
  const started = performance.now()
  let message: Message<R> | null = null
  let attempts = 1
  const attempt = async (): Promise<Outgoing[]> => {
    message ??= await messageOf(record, stage.reads, codec)
    return encode(work, record, await stage.run(message, await work.use(), state))
  }
  inHand.start()
  try {
    const outcome = await patiently(work, lease, attempt, () => attempts++)
    if (message !== null) stage.fold?.(state, message)
    metrics.processed(performance.now() - started)
    if (!(outcome instanceof Error))
      return { record, outgoing: outcome, bytes: sizeOf(outcome), deadCode: null }
    const letter = deadLetter(work.name, record, outcome, attempts, Date.now())
    const headers = { ...headersFor(work.name, record)(names.dead, 0), ...letter.headers }
    const outgoing: Outgoing[] = [
      {
        topic: names.dead,
        partition: record.partition,
        key: letter.value.key,
        value: codec.encode('dead', letter.value),
        headers,
      },
    ]
    return { record, outgoing, bytes: sizeOf(outgoing), deadCode: codeOf(outcome) }
  } finally {
    inHand.end()
  }
}

/** Folds a record whose outputs were committed before. */
async function remember<R extends TopicName, W extends TopicName, Use, State>(
  work: StageWork<R, W, Use, State>,
  lease: LeaseView,
  state: State,
  record: KafkaRecord,
): Promise<void> {
  const message = await patiently(work, lease, () =>
    messageOf(record, work.stage.reads, work.codec),
  )
  if (!(message instanceof Error)) work.stage.fold?.(state, message)
}

/**
 * Until it succeeds or is refused: the value, or the error whose fate is `dead`. Throws what is
 * final, and when the lease ends.
 */
async function patiently<T>(
  { metrics }: { readonly metrics: StageMetrics },
  { ended, leaving }: LeaseView,
  attempt: () => Promise<T>,
  onRetry: () => void = () => {},
): Promise<T | ErrataError> {
  for (let pause = shortestPause, waiting = false; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      const value = await attempt()
      if (waiting) metrics.retrying(-1)
      return value
    } catch (error) {
      const fate = fateOf(error)
      if (waiting && fate !== 'retry') metrics.retrying(-1)
      if (fate === 'dead') return error as ErrataError
      if (fate === 'die') throw error
      if (!waiting) metrics.retrying(1)
      waiting = true
      metrics.retry(codeOf(error))
      onRetry()
      await sleep(pause, undefined, { signal: AbortSignal.any([ended, leaving]) }).catch(() => {})
      if (ended.aborted || leaving.aborted) {
        metrics.retrying(-1)
        throw error
      }
    }
  }
}

/** The outputs as records: to the input's partition, or to that of `partitionBy`. */
function encode<R extends TopicName, W extends TopicName, Use, State>(
  work: StageWork<R, W, Use, State>,
  record: KafkaRecord,
  outputs: Outputs<W>,
): Outgoing[] {
  const headers = headersFor(work.name, record)
  return work.stage.writes.flatMap((topic) => {
    const name = work.names.output(topic)
    return ((outputs[topic] ?? []) as readonly Output<W>[]).map(
      ({ key, value, partitionBy }, index) => ({
        topic: name,
        partition:
          partitionBy === undefined ? record.partition : partitionOf(partitionBy, work.partitions),
        key,
        value: value === null ? null : work.codec.encode(topic, value),
        headers: headers(name, index),
      }),
    )
  })
}

function sizeOf(outgoing: readonly Outgoing[]): number {
  return outgoing.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
}

/** A processor can't be stopped, but its result need not be waited for. */
function unlessEnded<T>({ ended }: LeaseView, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ErrataError('TRANSACTION_FAILED', 'the lease has ended'))
    if (ended.aborted) return end()
    ended.addEventListener('abort', end, { once: true })
    result.then(resolve, reject).finally(() => ended.removeEventListener('abort', end))
  })
}
