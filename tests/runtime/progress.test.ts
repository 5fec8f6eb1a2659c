import { createProgress } from '../../runtime/progress.ts'

const place = (position: bigint, lag: bigint) => new Map([['p', { position, lag }]])

test('time counts from when a position last moved or had nothing behind it', () => {
  let now = 0
  const progress = createProgress<string>(() => now)
  const still: number[] = []
  for (const [position, lag] of [
    [1n, 5n],
    [1n, 9n],
    [2n, 8n],
    [2n, 8n],
    [2n, 0n],
    [2n, 3n],
  ] as const) {
    now += 10
    progress.note(place(position, lag))
    still.push(progress.stillMs('p'))
  }
  expect(still).toEqual([0, 10, 0, 10, 0, 0])
  expect([progress.lag('p'), progress.stillMs('unknown'), progress.lag('unknown')]).toEqual([
    3n,
    0,
    0n,
  ])
})

test('what is not named is forgotten', () => {
  let now = 0
  const progress = createProgress<string>(() => now)
  progress.note(place(1n, 5n))
  progress.note(new Map())
  now = 100
  progress.note(place(1n, 5n))
  expect(progress.stillMs('p')).toBe(0)
})

test('a pause of the process itself is no standstill', () => {
  let now = 0
  const progress = createProgress<string>(() => now, 30)
  for (const at of [0, 10, 20]) {
    now = at
    progress.note(place(1n, 5n))
  }
  expect(progress.stillMs('p')).toBe(20)
  now = 1_000
  progress.note(place(1n, 5n))
  expect(progress.stillMs('p')).toBe(0)
})
