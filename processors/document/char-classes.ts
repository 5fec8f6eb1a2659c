/**
 * What a character is: a capital, a small letter, a letter without case, a digit of ASCII, another
 * number, or none of them. Unicode's properties are asked once for each code point that is met.
 */

export const [capital, small, letter, digit, number, none] = [1, 2, 3, 4, 5, 6]
const sorts = new Uint8Array(0x11_0000) // of each code point, once it has been met; 0 before
export const charClassOf = (codePoint: number): number =>
  sorts[codePoint] === 0
    ? (sorts[codePoint] = judge(String.fromCodePoint(codePoint)))
    : (sorts[codePoint] as number)

function judge(sign: string): number {
  if (/\p{Lu}/u.test(sign)) return capital
  if (/\p{Ll}/u.test(sign)) return small
  if (/\p{L}/u.test(sign)) return letter
  if (/\d/.test(sign)) return digit
  return /\p{N}/u.test(sign) ? number : none
}

export const isLetter = (sort: number): boolean => sort <= letter

/** Of one UTF-16 unit: 1 for a letter, 2 for a digit, else the unit itself. */
export function shapeClassOf(unit: number): number {
  const sort = charClassOf(unit)
  if (isLetter(sort)) return 1
  return sort === digit ? 2 : unit
}
