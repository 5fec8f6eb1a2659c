/** Prices may be stated for 100 or 1000 units: the price of one is what quantity × price needs. */

import { decimal, print, type Decimal } from '../values/money.ts'

/** The price of one unit; as it is where it is stated for one, or the quantity can't be read. */
export function pricePerUnit(price: string, quantity: string | null): string {
  const [whole, basis] = [decimal(price), decimal(quantity)]
  const isForOne = basis === null || basis.units <= 0n || basis.units === 10n ** BigInt(basis.scale)
  return whole === null || isForOne ? price : print(divided(whole, basis))
}

function divided(a: Decimal, b: Decimal): Decimal {
  const scale = a.scale + 6
  const units = (a.units * 10n ** BigInt(6 + b.scale)) / b.units
  const text = print({ units, scale })
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return decimal(text) ?? a
}
