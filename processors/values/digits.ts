/** Digits of other scripts, as those of ASCII. */

import { isAscii } from '../shared/ascii.ts'
import { zeros as zeroDigits } from './locale-data.ts'

const zeros = [...zeroDigits] // ascending

/** Every other character stays where it is, so positions hold. */
export function withPlainDigits(text: string): string {
  if (isAscii(text)) return text
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const zero = zeros.findLast((one) => one <= digit)
    const value = zero === undefined ? 10 : digit.charCodeAt(0) - zero.charCodeAt(0)
    return digit.length > 1 || value > 9 ? digit : String(value)
  })
}
