/**
 * What is credited, as amounts below zero: EN 16931 and many pages state a credit note's amounts
 * without sign. See document-types.ts.
 */

import type { Field } from '../../schemas/types.ts'
import { decimal, negate, print } from '../values/money.ts'

const totals: ReadonlySet<string> = new Set([
  'net_total',
  'tax_total',
  'grand_total',
  'due_payable',
])

export const isTotal = (name: string): boolean => totals.has(name)

/** A cell of a line that is credited: as many are given back, at the price. */
export function credited(cell: Field): Field {
  return cell.name === 'quantity' || cell.name === 'line_total' ? negated(cell) : cell
}

export function negated(field: Field): Field {
  const value = decimal(field.value)
  return value === null || value.units === 0n ? field : { ...field, value: print(negate(value)) }
}
