/** How processes notice that an outside system is away, and that it is back. */

import { openProbe, type Probe } from '../../../deploy/services/probe.ts'
import { ErrataError } from '../../../errors.ts'

let clock = 0
let probe: Probe
beforeEach(() => {
  clock = 0
  jest.useFakeTimers()
})
afterEach(() => {
  probe.stop()
  jest.useRealTimers()
})

const open = (ask: () => Promise<unknown>): Probe =>
  openProbe({ what: 'the broker', code: 'BROKER_UNREACHABLE', ask, now: () => clock })
const pass = async (seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i++) {
    clock += 1_000
    await jest.advanceTimersByTimeAsync(1_000)
  }
}

test('a system that answers is no problem, for a moment without an answer neither', async () => {
  let isAway = false
  probe = open(async () => {
    if (isAway) throw new Error('away')
  })
  await pass(60)
  expect(probe.problems()).toEqual([])
  isAway = true
  await pass(10)
  expect(probe.problems()).toEqual([])
})

test('a system that is away is a problem by its error until it answers again', async () => {
  let isAway = true
  probe = open(async () => {
    if (isAway) throw new ErrataError('REGISTRY_UNREACHABLE', 'nobody there')
  })
  await pass(30)
  expect(probe.problems()).toEqual([
    { code: 'REGISTRY_UNREACHABLE', why: 'the broker has not answered for 30 s: nobody there' },
  ])
  isAway = false
  await pass(6)
  expect(probe.problems()).toEqual([])
})

test('a system that takes the question and never answers is a problem, and is asked once', async () => {
  let asked = 0
  probe = open(() => {
    asked++
    return new Promise(() => {})
  })
  await pass(40)
  expect(probe.problems()).toEqual([
    { code: 'BROKER_UNREACHABLE', why: 'the broker has not answered for 40 s' },
  ])
  expect([asked, probe.silentMs()]).toEqual([1, 40_000])
})

test('a pause of the process itself is not taken for a silence', async () => {
  probe = open(async () => {})
  await pass(60)
  clock += 600_000 // no timer ran meanwhile
  expect(probe.problems()).toEqual([])
  await pass(10)
  expect(probe.silentMs()).toBeLessThan(10_000)
})
