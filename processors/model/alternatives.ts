/**
 * Alternatives for a field, for the person who decides: few, distinct, most probable first. A model
 * offers the same name with and without a comma, and with and without the text after it; nobody
 * should have to choose between those. Texts with the same letters and digits count as one, and so
 * do two texts of which one begins with all words of the other: the more probable is offered.
 * Values of other types are exact, so only equal ones count as one.
 *
 * An alternative is dropped only if it equals the chosen value: "Acme" may be right where "Acme
 * Ltd" was chosen.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import { letterWordsOf } from '../line-items/table-words.ts'

const mostOffered = 3 // for one field

/** `found`: everything that was read, in any order; `fields`: the chosen values. */
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
  readonly letters: string // of the words, without white space
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
