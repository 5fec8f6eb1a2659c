/** Check digits of payment references. */

/** Whether a reference is right for its kind. */
export function isReference(kind: string, reference: string): boolean {
  switch (kind) {
    case 'NON':
      return reference === ''
    case 'QRR':
      return (
        /^\d{27}$/.test(reference) &&
        checkDigitOf(reference.slice(0, -1)) === Number(reference.at(-1))
      )
    case 'SCOR':
      return (
        /^RF\d\d[A-Z0-9]{1,21}$/i.test(reference) && isCreditorReference(reference.toUpperCase())
      )
    default:
      return false
  }
}

const steps = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]

/** Modulo 10, recursive: the check digit of Swiss payment references (guidelines, annex B). */
function checkDigitOf(digits: string): number {
  let carry = 0
  for (const digit of digits) carry = steps[(carry + Number(digit)) % 10] as number
  return (10 - carry) % 10
}

/**
 * ISO 11649: modulo 97 of the reference with its first four characters at the end and letters as 10
 * to 35.
 */
function isCreditorReference(reference: string): boolean {
  let rest = 0
  for (const character of `${reference.slice(4)}${reference.slice(0, 4)}`) {
    for (const digit of String(Number.parseInt(character, 36)))
      rest = (10 * rest + Number(digit)) % 97
  }
  return rest === 1
}
