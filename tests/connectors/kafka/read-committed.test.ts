import { createRequire } from 'node:module'
import fc from 'fast-check'
import {
  committedRecords,
  kafkajs,
  testFilter,
  type AbortedTransaction,
  type FetchedRecord,
} from '../../../connectors/kafka/read-committed.ts'

const record = (offset: number, producer: string, control?: 'commit' | 'abort'): FetchedRecord => ({
  offset: String(offset),
  key:
    control === undefined
      ? Buffer.from('key')
      : Buffer.from([0, 0, 0, control === 'abort' ? 0 : 1]),
  isControlRecord: control !== undefined,
  batchContext: { producerId: producer, inTransaction: true },
})
const offsets = (records: readonly FetchedRecord[]): string =>
  records.map(({ offset }) => offset).join()

describe('the filter of aborted transactions', () => {
  test('is in force in the library as it was loaded', () => {
    expect(() => testFilter()).not.toThrow()
    expect(kafkajs.Kafka).toBeDefined()
  })

  test('two aborted transactions that interleave leave nothing behind', () => {
    const log = [
      record(0, 'A'),
      record(1, 'B'),
      record(2, 'B', 'abort'),
      record(3, 'A'),
      record(4, 'A', 'abort'),
      record(5, 'C'),
      record(6, 'C', 'commit'),
    ]
    const inOrderOfCompletion: AbortedTransaction[] = [
      { producerId: 'B', firstOffset: '1' },
      { producerId: 'A', firstOffset: '0' },
    ]
    expect(offsets(committedRecords(log, inOrderOfCompletion))).toBe('5')
  })

  test('a key of four zero bytes ends no transaction', () => {
    const log = [
      record(0, 'A'),
      { ...record(1, 'A'), key: Buffer.alloc(4) },
      record(2, 'A'),
      record(3, 'A', 'abort'),
    ]
    expect(offsets(committedRecords(log, [{ producerId: 'A', firstOffset: '0' }]))).toBe('')
  })

  test('a record outside transactions passes, whoever wrote it', () => {
    const outside = { ...record(1, 'A'), batchContext: { producerId: 'A', inTransaction: false } }
    expect(
      offsets(
        committedRecords(
          [record(0, 'A'), outside, record(2, 'A', 'abort')],
          [{ producerId: 'A', firstOffset: '0' }],
        ),
      ),
    ).toBe('1')
  })

  test('whatever the order of producers and ends, exactly the committed records are seen', () => {
    const step = fc.record({
      producer: fc.constantFrom('A', 'B', 'C'),
      what: fc.constantFrom('write', 'write', 'commit', 'abort'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(20), (steps, skip) => {
        const log: FetchedRecord[] = []
        const open = new Map<string, { first: number; mine: number[] }>()
        const aborted: (AbortedTransaction & { readonly end: number })[] = []
        const wanted: number[] = []
        for (const { producer, what } of steps) {
          const transaction = open.get(producer)
          const offset = log.length
          if (what === 'write') {
            log.push(record(offset, producer))
            if (transaction === undefined) open.set(producer, { first: offset, mine: [offset] })
            else transaction.mine.push(offset)
          } else if (transaction !== undefined) {
            log.push(record(offset, producer, what as 'commit' | 'abort'))
            open.delete(producer)
            if (what === 'abort')
              aborted.push({
                producerId: producer,
                firstOffset: String(transaction.first),
                end: offset,
              })
            else wanted.push(...transaction.mine)
          }
        }
        // A fetch may begin anywhere; the broker gives nothing from the first open transaction on,
        // and names the aborted transactions that reach into what it gives.
        const stable = Math.min(log.length, ...[...open.values()].map(({ first }) => first))
        const seen = committedRecords(
          log.slice(skip, stable),
          aborted.filter(({ firstOffset, end }) => Number(firstOffset) < stable && end >= skip),
        )
        expect(offsets(seen)).toBe(
          wanted
            .filter((offset) => offset >= skip && offset < stable)
            .sort((a, b) => a - b)
            .join(),
        )
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an idle connection', () => {
  test('sets no timer to look into its empty queue', () => {
    const RequestQueue = createRequire(__filename)('kafkajs/src/network/requestQueue') as new (
      options: object,
    ) => {
      scheduleCheckPendingRequests(): void
      throttleCheckTimeoutId: unknown
      pending: unknown[]
      destroy(): void
    }
    const logger = { namespace: () => ({ debug() {} }) }
    const queue = new RequestQueue({
      maxInFlightRequests: null,
      requestTimeout: 1_000,
      enforceRequestTimeout: false,
      clientId: 'c',
      broker: 'b',
      logger,
      isConnected: () => true,
    })
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeFalsy()
    queue.pending.push({})
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeTruthy()
    queue.destroy()
  })
})
