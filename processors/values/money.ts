/**
 * Amounts: from print to decimal strings, and exact arithmetic on them.
 *
 * A value keeps the precision that is printed ("160" stays "160", "1.234,50 €" becomes "1234.50"),
 * since a reader may want to know that no cents were printed; comparison and sums go through
 * Decimal, a BigInt with a power of ten, so that no sum is ever off by a float. Which of comma and
 * point is the decimal sign is a fact about the document; the string itself settles it in most
 * cases, and the argument in the rest ("1.234").
 *
 * Guarantees: total; the result matches -?\d+(\.\d+)? or is null; "-0.00" is never returned.
 */

import { withPlainDigits } from './digits.ts'
import { matchesOf } from '../shared/matches.ts'
import { oncePerText } from '../shared/memoize.ts'

export type DecimalSign = '.' | ','

export interface Decimal {
  readonly units: bigint
  readonly scale: number // value = units / 10 ** scale
}

const maxLength = 60 // characters that are looked at: longer text is no amount
const maxDigits = 24

const spaces = /[\s\u00a0\u2007\u2009\u202f]/gu
// Groups of three, groups of two as in India, or plain digits; then decimals. Or decimals alone:
// ".79"
const number =
  /(?:\d{1,3}(?:[ '’`´.,]\d{3})+(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d+)(?:[.,]\d+)?|[.,]\d+/gu
const currencyBefore =
  /(?:[\p{Sc}]|\b(?:[A-Z]{3}|US|RM|Rs|Fr|Kč|zł|kr|Ft)\b|[A-Z]{1,3}\p{Sc})\.?\s*$/u
const strokeAfterCurrency = /^\s?(?:\p{Sc}|[A-Z]{3}|Kč|zł|kr|Ft)\s?[-−]\s*$/u

/** The amount as a decimal string; `sign` is what the document uses, null where it doesn't tell. */
export function normaliseMoney(raw: string, sign: DecimalSign | null): string | null {
  if (sign === '.') return withPoint(raw)
  return sign === ',' ? withComma(raw) : withEither(raw)
}

const withPoint = oncePerText((raw) => amountIn(raw, '.'))
const withComma = oncePerText((raw) => amountIn(raw, ','))
const withEither = oncePerText((raw) => amountIn(raw, null))

function amountIn(raw: string, sign: DecimalSign | null): string | null {
  if (raw.length > 4 * maxLength) return null
  const text = withPlainDigits(raw.normalize('NFKC'))
    .replace(/(\d)٫(\d)/gu, '$1.$2') // the Arabic decimal sign and the Arabic one of thousands
    .replace(/(\d)٬(\d)/gu, '$1$2')
    .replace(spaces, ' ')
    .trim()
    .slice(0, maxLength)
    // 12,- and 12.-- have no cents; their stroke is no minus
    .replace(/(\d)[.,]\s?[-–—−]{1,2}(?!\d)/gu, '$1')
    .replace(/^(\D*\d+)[€£](\d{2})$/u, '$1.$2') // 12€50
    // a reader may tear the decimals off
    .replace(/^(\D*(?:\d+|\d{1,3}(?:[.,'’]\d{3})+)) ?([.,]) ?(\d{2}\D*)$/u, '$1$2$3')
  const matches = matchesOf(text, number)
  // Where a run holds several numbers, the one with cents is the amount: "19 % 12.30"
  const match = matches.find((candidate) => /[.,]\d{2}$/.test(candidate[0])) ?? matches[0]
  if (match === undefined) return null
  const start = match.index
  const value = readNumber(match[0], sign)
  if (value === null) return null
  return isNegative(text.slice(0, start), text.slice(start + match[0].length)) &&
    /[1-9]/.test(value)
    ? `-${value}`
    : value
}

/** The decimal sign that the string itself proves; null where it could be read both ways. */
export function provenSign(text: string): DecimalSign | null {
  const match = /^\D{0,4}(\d[\d.,'’ ]*\d)\D{0,4}$/u.exec(text)
  const digits = match?.[1]
  if (digits === undefined) return null
  if (
    /^\d{1,3}(?:([.'’ ,])\d{3})(?:\1\d{3})*[.,]\d{1,2}$/u.test(digits) ||
    /^\d+[.,]\d{2}$/.test(digits)
  ) {
    const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','))
    return digits[last] as DecimalSign
  }
  return null
}

/** Exact decimal of a normalised value; null for anything else. */
export function decimal(value: string | null | undefined): Decimal | null {
  if (typeof value !== 'string' || value.length > maxLength) return null
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value)
  if (match === null) return null
  const fraction = match[3] ?? ''
  const units = BigInt(`${match[2]}${fraction}`)
  return { units: match[1] === '-' ? -units : units, scale: fraction.length }
}

/** The one text of an amount: 1234.50 and 1234.5 are one. Takes a decimal string. */
export function withoutTrailingZeros(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale }
}

export function negate(a: Decimal): Decimal {
  return { units: -a.units, scale: a.scale }
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, negate(b))
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale }
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce(plus, { units: 0n, scale: 0 })
}

/** Below, equal or above: a negative number, 0 or a positive number. */
export function compare(a: Decimal, b: Decimal): number {
  const difference = minus(a, b).units
  if (difference === 0n) return 0
  return difference < 0n ? -1 : 1
}

/** Whether |a − b| ≤ tolerance. */
export function near(a: Decimal, b: Decimal, tolerance: Decimal): boolean {
  const difference = minus(a, b)
  return compare(difference.units < 0n ? negate(difference) : difference, tolerance) <= 0
}

/** Rounded half away from zero, as invoices are. */
export function round(a: Decimal, scale: number): Decimal {
  if (a.scale <= scale) return { units: unitsAt(a, scale), scale }
  const divisor = 10n ** BigInt(a.scale - scale)
  const half = divisor / 2n
  return { units: a.units < 0n ? (a.units - half) / divisor : (a.units + half) / divisor, scale }
}

/** "1234.50"; the inverse of decimal. */
export function print(a: Decimal): string {
  const negative = a.units < 0n
  const digits = (negative ? -a.units : a.units).toString().padStart(a.scale + 1, '0')
  const whole = digits.slice(0, digits.length - a.scale)
  return `${negative ? '-' : ''}${whole}${a.scale === 0 ? '' : `.${digits.slice(digits.length - a.scale)}`}`
}

function unitsAt(a: Decimal, scale: number): bigint {
  return a.units * 10n ** BigInt(scale - a.scale)
}

function readNumber(printed: string, sign: DecimalSign | null): string | null {
  const plain = printed.replace(/[ '’`´]/gu, '')
  const grouped = plain.length !== printed.length
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','))
  const point = last >= 0 && isDecimalSign(plain, last, sign, grouped) ? last : plain.length
  const whole = plain
    .slice(0, point)
    .replace(/[.,]/g, '')
    .replace(/^0+(?=\d)/, '')
  const fraction = plain.slice(point + 1)
  if (whole.length + fraction.length > maxDigits) return null
  return `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`
}

function isDecimalSign(
  plain: string,
  at: number,
  sign: DecimalSign | null,
  grouped: boolean,
): boolean {
  const symbol = plain[at] as string
  const other = symbol === '.' ? ',' : '.'
  if (plain.indexOf(symbol) !== at) return false // 1.234.567
  if (plain.includes(other) || grouped || plain.length - at - 1 !== 3) return true
  if (/^0?[.,]/.test(plain) || at > 3) return true // 0.125, 1234.567
  return symbol === sign
}

function isNegative(before: string, after: string): boolean {
  // A stroke before another amount makes a range of both
  const isStroke = /^\s*[-−](?!\s*(?:\p{Sc}|[A-Z]{3}\b)?\s?\d)/u.test(after)
  if (isStroke || /^\s?CR\b/.test(after) || strokeAfterCurrency.test(after)) return true
  let rest = before
  for (let i = 0; i < 2; i++) rest = rest.trimEnd().replace(currencyBefore, '')
  if (/\(\s*[-–−]?\s*$/u.test(rest) && after.includes(')')) return true
  return (
    /(?:^|[\s:=])[-–−]\s*$/u.test(rest) ||
    (/[-−]$/u.test(before.trimEnd()) && currencyBefore.test(before.trimEnd().slice(0, -1)))
  )
}
