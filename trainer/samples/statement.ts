/**
 * The content of a sample as an e-invoice by the rules of EN 16931: line totals are net and exclude
 * document-level allowances and charges, which are separate, and every total follows from the ones
 * before it (BR-CO-10 to 16).
 *
 * A shop's prices include the tax. Its lines are converted to net amounts; rounding differences go
 * to the largest line of their rate, so that the totals equal the printed ones.
 */

import {
  compare,
  decimal,
  minus,
  negate,
  plus,
  round,
  sum,
  times,
  type Decimal,
} from '../../processors/values/money.ts'
import type { SampleInvoice, SampleLine } from './invoice.ts'

export interface StatedLine {
  readonly line: SampleLine
  readonly price: Decimal // for one unit, net
  readonly allowance: Decimal | null // positive if the line is cheaper than quantity × price
  readonly total: Decimal // net
}

export interface Adjustment {
  readonly charge: boolean // else an allowance
  readonly amount: Decimal // negative only on a credit note
  readonly rate: string
  readonly reason: string
}

export interface Statement {
  readonly lines: readonly StatedLine[]
  readonly adjustments: readonly Adjustment[]
  readonly lineSum: Decimal
  readonly allowances: Decimal
  readonly charges: Decimal
}

const nothing: Decimal = { units: 0n, scale: 2 }

export function statementOf(invoice: SampleInvoice): Statement {
  const adjustments = adjustmentsOf(invoice)
  const lines = invoice.lines.map((line) => statedLine(line, invoice.gross))
  const settled = invoice.gross ? balanced(lines, adjustments, invoice) : lines
  const total = (charge: boolean): Decimal =>
    sum([nothing, ...adjustments.filter((one) => one.charge === charge).map((one) => one.amount)])
  return {
    lines: settled,
    adjustments,
    lineSum: sum([nothing, ...settled.map((line) => line.total)]),
    allowances: total(false),
    charges: total(true),
  }
}

function adjustmentsOf(invoice: SampleInvoice): Adjustment[] {
  const rate = invoice.lines[0]?.rate ?? '0'
  const net = (amount: Decimal): Decimal => (invoice.gross ? withoutTax(amount, rate, 2) : amount)
  return [
    ...(invoice.discount === null
      ? []
      : [{ charge: false, amount: net(invoice.discount), rate, reason: 'Discount' }]),
    ...(invoice.shipping === null
      ? []
      : [{ charge: true, amount: net(invoice.shipping), rate, reason: 'Freight' }]),
  ]
}

function statedLine(line: SampleLine, gross: boolean): StatedLine {
  const price = gross ? withoutTax(line.price, line.rate, 4) : line.price
  const total = gross ? withoutTax(line.total, line.rate, 2) : line.total
  return {
    line,
    price,
    total,
    allowance: line.discount === 0 ? null : minus(round(times(line.quantity, price), 2), total),
  }
}

function balanced(
  lines: readonly StatedLine[],
  adjustments: readonly Adjustment[],
  invoice: SampleInvoice,
): StatedLine[] {
  const left = new Map(
    invoice.rates.map(({ rate, base }) => {
      const stated = sum([
        nothing,
        ...lines.filter((one) => one.line.rate === rate).map((one) => one.total),
      ])
      const others = sum([
        nothing,
        ...adjustments
          .filter((one) => one.rate === rate)
          .map((one) => (one.charge ? one.amount : negate(one.amount))),
      ])
      return [rate, minus(base, plus(stated, others))] as const
    }),
  )
  return lines.map((one) => {
    const rest = left.get(one.line.rate) ?? nothing
    const largest = lines
      .filter((other) => other.line.rate === one.line.rate)
      .reduce((a, b) => (compare(magnitude(b.total), magnitude(a.total)) > 0 ? b : a))
    if (one !== largest || rest.units === 0n) return one
    const total = plus(one.total, rest)
    return {
      ...one,
      total,
      price: quotient(plus(total, one.allowance ?? nothing), one.line.quantity),
    }
  })
}

/** To six decimals, truncated. */
function quotient(a: Decimal, b: Decimal): Decimal {
  const places = 6
  return {
    units: (a.units * 10n ** BigInt(places + b.scale)) / (b.units * 10n ** BigInt(a.scale)),
    scale: places,
  }
}

/** amount × 100 / (100 + rate), rounded half away from zero. */
function withoutTax(amount: Decimal, rate: string, places: number): Decimal {
  const share = decimal(rate) ?? nothing
  const divisor = 100n * 10n ** BigInt(share.scale) + share.units
  const scaled = amount.units * 100n * 10n ** BigInt(share.scale + places)
  const whole = divisor * 10n ** BigInt(amount.scale)
  const half = whole / 2n
  return { units: (scaled < 0n ? scaled - half : scaled + half) / whole, scale: places }
}

const magnitude = (value: Decimal): Decimal => (value.units < 0n ? negate(value) : value)
