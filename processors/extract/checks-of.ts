/** The checks of a document: against what its e-invoice says of allowances, or what its pages print. */

import type { Profile } from '../../schemas/profiles.ts'
import type { Check, Field, LineItem } from '../../schemas/types.ts'
import { runChecks } from '../routing/checks.ts'
import { checkPrinted } from './printed-charges.ts'
import type { PrintedDocument } from '../rules/spans.ts'
import type { Einvoice } from '../sources/einvoice.ts'

/**
 * Document-level allowances and charges of an e-invoice excuse the sums that can't hold with them.
 */
export function checksOf(
  profile: Profile,
  fields: readonly Field[],
  lineItems: readonly LineItem[],
  einvoice: Einvoice | null,
  now: number,
  sheet: PrintedDocument,
): readonly Check[] {
  if (einvoice === null || einvoice.lineItems.length === 0)
    return checkPrinted(profile, fields, lineItems, now, sheet)
  const { adjusted } = einvoice
  const excused = new Set<string>()
  if (adjusted.lines) excused.add('line_arithmetic')
  if (adjusted.total === null) excused.add('lines_add_up')
  return runChecks(profile, fields, lineItems, now, adjusted.total ?? undefined).map((check) =>
    excused.has(check.name) ? { ...check, outcome: 'not_applicable', detail: 'allowances' } : check,
  )
}
