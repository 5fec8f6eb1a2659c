/**
 * The confidence from which a document is accepted, such that among the values accepted without
 * review the share of wrong ones stays below the operator's target.
 *
 * A document is accepted only whole, so whole documents are the evidence. Confidences are
 * calibrated and one threshold serves all fields that the model reads: a held-out document is
 * accepted by any threshold up to its lowest confidence, with all its values. The threshold is the
 * lowest at which held-out mistakes are so few that, if the true share were at or above the target,
 * so few would occur at most one time in ten: the exact binomial bound of Clopper and Pearson (1934),
 * as in risk-controlling prediction sets (Bates, Angelopoulos, Lei, Malik and Jordan 2021). A plain
 * average would meet the target on average and miss it half of the time. A target of 1 % takes 230
 * values without a mistake, or 388 with one.
 *
 * RULES. A rule that is wrong is wrong on all documents of its vendor, so what it gives needs a
 * confidence of one less the target, whatever the threshold.
 *
 * STRATA. Each kind of document (strata.ts) needs evidence of its own: a kind without enough is
 * never accepted.
 *
 * WEIGHTS. A document that people saw only because it was hard stands for itself, one that was
 * drawn at random for all those that nobody saw; see trainer/encounter.ts. With unequal weights the
 * evidence is worth fewer values than were counted: (Σw)² / Σw² of them (Kish 1965).
 *
 * A field with far more mistakes on those documents than the target, and one without evidence, has
 * no threshold and is never accepted. Guaranteed for documents exchangeable with the held-out ones
 * and values that fail independently; values of one document tend to fail together, so the true odds
 * are somewhat worse than one in ten. Guarantees nothing about a single vendor or month.
 */

import type { HeldOut, Manifest } from './manifest.ts'
import type { Stratum } from './strata.ts'

export const doubt = 0.1 // probability that the held-out documents look better than the truth
// a field may be wrong this many times as often as the target, as long as all fields together are
// not
const mostOverTarget = 5
// of the first value of a field, before any is seen: one right value is evidence at a target of 1 %
const expectedWrong = 0.1

/** What thresholds are set from. */
export type ThresholdEvidence = Pick<Manifest, 'given' | 'strata'>

/**
 * Least confidence of an accepted value in a stratum, by field; fields without sufficient evidence
 * have none.
 */
export function thresholdsOf(
  { given = [], strata = {} }: ThresholdEvidence,
  stratum: Stratum,
  target: number,
): Record<string, number> {
  const held = strata[stratum] ?? []
  const common = thresholdOf(held, target)
  if (common === null) return {}
  const accepted = held.filter((one) => accepts(one, common, target))
  return Object.fromEntries(
    given
      .filter((_, place) => isInProportion(place, accepted, target))
      .map((name) => [name, common]),
  )
}

/** Values of held-out documents, in what they are worth together. */
export interface Worth {
  readonly documents: number
  readonly values: number
  readonly wrong: number
}

/** The lowest confidence at which the bound holds; null where it never does. */
export function thresholdOf(held: readonly HeldOut[], target: number): number | null {
  let threshold: number | null = null
  for (const { lowest, worth } of steps(held, target))
    if (worth.wrong < target * worth.values && atMost(worth.wrong, worth.values, target) <= doubt)
      threshold = lowest
  return threshold
}

/** What the documents that a threshold accepts are worth. */
export function worthAbove(held: readonly HeldOut[], threshold: number, target: number): Worth {
  return (
    [...steps(held, target)].filter(({ lowest }) => lowest >= threshold).at(-1)?.worth ?? {
      documents: 0,
      values: 0,
      wrong: 0,
    }
  )
}

/** Whether a threshold accepts a document, and the target what rules gave on it. */
function accepts([lowest, , , , ofRules]: HeldOut, threshold: number, target: number): boolean {
  return lowest > 0 && lowest >= threshold && ofRules >= 1 - target
}

/** The surest documents, at each confidence that could be a threshold. */
function* steps(
  held: readonly HeldOut[],
  target: number,
): Generator<{ lowest: number; worth: Worth }> {
  const sorted = held.filter((one) => accepts(one, 0, target)).sort(([a], [b]) => b - a)
  let [values, squares, wrong] = [0, 0, 0]
  for (const [k, [lowest, weight, rightOnes, wrongOnes]] of sorted.entries()) {
    const count = rightOnes.length + wrongOnes.length
    values += weight * count
    squares += weight * weight * count
    wrong += weight * wrongOnes.length
    // equal confidences are accepted together
    if (sorted[k + 1]?.[0] === lowest || squares === 0) continue
    const worth = Math.floor((values * values) / squares + tiny)
    yield {
      lowest,
      worth: {
        documents: k + 1,
        values: worth,
        wrong: Math.max(0, Math.ceil((wrong / values) * worth - tiny)),
      },
    }
  }
}

const tiny = 1e-6 // of rounding

/** How close held-out values come to a threshold, where there is none. */
export interface Short {
  readonly values: number // the most confident values, up to where the bound is closest to holding
  readonly wrong: number // mistakes among them
  readonly needed: number // values needed for that many mistakes to be acceptable
}

/** Null where nothing was held out. */
export function shortOf(held: readonly HeldOut[], target: number): Short | null {
  let nearest: { readonly values: number; readonly wrong: number; readonly chance: number } | null =
    null
  for (const { worth } of steps(held, target)) {
    const chance = atMost(worth.wrong, worth.values, target)
    if (nearest === null || chance <= nearest.chance)
      nearest = { values: worth.values, wrong: worth.wrong, chance }
  }
  if (nearest === null) return null
  let needed = nearest.values
  while (atMost(nearest.wrong, needed, target) > doubt) needed++
  return { values: nearest.values, wrong: nearest.wrong, needed }
}

/**
 * The share of known vendors' documents that a model's thresholds accept, of how many, and what is
 * missing where it is none.
 */
export function acceptableShare(
  { strata = {} }: Pick<Manifest, 'strata'>,
  target: number,
): { readonly documents: number; readonly share: number; readonly short: Short | null } {
  let [documents, all, accepted] = [0, 0, 0]
  let short: Short | null = null
  for (const held of [strata['known text'] ?? [], strata['known scan'] ?? []]) {
    const least = thresholdOf(held, target) ?? Infinity
    documents += held.length
    short ??= shortOf(held, target)
    for (const one of held) {
      const [, weight] = one
      all += weight
      if (accepts(one, least, target)) accepted += weight
    }
  }
  return { documents, share: all === 0 ? 0 : accepted / all, short }
}

/** Few values are taken to be as good as those of most fields until one is wrong. */
function isInProportion(place: number, accepted: readonly HeldOut[], target: number): boolean {
  const right = accepted.filter(([, , ones]) => ones.includes(place)).length
  const wrong = accepted.filter(([, , , ones]) => ones.includes(place)).length
  return (wrong + expectedWrong) / (right + wrong + 1) <= mostOverTarget * target
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
