/**
 * What models have learned from corrections. Once a person has changed a field of a vendor, the
 * model alone is not trusted there: a rule gives the value or a person is asked. Where no rule
 * explains the corrections, that would be for ever, however well later models read the field. So a
 * field of a vendor is the model's again once it reads all answered documents of that vendor
 * rightly, each of them held out: at least three, the corrected ones among them. The next correction
 * ends that at once.
 *
 * Values that were rejected stay rejected, whatever a model has learned.
 */

import { relearnedKey } from '../processors/model/vendor-key.ts'
import type { Calibrated } from './confidence.ts'
import type { HeldOutDocument } from './held-out.ts'
import { inEvidence, isRight } from './held-out-readings.ts'

export interface Relearned {
  /** For the manifest. */
  readonly pairs: readonly (readonly [pair: string, until: number])[]
  /**
   * Whether a model would have been trusted with a field of a document because of the vendor's
   * other documents.
   */
  readonly withoutIt: (held: number, field: string) => boolean
}

const leastDocuments = 3

interface Tally {
  readonly documents: Set<number>
  readonly wrong: Set<number>
  readonly changed: Set<number>
  until: number
}

/** `held`: in the order of the verdicts of `calibrated`. */
export function relearnedFrom(
  held: readonly HeldOutDocument[],
  calibrated: ReadonlyMap<string, Calibrated>,
): Relearned {
  const tallies = new Map<string, Tally>()
  const keyOf = (k: number, field: string): string =>
    relearnedKey(held[k]?.document.vendor ?? '', field)
  for (const k of inEvidence(held)) {
    const encounter = held[k]?.document.encounter
    if (encounter === undefined) continue
    for (const [field, { verdicts, least }] of calibrated) {
      const verdict = verdicts[k]
      if (!verdict) continue
      const tally = tallies.get(keyOf(k, field)) ?? emptyTally()
      tallies.set(keyOf(k, field), tally)
      tally.documents.add(k)
      if (!isRight(verdict, least)) tally.wrong.add(k)
      if (!encounter.changed.has(field)) continue
      tally.changed.add(k)
      tally.until = Math.max(tally.until, encounter.decidedAt)
    }
  }
  return {
    pairs: [...tallies]
      .filter(([, tally]) => isLearned(tally, null))
      .map(([key, { until }]) => [key, until] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    withoutIt: (k, field) => isLearned(tallies.get(keyOf(k, field)) ?? emptyTally(), k),
  }
}

/** Whether the documents of a tally show that a field is learned; `leftOut`: all but this one. */
function isLearned({ documents, wrong, changed }: Tally, leftOut: number | null): boolean {
  const count = (set: ReadonlySet<number>): number =>
    set.size - (leftOut !== null && set.has(leftOut) ? 1 : 0)
  return count(changed) > 0 && count(wrong) === 0 && count(documents) >= leastDocuments
}

function emptyTally(): Tally {
  return { documents: new Set(), wrong: new Set(), changed: new Set(), until: 0 }
}
