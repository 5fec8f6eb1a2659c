/**
 * Thresholds by conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2022): a value is accepted where its
 * confidence is high enough that, on a new document of the same kind, the expected share of wrong values among accepted
 * ones stays under the operator's target.
 *
 * The loss of a document under a threshold is (wrong - target) if its value is accepted and 0 if not; its expectation is at
 * most 0 exactly if the share is at most the target. With n held-out documents and a loss of at most 1 - target, the
 * finite-sample bound of the paper becomes (wrong + 1) / (accepted + 1) <= target. The threshold is lowered from the
 * highest confidence for as long as the bound holds once it held.
 *
 * So with a target of 1 % a field needs at least 99 held-out values without a mistake before anything is accepted.
 * Guaranteed in expectation over held-out sets, for documents exchangeable with them; not for a vendor or a month.
 */

import type { FieldModel, Manifest } from './model.ts'

/** Least confidence of an accepted value, by field; fields whose evidence does not suffice have none. */
export function thresholdsOf(manifest: Pick<Manifest, 'fields'>, target: number): Record<string, number> {
  return Object.fromEntries(manifest.fields.flatMap((field) => {
    const threshold = thresholdOf(field.evidence, target)
    return threshold === null ? [] : [[field.name, threshold] as const]
  }))
}

export function thresholdOf(evidence: FieldModel['evidence'], target: number): number | null {
  const values = [...evidence.right.map((confidence) => ({ confidence, wrong: 0 })), ...evidence.wrong.map((confidence) => ({ confidence, wrong: 1 }))]
  values.sort((a, b) => b.confidence - a.confidence)
  let wrong = 0
  let threshold: number | null = null
  for (let k = 0; k < values.length; k++) {
    const { confidence, wrong: isWrong } = values[k] as { confidence: number; wrong: number }
    wrong += isWrong
    if (values[k + 1]?.confidence === confidence) continue // equal confidences are accepted together
    const holds = (wrong + 1) / (k + 2) <= target
    if (holds) threshold = confidence
    else if (threshold !== null) break
  }
  return threshold
}
