/**
 * The content of a sample, before it is drawn: items, taxes, totals, dates and numbers, with exact
 * arithmetic.
 *
 * Net invoices add line totals, shipping and discount to the net total and tax the sum of each
 * rate. Gross ones (shops) add them to the grand total and subtract the tax. Either way net + tax =
 * grand to the cent, and a credit note is an invoice with every amount negated.
 */

import {
  minus,
  negate,
  plus,
  round,
  sum,
  times,
  type Decimal,
} from '../../processors/values/money.ts'
import { buyerOf, type Company } from './companies.ts'
import { numberStyles, numbered, orderStyles } from './document-numbers.ts'
import { noteOf, type Trade } from './goods.ts'
import type { Design, SampleRandom } from './random.ts'

export interface SampleLine {
  readonly sku: string
  readonly description: string
  readonly note: string | null
  readonly quantity: Decimal
  readonly unit: string
  readonly price: Decimal
  readonly discount: number // percent
  readonly rate: string // percent, "19" or "5.5"
  readonly total: Decimal
}

export interface RateSum {
  readonly rate: string
  readonly base: Decimal
  readonly tax: Decimal
}

export interface SampleInvoice {
  readonly credit: boolean
  readonly number: string
  readonly issueDate: string // ISO days
  readonly dueDate: string
  readonly deliveryDate: string
  readonly orderDate: string
  readonly days: number // amount due
  readonly purchaseOrder: string | null
  readonly customerNumber: string
  readonly project: string
  readonly reference: string
  readonly buyer: Company
  readonly shipTo: Company | null
  readonly lines: readonly SampleLine[]
  readonly gross: boolean // line totals include the tax
  readonly exempt: boolean
  readonly shipping: Decimal | null
  readonly discount: Decimal | null // positive
  readonly rates: readonly RateSum[]
  readonly net: Decimal
  readonly tax: Decimal
  readonly grand: Decimal
  readonly paid: Decimal | null
  readonly due: Decimal
}

const firstDay = Date.UTC(2014, 0, 1)

const lastDay = Date.UTC(2026, 4, 31)

const dayMs = 86_400_000

const zero: Decimal = { units: 0n, scale: 2 }

/**
 * One invoice of the issuer. `design` decides what all its invoices have in common, `random` the
 * rest.
 */
export function invoiceOf(issuer: Company, design: Design, random: SampleRandom): SampleInvoice {
  const { trade, country } = issuer
  const american = country.code === 'US'
  const gross = trade.kind !== 'service' && design.chance('gross prices', american ? 0 : 0.16)
  const credit = random.chance(0.1)
  const exempt = design.chance('small business', american ? 0.4 : 0.05) || random.chance(0.03)
  const single = american || design.chance('single rate', 0.7)
  const taxing = single ? 'single' : 'mixed'
  const goods = linesOf(issuer, design, random, exempt ? 'none' : taxing)
  const lines = credit ? goods.map(negated) : goods
  const extras = extrasOf(issuer, lines, credit, random)
  const sums = sumsOf(issuer, lines, extras, gross)
  const paid = credit ? null : prepaid(sums.grand, random)
  const issued = firstDay + Math.floor(random.next() * ((lastDay - firstDay) / dayMs)) * dayMs
  const days = random.pick([0, 7, 8, 10, 14, 14, 14, 15, 21, 30, 30, 30, 30, 45, 60])
  const buyer = buyerOf(issuer, random, trade.kind === 'utility' || gross ? 0.6 : 0.2)
  return {
    credit,
    gross,
    exempt,
    lines,
    ...extras,
    ...sums,
    paid,
    days,
    due: paid === null ? sums.grand : minus(sums.grand, paid),
    ...datesAndNumbers(issued, days, design, random),
    buyer,
    shipTo: random.chance(trade.kind === 'goods' ? 0.35 : 0.1)
      ? recipientOf(issuer, buyer, random)
      : null,
  }
}

function negated(line: SampleLine): SampleLine {
  return { ...line, quantity: negate(line.quantity), total: negate(line.total) }
}

type Extras = Pick<SampleInvoice, 'shipping' | 'discount'>

/** Shipping and discount only where there is a single rate: they are taxed with it. */
function extrasOf(
  { trade }: Company,
  lines: readonly SampleLine[],
  credit: boolean,
  random: SampleRandom,
): Extras {
  const oneRate = new Set(lines.map((line) => line.rate)).size === 1
  const sign = (value: Decimal): Decimal => (credit ? negate(value) : value)
  const hasShipping = trade.kind === 'goods' && oneRate && random.chance(0.22)
  const shipping = hasShipping ? sign({ units: BigInt(random.int(290, 4900)), scale: 2 }) : null
  const hasDiscount = oneRate && random.chance(0.08)
  const share = (): Decimal => ({ units: BigInt(random.pick([2, 3, 5, 10])), scale: 2 })
  const discount = hasDiscount
    ? round(times(sum(lines.map((line) => line.total)), share()), 2)
    : null
  return { shipping, discount }
}

type Sums = Pick<SampleInvoice, 'rates' | 'net' | 'tax' | 'grand'>

function sumsOf(
  { country }: Company,
  lines: readonly SampleLine[],
  { shipping, discount }: Extras,
  gross: boolean,
): Sums {
  const bases = new Map<string, Decimal>()
  const add = (rate: string, value: Decimal): void =>
    void bases.set(rate, plus(bases.get(rate) ?? zero, value))
  for (const line of lines) add(line.rate, line.total)
  const usual = lines[0]?.rate ?? String(country.taxRates[0] ?? 0)
  if (shipping !== null) add(usual, shipping)
  if (discount !== null) add(usual, negate(discount))
  const rates = [...bases]
    .sort((a, b) => Number(b[0]) - Number(a[0]))
    .map(([rate, base]) => taxed(rate, base, gross))
  const net = sum([zero, ...rates.map((one) => one.base)])
  const tax = sum([zero, ...rates.map((one) => one.tax)])
  return { rates, net, tax, grand: plus(net, tax) }
}

function prepaid(grand: Decimal, random: SampleRandom): Decimal | null {
  return random.chance(0.1)
    ? round(times(grand, { units: BigInt(random.pick([20, 30, 50, 100])), scale: 2 }), 2)
    : null
}

type DatesAndNumbers = Pick<
  SampleInvoice,
  | 'number'
  | 'issueDate'
  | 'dueDate'
  | 'deliveryDate'
  | 'orderDate'
  | 'purchaseOrder'
  | 'customerNumber'
  | 'project'
  | 'reference'
>

function datesAndNumbers(
  issued: number,
  days: number,
  design: Design,
  random: SampleRandom,
): DatesAndNumbers {
  const year = new Date(issued).getUTCFullYear()
  return {
    number: numbered(design.pick('number style', numberStyles), year, issued, random),
    issueDate: isoDay(issued),
    dueDate: isoDay(issued + days * dayMs),
    deliveryDate: isoDay(issued - random.int(0, 12) * dayMs),
    orderDate: isoDay(issued - random.int(3, 40) * dayMs),
    purchaseOrder: random.chance(0.42)
      ? numbered(random.pick(orderStyles), year, issued, random)
      : null,
    customerNumber: `${design.pick('customer prefix', ['', '', 'K', 'C-', 'KD'])}${random.int(1000, 999999)}`,
    project: `${random.pick(['P', 'LS', 'A-', 'V', ''])}${random.int(10000, 9999999)}`,
    reference: `${random.digits(4)} ${random.digits(4)} ${random.digits(4)}`,
  }
}

/** The delivery address: mostly the buyer, at its own or another address; else somebody else. */
function recipientOf(issuer: Company, buyer: Company, random: SampleRandom): Company {
  const other = buyerOf(issuer, random, 0)
  return random.pick([buyer, { ...buyer, address: other.address }, other])
}

type Taxing = 'none' | 'single' | 'mixed'

function linesOf(
  issuer: Company,
  design: Design,
  random: SampleRandom,
  taxing: Taxing,
): SampleLine[] {
  const { trade, language } = issuer
  const count = design.chance('long invoices', 0.08)
    ? random.int(18, 60)
    : random.pick([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12, random.int(10, 30)])
  const goods = trade.goods[language]
  const withDiscount = design.chance('line discounts', 0.12)
  const skuStyle = design.pick('sku style', [
    '######',
    'AB-####',
    '####-##',
    '#############',
    'X###',
    '##.###',
  ])
  const one = random.chance(0.4) || trade.kind === 'subscription'
  const start = random.int(0, goods.length - 1)
  return Array.from({ length: count }, (_, index) => {
    const price = priceOf(trade, random)
    const quantity = quantityOf(trade, one, random)
    const discount = withDiscount && random.chance(0.4) ? random.pick([5, 10, 15, 20]) : 0
    const total = round(
      times(times(quantity, price), { units: BigInt(100 - discount), scale: 2 }),
      2,
    )
    const description = described(goods[(start + index) % goods.length] as string, random)
    return {
      sku: skuStyle.replace(/#/g, () => String(random.int(0, 9))).replace(/^0/, '1'),
      description,
      note: random.chance(0.2) ? noteOf(language, random) : null,
      quantity,
      unit: random.pick(trade.units[language]),
      price,
      discount,
      total,
      rate: rateOf(issuer, taxing, random),
    }
  })
}

/** Most prices have two decimals; those of energy have four, a few others three. */
function priceOf({ kind, price }: Trade, random: SampleRandom): Decimal {
  const three = kind !== 'utility' && random.chance(0.03)
  const cents = Math.round(
    Math.exp(Math.log(price[0]) + random.next() * (Math.log(price[1]) - Math.log(price[0]))),
  )
  const rounded = random.chance(0.3) ? Math.max(100, Math.round(cents / 100) * 100) : cents
  if (kind === 'utility' && random.chance(0.6))
    return { units: BigInt(random.int(500, 9900)), scale: 4 }
  if (three) return { units: BigInt(rounded) * 10n + 5n, scale: 3 }
  return { units: BigInt(rounded), scale: 2 }
}

function quantityOf({ kind, most }: Trade, one: boolean, random: SampleRandom): Decimal {
  const whole = one && random.chance(0.75) ? 1 : Math.max(1, Math.round(random.next() ** 2 * most))
  const fractions = kind === 'service' || kind === 'food' || kind === 'utility'
  return fractions && random.chance(0.25)
    ? { units: BigInt(whole) * 100n + BigInt(random.pick([25, 50, 75])), scale: 2 }
    : { units: BigInt(whole), scale: 0 }
}

function described(noun: string, random: SampleRandom): string {
  return random.chance(0.25)
    ? `${noun}, ${random.pick(['Type', 'Mod.', 'Set', 'Ref', 'Vol.', 'Art'])} ${random.pick(['A', 'B', 'XL', '2', '7', 'K4', 'Pro'])}${random.int(1, 40)}`
    : noun
}

function rateOf({ country }: Company, taxing: Taxing, random: SampleRandom): string {
  switch (taxing) {
    case 'none':
      return '0'
    case 'single':
      return String(country.taxRates[0])
    case 'mixed':
      return String(random.pick(country.taxRates))
    default:
      return taxing satisfies never
  }
}

function taxed(rate: string, value: Decimal, gross: boolean): RateSum {
  const [whole = '0', fraction = ''] = rate.split('.')
  const share: Decimal = { units: BigInt(`${whole}${fraction}`), scale: fraction.length + 2 }
  if (!gross) return { rate, base: round(value, 2), tax: round(times(value, share), 2) }
  // Tax within a gross amount: gross × rate / (100 + rate), rounded half away from zero
  const over = plus({ units: 1n, scale: 0 }, share)
  const dividend = value.units * share.units
  const divisor = over.units
  const half = divisor / 2n
  const tax: Decimal = {
    units: (dividend < 0n ? dividend - half : dividend + half) / divisor,
    scale: 2,
  }
  return { rate, base: minus(value, tax), tax }
}

export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
