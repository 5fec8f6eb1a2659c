/** What makes two tasks the same question to a reviewer. */

import type { Field, LineItem } from '../../schemas/types.ts'
import { sortedValues } from '../shared/field-values.ts'
import { textHash } from '../shared/text-hash.ts'

/** Identifies a question: tenant and profile, bytes, and prediction. */
export function subjectOf(
  of: { readonly tenant: string; readonly profile: string; readonly sha256: string },
  fields: readonly Field[],
  lineItems: readonly LineItem[],
): string {
  const text = JSON.stringify([
    of.tenant,
    of.profile,
    of.sha256,
    sortedValues(fields),
    lineItems.map((row) => sortedValues(row.cells)),
  ])
  return textHash(text)
}
