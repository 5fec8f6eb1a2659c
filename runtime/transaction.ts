/**
 * What a stage does with the records of a partition: run the processor, then write outputs, dead
 * letters and the input's new offset in one transaction.
 *
 *     input      … 17 18 19 │ 20 21          processors run first, `concurrency` at once, outputs kept in order (window.ts)
 *     output     … a  b     │                nothing is open meanwhile: an open transaction would hold back all readers
 *     dead       …     x    │
 *     offset     … 20       │                one transaction: all of it or none
 *
 * A transaction covers the queued records, up to the batch's limits, or what was finished within
 * two seconds: slow document reading commits records one by one. Where a stage processes records
 * concurrently, later ones overtake a record that takes longer than that; its results are committed
 * when it is done. Any failure between begin and commit discards the producer and all state (the
 * lease reopens); the next `open` learns from the committed offset whether the transaction was
 * committed.
 *
 * `open` fences the previous owner of the partition before it reads the offset; lease.ts explains
 * the order.
 *
 * A failing message meets one of three fates: retried in place with longer and longer pauses, so
 * that order is kept; written as a dead letter in the same transaction; or the end of the process.
 * State is folded from every message that can be decoded, also from rejected ones, so that a
 * rebuild from the log gives the same state. A stage that recalls its own output has its state from
 * there: after fencing, when nobody else writes to that partition any more.
 */

import {
  committedOffsets,
  openTransactions,
  topicOffsets,
  type KafkaRecord,
  type Outgoing,
  type Transaction,
  type TransactionalProducer,
} from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError, fateOf } from '../errors.ts'
import type { TopicName } from '../processors/processor.ts'
import { originIn } from './headers.ts'
import type { OpenLease, LeaseItem, LeaseView } from './lease.ts'
import { usable } from './message.ts'
import { processItem, remember, type Result, type StageWork } from './process-record.ts'
import { scan } from './read-topics.ts'
import { startCommit } from './stage-spans.ts'
import { decodeBeyond, encodeBeyond, openWindow, type Window } from './window.ts'

export type { StageWork } from './process-record.ts'

const longestChunk = 2_000 // ms of work before finished results are committed
const largestChunk = 8_388_608 // bytes of outputs
const mostLate = 8 // records of a partition in progress; each holds its document in memory
/**
 * OFFSET_LOST where the committed offset is outside the log; otherwise codes of outside systems.
 */
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
    const inTurn = stage.state !== undefined || stage.concurrency <= 1 // state is folded in order
    const window = openWindow<Result>({
      atOnce: inTurn ? 1 : stage.concurrency,
      lateAfterMs: inTurn ? Infinity : longestChunk,
      mostLate,
    })
    const opened = {
      work,
      lease,
      producer,
      state: await stateAtStart(work, lease),
      from,
      formerly: await formerPosition(work, lease),
      done: decodeBeyond(from, metadata),
      window,
    }
    return {
      position: stage.fold === undefined ? from : log.low,
      work: (items) => workOn(opened, items),
      late: window.hasResults,
      close: () => {
        work.metrics.late(lease.partition, null)
        producer.discard()
      },
    }
  } catch (error) {
    producer.discard()
    throw error
  }
}

/** The state before the first record, which holds what the stage recalls. */
async function stateAtStart<R extends TopicName, W extends TopicName, Use, State>(
  { stage: { state: initial, recalls }, names, cluster, codec }: StageWork<R, W, Use, State>,
  { partition, ended }: LeaseView,
): Promise<State> {
  const state = initial?.() as State
  if (recalls === undefined) return state
  const topic = names.output(recalls.topic)
  const log = (await topicOffsets(cluster, topic)).get(partition)
  if (log === undefined)
    throw new ErrataError('TOPOLOGY_MISMATCH', `no partition ${partition} in ${topic}`, { topic })
  const range = { topic, partition, from: log.low, to: log.high }
  await scan(cluster, [range], `${names.group}.`, async (record) => {
    ended.throwIfAborted()
    const message = await usable(record, recalls.topic, codec, cluster.log)
    if (message !== null) recalls.fold(state, message)
  })
  return state
}

interface FormerPosition {
  readonly topic: string
  readonly position: bigint
}

/** Where the group had come to in the topic that it read formerly. */
async function formerPosition<R extends TopicName, W extends TopicName, Use, State>(
  { stage: { formerly }, names, cluster }: StageWork<R, W, Use, State>,
  { partition }: LeaseView,
): Promise<FormerPosition | null> {
  if (formerly === undefined) return null
  const topic = names.output(formerly)
  const position = (await committedOffsets(cluster, names.group, topic)).get(partition)?.position
  return position == null ? null : { topic, position }
}

/** An open lease, shared by its calls of work. */
interface Opened<R extends TopicName, W extends TopicName, Use, State> {
  readonly work: StageWork<R, W, Use, State>
  readonly lease: LeaseView
  readonly producer: TransactionalProducer
  readonly state: State
  /** The committed position when the lease was opened, and the committed offsets beyond it. */
  readonly from: bigint
  readonly done: ReadonlySet<bigint>
  readonly formerly: FormerPosition | null
  readonly window: Window<Result>
}

/**
 * Works until everything but late records is committed. Late records stay in the window for the
 * next call.
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
      continue // results may have arrived during the commit
    }
    const next = queue[0] // committing may have made room
    if (next === undefined || !window.hasRoomFor(next)) await unlessEnded(lease, window.changed())
  }
}

/** Starts processing as many records as the window has room for. */
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
 * Drops records committed before the position at which the lease was opened, also those that were
 * committed in the topic that the group read formerly: they are only folded into the state.
 */
async function newOf<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, state, from, formerly }: Opened<R, W, Use, State>,
  items: readonly LeaseItem[],
): Promise<LeaseItem[]> {
  // By the record's own offset: the next position may have moved since, past records that were
  // aborted later.
  const isKnown = ({ record, next }: LeaseItem): boolean =>
    record === null ? next <= from : record.offset < from || wasRead(formerly, record)
  const known = items.filter(isKnown)
  for (const { record } of known) if (record !== null) await remember(work, lease, state, record)
  const queue = items.filter((item) => !isKnown(item))
  const passed = known.at(-1)?.next ?? 0n
  if (queue.length === 0 && passed > from) queue.push({ record: null, next: passed })
  return queue
}

function wasRead(formerly: FormerPosition | null, record: KafkaRecord): boolean {
  if (formerly === null) return false
  const origin = originIn(record)
  return (
    origin?.topic === formerly.topic &&
    origin.partition === record.partition &&
    BigInt(origin.offset) < formerly.position
  )
}

async function commit<R extends TopicName, W extends TopicName, Use, State>(
  opened: Opened<R, W, Use, State>,
  results: readonly Result[],
): Promise<void> {
  const { name, metrics } = opened.work
  const ended = startCommit(name, results)
  const outgoing = results.flatMap((result) => result.outgoing)
  try {
    await commitOutgoing(opened, outgoing)
  } catch (error) {
    ended(error)
    throw error
  }
  ended()
  const counts = new Map<string, number>()
  for (const { topic } of outgoing) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  const records = results.flatMap(({ record }) => (record === null ? [] : [record]))
  const now = Date.now()
  metrics.committed(
    records.length,
    counts,
    records.map(({ timestamp }) => now - timestamp),
  )
  for (const { deadCode, outcomes } of results) {
    if (deadCode !== null) metrics.deadLetter(deadCode)
    metrics.outcomes(outcomes)
  }
}

/** One transaction: these records, and the position up to which the window is done. */
async function commitOutgoing<R extends TopicName, W extends TopicName, Use, State>(
  { work, lease, producer, window }: Opened<R, W, Use, State>,
  outgoing: readonly Outgoing[],
): Promise<void> {
  const { names, at } = work
  const position = window.position() as bigint
  at('processed')
  lease.ended.throwIfAborted()
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
    // releases readers early; the next owner would abort it anyway
    await transaction.abort().catch(() => {})
    lease.ended.throwIfAborted()
  }
  await transaction.commit()
  at('committed')
}

/**
 * DEAD_LETTER_FAILED where retrying does not help: the records stay where they are and are not
 * skipped.
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
      `${topic} rejected a dead letter: ${why}`,
      { topic },
      error,
    )
  }
}

/** A processor can't be cancelled, but its result needn't be awaited. */
function unlessEnded<T>({ ended }: LeaseView, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ErrataError('TRANSACTION_FAILED', 'the lease has ended'))
    if (ended.aborted) return end()
    ended.addEventListener('abort', end, { once: true })
    result.then(resolve, reject).finally(() => ended.removeEventListener('abort', end))
  })
}
