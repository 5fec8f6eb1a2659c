/**
 * Patches kafkajs to deliver committed records only. All other files import the library through
 * this one.
 *
 * kafkajs 2.2.4 delivers records of aborted transactions where two of them interleave in a
 * partition: it takes the broker's list of aborted transactions to be sorted by first offset,
 * though it comes in order of completion, and opens at most one for each record. It also takes any
 * record whose key is four zero bytes for the end of a transaction.
 *
 *     offset   0    1    2        3    4        5    6          aborted: [B from 1, A from 0]
 *     record   A1   B1   abort B  A2   abort A  C1   commit C   kafkajs gives 0, 5; right is 5
 *
 * So the batch that the consumer builds for each fetched partition is replaced by one that filters
 * as the Java client does. It also gives its fetch position and its end if it holds no record to
 * deliver: kafkajs skips batches of control and aborted records silently, and the position would be
 * lost with them.
 *
 * kafkajs also reacts to "offset out of range" by committing its default offset and continuing from
 * there, which is silent loss. Here that is an error (OFFSET_LOST) and the committed offset stays
 * unchanged.
 *
 * Each of its connections wakes up a thousand times a second to check an empty queue, because it
 * sets a timer with a negative delay: 4 % of a core for an idle connection. Here the queue is
 * checked only when something is in it.
 *
 * It looks up a transaction's coordinators again at each step: four of nine round trips, and a
 * stage waits for each of them. Here the result is cached for a few seconds; a producer is not
 * reused after an error anyway.
 *
 * The patches depend on the library's internals, so a self-test runs the filter on fixed input
 * before anything connects: FILTER_BROKEN if an update of kafkajs has changed them.
 */

import { createRequire } from 'node:module'
import type * as Kafkajs from 'kafkajs'
import { ErrataError } from '../../errors.ts'

export interface FetchedRecord {
  readonly offset: string
  readonly key: Buffer | null
  readonly isControlRecord: boolean
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean }
}

export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

interface PartitionData {
  readonly partition: number
  readonly highWatermark: string
  readonly abortedTransactions?: readonly AbortedTransaction[] | null
  readonly messages: readonly FetchedRecord[]
}

/** The parts of kafkajs's own Batch used here. */
interface Batch {
  messages: readonly FetchedRecord[]
  readonly rawMessages: readonly FetchedRecord[]
  readonly messagesWithinOffset: readonly FetchedRecord[]
  readonly fetchedOffset: string
  lastOffset(): string
  isEmpty(): boolean
}
type BatchClass = new (topic: string, fetchedOffset: string, data: PartitionData) => Batch

type OffsetManagerClass = {
  prototype: {
    setDefaultOffset(
      this: { readonly groupId: string },
      at: { topic: string; partition: number },
    ): Promise<void>
  }
}

interface RequestQueue {
  readonly pending: readonly unknown[]
}
type RequestQueueClass = { prototype: { scheduleCheckPendingRequests(this: RequestQueue): void } }

/** The parts of kafkajs's Cluster that its producers use for transactions. */
interface Coordinators {
  readonly retry: unknown
  refreshMetadataIfNecessary(): Promise<void>
  findControllerBroker(): Promise<unknown>
  findBroker(of: { readonly nodeId: number }): Promise<unknown>
  findGroupCoordinator(of: {
    readonly groupId: string
    readonly coordinatorType?: number
  }): Promise<{ readonly nodeId: number }>
}
type MakeTransactions = (options: { readonly cluster: Coordinators }) => unknown

// shorter than kafkajs's retries, so that they find a coordinator that has moved
const coordinatorMs = 5_000
const ABORT = 0 // type of a control record; 1 is commit

/**
 * The records of a fetched partition without control records and records of aborted transactions,
 * in order of offset. Follows the consumer protocol of KIP-98: transactions open by first offset,
 * and only an abort marker ends one.
 */
export function committedRecords<R extends FetchedRecord>(
  records: readonly R[],
  aborted: readonly AbortedTransaction[],
): R[] {
  const pending = aborted
    .map(({ producerId, firstOffset }) => ({
      producerId: String(producerId),
      firstOffset: BigInt(firstOffset),
    }))
    .sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<string>()
  let next = 0
  return records.filter((record) => {
    const offset = BigInt(record.offset)
    for (
      ;
      next < pending.length && (pending[next] as (typeof pending)[0]).firstOffset <= offset;
      next++
    )
      open.add((pending[next] as (typeof pending)[0]).producerId)
    const producer = String(record.batchContext.producerId)
    if (!record.isControlRecord) return !(record.batchContext.inTransaction && open.has(producer))
    if (record.key !== null && record.key.length >= 4 && record.key.readInt16BE(2) === ABORT)
      open.delete(producer)
    return false
  })
}

const require = createRequire(import.meta.url)
const BatchOfLibrary = replaceBatch()
replaceReset()
replacePolling()
replaceLookups()

/** The library, loaded after it was patched. */
export const kafkajs = require('kafkajs') as typeof Kafkajs

/**
 * Runs the patched parts as kafkajs will; FILTER_BROKEN where they don't behave as the header
 * describes.
 */
export function testFilter(): void {
  const inForce = require('kafkajs/src/consumer/batch') as BatchClass
  const record = (
    offset: number,
    producerId: string,
    control?: 'abort' | 'commit',
    key = `k${offset}`,
  ): FetchedRecord => ({
    offset: String(offset),
    key:
      control === undefined
        ? Buffer.from(key)
        : Buffer.from([0, 0, 0, control === 'abort' ? 0 : 1]),
    isControlRecord: control !== undefined,
    batchContext: { producerId, inTransaction: true },
  })
  const messages = [
    record(0, 'A'),
    record(1, 'B'),
    record(2, 'B', 'abort'),
    record(3, 'A'),
    record(4, 'A', undefined, '\0\0\0\0'),
    record(5, 'A'),
    record(6, 'A', 'abort'),
    record(7, 'C'),
    record(8, 'C', 'commit'),
    record(9, 'A'),
    record(10, 'A', 'commit'),
  ]
  const abortedTransactions = [
    { producerId: 'B', firstOffset: '1' },
    { producerId: 'A', firstOffset: '0' },
  ]
  const batch = new inForce('t', '0', {
    partition: 0,
    highWatermark: '11',
    abortedTransactions,
    messages,
  })
  const seen = batch.messages.map(({ offset }) => offset).join()
  const control = new inForce('t', '2', {
    partition: 0,
    highWatermark: '11',
    abortedTransactions: [],
    messages: [record(2, 'B', 'abort')],
  })
  if (
    inForce !== BatchOfLibrary ||
    seen !== '7,9' ||
    batch.lastOffset() !== '10' ||
    control.messages.length !== 0 ||
    control.isEmpty()
  ) {
    throw new ErrataError(
      'FILTER_BROKEN',
      'the filter of aborted transactions is not in force in this version of kafkajs',
      { seen, expected: '7,9' },
    )
  }
}

function replaceBatch(): BatchClass {
  const path = require.resolve('kafkajs/src/consumer/batch')
  const Original = require(path) as BatchClass
  class CommittedBatch extends Original {
    constructor(topic: string, fetchedOffset: string, data: PartitionData) {
      super(topic, fetchedOffset, { ...data, abortedTransactions: [] })
      this.messages = committedRecords(this.messagesWithinOffset, data.abortedTransactions ?? [])
    }

    /**
     * A batch without records to deliver must still reach the handler: it advances the position.
     */
    override isEmpty(): boolean {
      return this.rawMessages.length === 0
    }
  }
  const loaded = require.cache[path]
  if (loaded === undefined)
    throw new ErrataError('FILTER_BROKEN', 'kafkajs has no consumer/batch to replace')
  loaded.exports = CommittedBatch
  return CommittedBatch
}

function replaceReset(): void {
  const Manager = require('kafkajs/src/consumer/offsetManager') as OffsetManagerClass
  if (typeof Manager.prototype.setDefaultOffset !== 'function')
    throw new ErrataError('FILTER_BROKEN', 'kafkajs has no setDefaultOffset to replace')
  Manager.prototype.setDefaultOffset = async function ({ topic, partition }) {
    const lost = new ErrataError(
      'OFFSET_LOST',
      `the position in ${topic}/${partition} lies outside the log`,
      { topic, partition, group: this.groupId },
    )
    throw Object.assign(lost, { retriable: false })
  }
}

function replacePolling(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue') as RequestQueueClass
  // eslint-disable-next-line typescript/unbound-method -- called with the queue as `this` below
  const original = prototype.scheduleCheckPendingRequests
  if (typeof original !== 'function') return // removes the busy waiting
  // A later request checks the queue itself, and so does every response
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) original.call(this)
  }
}

function replaceLookups(): void {
  const path = require.resolve('kafkajs/src/producer/eosManager')
  const original = require(path) as MakeTransactions
  const loaded = require.cache[path]
  if (loaded !== undefined)
    loaded.exports = ((options) =>
      original({ ...options, cluster: remembering(options.cluster) })) satisfies MakeTransactions
}

/**
 * Caches which broker a coordinator is, not the connection to it, which is reopened if it is gone.
 */
function remembering(cluster: Coordinators): Coordinators {
  const known = new Map<string, { readonly nodeId: number; readonly until: number }>()
  return {
    retry: cluster.retry,
    refreshMetadataIfNecessary: () => cluster.refreshMetadataIfNecessary(),
    findControllerBroker: () => cluster.findControllerBroker(),
    findBroker: (of) => cluster.findBroker(of),
    async findGroupCoordinator(of) {
      const key = `${of.coordinatorType ?? ''} ${of.groupId}`
      const found = known.get(key)
      if (found !== undefined && performance.now() < found.until) {
        const broker = await cluster.findBroker(found).catch(() => null)
        if (broker !== null) return broker as { readonly nodeId: number }
      }
      const broker = await cluster.findGroupCoordinator(of)
      known.set(key, { nodeId: broker.nodeId, until: performance.now() + coordinatorMs })
      return broker
    },
  }
}
