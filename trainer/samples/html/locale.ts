/** A country with a language: what its companies, addresses, numbers and invoices look like. */

import type { SampleRandom } from '../random.ts'
import type { Part } from '../specimens.ts'
import type { Labels } from './labels.ts'

export interface Place {
  readonly code: string // ISO 3166
  readonly currency: string
  readonly marks: string // how the currency is printed, options separated by |
  readonly decimals: number
  readonly rates: readonly number[] // percent, the usual one first
  readonly point: '.' | ','
  readonly groups: string // thousands separators, options separated by |; s is a space, n a fixed one
  readonly dates: string // options separated by |; see formats.ts
  readonly towns: string // separated by |, with post code
  readonly street: string // {s} the street, {n} the house number
  readonly streets: string
  readonly surnames: string
  readonly givenNames: string
  readonly trades: string // words of company names
  readonly forms: string // {n} is the name
  readonly banks: string
  readonly phone: string // # is a digit
  readonly name: string // of the country
  readonly iban: string // structure of its account part: n digits, a capitals; empty: none
  readonly vat: string // structure of its tax numbers: # a digit, @ a capital; empty: none
  readonly vatLabels?: string // of its tax number, where they differ from the language's
  readonly surnameFirst?: boolean
}

export interface Locale {
  readonly language: string // BCP 47
  readonly script: Script
  readonly labels: Labels
  readonly place: Place
  /** Names of companies without legal form, where more is known than the place's words. */
  readonly companyName?: (random: SampleRandom, part: Part) => string
}

export type Script =
  | 'latin'
  | 'greek'
  | 'cyrillic'
  | 'arabic'
  | 'hebrew'
  | 'devanagari'
  | 'thai'
  | 'japanese'
  | 'chinese'
  | 'korean'

export const rightToLeft: ReadonlySet<Script> = new Set(['arabic', 'hebrew'])

/** The options of a text. */
export const options = (text: string): readonly string[] => text.split('|')
