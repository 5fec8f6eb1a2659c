/**
 * How the stage met a document that a person answered later: what of its reading was not the
 * model's, and why a person saw it.
 *
 * Evidence for accepting documents has to be about the whole stage, not about the model alone: rules
 * of a known vendor correct what the model gets wrong, and ask where it isn't trusted.
 *
 * WHY A PERSON SAW IT. Once documents are accepted, people see the hard ones and a random sample of
 * the others. So a verdict weighs by the inverse of the probability that the document was looked at
 * (Horvitz and Thompson 1952): a sampled one stands for all those that nobody saw, 1 / share of
 * them, a hard one for itself. Relative to the sampled one that is a weight of `share`. As long as
 * nothing like a document could be accepted (`no_evidence`) everything like it was looked at, and it
 * weighs as much as a sampled one.
 */

import { isJudged } from '../processors/review/judged-fields.ts'
import { valueIn } from '../processors/shared/field-values.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Field, LineItem, Verdict } from '../schemas/types.ts'

export interface Encounter {
  /** People had answered a document of this vendor before. */
  readonly isKnown: boolean
  /** How many documents it stands for, from 0 to 1. */
  readonly weight: number
  /** A person would have been asked whatever the model had read. */
  readonly isBarred: boolean
  /** Fields in which the vendor's corrections asked for a person, as no rule applied. */
  readonly asked: ReadonlySet<string>
  /** Values that rules gave, and those of e-invoices and payment codes. */
  readonly given: readonly Field[]
  readonly lineItems: readonly LineItem[]
  /** Fields that the person changed. */
  readonly changed: ReadonlySet<string>
  readonly decidedAt: number // ms since 1970
}

const fromCorrections: ReadonlySet<string> = new Set(['vendor_asks', 'rule_silent'])
// what follows from the reading, so that it is found out anew for another one
const fromReading: ReadonlySet<string> = new Set([
  'no_evidence',
  'low_confidence',
  'missing',
  'check_failed',
  'malformed',
  'sample',
])

/** The encounters of all verdicts of a snapshot, by document. */
export function encountersOf(
  verdicts: readonly Verdict[],
  profile: Profile,
  sampleShare: number,
): ReadonlyMap<string, Encounter> {
  const firsts = new Map<string, number>()
  for (const { vendor, decidedAt } of verdicts)
    firsts.set(vendor.id, Math.min(decidedAt, firsts.get(vendor.id) ?? Infinity))
  return new Map(
    verdicts.map((verdict) => [
      verdict.documentId,
      encounterOf(verdict, profile, sampleShare, firsts.get(verdict.vendor.id) as number),
    ]),
  )
}

function encounterOf(
  verdict: Verdict,
  profile: Profile,
  sampleShare: number,
  first: number,
): Encounter {
  const { reasons = [], predicted, fields, decidedAt } = verdict
  const ofCorrections = reasons.filter(({ code }) => fromCorrections.has(code))
  const others = reasons.filter(({ code }) => !fromCorrections.has(code) && !fromReading.has(code))
  return {
    isKnown: first < decidedAt,
    weight: wasPicked(verdict) ? sampleShare : 1,
    isBarred: others.length > 0 || ofCorrections.some(({ field }) => field === null),
    asked: new Set(ofCorrections.flatMap(({ field }) => field ?? [])),
    given: predicted.filter(({ origin, value }) => origin !== 'model' && value !== null),
    lineItems: verdict.predictedLineItems,
    changed: new Set(
      profile.fields
        .map(({ name }) => name)
        .filter(
          (name) => isJudged(verdict, name) && valueIn(fields, name) !== valueIn(predicted, name),
        ),
    ),
    decidedAt,
  }
}

/** Whether a person saw it only because something about it was hard, or was found wrong later. */
function wasPicked({ basis, reasons = [] }: Verdict): boolean {
  if (basis === 'correction') return true
  // other programs may not say why
  if (basis === 'sample' || reasons.length === 0) return false
  return reasons.every(({ code }) => code !== 'no_evidence')
}
