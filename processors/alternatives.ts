/**
 * What else a field may be, for the person who decides: few and different, the more probable first. A reader offers the same
 * name with and without a comma, and a name with and without what follows it on the line; to choose between those is work
 * without a question. Texts that have the same letters and digits count as one, and so do texts of which one begins with all
 * words of the other: the more probable of the two is offered. Any other type has exact values, so only equal ones count as one.
 *
 * Against the value that was taken only equality counts: "Acme" may be right where "Acme Ltd" was taken.
 */

import type { Profile } from '../schemas/profiles.ts'
import type { Field } from '../schemas/types.ts'
import { plainWords } from './table-words.ts'

const mostOffered = 3 // for one field

/** `found`: everything that was read, in any order; `fields`: what was taken. */
export function alternativesTo(fields: readonly Field[], found: readonly Field[], profile: Profile): readonly Field[] {
  return profile.fields.flatMap(({ name, type }) => {
    const isText = type === 'text'
    const taken = fields.find((field) => field.name === name)?.value ?? null
    const offered: Field[] = []
    for (const field of found.filter((one) => one.name === name && one.value !== null).sort((a, b) => b.confidence - a.confidence)) {
      const value = field.value as string
      const isTaken = taken !== null && (value === taken || (isText && lettersOf(value) === lettersOf(taken)))
      if (!isTaken && !offered.some((other) => (isText ? isAlike(other.value as string, value) : other.value === value))) offered.push(field)
      if (offered.length === mostOffered) break
    }
    return offered
  })
}

function lettersOf(text: string): string {
  return plainWords(text).replaceAll(' ', '')
}

/** The same letters and digits, or all words of one are the first words of the other. */
function isAlike(a: string, b: string): boolean {
  const [one, other] = [plainWords(a), plainWords(b)]
  return one.replaceAll(' ', '') === other.replaceAll(' ', '') || `${one} `.startsWith(`${other} `) || `${other} `.startsWith(`${one} `)
}
