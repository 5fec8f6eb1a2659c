/** Looks up segments, their parts and their amounts in an EDIFACT message. */

import type { Field } from '../../schemas/types.ts'
import { statedField } from '../shared/stated-field.ts'
import type { Segment } from './edifact-segments.ts'
import { xmlAmount } from './einvoice-syntax.ts'

/** A segment with its number in the message. */
export interface Numbered extends Segment {
  readonly number: number
}

/** A component; empty where there is none. */
export const part = ({ elements }: Segment, element: number, component: number): string =>
  elements[element]?.[component] ?? ''

export const fieldOf = (name: string, { number, tag }: Numbered, value: string | null): Field[] =>
  value === null ? [] : [statedField(name, value, 'xml', `/INVOIC/${number}/${tag}`)]

/** The first segment with the first of the qualifiers that there is. */
export function qualified(
  segments: readonly Numbered[],
  tag: string,
  qualifiers: readonly string[],
): Numbered | undefined {
  for (const qualifier of qualifiers) {
    const found = segments.find((one) => one.tag === tag && part(one, 0, 0) === qualifier)
    if (found !== undefined) return found
  }
  return undefined
}

/** A number; its decimal sign may be either, whatever the interchange says. */
export const amountOf = (text: string): string | null => xmlAmount(text.replace(',', '.'))

export interface Amount {
  readonly from: Numbered
  readonly value: string
}

export function amountAt(
  segments: readonly Numbered[],
  qualifiers: readonly string[],
): Amount | null {
  const from = qualified(segments, 'MOA', qualifiers)
  const value = from === undefined ? null : amountOf(part(from, 0, 1))
  return from === undefined || value === null ? null : { from, value }
}
