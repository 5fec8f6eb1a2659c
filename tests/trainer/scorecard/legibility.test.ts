/** The figures of how surely an engine reads are found again in values that were drawn by them. */

import { figures, legibilityOf, type OcrAccuracy } from '../../../processors/model/ocr-accuracy.ts'
import { randomFrom } from '../../../trainer/random.ts'
import { measureLegibility, type ReadValue } from '../../../trainer/scorecard/legibility.ts'

/**
 * Values whose right place a model found nine times in ten, and whose words an engine read as
 * `truth` says.
 */
function drawn(count: number, truth: OcrAccuracy, seed = 3): ReadValue[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => {
    const place = 0.8 + 0.2 * random()
    const doubts = Array.from({ length: 1 + Math.floor(6 * random()) }, () =>
      random() < 0.8 ? 1 : 0.3 + 0.7 * random(),
    )
    return {
      confidence: place * legibilityOf(doubts),
      doubts,
      right: random() < place * legibilityOf(doubts, truth),
    }
  })
}

test.each<OcrAccuracy>([
  { misread: 0.03, trust: 0.6 },
  { misread: 0, trust: 1 },
  { misread: 0.01, trust: 0 },
])('%j', (truth) => {
  const measure = measureLegibility(drawn(2000, truth))
  for (const name of ['misread', 'trust'] as const) {
    const [low, high] = measure?.intervals[name] ?? [1, 0]
    expect(low).toBeLessThanOrEqual(truth[name] + 1e-9)
    expect(high).toBeGreaterThanOrEqual(truth[name] - 1e-9)
    expect(measure?.best[name]).toBeGreaterThanOrEqual(low)
    expect(measure?.best[name]).toBeLessThanOrEqual(high)
  }
  expect(measure?.values).toBe(2000)
  expect(measure?.behind).toBeGreaterThan(3) // what is used is not what these were drawn by
})

test('the figures in use are as likely as the best where they hold, and few values leave a wide interval', () => {
  expect(measureLegibility(drawn(2000, figures))?.behind).toBeLessThan(3)
  const [few, many] = [
    measureLegibility(drawn(100, figures)),
    measureLegibility(drawn(2000, figures)),
  ]
  const width = (measure: typeof few): number =>
    (measure?.intervals.trust[1] ?? 0) - (measure?.intervals.trust[0] ?? 0)
  expect(width(few)).toBeGreaterThan(2 * width(many))
  expect(measureLegibility([])).toBeNull()
})

test('no value is impossible: one that the engine had given up and one that a model was sure of in vain', () => {
  const measure = measureLegibility([
    { confidence: 1, doubts: [1], right: false },
    { confidence: 1e-9, doubts: [0.01, 0.01], right: true },
  ])
  expect(Number.isFinite(measure?.behind)).toBe(true)
})
