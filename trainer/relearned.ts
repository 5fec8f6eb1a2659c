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
    const encounter = held[k]?.document.example.encounter
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
  const without = (set: ReadonlySet<number> | undefined, k: number): number =>
    set === undefined ? 0 : set.size - (set.has(k) ? 1 : 0)
  return {
    pairs: [...tallies]
      .filter(([, { documents, wrong, changed }]) => {
        return changed.size > 0 && wrong.size === 0 && documents.size >= leastDocuments
      })
      .map(([key, { until }]) => [key, until] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    withoutIt: (k, field) => {
      const tally = tallies.get(keyOf(k, field))
      return (
        without(tally?.changed, k) > 0 &&
        without(tally?.wrong, k) === 0 &&
        without(tally?.documents, k) >= leastDocuments
      )
    },
  }
}

function emptyTally(): Tally {
  return { documents: new Set(), wrong: new Set(), changed: new Set(), until: 0 }
}
