import fc from 'fast-check'
import { alarmIn, oddsBet, rankBets } from '../../../processors/routing/change-detection.ts'
import { randomFrom } from '../../../trainer/random.ts'

const ranked = (values: readonly number[], ties: readonly number[]): number[] =>
  rankBets(
    values.length,
    (n) => values.slice(0, n),
    (i) => ties[i] as number,
  )
const limit = 1000

/** Alarms in so many rows: `value` gives observation i. */
function alarms(
  rows: number,
  count: number,
  value: (i: number, next: () => number) => number,
): (number | null)[] {
  const next = randomFrom(11)
  return Array.from({ length: rows }, () => {
    const values = Array.from({ length: count }, (_, i) => value(i, next))
    return alarmIn(ranked(values, values.map(next)), limit)?.at ?? null
  })
}

const shareOf = (rows: readonly (number | null)[], holds: (at: number) => boolean): number =>
  rows.filter((at) => at !== null && holds(at)).length / rows.length

describe('nothing has changed', () => {
  test.each<[string, (i: number, next: () => number) => number]>([
    ['evenly spread', (_, next) => next()],
    ['mostly equal', (_, next) => (next() < 0.9 ? 0 : 1)],
    ['with a heavy tail', (_, next) => 1 / (next() + 1e-9)],
    ['all equal', () => 0],
  ])(
    'of 400 rows of 100 observations, %s, at most seven in a hundred give an alarm',
    (_, value) => {
      expect(shareOf(alarms(400, 100, value), () => true)).toBeLessThanOrEqual(0.07)
    },
  )

  test('a bet on ranks is fair: over all orders of the same observations it pays 1 on average', () => {
    const grid = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000)
    const mean =
      grid.reduce(
        (sum, tie) =>
          sum +
          [1, 2, 3, 3].reduce(
            (inner, last, k, all) =>
              inner +
              (ranked([...all.filter((_, i) => i !== k), last], [0.5, 0.5, 0.5, tie]).at(
                -1,
              ) as number),
            0,
          ) /
            4,
        0,
      ) / 1000
    expect(mean).toBeCloseTo(1, 1)
  })

  test('a bet on odds is fair where the doubt is as promised, and loses where it is less', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (doubt, less) => {
          const mean = (truth: number): number =>
            truth * oddsBet(doubt, true) + (1 - truth) * oddsBet(doubt, false)
          expect(mean(doubt)).toBeCloseTo(1, 9)
          expect(mean(doubt * less)).toBeLessThanOrEqual(1 + 1e-9)
        },
      ),
    )
  })
})

describe('something has changed', () => {
  test.each([
    [20, 13, 0.9],
    [40, 7, 0.9],
    [60, 6, 0.9],
  ])(
    'after %i observations a complete change is seen within %i more, nine times in ten',
    (known, within, share) => {
      const rows = alarms(400, known + 30, (i, next) => (i < known ? next() : 1 + next()))
      expect(shareOf(rows, (at) => at >= known && at < known + within)).toBeGreaterThanOrEqual(
        share,
      )
    },
  )

  test('the alarm says where the change began, give or take five', () => {
    const next = randomFrom(3)
    const values = Array.from({ length: 60 }, (_, i) => (i < 40 ? next() : 1 + next()))
    const change = alarmIn(ranked(values, values.map(next)), limit)
    expect(change?.from).toBeGreaterThanOrEqual(35)
    expect(change?.from).toBeLessThanOrEqual(45)
  })

  test('half of the documents wrong where one in twenty was promised is seen within ten', () => {
    const promised = Array.from({ length: 40 }, (_, i) => oddsBet(0.05, i % 20 === 9))
    const broken = Array.from({ length: 10 }, (_, i) => oddsBet(0.05, i % 2 === 0))
    expect(alarmIn(promised, 500)).toBeNull()
    expect(alarmIn([...promised, ...broken], 500)?.at).toBeGreaterThanOrEqual(40)
  })
})
