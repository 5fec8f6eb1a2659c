/**
 * Measures how accurately an OCR engine reads: the maximum-likelihood estimates of the two figures
 * in processors/model/ocr-accuracy.ts, each with its 95 % interval by profile likelihood (Venzon
 * and Moolgavkar 1988). The model's confidence in the place is taken as given, so it must not have
 * seen the documents.
 *
 * Needs some hundred values: a hundred with two wrong ones can't distinguish 0.3 % from 3 %, as the
 * interval shows.
 */

import { legibilityOf, type OcrAccuracy } from '../../processors/model/ocr-accuracy.ts'
import type { Interval } from './interval.ts'

// looked up once: called for every value at every point of the grid
const { exp, log, max, min } = Math

/** A value read by OCR and judged by its letters and digits. */
export interface ReadValue {
  readonly confidence: number // confidence as predicted, with the current figures
  readonly doubts: readonly number[] // the engine's probability of each word
  readonly right: boolean
}

export interface Measure {
  readonly values: number
  readonly best: OcrAccuracy
  readonly intervals: Readonly<Record<keyof OcrAccuracy, Interval>>
  /**
   * Log-likelihood difference of the current figures to the best ones, in natural logarithms; up to
   * `discernible` it is not significant.
   */
  readonly behind: number
}

const grid: { readonly [Name in keyof OcrAccuracy]: readonly number[] } = {
  misread: [0, ...Array.from({ length: 30 }, (_, k) => 0.0005 * 1.2 ** k)], // to 10 %
  trust: Array.from({ length: 31 }, (_, k) => k / 20), // to 1.5
}
const within = 1.92 // half of the chi-squared distribution's 95 % point, for one figure …
export const discernible = 3 // … and for both
const [least, most] = [1e-6, 1 - 1e-6] // no value is impossible

/** Null without values. */
export function measureLegibility(values: readonly ReadValue[]): Measure | null {
  if (values.length === 0) return null
  const places = values.map(({ confidence, doubts }) => min(1, confidence / legibilityOf(doubts)))
  const surely = values.map(({ doubts }) => log(legibilityOf(doubts, { misread: 0, trust: 1 })))
  const all = grid.trust.flatMap((trust) => {
    const trusted = places.map((place, k) => place * exp(trust * (surely[k] as number)))
    return grid.misread.map((misread) => ({
      misread,
      trust,
      likelihood: likelihoodOf(
        values,
        (value, k) => (trusted[k] as number) * (1 - misread) ** value.doubts.length,
      ),
    }))
  })
  const { likelihood: highest, ...best } = all.reduce((a, b) =>
    b.likelihood > a.likelihood ? b : a,
  )
  const likely = all.filter((one) => one.likelihood > highest - within)
  const interval = (name: keyof OcrAccuracy): Interval => [
    min(...likely.map((one) => one[name])),
    max(...likely.map((one) => one[name])),
  ]
  const used = likelihoodOf(values, ({ confidence }) => confidence)
  return {
    values: values.length,
    best,
    intervals: { misread: interval('misread'), trust: interval('trust') },
    behind: max(0, highest - used),
  }
}

/** Natural logarithm. */
function likelihoodOf(
  values: readonly ReadValue[],
  probabilityOf: (value: ReadValue, k: number) => number,
): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) {
    const value = values[k] as ReadValue
    const probability = min(most, max(least, probabilityOf(value, k)))
    sum += log(value.right ? probability : 1 - probability)
  }
  return sum
}
