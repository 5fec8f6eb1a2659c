/**
 * Amounts that a token's own text doesn't show: whole ones beside a currency, as in Japan or
 * Hungary, and those whose thousands stand apart, `29 853,48`.
 */

import { hundredths, type TokenKind } from './shapes.ts'
import type { Box } from './words.ts'

export interface PrintedToken {
  readonly text: string
  readonly line: number
  readonly box: Box
}

const thin = 0.8 // in letter heights: the widest space inside a number that is printed in groups
const whole = /^[-+]?(?:\d{1,9}|\d{1,3}(?:[.,'’]\d{3})+)$/
const grouped = /^[-+]?\d{1,3}(?:[.,'’]\d{3})+$/
const firstGroup = /^[-+(]?\d{1,3}$/
const nextGroup = /^\d{3}$/
export const mostGroups = 4 // of one number: more are a table or a list
const lastGroup = /^\d{3}(?:[.,]\d{1,3})?\)?-?$/

/**
 * Indexes of the tokens that are amounts by what stands beside them. A number with thousands is one
 * without a currency too, where the document prints no cents.
 */
export function wholeAmounts(
  tokens: readonly PrintedToken[],
  kinds: readonly TokenKind[],
): ReadonlySet<number> {
  const found = new Set<number>()
  const isMoneyBeside = (i: number, beside: number): boolean =>
    kinds[beside] === 'currency' &&
    (beside < i ? isBeside(tokens, beside, i) : isBeside(tokens, i, beside))
  for (let i = 0; i < tokens.length; i++) {
    if (kinds[i] === 'amount' || !whole.test((tokens[i] as PrintedToken).text)) continue
    const first = groupsBefore(tokens, i)
    if (isMoneyBeside(i, first - 1) || isMoneyBeside(i, i + 1)) found.add(i)
  }
  if (found.size > 0 && !kinds.includes('amount'))
    for (let i = 0; i < tokens.length; i++)
      if (grouped.test((tokens[i] as PrintedToken).text)) found.add(i)
  return found
}

/** The first token of the number that ends with token i: i itself unless groups stand before it. */
export function groupsBefore(tokens: readonly PrintedToken[], i: number): number {
  if (!lastGroup.test((tokens[i] as PrintedToken).text)) return i
  for (let first = i - 1; first > i - mostGroups && isBeside(tokens, first, first + 1); first--) {
    const { text } = tokens[first] as PrintedToken
    if (firstGroup.test(text) && !(nextGroup.test(text) && isGrouped(tokens, first))) return first
    if (!nextGroup.test(text)) return i
  }
  return i
}

/** Whether another group may stand before token i. */
const isGrouped = (tokens: readonly PrintedToken[], i: number): boolean =>
  i > 0 && isBeside(tokens, i - 1, i) && firstGroup.test((tokens[i - 1] as PrintedToken).text)

/** The amount that ends with token i, in hundredths; null where there is none. */
export function hundredthsAt(tokens: readonly PrintedToken[], i: number): number | null {
  let text = ''
  for (let k = groupsBefore(tokens, i); k <= i; k++) text += (tokens[k] as PrintedToken).text
  return hundredths(text)
}

/** Whether two tokens of one line stand within the width of a thin space. */
export function isBeside(tokens: readonly PrintedToken[], i: number, next: number): boolean {
  const [a, b] = [tokens[i], tokens[next]]
  return (
    a !== undefined &&
    b !== undefined &&
    a.line === b.line &&
    b.box[0] - a.box[2] < thin * (b.box[3] - b.box[1])
  )
}
