/**
 * The least and the most of a list, however long: a page may have more words than a call takes
 * arguments.
 */

export function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Infinity)
}

export function most(values: readonly number[]): number {
  return values.reduce((found, value) => Math.max(found, value), -Infinity)
}
