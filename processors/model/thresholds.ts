/**
 * The confidence from which a document is accepted, such that among the values accepted without
 * review the share of wrong ones stays below the operator's target.
 *
 * A document is accepted only whole, so whole documents are the evidence. Confidences are
 * calibrated and one threshold serves all fields: a held-out document is accepted by any threshold
 * up to its lowest confidence, with all its values. The threshold is the lowest at which held-out
 * mistakes are so few that, if the true share were at or above the target, so few would occur at
 * most one time in ten: the exact binomial bound of Clopper and Pearson (1934), as in
 * risk-controlling prediction sets (Bates, Angelopoulos, Lei, Malik and Jordan 2021). A plain
 * average would meet the target on average and miss it half of the time. A target of 1 % takes 230
 * values without a mistake, or 388 with one.
 *
 * Documents of unseen vendors fail more often than the stream as a whole, and are few in it. Among
 * them alone, held out by vendor, up to twice the target may be wrong. If a threshold achieves
 * that, the higher of the two thresholds counts; if none does, because vendors are few or too
 * different, the threshold of the stream stands.
 *
 * A field with far more held-out mistakes than the target, and one without evidence, has no
 * threshold and is never accepted. Guaranteed for documents exchangeable with the held-out ones and
 * values that fail independently; values of one document tend to fail together, so the true odds
 * are somewhat worse than one in ten. Guarantees nothing about a single vendor or month.
 */

import type { FieldEvidence, HeldOut, Manifest } from './manifest.ts'

export const doubt = 0.1 // probability that the held-out documents look better than the truth
const strangeness = 2 // factor on the target for values of unseen vendors
// a field may be wrong this many times as often as the target, as long as all fields together are
// not
const mostOverTarget = 5

/**
 * Least confidence of an accepted value, by field; fields without sufficient evidence have none.
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

/** The lowest confidence at which the bound holds; null where it never does. */
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

/** How close held-out values come to a threshold, where there is none. */
export interface Short {
  readonly values: number // the most confident values, up to where the bound is closest to holding
  readonly wrong: number // mistakes among them
  readonly needed: number // values needed for that many mistakes to be acceptable
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

/** The share of a model's held-out documents that its threshold accepts. */
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

/** The upper end of the exact bound on the share of wrong values; 1 where there are none. */
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
