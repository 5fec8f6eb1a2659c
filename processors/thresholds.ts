/**
 * From which confidence on a value is accepted: such that on new documents of the same kind the share of wrong values among
 * accepted ones stays under the operator's target.
 *
 * Confidences are calibrated, so one threshold serves all fields: the operator bears a share of wrong values, not one of
 * each field, and a single threshold is set from the held-out values of all fields together, where the evidence of each
 * alone would be far too little. It is the lowest confidence at which the held-out mistakes above it are so few that, were
 * the true share at the target or over it, as few would turn up in 5 % of cases at most: the exact binomial bound of Clopper
 * and Pearson (1934), as used for risk-controlling prediction sets (Bates, Angelopoulos, Lei, Malik and Jordan 2021). With a
 * target of 1 % that takes 299 held-out values without a mistake, or 473 with one.
 *
 * A field whose own held-out mistakes are out of proportion has no threshold: it is never accepted, and so neither is one
 * without evidence. Guaranteed for documents exchangeable with the held-out ones; not for a vendor or a month.
 */

import type { FieldModel, Manifest } from './model.ts'

type Evidence = FieldModel['evidence']

const doubt = 0.05 // probability of being lucky with the held-out documents
const mostOverTarget = 5 // a field may be wrong so many times as often as the target, as long as all together are not

/** Least confidence of an accepted value, by field; fields whose evidence does not suffice have none. */
export function thresholdsOf(manifest: Pick<Manifest, 'fields'>, target: number): Record<string, number> {
  const common = thresholdOf({ right: manifest.fields.flatMap(({ evidence }) => evidence.right), wrong: manifest.fields.flatMap(({ evidence }) => evidence.wrong) }, target)
  if (common === null) return {}
  return Object.fromEntries(manifest.fields.filter(({ evidence }) => isInProportion(evidence, common, target)).map(({ name }) => [name, common]))
}

/** The lowest confidence at which the bound holds; null where it holds nowhere. */
export function thresholdOf(evidence: Evidence, target: number): number | null {
  const values = [...evidence.right.map((confidence) => ({ confidence, wrong: 0 })), ...evidence.wrong.map((confidence) => ({ confidence, wrong: 1 }))]
  values.sort((a, b) => b.confidence - a.confidence)
  let wrong = 0
  let threshold: number | null = null
  for (let k = 0; k < values.length; k++) {
    const { confidence, wrong: isWrong } = values[k] as { confidence: number; wrong: number }
    wrong += isWrong
    if (values[k + 1]?.confidence === confidence) continue // equal confidences are accepted together
    if (wrong / (k + 1) < target && atMost(wrong, k + 1, target) <= doubt) threshold = confidence
  }
  return threshold
}

function isInProportion({ right, wrong }: Evidence, threshold: number, target: number): boolean {
  const above = (confidences: readonly number[]): number => confidences.filter((confidence) => confidence >= threshold).length
  return (above(wrong) + 1) / (above(right) + above(wrong) + 1) <= mostOverTarget * target
}

/** The share of wrong values that held-out ones allow for: the upper end of the exact 95 % bound; 1 where there are none. */
export function boundOf(wrong: number, count: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 40 && count > 0; step++) {
    const middle = (low + high) / 2
    if (atMost(wrong, count, middle) > doubt) low = middle
    else high = middle
  }
  return high
}

/** Probability of at most `wrong` mistakes in `count` values, each wrong with probability `share`. */
export function atMost(wrong: number, count: number, share: number): number {
  let term = Math.exp(count * Math.log1p(-share))
  let sum = term
  for (let k = 1; k <= wrong; k++) {
    term *= ((count - k + 1) / k) * (share / (1 - share))
    sum += term
  }
  return sum
}
