/**
 * What a printed invoice says, before it has a layout: parties, numbers, dates, lines and totals
 * with exact arithmetic. Half of the facts are missing on any one document, and others look like
 * them: an order number of the seller, a discount's date, a sum of a former bill.
 */

import {
  minus,
  negate,
  plus,
  round,
  sum,
  times,
  type Decimal,
} from '../../../processors/values/money.ts'
import { numberStyles, numbered, orderStyles } from '../document-numbers.ts'
import type { SampleRandom } from '../random.ts'
import { firmOf, type Firm } from './firm.ts'
import { options, type Locale } from './locale.ts'

export interface PrintLine {
  readonly sku: string
  readonly description: string
  readonly quantity: Decimal
  readonly unit: string
  readonly price: Decimal
  readonly rate: number
  readonly total: Decimal
}

export interface Content {
  readonly locale: Locale
  readonly credit: boolean
  readonly seller: Firm
  readonly buyer: Firm | null
  readonly shipTo: Firm | null
  readonly number: string
  readonly issueDate: string
  readonly dueDate: string
  readonly deliveryDate: string
  readonly orderDate: string
  readonly days: number
  readonly purchaseOrder: string | null
  readonly ourOrder: string | null
  readonly customerNumber: string
  readonly deliveryNote: string
  readonly preceding: string
  readonly reference: string
  readonly lines: readonly PrintLine[]
  readonly exempt: boolean // no tax: reverse charge, export, small business
  readonly shipping: Decimal | null
  readonly rates: readonly {
    readonly rate: number
    readonly base: Decimal
    readonly tax: Decimal
  }[]
  readonly net: Decimal
  readonly tax: Decimal
  readonly grand: Decimal
  readonly paid: Decimal | null
  readonly due: Decimal
}

const dayMs = 86_400_000
const firstDay = Date.UTC(2015, 0, 1)
const spanDays = 4160

export function contentOf(locale: Locale, random: SampleRandom): Content {
  const credit = random.chance(0.12)
  const lines = linesOf(locale, random, credit)
  const shipping =
    new Set(lines.map((line) => line.rate)).size === 1 && !credit && random.chance(0.18)
      ? amountOf(locale, random.int(400, 4000))
      : null
  const totals = totalsOf(locale, lines, shipping)
  const paid =
    !credit && random.chance(0.15)
      ? round(
          times(totals.grand, { units: BigInt(random.pick([20, 30, 50, 50, 100])), scale: 2 }),
          locale.place.decimals,
        )
      : null
  const buyer = random.chance(0.06) ? null : firmOf(locale, random, 'buyer', random.chance(0.2))
  return {
    locale,
    credit,
    lines,
    shipping,
    ...totals,
    paid,
    due: paid === null ? totals.grand : minus(totals.grand, paid),
    exempt: totals.tax.units === 0n,
    seller: firmOf(locale, random, 'seller', random.chance(0.05)),
    buyer,
    shipTo: recipientOf(locale, buyer, random),
    ...numbersOf(random),
  }
}

function recipientOf(locale: Locale, buyer: Firm | null, random: SampleRandom): Firm | null {
  if (buyer === null || !random.chance(0.22)) return null
  const other = firmOf(locale, random, 'buyer')
  return random.pick([buyer, { ...buyer, address: other.address }, other])
}

type Numbers = Pick<
  Content,
  | 'number'
  | 'issueDate'
  | 'dueDate'
  | 'deliveryDate'
  | 'orderDate'
  | 'days'
  | 'purchaseOrder'
  | 'ourOrder'
  | 'customerNumber'
  | 'deliveryNote'
  | 'preceding'
  | 'reference'
>

function numbersOf(random: SampleRandom): Numbers {
  const issued = firstDay + random.int(0, spanDays) * dayMs
  const year = new Date(issued).getUTCFullYear()
  const days = random.pick([0, 7, 10, 14, 14, 15, 21, 30, 30, 30, 45, 60])
  const numberStyle = random.pick([...numberStyles, ...prefixed])
  const order = (): string => numbered(random.pick(orderStyles), year, issued, random)
  return {
    days,
    number: numbered(numberStyle, year, issued, random),
    issueDate: dayOf(issued),
    dueDate: dayOf(issued + days * dayMs),
    deliveryDate: dayOf(issued - random.int(0, 14) * dayMs),
    orderDate: dayOf(issued - random.int(2, 40) * dayMs),
    purchaseOrder: random.chance(0.3) ? order() : null,
    ourOrder: random.chance(0.35) ? order() : null,
    customerNumber: `${random.pick(['', '', 'K', 'C-', 'CUST-', 'KD'])}${random.int(1000, 999999)}`,
    deliveryNote: `${random.pick(['', 'LS', 'DN-', 'WZ/', 'A'])}${random.int(10000, 9999999)}`,
    preceding: numbered(numberStyle, year, issued - 30 * dayMs, random),
    reference: `${random.digits(4)} ${random.digits(4)} ${random.digits(4)}`,
  }
}

// Numbers whose letters belong to them
const prefixed = [
  'FV ###/mm/yyyy',
  'FA/##/mm/yyyy',
  'FT A/####',
  'FT yyyy/###',
  'VF-yyyy-####',
  'F yyyy-####',
  '#/mm/yyyy',
  'No. #####',
  'INV ####',
  'yyyymm####',
  'FAC-####-##',
  'yyyy-mm-###',
]

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** An amount whose cents are given, in the currency's own decimals. */
function amountOf({ place }: Locale, cents: number): Decimal {
  return place.decimals === 0
    ? {
        units: BigInt(cents) * (place.currency === 'VND' || place.currency === 'IDR' ? 100n : 1n),
        scale: 0,
      }
    : { units: BigInt(cents), scale: 2 }
}

function linesOf(locale: Locale, random: SampleRandom, credit: boolean): PrintLine[] {
  const { place, labels } = locale
  const count = random.chance(0.05)
    ? random.int(16, 34)
    : random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11])
  const goods = options(labels.goods)
  const from = random.int(0, goods.length - 1)
  const none = random.chance(0.1)
  const several = place.rates.length > 1 && random.chance(0.35)
  const skuStyle = random.pick(['######', 'AB-####', '####-##', 'X###', '#############', '##.###'])
  return Array.from({ length: count }, (_, index) => {
    const cents = Math.round(Math.exp(6 + random.next() * 5.5))
    const price = amountOf(locale, random.chance(0.4) ? Math.ceil(cents / 100) * 100 : cents)
    const quantity = random.chance(0.15)
      ? { units: BigInt(random.pick([25, 50, 75, 150, 225, 350])), scale: 2 }
      : { units: BigInt(random.chance(0.4) ? 1 : random.int(1, 40)), scale: 0 }
    const total = round(times(quantity, price), place.decimals)
    const rate = several ? random.pick(place.rates) : (place.rates[0] ?? 0)
    return {
      sku: skuStyle.replace(/#/g, () => String(random.int(1, 9))),
      description: goods[(from + index) % goods.length] as string,
      unit: random.pick(options(labels.units)),
      rate: none ? 0 : rate,
      price,
      quantity: credit ? negate(quantity) : quantity,
      total: credit ? negate(total) : total,
    }
  })
}

function totalsOf(
  { place }: Locale,
  lines: readonly PrintLine[],
  shipping: Decimal | null,
): Pick<Content, 'rates' | 'net' | 'tax' | 'grand'> {
  const zero: Decimal = { units: 0n, scale: place.decimals }
  const bases = new Map<number, Decimal>()
  for (const { rate, total } of lines) bases.set(rate, plus(bases.get(rate) ?? zero, total))
  const [usual] = bases.keys()
  if (shipping !== null && usual !== undefined)
    bases.set(usual, plus(bases.get(usual) ?? zero, shipping))
  const rates = [...bases]
    .sort((a, b) => b[0] - a[0])
    .map(([rate, base]) => ({
      rate,
      base,
      tax: round(times(base, { units: BigInt(Math.round(rate * 10)), scale: 3 }), place.decimals),
    }))
  const net = sum([zero, ...rates.map((one) => one.base)])
  const tax = sum([zero, ...rates.map((one) => one.tax)])
  return { rates, net, tax, grand: plus(net, tax) }
}
