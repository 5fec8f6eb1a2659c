/**
 * Prices may be stated for 100 or 1000 units, or for the bottle where cases are sold: the price of
 * one of the quantity is what quantity × price needs.
 */

import { decimal, print, times, withoutTrailingZeros, type Decimal } from '../values/money.ts'

/** The price of one unit; as it is where it is stated for one, or the quantity can't be read. */
export function pricePerUnit(
  price: string,
  quantity: string | null,
  factor: string | null = null,
): string {
  const whole = decimal(price)
  if (whole === null) return price
  const [basis, several] = [quantity, factor].map(otherThanOne)
  const all = several == null ? whole : times(whole, several)
  if (basis != null) return print(divided(all, basis))
  return several == null ? price : withoutTrailingZeros(print(all))
}

/** Null for one, and for nothing that a price could be stated for. */
function otherThanOne(text: string | null): Decimal | null {
  const value = decimal(text)
  const isOne = value !== null && value.units === 10n ** BigInt(value.scale)
  return value === null || value.units <= 0n || isOne ? null : value
}

function divided(a: Decimal, b: Decimal): Decimal {
  const scale = a.scale + 6
  const units = (a.units * 10n ** BigInt(6 + b.scale)) / b.units
  return decimal(withoutTrailingZeros(print({ units, scale }))) ?? a
}
