/**
 * Totals of an EDIFACT invoice: what its summary states for the whole, or for each tax. Where it
 * states no net total, that is the total less the tax.
 */

import type { Field } from '../../schemas/types.ts'
import { decimal, minus, print, sum, type Decimal } from '../values/money.ts'
import { amountAt, amountOf, fieldOf, part, type Amount, type Numbered } from './edifact-lookup.ts'

/** Amounts of the summary before its first TAX, and those of its taxes, by qualifier. */
export function totalsOf(summary: readonly Numbered[]): Field[] {
  const firstTax = summary.findIndex(({ tag }) => tag === 'TAX' || tag === 'ALC')
  const whole = firstTax < 0 ? summary : summary.slice(0, firstTax)
  const byRate = firstTax < 0 ? [] : summary.slice(firstTax)
  const gross = amountAt(summary, ['77', '39', '388'])
  const tax = amountAt(whole, ['176', '124', '150']) ?? summedAt(byRate, '124')
  const net = amountAt(whole, ['125']) ?? summedAt(byRate, '125') ?? difference(gross, tax)
  const due = amountAt(whole, ['9'])
  return Object.entries({
    net_total: net,
    tax_total: tax,
    grand_total: gross,
    due_payable: due,
  }).flatMap(([name, amount]) => (amount === null ? [] : fieldOf(name, amount.from, amount.value)))
}

/** The sum over all taxes; null where one of them can't be read. */
function summedAt(segments: readonly Numbered[], qualifier: string): Amount | null {
  const found = segments.filter((one) => one.tag === 'MOA' && part(one, 0, 0) === qualifier)
  const amounts = found.map((one) => decimal(amountOf(part(one, 0, 1))))
  const known = amounts.filter((amount) => amount !== null)
  const [from] = found
  if (from === undefined || known.length < amounts.length) return null
  return { from, value: print(sum(known)) }
}

function difference(gross: Amount | null, tax: Amount | null): Amount | null {
  const [a, b] = [decimal(gross?.value), decimal(tax?.value)]
  return gross === null || a === null || b === null
    ? null
    : { from: gross.from, value: print(minus(a, b)) }
}

/** Charges less allowances of the whole invoice; null where one has no amount. */
export function adjustmentOf(segments: readonly Numbered[]): Decimal | null {
  let total: Decimal = { units: 0n, scale: 2 }
  for (const [at, one] of segments.entries()) {
    if (one.tag !== 'ALC') continue
    const after = segments.slice(at + 1, at + 10)
    const end = after.findIndex(({ tag }) => tag === 'ALC' || tag === 'TAX' || tag === 'UNS')
    const own = end < 0 ? after : after.slice(0, end)
    const amount = decimal(amountAt(own, ['8', '23', '204'])?.value)
    if (amount === null) return null
    total = part(one, 0, 0) === 'A' ? minus(total, amount) : sum([total, amount])
  }
  return total
}
