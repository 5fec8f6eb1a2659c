/**
 * Receipts of shops: a narrow strip, mostly in capitals, with items, cash and change, in five
 * arrangements. The total is among other amounts: cash, change, tax, rounding, number of items.
 */

import { minus, plus, round, sum, times, type Decimal } from '../../processors/values/money.ts'
import { wrap, type Canvas, type Face, type Piece } from './canvas.ts'
import type { Company } from './companies.ts'
import { numbered } from './document-numbers.ts'
import type { Formats } from './formats.ts'
import type { Design, SampleRandom } from './random.ts'
import { stripOf, type Strip } from './receipt-strip.ts'
import { words } from './receipt-words.ts'

export interface Receipt {
  readonly canvas: Canvas
  readonly layout: string
  readonly values: Readonly<Record<string, string | null>> // by field, normalised
}

export const receiptLayouts: readonly string[] = [
  'narrow',
  'centred',
  'columns',
  'cashbill',
  'card',
]

/** Draws a receipt of the issuer. */
export function drawReceipt(
  issuer: Company,
  formats: Formats,
  design: Design,
  random: SampleRandom,
  layout?: string,
): Receipt {
  const style = layout ?? design.pick('receipt layout', receiptLayouts)
  const width = design.pick('paper', [204, 226, 227, 300])
  const face: Face = {
    family: design.pick('receipt font', [
      'Courier',
      'Courier',
      'Helvetica',
      'Helvetica',
      'Times',
    ] as const),
    bold: false,
    size: width / design.between('signs', 26, 31),
  }
  const lines = linesOf(issuer, random)
  const sums = sumsOf(issuer, design, lines)
  const issued = Date.UTC(2014, 0, 1) + random.int(0, 4500) * 86_400_000
  const height = 330 + lines.length * 2.4 * face.size * 1.35 + 120
  const strip = stripOf(width, height, face, design)
  const sale: Sale = { issuer, formats, design, style, strip, lines, sums, issued }
  const { name, address } = drawHead(sale)
  strip.rule()
  const dated = drawFacts(sale, random)
  strip.rule()
  drawGoods(sale)
  strip.rule()
  drawSums(sale)
  strip.rule()
  if (isDateLast(sale)) strip.put(dated, face, headAlign(sale))
  for (const row of wrap(word(sale, 'thanks'), face, strip.room))
    strip.put([{ text: row }], face, 'center')
  return {
    canvas: { ...strip.canvas, height: strip.y() + 24 }, // torn off below the last line
    layout: style,
    values: {
      seller_name: name,
      seller_address: address,
      issue_date: isoDate(issued),
      grand_total: `${plus(sums.rounded, { units: 0n, scale: 2 }).units / 100n}.${String(sums.rounded.units % 100n).padStart(2, '0')}`,
    },
  }
}

interface SoldLine {
  readonly text: string
  readonly quantity: number
  readonly price: Decimal
  readonly total: Decimal
}

interface ReceiptSums {
  readonly goods: Decimal
  readonly rounded: Decimal // rounded to five cents where the country does so; else the same object
  readonly tendered: Decimal
  readonly tax: Decimal // between the items
}

/** The content of a receipt, and the strip that it is printed on. */
interface Sale {
  readonly issuer: Company
  readonly formats: Formats
  readonly design: Design
  readonly style: string
  readonly strip: Strip
  readonly lines: readonly SoldLine[]
  readonly sums: ReceiptSums
  readonly issued: number // ms since 1970
}

function linesOf(issuer: Company, random: SampleRandom): SoldLine[] {
  const goods = issuer.trade.goods[issuer.language]
  const start = random.int(0, goods.length - 1)
  return Array.from(
    { length: random.pick([1, 1, 2, 2, 3, 3, 4, 5, 7, random.int(6, 20)]) },
    (_, index) => {
      const quantity = random.chance(0.7) ? 1 : random.int(2, 6)
      const price: Decimal = {
        units: BigInt(random.int(95, random.chance(0.2) ? 22000 : 3900)),
        scale: 2,
      }
      return {
        text: goods[(start + index) % goods.length] as string,
        quantity,
        price,
        total: times(price, { units: BigInt(quantity), scale: 0 }),
      }
    },
  )
}

function sumsOf(issuer: Company, design: Design, lines: readonly SoldLine[]): ReceiptSums {
  const goods = sum(lines.map((line) => line.total))
  const cents = Number(goods.units % 5n)
  const rounds = issuer.country.code === 'MY' && design.chance('rounds', 0.7)
  const rounded = rounds
    ? { units: goods.units + BigInt(cents >= 3 ? 5 - cents : -cents), scale: 2 }
    : goods
  const rate = BigInt(Math.round((issuer.country.taxRates[0] ?? 0) * 10))
  return {
    goods,
    rounded,
    tendered: { units: ((rounded.units + 999n) / 1000n) * 1000n, scale: 2 },
    tax: round(times(goods, { units: (rate * 10_000n) / (1000n + rate), scale: 4 }), 2),
  }
}

const isoDate = (time: number): string => new Date(time).toISOString().slice(0, 10)

function word({ design, issuer }: Sale, thing: string): string {
  return design.pick(`receipt ${thing}`, (words[issuer.language][thing] ?? '').split('|'))
}

/** In capitals if the shop prints so. */
function shown({ design }: Sale, text: string): string {
  return design.chance('capitals', 0.6) ? text.toUpperCase() : text
}

function headAlign({ style }: Sale): 'left' | 'center' {
  return style === 'columns' ? 'left' : 'center'
}

function isDateLast({ design }: Sale): boolean {
  return design.chance('date last', 0.25)
}

function hasColumns({ style }: Sale): boolean {
  return style === 'columns' || style === 'cashbill'
}

/** Name, address and numbers of the shop; returns name and address as printed. */
function drawHead(sale: Sale): { readonly name: string; readonly address: string } {
  const { issuer, design, strip, style } = sale
  const { face, strong, room } = strip
  const align = headAlign(sale)
  const large: Face = { ...strong, size: face.size * design.pick('name scale', [1, 1.2, 1.45]) }
  const name = shown(sale, issuer.legalName)
  const nameMark = strip.canvas.occurrence()
  for (const row of wrap(name, large, room))
    strip.put([strip.marked(row, 'seller_name', nameMark)], large, align)
  if (design.chance('receipt register', 0.4)) {
    const letter = design.pick('letter', ['A', 'T', 'X', 'K'])
    strip.put([{ text: `(${issuer.account}-${letter})` }], face, align)
  }
  const addressMark = strip.canvas.occurrence()
  const address = addressRows(sale)
  for (const row of address)
    strip.put([strip.marked(row, 'seller_address', addressMark)], face, align)
  if (design.chance('receipt phone', 0.7)) {
    const tel = design.pick('tel', ['TEL: ', 'Tel ', 'Tel. ', ''])
    strip.put([{ text: `${tel}${issuer.phone}` }], face, align)
  }
  if (design.chance('receipt tax number', 0.6))
    strip.put([{ text: taxNumber(issuer) }], face, align)
  const title = word(sale, 'head')
  if (title !== '' && style !== 'narrow') {
    strip.skip(strip.step / 2)
    strip.put([{ text: title }], strong, 'center')
  }
  return { name, address: address.join(' ') }
}

function addressRows(sale: Sale): string[] {
  const { issuer, design, strip } = sale
  const { face, room } = strip
  if (design.chance('address in rows', 0.6))
    return issuer.address.flatMap((row) => wrap(shown(sale, row), face, room))
  const joined = issuer.address.join(design.pick('address joiner', [', ', ' ', ', ']))
  return wrap(shown(sale, joined.replace(/,,/g, ',')), face, room)
}

function taxNumber({ vatId, taxNumber: number, country }: Company): string {
  return vatId ?? `${country.code === 'MY' ? 'GST ID: ' : ''}${number}`
}

/**
 * Number, date and cashier; returns the date with its label and time, for shops that print it last.
 */
function drawFacts(sale: Sale, random: SampleRandom): Piece[] {
  const { issuer, formats, design, strip, issued } = sale
  const { face } = strip
  const date = formats.date(isoDate(issued))
  const time = `${String(random.int(7, 22)).padStart(2, '0')}:${random.digits(1).replace(/[6-9]/, '3')}${random.digits(1)}${design.chance('seconds', 0.4) ? ':1' + random.digits(1) : ''}`
  const named = word(sale, 'date')
  const colon = design.pick('date colon', [': ', ' : ', ' ', ':'])
  const dated: Piece[] = [
    { text: named === '' ? '' : `${named}${colon}` },
    strip.marked(date, 'issue_date'),
  ]
  const billStyle = design.pick('bill style', ['######', 'CS########', '###-####', 'B####'])
  const bill: Piece = {
    text: `${word(sale, 'bill')}${design.pick('bill colon', [': ', ' : ', ' '])}${numbered(billStyle, 2018, issued, random)}`,
  }
  if (isDateLast(sale)) strip.put([bill], face, 'left')
  else if (design.chance('date and time', 0.6)) {
    strip.put([bill], face, 'left')
    strip.put([...dated, { text: `  ${time}` }], face, 'left')
  } else {
    strip.put(dated, face, 'left')
    strip.put([bill], face, 'left')
  }
  if (design.chance('cashier', 0.5)) {
    const cashier = `${random.int(1, 9)} ${random.pick(issuer.country.givenNames)}`
    strip.put([{ text: `${word(sale, 'cashier')}: ${cashier}` }], face, 'left')
  }
  return [...dated, { text: ` ${time}` }]
}

function drawGoods(sale: Sale): void {
  const { strip, lines } = sale
  if (hasColumns(sale)) {
    const names = `${word(sale, 'quantity')}   ${word(sale, 'amount')}`
    strip.pair(word(sale, 'item'), [{ text: names }], strip.strong)
    strip.rule()
  }
  for (const line of lines) drawLine(sale, line)
}

function drawLine(sale: Sale, line: SoldLine): void {
  const { design, strip } = sale
  const { face, room } = strip
  const flags = design.chance('tax flags', 0.25)
  const flag = flags ? ` ${design.pick('flag', ['SR', 'A', 'T', '*'])}` : ''
  const total = `${cash(sale, line.total)}${flag}`
  const text = shown(sale, line.text)
  const put = (rows: readonly string[]): void =>
    rows.forEach((row) => strip.put([{ text: row }], face, 'left'))
  if (!hasColumns(sale) && (line.quantity > 1 || design.chance('price below', 0.3))) {
    put(wrap(text, face, room))
    strip.pair(`  ${line.quantity} x ${cash(sale, line.price)}`, [{ text: total }])
    return
  }
  const [first = '', ...others] = wrap(text, face, room - face.size * 9)
  strip.pair(first, [{ text: hasColumns(sale) ? `${line.quantity}   ${total}` : total }])
  put(others)
}

function cash({ formats }: Sale, value: Decimal): string {
  return formats.number(value, 2)
}

/** The totals: items, subtotal, tax, rounding, total, payment and change. */
function drawSums(sale: Sale): void {
  const { design, strip, lines, sums } = sale
  const { face } = strip
  const { goods, rounded, tax } = sums
  if (design.chance('item count', 0.3)) {
    const count = lines.reduce((all, line) => all + line.quantity, 0)
    strip.put([{ text: `${word(sale, 'items')}: ${count}` }], face, 'left')
  }
  if (design.chance('receipt subtotal', 0.5))
    strip.pair(word(sale, 'sub'), [{ text: cash(sale, goods) }])
  const taxFirst = design.chance('tax before total', 0.3)
  if (taxFirst) strip.pair(word(sale, 'tax'), [{ text: cash(sale, tax) }])
  if (rounded !== goods && minus(rounded, goods).units !== 0n)
    strip.pair(word(sale, 'round'), [{ text: cash(sale, minus(rounded, goods)) }])
  drawTotal(sale)
  drawPayment(sale)
  if (!taxFirst && design.chance('tax below', 0.5)) {
    const net = cash(sale, minus(goods, tax))
    strip.pair(`${word(sale, 'tax')} ${net}`, [{ text: cash(sale, tax) }])
  }
}

function drawTotal(sale: Sale): void {
  const { design, formats, strip, sums } = sale
  const { face, strong } = strip
  const scale = design.pick('total scale', [1, 1.15, 1.5])
  const { before, after } = formats.money(sums.rounded)
  const total = strip.marked(cash(sale, sums.rounded), 'grand_total')
  const named = `${word(sale, 'total')}${design.pick('total colon', ['', ':', ' :'])}`
  const withCurrency = design.chance('currency at total', 0.5)
  strip.pair(named, withCurrency ? [{ text: before }, total, { text: after }] : [total], {
    ...strong,
    size: face.size * scale,
  })
}

const cashNames = /^(CASH|Cash|Tendered|BAR|Gegeben|ESPÈCES|EFECTIVO|Entregado|CONTANTI|CONTANT)$/

function drawPayment(sale: Sale): void {
  const { strip, sums } = sale
  const { rounded, tendered } = sums
  const paidBy = word(sale, 'cash')
  if (cashNames.test(paidBy)) {
    strip.pair(paidBy, [{ text: cash(sale, tendered) }])
    strip.pair(word(sale, 'change'), [{ text: cash(sale, minus(tendered, rounded)) }])
  } else strip.pair(paidBy, [strip.marked(cash(sale, rounded), 'grand_total')])
}
