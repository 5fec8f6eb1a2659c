/**
 * What is remembered is of the store as it is: asked anew as soon as it has taken in more, and
 * never kept where it failed.
 */

import { remembering } from '../../../../connectors/http/review/query-cache.ts'

function store() {
  const state = { next: 1, asked: 0, time: 0, broken: false, hold: Promise.resolve() }
  const query = async (sql: string) => {
    if (sql.includes('sink_progress')) return [{ topic: 'x.raw', next: String(state.next) }]
    const by = ++state.asked
    await state.hold
    if (state.broken) throw new Error('away')
    return Array.from({ length: sql === 'long' ? 6_000 : 1 }, () => ({ at: state.next, by }))
  }
  return { state, ask: remembering(query, () => state.time) }
}

test('is asked once as long as the store is the same, also by two at once, and again after that', async () => {
  const { state, ask } = store()
  expect(await Promise.all([ask('a', {}), ask('a', {})])).toEqual([
    [{ at: 1, by: 1 }],
    [{ at: 1, by: 1 }],
  ])
  expect([await ask('a', {}), await ask('a', { vendor: 'x' }), await ask('b', {})]).toMatchObject([
    [{ by: 1 }],
    [{ by: 2 }],
    [{ by: 3 }],
  ])
  state.next = 2
  expect(await ask('a', {})).toEqual([{ at: 2, by: 4 }])
  state.time = 60_001 // what depends on the time of day
  expect(await ask('a', {})).toEqual([{ at: 2, by: 5 }])
})

test('a question that began before the store took in more is no answer to one that came after', async () => {
  const { state, ask } = store()
  let go = (): void => {}
  state.hold = new Promise((done) => (go = done))
  const before = ask('a', {})
  while (state.asked === 0) await new Promise((done) => setImmediate(done))
  state.next = 2
  const after = ask('a', {})
  while (state.asked === 1) await new Promise((done) => setImmediate(done))
  go()
  expect((await Promise.all([before, after])).map(([row]) => row?.['by'])).toEqual([1, 2])
  expect(await ask('a', {})).toMatchObject([{ by: 2 }])
})

test('what failed, and what is too long, is asked again', async () => {
  const { state, ask } = store()
  state.broken = true
  await expect(ask('a', {})).rejects.toThrow('away')
  state.broken = false
  expect(await ask('a', {})).toMatchObject([{ by: 2 }])
  await ask('long', {})
  expect((await ask('long', {}))[0]).toMatchObject({ by: 4 })
})
