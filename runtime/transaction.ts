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

import {
  committedOffsets,
  openTransactions,
  topicOffsets,
  type Outgoing,
  type Transaction,
  type TransactionalProducer,
} from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError, fateOf } from '../errors.ts'
import type { TopicName } from '../processors/processor.ts'
import type { OpenLease, LeaseItem, LeaseView } from './lease.ts'
import { processItem, remember, type Result, type StageWork } from './process-record.ts'
import { decodeBeyond, encodeBeyond, openWindow, type Window } from './window.ts'

export type { StageWork } from './process-record.ts'

const longestChunk = 2_000 // ms of work before what is finished is committed
const largestChunk = 8_388_608 // bytes of outputs
const mostLate = 8 // records of a partition; each holds its document in memory
/** OFFSET_LOST where the committed offset lies outside the log; codes of the world otherwise. */
export async function openStageLease<R extends TopicName, W extends TopicName, Use, State>(
  work: StageWork<R, W, Use, State>,
  lease: LeaseView,
): Promise<OpenLease> {
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
  items: readonly LeaseItem[],
): Promise<void> {
  const { work, lease, window } = opened
  const queue = await newOf(opened, items)
  let done: Result[] = []
  let since = performance.now()
  for (;;) {
    takeOn(opened, queue)
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

/** Begins work on what the window has room for. */
function takeOn<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, state, done, window }: Opened<R, W, Use, State>,
  queue: LeaseItem[],
): void {
  for (let item = queue[0]; item !== undefined && window.hasRoomFor(item); item = queue[0]) {
    queue.shift()
    if (item.record !== null && done.has(item.record.offset)) window.addDone(item)
    else window.add(item, processItem(work, lease, state, item))
  }
}

/**
 * Without those that took effect before the position at which the lease was opened: they are folded
 * into the state only.
 */
async function newOf<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, state, from }: Opened<R, W, Use, State>,
  items: readonly LeaseItem[],
): Promise<LeaseItem[]> {
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

/** A processor can't be stopped, but its result need not be waited for. */
function unlessEnded<T>({ ended }: LeaseView, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ErrataError('TRANSACTION_FAILED', 'the lease has ended'))
    if (ended.aborted) return end()
    ended.addEventListener('abort', end, { once: true })
    result.then(resolve, reject).finally(() => ended.removeEventListener('abort', end))
  })
}
