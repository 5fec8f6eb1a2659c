/** Values of an e-invoice as plain objects, for the tests of syntaxes. */

import { runChecks } from '../../../../processors/routing/checks.ts'
import { inspectEinvoice } from '../../../../processors/sources/einvoice.ts'
import { print } from '../../../../processors/values/money.ts'
import { loadProfiles, profileOf } from '../../../../schemas/profiles.ts'
import type { Field } from '../../../../schemas/types.ts'

export interface PlainReading {
  readonly syntax: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly lines: readonly Readonly<Record<string, string | null>>[]
  readonly adjusted: { readonly lines: boolean; readonly total: string | null }
  readonly typeDoubt: string | null
}

const plain = (fields: readonly Field[]): Record<string, string | null> =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]))

/** The reading, or the reason why there is none. */
export function reading(text: string): PlainReading | string {
  const { invoice, reason } = inspectEinvoice(text)
  if (invoice === null) return reason
  const { lines, total } = invoice.adjusted
  return {
    syntax: invoice.syntax,
    fields: plain(invoice.fields),
    lines: invoice.lineItems.map(({ cells }) => plain(cells)),
    adjusted: { lines, total: total === null ? null : print(total) },
    typeDoubt: invoice.typeDoubt,
  }
}

const profile = profileOf(loadProfiles(), 'invoice')

/** The checks that an e-invoice fails, as extract.ts runs them. */
export function failedChecks(text: string): readonly string[] {
  const { invoice, reason } = inspectEinvoice(text)
  if (invoice === null) return [reason]
  const { lines, total } = invoice.adjusted
  const excused = [
    ...(lines ? ['line_arithmetic'] : []),
    ...(total === null ? ['lines_add_up'] : []),
  ]
  return runChecks(
    profile,
    invoice.fields,
    invoice.lineItems,
    Date.parse('2026-06-10'),
    total ?? undefined,
  )
    .filter(({ name, outcome }) => outcome === 'failed' && !excused.includes(name))
    .map(({ name, detail }) => `${name} ${detail}`)
}
