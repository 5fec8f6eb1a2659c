/**
 * What else a field may be, for the person who decides: few and different, the more probable first.
 * A reader offers the same name with and without a comma, and a name with and without what follows
 * it on the line; to choose between those is work without a question. Texts that have the same
 * letters and digits count as one, and so do texts of which one begins with all words of the other:
 * the more probable of the two is offered. Any other type has exact values, so only equal ones
 * count as one.
 *
 * Against the value that was taken only equality counts: "Acme" may be right where "Acme Ltd" was
 * taken.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import { letterWordsOf } from '../line-items/table-words.ts'

const mostOffered = 3 // for one field

/** `found`: everything that was read, in any order; `fields`: what was taken. */
export function alternativesTo(
  fields: readonly Field[],
  found: readonly Field[],
  profile: Profile,
): readonly Field[] {
  return profile.fields.flatMap(({ name, type }) => {
    const others = found.filter((one) => one.name === name && one.value !== null)
    const taken = fields.find((field) => field.name === name)?.value ?? null
    if (others.length === 0) return []
    const takenForm = taken === null || type !== 'text' ? null : formOf(taken)
    const forms: Form[] = []
    const offered: Field[] = []
    for (const field of others.sort((a, b) => b.confidence - a.confidence)) {
      if (
        field.value === taken ||
        (type !== 'text' && offered.some((other) => other.value === field.value))
      )
        continue
      if (type === 'text') {
        const form = formOf(field.value as string)
        if (form.letters === takenForm?.letters || forms.some((other) => isAlike(other, form)))
          continue
        forms.push(form)
      }
      offered.push(field)
      if (offered.length === mostOffered) break
    }
    return offered
  })
}

interface Form {
  readonly words: string
  readonly letters: string // of the words, without the spaces between
}

function formOf(value: string): Form {
  const words = letterWordsOf(value)
  return { words, letters: words.replaceAll(' ', '') }
}

/** The same letters and digits, or all words of one are the first words of the other. */
function isAlike(one: Form, other: Form): boolean {
  return (
    one.letters === other.letters ||
    `${one.words} `.startsWith(`${other.words} `) ||
    `${other.words} `.startsWith(`${one.words} `)
  )
}
