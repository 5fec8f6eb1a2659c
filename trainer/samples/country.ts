/** Properties of a country whose companies issue samples. */

import type { Language } from '../../processors/values/normalise.ts'

export interface Country {
  readonly code: string
  readonly languages: readonly Language[]
  readonly currency: string
  readonly taxRates: readonly number[] // percent, the usual one first
  readonly name: Readonly<Partial<Record<Language, string>>>
  readonly towns: readonly string[] // as printed on an address's last line, with post code
  readonly streets: readonly string[]
  readonly surnames: readonly string[]
  readonly givenNames: readonly string[]
  readonly legalForms: readonly string[]
  readonly phone: string // # is a digit
}
