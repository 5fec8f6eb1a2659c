/**
 * Which fields a verdict speaks of: those that the profile had when it was given. And how it came to
 * say so: whether a person entered the value, looked at it, or passed it by.
 */

import type { FieldEvidence, Verdict } from '../../schemas/types.ts'
import { valueIn } from '../shared/field-values.ts'

/** Whether the verdict says what the field's value is, or that it has none. */
export function isJudged({ profileFields = [] }: Verdict, field: string): boolean {
  return profileFields.length === 0 || profileFields.includes(field)
}

/**
 * Whether rules of the field may follow from the verdict, or fail by it. A value that was passed by
 * is what was read: nobody has said that it is right.
 */
export function teaches(verdict: Verdict, field: string): boolean {
  return (
    isJudged(verdict, field) &&
    !verdict.declined.includes(field) &&
    evidenceFor(verdict, field) !== 'passed'
  )
}

/** A value that is not the one that was read was entered, whatever is said; null: nobody says. */
export function evidenceFor(
  { fields, predicted, evidence = {} }: Verdict,
  name: string,
): FieldEvidence | null {
  if (valueIn(fields, name) !== valueIn(predicted, name)) return 'typed'
  return Object.hasOwn(evidence, name) ? (evidence[name] ?? null) : null
}
