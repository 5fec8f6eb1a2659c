/**
 * The part of the gate that F1 does not show: errors that a candidate would let through, and
 * documents that people would have to review because it accepts less.
 */

import { atMost, type Short } from '../processors/model/thresholds.ts'
import { percent } from './gate.ts'

// of the champion's share of acceptable documents: it varies by a tenth by chance
const leastKept = 0.75

/**
 * Why a candidate lets too many errors through; null if it doesn't: on held-out documents that it
 * would have accepted it has more wrong values than the champion, and so many that a true share of
 * `target` gives them in less than one case of twenty.
 */
export function letsThroughMore(
  candidate: Through,
  champion: Through | null,
  target: number,
): string | null {
  const { values, errorsLetThrough: errors } = candidate
  if (
    errors === 0 ||
    errors <= (champion?.errorsLetThrough ?? 0) ||
    1 - atMost(errors - 1, values, target) >= 0.05
  )
    return null
  return `lets ${errors} wrong values through among ${values} on held-out documents, more than ${percent(target)} allow`
}

/** What a model could accept of its held-out documents. */
export interface Acceptable {
  readonly documents: number // of known vendors
  readonly share: number
  /** Where it is 0: how many values are missing for a threshold, at the mistakes there are. */
  readonly short: Short | null
}

/**
 * Why a candidate accepts too few documents to take over; null if it doesn't: of the documents of
 * known vendors that it was evaluated on it could accept far fewer than the champion could of its
 * own. F1 does not show this: verdicts are about documents that the champion left to people, so a
 * champion trained on much more looks worse on them than it is. If the champion lets too many errors
 * through, its acceptance doesn't count.
 *
 * Both shares are of the stream, though most documents that people see are harder than it: each
 * document counts by how it came to be looked at; see encounter.ts.
 */
export function acceptsLess(
  candidate: Acceptable,
  champion: Acceptable,
  through: Through | null,
  target: number,
): string | null {
  if (
    candidate.share >= leastKept * champion.share ||
    (through !== null && letsThroughMore(through, null, target) !== null)
  )
    return null
  const mine =
    candidate.share > 0
      ? `could accept ${percent(candidate.share)} of the ${candidate.documents} documents that it was tried on`
      : `could accept nothing unseen: its ${candidate.documents} held-out documents do not show that fewer than ${percent(target)} of the values are wrong, however sure it is${missing(candidate.short)}`
  return `${mine}, the champion ${percent(champion.share)} of its own ${champion.documents}: people would have more to do; a larger random sample of what is accepted (ERRATA_SAMPLE_SHARE) shows more, soonest`
}

function missing(short: Short | null): string {
  return short === null || short.needed <= short.values
    ? ''
    : ` (of the surest ${short.values} ${short.wrong === 1 ? '1 is' : `${short.wrong} are`} wrong: ${short.needed - short.values} more right ones are needed)`
}

export interface Through {
  readonly values: number
  readonly errorsLetThrough: number
}
