/**
 * Whether the reading of a document that waits is older than what has been learned, and why.
 *
 * A document is read again once for each model and rule set, whatever comes of it: where the
 * extractors can't use the champion, or read with rules that are newer still, nothing is asked again.
 */

import type { Reread } from '../../schemas/types.ts'

/** What readings rest on. */
export interface ReadWith {
  /** name/version; null: no model. */
  readonly model: string | null
  /** rule-set.ts */
  readonly ruleSet: string
}

/** A reading that waits. */
export interface WaitingReading extends ReadWith {
  /** What it was asked for by, where it isn't the first. */
  readonly reread: Reread | null
}

/** Why it is to be read again; null where it is as new as can be. `now`: what reads at present. */
export function rereadFor(reading: WaitingReading, now: ReadWith): Reread | null {
  const { model, ruleSet } = now
  if (reading.reread !== null && isSame(reading.reread, now)) return null
  if (model !== null && model !== reading.model)
    return { cause: reading.model === null ? 'first_model' : 'model', model, ruleSet }
  return ruleSet === reading.ruleSet ? null : { cause: 'rules', model, ruleSet }
}

/** Whether two readings rest on the same. */
export function isSame(one: ReadWith, other: ReadWith): boolean {
  return one.model === other.model && one.ruleSet === other.ruleSet
}
