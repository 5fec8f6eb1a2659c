/** Confidence and thresholds: what is promised about them. */

import { confidenceOf } from '../../processors/model/field-predictor.ts'
import { boundOf, shortOf, thresholdOf, thresholdsOf } from '../../processors/model/thresholds.ts'
import { calibrationError, fitCalibration } from '../../trainer/calibrate.ts'
import { foldsOf } from '../../trainer/folds.ts'
import { randomFrom } from '../../trainer/random.ts'
import type { FieldModel, HeldOut } from '../../processors/model/manifest.ts'

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
    Array.from({ length: count }, (_, k) => [1 - k / (2 * count), 4, wrong.includes(k) ? 1 : 0])

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
    const even = Array.from({ length: 100 }, (_, k) => 0.5 + k / 200)
    const field = (name: string, right: readonly number[], wrong: readonly number[]) =>
      ({ name, evidence: { right, wrong } }) as unknown as FieldModel
    const fields = [
      field('a', even, []),
      field('b', even, []),
      field('few', [0.9], []),
      field('bad', even, [0.99, 0.98, 0.97, 0.96, 0.95, 0.94]),
    ]
    const found = thresholdsOf({ fields, held: held(100) }, 0.01)
    expect(Object.keys(found)).toEqual(['a', 'b'])
    expect(found['a']).toBe(found['b'])
  })

  test('new vendors may be wrong twice as often, where some threshold keeps to that; otherwise they change nothing', () => {
    const fields = [
      { name: 'a', evidence: { right: Array.from({ length: 200 }, () => 0.99), wrong: [] } },
    ] as unknown as FieldModel[]
    const stream = held(200)
    const alone = thresholdsOf({ fields, held: stream }, 0.01)['a'] as number
    const doubted = thresholdsOf(
      {
        fields,
        held: stream,
        strangers: held(
          200,
          [120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135],
        ),
      },
      0.01,
    )['a'] as number
    expect(doubted).toBeGreaterThan(alone)
    expect(thresholdsOf({ fields, held: stream, strangers: held(200) }, 0.01)['a']).toBe(alone)
    expect(
      thresholdsOf({ fields, held: stream, strangers: held(20, [0, 1, 2, 3]) }, 0.01)['a'],
    ).toBe(alone)
    expect(thresholdsOf({ fields, held: [], strangers: held(200) }, 0.01)).toEqual({})
  })

  test.each<[string, HeldOut[]]>([
    [
      'the good ones first',
      [
        [0.9, 400, 0],
        [0.9, 20, 20],
      ],
    ],
    [
      'the bad ones first',
      [
        [0.9, 20, 20],
        [0.9, 400, 0],
      ],
    ],
  ])('documents of one confidence are accepted together or not at all: %s', (_, equal) => {
    expect(thresholdOf(equal, 0.01)).toBeNull()
    expect(thresholdOf([[0.95, 400, 0], ...equal], 0.01)).toBe(0.95)
  })

  test('the share of wrong values is bounded exactly (Clopper and Pearson)', () => {
    for (const count of [1, 30, 230])
      expect(boundOf(0, count)).toBeCloseTo(1 - 0.1 ** (1 / count), 9)
    expect(boundOf(1, 388)).toBeCloseTo(0.01, 4)
    expect(boundOf(0, 0)).toBe(1)
  })

  test('no evidence, no acceptance', () => {
    expect(thresholdOf([], 0.5)).toBeNull()
    expect(thresholdsOf({ fields: [] }, 0.5)).toEqual({})
  })

  test('the threshold lies above the mistakes that the target cannot bear', () => {
    const all = held(200, [150, 151, 152, 153, 154, 155, 156, 157, 158, 159])
    const threshold = thresholdOf(all, 0.01) as number
    expect(
      all.filter(([lowest, , wrong]) => lowest >= threshold && wrong > 0).length,
    ).toBeLessThanOrEqual(4)
    expect(all.filter(([lowest]) => lowest >= threshold).length).toBeGreaterThanOrEqual(150)
  })

  test('over many held-out sets, the share of wrong values among accepted ones keeps to the target', () => {
    const random = randomFrom(5)
    const draw = (count: number): HeldOut[] =>
      Array.from({ length: count }, () => {
        const confidence = random()
        return [confidence, 4, [0, 1, 2, 3].filter(() => random() > 0.7 + 0.3 * confidence).length]
      })
    let [wrong, accepted, over, sets] = [0, 0, 0, 0]
    for (let run = 0; run < 300; run++) {
      const threshold = thresholdOf(draw(150), 0.05)
      if (threshold === null) continue
      const taken = draw(400).filter(([lowest]) => lowest >= threshold)
      const [values, mistakes] = [
        taken.reduce((sum, [, count]) => sum + count, 0),
        taken.reduce((sum, [, , bad]) => sum + bad, 0),
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
