/**
 * Which results take effect in which order, where the partition stands, and that a commit says it
 * in full.
 */

import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import {
  decodeBeyond,
  encodeBeyond,
  openWindow,
  widestWindow,
  type Window,
} from '../../runtime/window.ts'
import type { LeaseItem } from '../../runtime/lease.ts'

const item = (offset: number, key = `k${offset}`): LeaseItem => ({
  record: {
    topic: 't',
    partition: 0,
    offset: BigInt(offset),
    key: Buffer.from(key),
    value: null,
    headers: {},
    timestamp: 0,
  },
  next: BigInt(offset + 1),
})
const gap = (next: number): LeaseItem => ({ record: null, next: BigInt(next) })

function opened(limits: Partial<Parameters<typeof openWindow>[0]> = {}) {
  const clock = { now: 0 }
  const window = openWindow<string>(
    { atOnce: 2, lateAfterMs: 100, mostLate: 3, ...limits },
    () => clock.now,
  )
  const begin = (which: LeaseItem): ((result?: string) => Promise<void>) => {
    let resolve: (result: string) => void = () => undefined
    window.add(which, new Promise((done) => (resolve = done)))
    return async (result = String(which.record?.offset)) => {
      resolve(result)
      await turn()
    }
  }
  return { window, clock, begin }
}

const stands = (window: Window<string>): unknown => [
  Number(window.position()),
  window.beyond().map(Number),
]

describe('a window', () => {
  test('gives results in the order of their records, whichever is done first', async () => {
    const { window, begin } = opened()
    const [first, second] = [begin(item(5)), begin(item(6))]
    await second()
    expect([window.take(), stands(window)]).toEqual([[], [5, []]])
    await first()
    expect([window.take(), stands(window)]).toEqual([
      ['5', '6'],
      [7, []],
    ])
  })

  test('lets a record that is late be overtaken, and never passes it over', async () => {
    const { window, clock, begin } = opened()
    const slow = begin(item(5))
    clock.now = 100
    const [next, last] = [begin(item(6)), begin(item(7))]
    await next()
    await last()
    expect([window.late(), window.take(), stands(window)]).toEqual([1, ['6', '7'], [5, [6, 7]]])
    await slow()
    expect([window.late(), window.take(), stands(window)]).toEqual([0, ['5'], [8, []]])
  })

  test('lets no record overtake an earlier one of its key', async () => {
    const { window, clock, begin } = opened()
    const slow = begin(item(5, 'a'))
    clock.now = 100
    await begin(item(6, 'a'))()
    await begin(item(7, 'b'))()
    expect([window.take(), stands(window)]).toEqual([['7'], [5, [7]]])
    await slow()
    expect([window.take(), stands(window)]).toEqual([
      ['5', '6'],
      [8, []],
    ])
  })

  test('counts records that only move the position', async () => {
    const { window, begin } = opened()
    await begin(gap(9))('gap')
    const slow = begin(item(12))
    expect([window.take(), stands(window)]).toEqual([['gap'], [12, []]])
    await slow()
    expect([window.take(), stands(window)]).toEqual([['12'], [13, []]])
  })

  test('takes on so many at once and so many late ones, and none that is too far ahead', async () => {
    const { window, clock, begin } = opened()
    begin(item(0))
    expect(window.hasRoomFor(item(1))).toBe(true)
    begin(item(1))
    expect(window.hasRoomFor(item(2))).toBe(false)
    clock.now = 100
    expect([window.hasRoomFor(item(2)), window.hasRoomFor(item(widestWindow))]).toEqual([
      true,
      false,
    ])
    begin(item(2))
    begin(item(3))
    clock.now = 200
    begin(item(4))
    expect([window.late(), window.hasRoomFor(item(5))]).toEqual([4, false])
  })

  test('without lateness keeps every record in its turn', async () => {
    const { window, clock, begin } = opened({ atOnce: 1, lateAfterMs: Infinity })
    begin(item(0))
    clock.now = 1e9
    expect([window.late(), window.isBusy(), window.hasRoomFor(item(1))]).toEqual([0, true, false])
  })

  test('throws what a record failed with, and wakes whoever waits', async () => {
    const { window } = opened()
    let woken = false
    window.add(item(0), Promise.reject(new Error('fenced')))
    expect(
      window.hasResults(() => {
        woken = true
      }),
    ).toBe(false)
    await turn()
    expect([woken, window.hasResults(() => undefined)]).toEqual([true, true])
    expect(() => window.take()).toThrow('fenced')
  })
})

test('what was committed beyond a position is read back as it was, whatever it was', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 62n }),
      fc.uniqueArray(fc.integer({ min: 0, max: widestWindow - 1 }), { maxLength: 300 }),
      (position, places) => {
        const beyond = places.map((place) => position + BigInt(place))
        const metadata = encodeBeyond(position, beyond)
        expect(Buffer.byteLength(metadata)).toBeLessThanOrEqual(4096) // what a broker takes
        expect(new Set(decodeBeyond(position, metadata))).toEqual(new Set(beyond))
      },
    ),
  )
  expect(
    decodeBeyond(5n, 'of another program').size +
      decodeBeyond(5n, null).size +
      decodeBeyond(5n, '').size,
  ).toBe(0)
})
