/**
 * The learning curve: the accuracy of models trained on a half, a quarter and so on of the
 * documents, and a forecast for more documents.
 *
 * One in five vendors is held out whole, since what counts is accuracy on unseen vendors. Errors
 * fall as a power of the number of documents (Hestness et al. 2017); the power is fitted by least
 * squares on the logarithms and extrapolated to two and four times as many documents. The estimate
 * comes with its error on the measured sizes.
 */

import { openModel } from '../connectors/onnx/onnx.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Example } from './dataset.ts'
import { evaluateModel } from './evaluate.ts'
import { foldsOf } from './folds.ts'
import { randomFrom, shuffled } from './random.ts'
import { fit } from './train.ts'

export interface LearningPoint {
  readonly documents: number
  readonly f1: number // 0 to 1, on held-out vendors
}

export interface LearningCurve {
  readonly heldOut: number // documents
  readonly measured: readonly LearningPoint[]
  // empty where the measured points show no falling error
  readonly expected: readonly LearningPoint[]
  readonly exponent: number | null
}

const folds = 5
const smallest = 20 // documents of the first point
const quick = { folds: 2 } // confidences don't matter here

/** RangeError with too few documents for two points. */
export async function learningCurve(
  examples: readonly Example[],
  profile: Profile,
  seed: number,
  say: (line: string) => void,
): Promise<LearningCurve> {
  const fold = foldsOf(examples, folds, seed, 'by vendor')
  const judges = examples.filter((_, k) => fold[k] === 0)
  const rest = shuffled(
    examples.filter((_, k) => fold[k] !== 0),
    randomFrom(seed),
  )
  const sizes = halves(rest.length)
  if (sizes.length < 2)
    throw new RangeError(
      `a learning curve needs at least ${2 * smallest} documents besides the held-out ones`,
    )
  const measured: LearningPoint[] = []
  for (const documents of sizes) {
    const training = rest.slice(0, documents)
    const { bundle } = await fit(training, profile, { ...quick, seed })
    const model = await openModel(bundle)
    const { evaluation } = await evaluateModel(
      model,
      profile,
      judges,
      new Set(training.map(({ vendor }) => vendor)),
    )
    await model.dispose()
    measured.push({ documents, f1: evaluation.all.f1 })
    say(`${documents} documents: F1 ${(100 * evaluation.all.f1).toFixed(1)}`)
  }
  const law = powerLaw(measured)
  const expected =
    law === null
      ? []
      : [2, 4].map((times) => ({
          documents: times * rest.length,
          f1: 1 - law.scale * (times * rest.length) ** -law.exponent,
        }))
  return { heldOut: judges.length, measured, expected, exponent: law?.exponent ?? null }
}

/** error = scale * documents ** -exponent, fitted to points; null where the error does not fall. */
export function powerLaw(
  points: readonly LearningPoint[],
): { readonly scale: number; readonly exponent: number } | null {
  const [x, y] = [
    points.map(({ documents }) => Math.log(documents)),
    points.map(({ f1 }) => Math.log(Math.max(1e-4, 1 - f1))),
  ]
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  const spread = x.reduce((sum, value) => sum + (value - mx) ** 2, 0)
  if (points.length < 2 || spread === 0) return null
  const slope =
    x.reduce((sum, value, k) => sum + (value - mx) * ((y[k] as number) - my), 0) / spread
  return slope >= 0 ? null : { scale: Math.exp(my - slope * mx), exponent: -slope }
}

function halves(count: number): number[] {
  const sizes: number[] = []
  for (let size = count; size >= smallest; size = Math.floor(size / 2)) sizes.unshift(size)
  return sizes
}
