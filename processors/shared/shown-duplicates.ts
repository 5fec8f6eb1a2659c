/** Earlier documents that a task was warned of. */

import type { Reason } from '../../schemas/types.ts'

/** Documents that a reading named as the same invoice. */
export function shownDuplicates(reasons: readonly Reason[]): string[] {
  return reasons.flatMap(({ code, detail }) =>
    code === 'duplicate' && detail !== null ? [detail] : [],
  )
}
