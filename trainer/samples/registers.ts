/**
 * VAT ids and bank accounts with right check digits, so that samples pass the same checks as real
 * invoices. The algorithms are the official ones: ISO 7064 mod 11,10 (DE), Luhn (FR, IT), mod 97
 * (BE, GB, IBAN), weighted mod 11 (NL, CH, ES).
 */

import { isIban, isVatId } from '../../processors/values/identifiers.ts'
import type { SampleRandom } from './random.ts'

// one number in 11, 26 or 97 fits by chance; this many attempts practically never fail
const tries = 4000

/** A valid VAT id with prefix; null where the country has none. */
export function vatIdOf(country: string, random: SampleRandom): string | null {
  switch (country) {
    case 'DE':
      return `DE${germanDigits(`${random.int(1, 9)}${random.digits(7)}`)}`
    case 'AT':
      return found(
        () => `ATU${random.digits(8)}`,
        (id) => isVatId(id) === true,
      )
    case 'CH':
      return found(
        () => `CHE${random.int(1, 4)}${random.digits(8)}`,
        (id) => isVatId(id) === true,
      )
    case 'FR':
      return frenchVatId(luhn(`${random.int(3, 8)}${random.digits(7)}`))
    case 'BE':
      return belgian(`0${random.int(4, 7)}${random.digits(6)}`)
    case 'ES':
      return found(
        () => `ES${random.pick(['A', 'B'])}${random.digits(8)}`,
        (id) => isVatId(id) === true,
      )
    case 'IT':
      return found(
        () => `IT0${random.digits(10)}`,
        (id) => isVatId(id) === true,
      )
    case 'NL':
      return found(
        () => `NL${random.int(1, 8)}${random.digits(8)}B0${random.int(1, 3)}`,
        (id) => isVatId(id) === true,
      )
    case 'GB':
      return found(
        () => `GB${random.int(1, 9)}${random.digits(8)}`,
        (id) => isVatId(id) === true,
      )
    case 'IE':
      return found(
        () =>
          `IE${random.int(3, 9)}${random.digits(6)}${random.pick([...'ABCDEFGHIJKLMNOPQRSTUVW'])}`,
        (id) => isVatId(id) === true,
      )
    default:
      return null
  }
}

/** A valid IBAN; null where the country has none. */
export function ibanOf(country: string, random: SampleRandom): string | null {
  switch (country) {
    case 'DE':
      return iban('DE', `${random.int(1, 8)}${random.digits(7)}00${random.digits(8)}`)
    case 'AT':
      return iban('AT', random.digits(16))
    case 'CH':
      return iban('CH', `0${random.digits(4)}${random.digits(12)}`)
    case 'FR':
      return frenchIban(
        `${random.int(1, 4)}${random.digits(4)}`,
        `0${random.digits(4)}`,
        `0${random.digits(10)}`,
      )
    case 'BE': {
      const account = `${random.int(1, 9)}${random.digits(9)}`
      return iban('BE', `${account}${String(Number(account) % 97 || 97).padStart(2, '0')}`)
    }
    case 'ES':
      return spanishIban(
        `${random.pick(['2100', '0049', '0182', '0081'])}${random.digits(4)}`,
        random.digits(10),
      )
    case 'IT':
      return found(
        () =>
          iban(
            'IT',
            `${random.pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'])}0${random.digits(9)}${random.digits(12)}`,
          ),
        isIban,
      )
    case 'NL':
      return found(
        () => iban('NL', `${random.pick(['INGB', 'RABO', 'ABNA'])}0${random.digits(9)}`),
        isIban,
      )
    case 'GB':
      return iban('GB', `${random.pick(['NWBK', 'BARC', 'LOYD', 'HBUK'])}${random.digits(14)}`)
    case 'IE':
      return iban('IE', `${random.pick(['AIBK', 'BOFI'])}${random.digits(14)}`)
    default:
      return null
  }
}

export function bicOf(country: string, random: SampleRandom): string {
  const letters = (count: number): string =>
    Array.from({ length: count }, () => random.pick([...'ABCDEFGHKLMNPRSTUVW'])).join('')
  return `${letters(4)}${country}${letters(1)}${random.int(1, 9)}${random.chance(0.5) ? 'XXX' : ''}`
}

function found(make: () => string, right: (id: string) => boolean): string {
  let last = ''
  for (let i = 0; i < tries; i++) {
    last = make()
    if (right(last)) return last
  }
  return last
}

// ISO 13616: letters become two digits, the country and "00" go to the end, check = 98 − remainder
// mod 97
function iban(country: string, account: string): string {
  const digits = [...`${account}${country}00`]
    .map((sign) => (/[A-Z]/.test(sign) ? String(sign.charCodeAt(0) - 55) : sign))
    .join('')
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`
}

function frenchIban(bank: string, branch: string, account: string): string {
  const key = 97n - ((89n * BigInt(bank) + 15n * BigInt(branch) + 3n * BigInt(account)) % 97n)
  return iban('FR', `${bank}${branch}${account}${String(key).padStart(2, '0')}`)
}

function spanishIban(bank: string, account: string): string {
  const weights = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]
  const check = (digits: string): number => {
    const rest =
      11 -
      ([...digits.padStart(10, '0')].reduce(
        (total, digit, index) => total + Number(digit) * (weights[index] as number),
        0,
      ) %
        11)
    if (rest === 11) return 0
    return rest === 10 ? 1 : rest
  }
  return iban('ES', `${bank}${check(bank)}${check(account)}${account}`)
}

function germanDigits(digits: string): string {
  let product = 10
  for (const digit of digits) {
    const total = (Number(digit) + product) % 10 || 10
    product = (2 * total) % 11
  }
  return `${digits}${(11 - product) % 10}`
}

function luhn(digits: string): string {
  const total = [...digits].reverse().reduce((all, digit, index) => {
    const double = index % 2 === 0 ? 2 * Number(digit) : Number(digit)
    return all + (double > 9 ? double - 9 : double)
  }, 0)
  return `${digits}${(10 - (total % 10)) % 10}`
}

function frenchVatId(siren: string): string {
  return `FR${String((12 + 3 * (Number(siren) % 97)) % 97).padStart(2, '0')}${siren}`
}

function belgian(digits: string): string {
  return `BE${digits}${String(97 - (Number(digits) % 97)).padStart(2, '0')}`
}
