/**
 * The class of a character: uppercase, lowercase, letter without case, ASCII digit, other number,
 * or none of these. Unicode properties are looked up once for each code point that occurs.
 */

export const [capital, small, letter, digit, number, none] = [1, 2, 3, 4, 5, 6]
const sorts = new Uint8Array(0x11_0000) // of each code point; 0 until first looked up
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
