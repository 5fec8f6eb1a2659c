/** The values of fields in a fixed order, so that two lists of fields can be compared. */

import type { Field } from '../../schemas/types.ts'

/** Names and values of the fields that have one, by their text as Array.sort has it by default. */
export function sortedValues(fields: readonly Field[]): (readonly [name: string, value: string])[] {
  return fields
    .flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]))
    .sort((a, b) => {
      const [one, other] = [a.join(), b.join()]
      if (one === other) return 0
      return one < other ? -1 : 1
    })
}

/** Of the field with this name; null where it is absent. */
export function valueIn(fields: readonly Field[], name: string): string | null {
  return fields.find((field) => field.name === name)?.value ?? null
}
