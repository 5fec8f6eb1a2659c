/** What the readers of payment codes share: values by field name, and forms of amounts and lines. */

import { normaliseText } from '../../values/identifiers.ts'

/** By field name, normalised; null where the code does not say. */
export type Values = Readonly<Record<string, string | null>>

/** A line or field of a code by its position; empty where there is none. */
export const lineReader =
  (lines: readonly string[]) =>
  (index: number): string =>
    lines[index] ?? ''

/**
 * The amount due, which is also the total unless something else is known. A code without an amount,
 * or with zero, gives neither.
 */
export function amountDue(text: string): Values {
  const [whole = '', cents = ''] = text.split('.')
  const value = text === '' ? null : `${whole.replace(/^0+(?=\d)/, '')}.${cents.padEnd(2, '0')}`
  return value === null || !/[1-9]/.test(value) ? {} : { due_payable: value, grand_total: value }
}

export function addressOf(parts: readonly string[]): string | null {
  const lines = parts.map((part) => normaliseText(part)).filter((part) => part !== null)
  return lines.length === 0 ? null : lines.join(', ')
}
