/** Text of printable ASCII alone, which needs no Unicode handling. */

const ascii = /^[\x20-\x7e]*$/
export const isAscii = (text: string): boolean => ascii.test(text)
