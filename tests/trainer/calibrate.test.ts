/** Confidence and thresholds: what is promised about them. */

import { confidenceOf } from '../../processors/model/field-predictor.ts'
import {
  acceptableShare,
  boundOf,
  shortOf,
  thresholdOf,
  thresholdsOf,
} from '../../processors/model/thresholds.ts'
import { calibrationError, fitCalibration } from '../../trainer/calibrate.ts'
import { foldsOf } from '../../trainer/folds.ts'
import { randomFrom } from '../../trainer/random.ts'
import type { HeldOut, Manifest } from '../../processors/model/manifest.ts'

describe('calibration', () => {
  test('heads that are too sure of themselves become right on average', () => {
    const random = randomFrom(1)
    const outcomes = Array.from({ length: 2000 }, () => {
      const logOdds = 6 * random() - 1
      // The truth is half as certain as the head believes
      return {
        signals: [1, logOdds, 0, 0.5],
        ocrAccuracy: 1,
        right: random() < 1 / (1 + Math.exp(-logOdds / 2)),
      }
    })
    const fitted = fitCalibration(outcomes.slice(0, 1000))
    const error = (coefficients: readonly number[]): number =>
      calibrationError(
        outcomes.slice(1000).map(({ signals, right }) => ({
          confidence: confidenceOf(signals, coefficients),
          right,
        })),
      )
    expect(error(fitted)).toBeLessThan(0.04)
    expect(error([0, 1, 0, 0])).toBeGreaterThan(0.1)
  })

  test('a field may have a signal of its own, and is less sure where that speaks against it', () => {
    const random = randomFrom(3)
    const outcomes = Array.from({ length: 2000 }, () => {
      const isOpen = random() < 0.2
      return {
        signals: [1, 4, 4, 0.5, isOpen ? 1 : 0],
        ocrAccuracy: 1,
        right: random() < (isOpen ? 0.6 : 0.98),
      }
    })
    const fitted = fitCalibration(outcomes)
    expect(confidenceOf([1, 4, 4, 0.5, 0], fitted)).toBeCloseTo(0.98, 1)
    expect(confidenceOf([1, 4, 4, 0.5, 1], fitted)).toBeCloseTo(0.6, 1)
  })

  test("what was misread is not the head's fault: scans and text layers give the same coefficients", () => {
    const random = randomFrom(2)
    const outcomesOf = (legible: () => number) =>
      Array.from({ length: 4000 }, () => {
        const [logOdds, ocrAccuracy] = [6 * random() - 1, legible()]
        return {
          signals: [1, logOdds, 0, 0.5],
          ocrAccuracy,
          right: random() < ocrAccuracy / (1 + Math.exp(-logOdds / 2)),
        }
      })
    const [typed, scanned] = [
      fitCalibration(outcomesOf(() => 1)),
      fitCalibration(outcomesOf(() => 0.5 + random() / 2)),
    ]
    for (const logOdds of [0, 2, 4])
      expect(confidenceOf([1, logOdds, 0, 0.5], scanned)).toBeCloseTo(
        confidenceOf([1, logOdds, 0, 0.5], typed),
        1,
      )
  })

  test.each([[0], [1]])('stays finite where every value is %s', (right) => {
    const fitted = fitCalibration(
      Array.from({ length: 50 }, (_, k) => ({
        signals: [1, k / 10, 1, 1],
        ocrAccuracy: k % 2 === 0 ? 1 : 0.8,
        right: right === 1,
      })),
    )
    expect(fitted.every(Number.isFinite)).toBe(true)
    const confidence = confidenceOf([1, 3, 1, 1], fitted)
    expect(right === 1 ? confidence > 0.9 : confidence < 0.1).toBe(true)
  })
})

describe('thresholds', () => {
  /**
   * Documents of four values each with confidences from 1 down to 0.5; `wrong` has the ranks of
   * those with a mistake.
   */
  const held = (count: number, wrong: readonly number[] = []): HeldOut[] =>
    Array.from({ length: count }, (_, k) =>
      heldOut(1 - k / (2 * count), 4, wrong.includes(k) ? 1 : 0),
    )

  /** The first fields of four are wrong. */
  const heldOut = (lowest: number, values: number, wrong: number, weight = 1): HeldOut => {
    const places = Array.from({ length: values }, (_, k) => k % 4)
    return [lowest, weight, places.slice(wrong), places.slice(0, wrong), 1]
  }

  test('228 values without a mistake are not enough for one per cent, 232 are', () => {
    expect(thresholdOf(held(57), 0.01)).toBeNull()
    expect(thresholdOf(held(58), 0.01)).toBeCloseTo(0.509, 3)
  })

  test('with a mistake among them it takes 388', () => {
    expect(thresholdOf(held(96, [0]), 0.01)).toBeNull()
    expect(thresholdOf(held(97, [0]), 0.01)).toBeCloseTo(0.505, 3)
  })

  test('where there is none it is known how many values are missing', () => {
    expect(shortOf(held(40), 0.01)).toEqual({ values: 160, wrong: 0, needed: 230 })
    expect(shortOf(held(96, [0]), 0.01)).toEqual({ values: 384, wrong: 1, needed: 388 })
    expect(shortOf([], 0.01)).toBeNull()
  })

  test('fields share one threshold; one that is out of proportion has none', () => {
    const given = ['a', 'b', 'few', 'bad', 'never']
    const documents = Array.from({ length: 200 }, (_, k): HeldOut => {
      const lowest = 1 - k / 400
      if (k === 10) return [lowest, 1, [0, 1, 2], [], 1]
      if (k === 20) return [lowest, 1, [0, 1], [3], 1]
      return [lowest, 1, k === 30 ? [0, 1, 3] : [0, 1], [], 1]
    })
    const found = thresholdsOf({ given, strata: { 'known text': documents } }, 'known text', 0.01)
    expect(Object.keys(found)).toEqual(['a', 'b', 'few'])
    expect(found['a']).toBe(found['b'])
  })

  test('each kind of document needs evidence of its own', () => {
    const given = ['a', 'b', 'c', 'd']
    const found = { given, strata: { 'known text': held(200), 'new text': held(20) } }
    expect(thresholdsOf(found, 'known text', 0.01)['a']).toBeCloseTo(0.5, 1)
    expect(thresholdsOf(found, 'new text', 0.01)).toEqual({})
    expect(thresholdsOf(found, 'known scan', 0.01)).toEqual({})
    expect(thresholdsOf({ given }, 'known text', 0.01)).toEqual({})
  })

  test('a document about which a person is asked anyway is no evidence', () => {
    const barred: HeldOut[] = [heldOut(0, 4, 0), heldOut(0, 4, 4)]
    expect(thresholdOf([...held(57), ...barred], 0.01)).toBeNull()
    expect(thresholdOf([...held(58), ...barred], 0.01)).toBeCloseTo(0.509, 3)
  })

  test('what a rule gave with less than the target allows is not accepted, so it is no evidence', () => {
    const ruled = (confidence: number): HeldOut[] =>
      held(58).map(([lowest, weight, right, wrong]) => [lowest, weight, right, wrong, confidence])
    expect(thresholdOf(ruled(0.99), 0.01)).toBeCloseTo(0.509, 3)
    expect(thresholdOf(ruled(0.98), 0.01)).toBeNull()
    expect(thresholdOf(ruled(0.98), 0.02)).not.toBeNull()
  })

  test('documents that stand for few count little, whether right or wrong', () => {
    const lightly = (documents: readonly HeldOut[]): HeldOut[] =>
      documents.map(([lowest, , right, wrong]) => [lowest, 0.02, right, wrong, 1])
    expect(thresholdOf([...held(45), ...lightly(held(200))], 0.01)).toBeNull()
    // each stands for a fiftieth, so two mistakes are less than one
    expect(thresholdOf([...held(97), ...lightly(held(20, [3, 5]))], 0.01)).toBeCloseTo(0.505, 2)
    expect(thresholdOf([...held(97), ...held(20, [3, 5])], 0.01)).toBeNull()
    // a weight that all share changes nothing
    expect(thresholdOf(lightly(held(58)), 0.01)).toBeCloseTo(0.509, 3)
    expect(thresholdOf(lightly(held(57)), 0.01)).toBeNull()
  })

  test('what can be accepted is a share of the known vendors\u2019 documents, by their weights', () => {
    const light: HeldOut[] = [heldOut(0, 4, 0, 0.5)]
    const shareOf = (strata: NonNullable<Manifest['strata']>): number =>
      acceptableShare({ strata }, 0.01).share
    expect(shareOf({ 'known text': held(100) })).toBe(1)
    expect(shareOf({ 'known text': [...held(99), ...light, ...light] })).toBeCloseTo(0.99)
    expect(shareOf({ 'new text': held(100) })).toBe(0)
    expect(shareOf({})).toBe(0)
  })

  test.each<[string, HeldOut[]]>([
    ['the good ones first', [heldOut(0.9, 400, 0), heldOut(0.9, 20, 20)]],
    ['the bad ones first', [heldOut(0.9, 20, 20), heldOut(0.9, 400, 0)]],
  ])('documents of one confidence are accepted together or not at all: %s', (_, equal) => {
    expect(thresholdOf(equal, 0.01)).toBeNull()
    expect(thresholdOf([heldOut(0.95, 400, 0), ...equal], 0.01)).toBe(0.95)
  })

  test('the share of wrong values is bounded exactly (Clopper and Pearson)', () => {
    for (const count of [1, 30, 230])
      expect(boundOf(0, count)).toBeCloseTo(1 - 0.1 ** (1 / count), 9)
    expect(boundOf(1, 388)).toBeCloseTo(0.01, 4)
    expect(boundOf(0, 0)).toBe(1)
  })

  test('no evidence, no acceptance', () => {
    expect(thresholdOf([], 0.5)).toBeNull()
    expect(thresholdsOf({ given: [] }, 'known text', 0.5)).toEqual({})
  })

  test('the threshold lies above the mistakes that the target cannot bear', () => {
    const all = held(200, [150, 151, 152, 153, 154, 155, 156, 157, 158, 159])
    const threshold = thresholdOf(all, 0.01) as number
    expect(
      all.filter(([lowest, , , wrong]) => lowest >= threshold && wrong.length > 0).length,
    ).toBeLessThanOrEqual(4)
    expect(all.filter(([lowest]) => lowest >= threshold).length).toBeGreaterThanOrEqual(150)
  })

  test('over many held-out sets, the share of wrong values among accepted ones keeps to the target', () => {
    const random = randomFrom(5)
    const draw = (count: number): HeldOut[] =>
      Array.from({ length: count }, () => {
        const confidence = random()
        const wrong = [0, 1, 2, 3].filter(() => random() > 0.7 + 0.3 * confidence)
        return heldOut(confidence, 4, wrong.length)
      })
    let [wrong, accepted, over, sets] = [0, 0, 0, 0]
    for (let run = 0; run < 300; run++) {
      const threshold = thresholdOf(draw(150), 0.05)
      if (threshold === null) continue
      const taken = draw(400).filter(([lowest]) => lowest >= threshold)
      const [values, mistakes] = [
        4 * taken.length,
        taken.reduce((sum, [, , , bad]) => sum + bad.length, 0),
      ]
      accepted += values
      wrong += mistakes
      sets++
      if (mistakes > 0.05 * values) over++
    }
    expect(accepted).toBeGreaterThan(1000)
    expect(wrong / accepted).toBeLessThanOrEqual(0.05)
    // one in five by the bound, and what 400 new documents vary
    expect(over / sets).toBeLessThan(0.4)
  })
})

describe('folds', () => {
  const examples = Array.from({ length: 60 }, (_, k) => ({ vendor: `v${k < 20 ? k : k % 5}` }))

  test('are of nearly one size and the same for the same seed', () => {
    const folds = foldsOf(examples, 5, 3, 'by document')
    expect(foldsOf(examples, 5, 3, 'by document')).toEqual(folds)
    const sizes = [0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(8)
  })

  test('hold generated documents of one layout out together, either way', () => {
    const generated = examples.map((one, k) => (k % 2 === 0 ? one : { ...one, alike: `l${k % 6}` }))
    for (const dealt of ['by document', 'by vendor'] as const) {
      const folds = foldsOf(generated, 5, 3, dealt)
      const foldsOfLayout = new Set(folds.filter((_, k) => k % 6 === 1))
      expect([dealt, foldsOfLayout.size]).toEqual([dealt, 1])
    }
    expect(new Set(foldsOf(generated, 5, 3, 'by document')).size).toBe(5)
  })

  test('hold vendors out whole, or deal their documents one by one', () => {
    const folds = foldsOf(examples, 5, 3, 'by vendor')
    const byVendor = new Map<string, Set<number>>()
    examples.forEach(({ vendor }, k) =>
      byVendor.set(vendor, (byVendor.get(vendor) ?? new Set()).add(folds[k] as number)),
    )
    expect([...byVendor.values()].every((seen) => seen.size === 1)).toBe(true)
    const spread = foldsOf(examples, 5, 3, 'by document')
    expect(
      examples.some(({ vendor }, k) =>
        examples.some((other, n) => other.vendor === vendor && spread[n] !== spread[k]),
      ),
    ).toBe(true)
  })
})
