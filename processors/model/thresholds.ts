/**
 * From which confidence on a document is accepted: such that of the values in documents accepted
 * without a person, the share of wrong ones stays under the operator's target.
 *
 * A document is accepted only whole, so whole documents are the evidence. Confidences are
 * calibrated and one threshold serves all fields: a held-out document is accepted by a threshold up
 * to its lowest confidence, and brings in all its values. The threshold is the lowest at which the
 * mistakes among held-out values are so few that, were the true share at the target or over it, as
 * few would turn up one time in ten at most: the exact binomial bound of Clopper and Pearson
 * (1934), as in risk-controlling prediction sets (Bates, Angelopoulos, Lei, Malik and Jordan 2021).
 * A plain expectation would keep to the target on average, and fail it half of the time. With a
 * target of 1 % it takes 230 values without a mistake, or 388 with one.
 *
 * Documents of vendors that training had never seen fail more often than the stream as a whole, and
 * are few in it. Of them alone, held out by vendor, so many may be wrong as twice the target, where
 * some threshold does so: then the higher of the two counts. Where none does, since there are few
 * vendors or they are too different, the stream's own evidence stands.
 *
 * A field whose own held-out mistakes are out of proportion has no threshold: it is never accepted,
 * and so neither is one without evidence. Guaranteed for documents exchangeable with the held-out
 * ones, values failing one by one; values of one document tend to fail together, so the true odds
 * are somewhat worse than one in ten. Nothing is said of a single vendor or month.
 */

import type { FieldEvidence, HeldOut, Manifest } from './manifest.ts'

export const doubt = 0.1 // probability of being lucky with the held-out documents
const strangeness = 2 // times the target that values of new vendors may be wrong
// a field may be wrong so many times as often as the target, as long as all together are not
const mostOverTarget = 5

/**
 * Least confidence of an accepted value, by field; fields whose evidence does not suffice have
 * none.
 */
export function thresholdsOf(
  manifest: Pick<Manifest, 'fields' | 'held' | 'strangers'>,
  target: number,
): Record<string, number> {
  const common = commonOf(manifest, target)
  if (common === null) return {}
  return Object.fromEntries(
    manifest.fields
      .filter(({ evidence }) => isInProportion(evidence, common, target))
      .map(({ name }) => [name, common]),
  )
}

function commonOf(
  { held = [], strangers = [] }: Pick<Manifest, 'held' | 'strangers'>,
  target: number,
): number | null {
  const threshold = thresholdOf(held, target)
  return threshold === null
    ? null
    : Math.max(threshold, thresholdOf(strangers, strangeness * target) ?? 0)
}

/** The lowest confidence at which the bound holds; null where it holds nowhere. */
export function thresholdOf(held: readonly HeldOut[], target: number): number | null {
  const sorted = [...held].sort(([a], [b]) => b - a)
  let [values, wrong] = [0, 0]
  let threshold: number | null = null
  sorted.forEach(([lowest, count, mistakes], k) => {
    values += count
    wrong += mistakes
    if (sorted[k + 1]?.[0] === lowest) return // equal confidences are accepted together
    if (wrong / values < target && atMost(wrong, values, target) <= doubt) threshold = lowest
  })
  return threshold
}

/** How near held-out values come to a threshold, where there is none. */
export interface Short {
  readonly values: number // the surest, up to where the bound comes nearest to holding
  readonly wrong: number // of those
  readonly needed: number // values among which so few wrong ones would do
}

/** Null where nothing was held out. */
export function shortOf(held: readonly HeldOut[], target: number): Short | null {
  let [values, wrong] = [0, 0]
  let nearest: { readonly values: number; readonly wrong: number; readonly chance: number } | null =
    null
  for (const [, count, mistakes] of [...held].sort(([a], [b]) => b - a)) {
    values += count
    wrong += mistakes
    const chance = atMost(wrong, values, target)
    if (nearest === null || chance <= nearest.chance) nearest = { values, wrong, chance }
  }
  if (nearest === null) return null
  let needed = nearest.values
  while (atMost(nearest.wrong, needed, target) > doubt) needed++
  return { values: nearest.values, wrong: nearest.wrong, needed }
}

/** Of the documents behind a model's evidence, the share that its threshold accepts. */
export function acceptableShare(
  manifest: Pick<Manifest, 'held' | 'strangers'>,
  target: number,
): number {
  const least = commonOf(manifest, target)
  const { held = [] } = manifest
  return least === null ? 0 : held.filter(([lowest]) => lowest >= least).length / held.length
}

function isInProportion(
  { right, wrong }: FieldEvidence,
  threshold: number,
  target: number,
): boolean {
  const above = (confidences: readonly number[]): number =>
    confidences.filter((confidence) => confidence >= threshold).length
  return (above(wrong) + 1) / (above(right) + above(wrong) + 1) <= mostOverTarget * target
}

/**
 * The share of wrong values that held-out ones allow for: the upper end of the exact bound; 1 where
 * there are none.
 */
export function boundOf(wrong: number, count: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 40 && count > 0; step++) {
    const middle = (low + high) / 2
    if (atMost(wrong, count, middle) > doubt) low = middle
    else high = middle
  }
  return high
}

/**
 * Probability of at most `wrong` mistakes in `count` values, each wrong with probability `share`.
 */
export function atMost(wrong: number, count: number, share: number): number {
  let term = Math.exp(count * Math.log1p(-share))
  let sum = term
  for (let k = 1; k <= wrong; k++) {
    term *= ((count - k + 1) / k) * (share / (1 - share))
    sum += term
  }
  return sum
}
