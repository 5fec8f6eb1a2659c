/** Confidence and thresholds: what is promised about them. */

import { confidenceOf } from '../../processors/predict.ts'
import type { FieldModel } from '../../processors/model.ts'
import { thresholdOf, thresholdsOf } from '../../processors/thresholds.ts'
import { calibrationError, fitCalibration } from '../../trainer/calibrate.ts'
import { foldsOf } from '../../trainer/folds.ts'
import { randomFrom } from '../../trainer/random.ts'

describe('calibration', () => {
  test('heads that are too sure of themselves become right on average', () => {
    const random = randomFrom(1)
    const outcomes = Array.from({ length: 2000 }, () => {
      const logOdds = 6 * random() - 1
      // The truth is half as certain as the head believes
      return { signals: [1, logOdds, 0, 0.5], right: random() < 1 / (1 + Math.exp(-logOdds / 2)) }
    })
    const fitted = fitCalibration(outcomes.slice(0, 1000))
    const error = (coefficients: readonly number[]): number => calibrationError(outcomes.slice(1000).map(({ signals, right }) => ({ confidence: confidenceOf(signals, coefficients), right })))
    expect(error(fitted)).toBeLessThan(0.04)
    expect(error([0, 1, 0, 0])).toBeGreaterThan(0.1)
  })

  test.each([[0], [1]])('stays finite where every value is %s', (right) => {
    const fitted = fitCalibration(Array.from({ length: 50 }, (_, k) => ({ signals: [1, k / 10, 1, 1], right: right === 1 })))
    expect(fitted.every(Number.isFinite)).toBe(true)
    const confidence = confidenceOf([1, 3, 1, 1], fitted)
    expect(right === 1 ? confidence > 0.9 : confidence < 0.1).toBe(true)
  })
})

describe('thresholds', () => {
  const even = (count: number): number[] => Array.from({ length: count }, (_, k) => 0.5 + k / (2 * count))

  test('298 values without a mistake are not enough for one per cent, 299 are', () => {
    expect(thresholdOf({ right: even(298), wrong: [] }, 0.01)).toBeNull()
    expect(thresholdOf({ right: even(299), wrong: [] }, 0.01)).toBe(0.5)
  })

  test('with a mistake among them it takes 473', () => {
    expect(thresholdOf({ right: even(471), wrong: [0.501] }, 0.01)).toBeGreaterThan(0.501)
    expect(thresholdOf({ right: even(472), wrong: [0.501] }, 0.01)).toBe(0.5)
  })

  test('fields share one threshold; one that is out of proportion has none', () => {
    const field = (name: string, right: readonly number[], wrong: readonly number[]) => ({ name, evidence: { right, wrong } }) as unknown as FieldModel
    const fields = [field('a', even(400), []), field('b', even(400), []), field('few', [0.9], []), field('bad', even(20), [0.99, 0.98])]
    const found = thresholdsOf({ fields }, 0.01)
    expect(Object.keys(found)).toEqual(['a', 'b'])
    expect(found['a']).toBe(found['b'])
  })

  test('no evidence, no acceptance', () => {
    expect(thresholdOf({ right: [], wrong: [] }, 0.5)).toBeNull()
  })

  test('the threshold lies above the mistakes that the target cannot bear', () => {
    const threshold = thresholdOf({ right: even(400), wrong: [0.52, 0.53, 0.54, 0.55, 0.56, 0.57] }, 0.01) as number
    expect(threshold).toBeGreaterThan(0.5)
    expect(threshold).toBeLessThan(1)
  })

  test('over many held-out sets, the share of wrong values among accepted ones keeps to the target', () => {
    const random = randomFrom(5)
    const draw = (count: number): { confidence: number; right: boolean }[] => Array.from({ length: count }, () => {
      const confidence = random()
      return { confidence, right: random() < 0.7 + 0.3 * confidence }
    })
    let wrong = 0
    let accepted = 0
    for (let run = 0; run < 300; run++) {
      const held = draw(300)
      const pick = (right: boolean): number[] => held.filter((one) => one.right === right).map((one) => one.confidence).sort((a, b) => a - b)
      const threshold = thresholdOf({ right: pick(true), wrong: pick(false) }, 0.05)
      if (threshold === null) continue
      for (const one of draw(300)) {
        if (one.confidence < threshold) continue
        accepted++
        if (!one.right) wrong++
      }
    }
    expect(accepted).toBeGreaterThan(1000)
    expect(wrong / accepted).toBeLessThanOrEqual(0.055)
  })
})

describe('folds', () => {
  const examples = Array.from({ length: 60 }, (_, k) => ({ vendor: `v${k < 20 ? k : k % 5}` }))

  test('are of nearly one size and the same for the same seed', () => {
    const folds = foldsOf(examples, 5, 3)
    expect(foldsOf(examples, 5, 3)).toEqual(folds)
    const sizes = [0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(8)
  })

  test('hold vendors out whole unless they are to be spread', () => {
    const folds = foldsOf(examples, 5, 3, false)
    const byVendor = new Map<string, Set<number>>()
    examples.forEach(({ vendor }, k) => byVendor.set(vendor, (byVendor.get(vendor) ?? new Set()).add(folds[k] as number)))
    expect([...byVendor.values()].every((seen) => seen.size === 1)).toBe(true)
    const spread = foldsOf(examples, 5, 3)
    expect(examples.some(({ vendor }, k) => examples.some((other, n) => other.vendor === vendor && spread[n] !== spread[k]))).toBe(true)
  })
})
