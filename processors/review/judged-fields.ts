/** Which fields a verdict speaks of: those that the profile had when it was given. */

import type { Verdict } from '../../schemas/types.ts'

/** Whether the verdict says what the field's value is, or that it has none. */
export function isJudged({ profileFields = [] }: Verdict, field: string): boolean {
  return profileFields.length === 0 || profileFields.includes(field)
}

/** Whether rules of the field may follow from the verdict, or fail by it. */
export function teaches(verdict: Verdict, field: string): boolean {
  return isJudged(verdict, field) && !verdict.declined.includes(field)
}
