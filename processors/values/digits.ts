/** Digits and marks of other scripts, as those of ASCII. */

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

/**
 * Also the full-width characters of Japanese and Chinese, and the marks of Arabic amounts: what
 * reads 1,234.50 in ASCII is printed in many ways. Every character stays where it is.
 */
export function withPlainSigns(text: string): string {
  if (isAscii(text)) return text
  return withPlainDigits(text).replace(otherSigns, (sign) =>
    sign < fullWidth
      ? (arabicMarks[sign] as string)
      : String.fromCharCode(sign.charCodeAt(0) - toAscii),
  )
}

const otherSigns = /[\u066b\u066c\uff01-\uff5e]/g
const fullWidth = '\uff01'
const toAscii = 0xfee0 // from a full-width character
const arabicMarks: Readonly<Record<string, string>> = { '\u066b': '.', '\u066c': ',' }
