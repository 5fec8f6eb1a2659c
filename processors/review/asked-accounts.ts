/** The bank accounts that a task asks about, each of which a person has to answer by name. */

import type { Reason } from '../../schemas/types.ts'

/** Reasons for review whose field is an account; see payee-check.ts. */
const codes: ReadonlySet<string> = new Set(['account_changed', 'account_first'])

export interface AskedAccount {
  readonly field: string
  /** Those that people confirmed for the vendor, the newest first. */
  readonly known: readonly string[]
}

export function askedAccounts(reasons: readonly Reason[]): AskedAccount[] {
  return reasons.flatMap(({ code, field, detail }) =>
    codes.has(code) && field !== null
      ? [{ field, known: detail === null ? [] : detail.split(' ') }]
      : [],
  )
}
