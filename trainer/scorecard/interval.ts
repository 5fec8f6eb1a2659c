/** Bootstrap intervals (Efron 1979). */

import { randomFrom } from '../random.ts'

const resamples = 1000

export type Interval = readonly [low: number, high: number]

/** 95 % of what a statistic gives when units are drawn with replacement. */
export function interval<Unit>(
  units: readonly Unit[],
  statistic: (drawn: readonly Unit[]) => number,
  seed: number,
  count = resamples,
): Interval {
  if (units.length === 0) return [0, 0]
  const random = randomFrom(seed)
  const found = Float64Array.from({ length: count }, () =>
    statistic(units.map(() => units[Math.floor(random() * units.length)] as Unit)),
  ).sort()
  return [
    found[Math.floor(0.025 * count)] as number,
    found[Math.min(count - 1, Math.floor(0.975 * count))] as number,
  ]
}
