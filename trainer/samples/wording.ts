/**
 * Labels on invoices, in six languages: several words for each thing, since a model must not depend
 * on an issuer's choice. `{n}` is a number of days, `{d}` a date, `{p}` a percentage, `{x}` a
 * document number.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { dutch } from './wording/dutch.ts'
import { english } from './wording/english.ts'
import { french } from './wording/french.ts'
import { german } from './wording/german.ts'
import { italian } from './wording/italian.ts'
import { spanish } from './wording/spanish.ts'
import type { Words } from './wording/things.ts'

export const wording: Readonly<Record<Language, Words>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  nl: dutch,
}
