/**
 * Receipts of shops: a narrow strip, mostly in capitals, with goods, cash and change; five ways of
 * setting them out. The total to find stands among sums that are not it: cash, change, tax,
 * rounding, number of items.
 */

import { type Decimal, minus, plus, round, sum, times } from '../../processors/values/money.ts'
import { type Canvas, type Face, type Piece, black, canvasOf, textWidth, wrap } from './canvas.ts'
import type { Company } from './companies.ts'
import type { Formats } from './formats.ts'
import { numbered } from './document-numbers.ts'
import type { Design, Random } from './random.ts'
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
  random: Random,
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
  const strong: Face = { ...face, bold: true }
  const large: Face = { ...strong, size: face.size * design.pick('name scale', [1, 1.2, 1.45]) }
  const capitals = design.chance('capitals', 0.6)
  const goods = issuer.trade.goods[issuer.language]
  const start = random.int(0, goods.length - 1)
  const lines = Array.from(
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
  const goodsTotal = sum(lines.map((line) => line.total))
  const cents = Number(goodsTotal.units % 5n)
  const rounded =
    issuer.country.code === 'MY' && design.chance('rounds', 0.7)
      ? { units: goodsTotal.units + BigInt(cents >= 3 ? 5 - cents : -cents), scale: 2 }
      : goodsTotal
  const tendered: Decimal = { units: ((rounded.units + 999n) / 1000n) * 1000n, scale: 2 }
  const issued = Date.UTC(2014, 0, 1) + random.int(0, 4500) * 86_400_000
  const iso = new Date(issued).toISOString().slice(0, 10)
  const height = 330 + lines.length * 2.4 * face.size * 1.35 + 120
  const canvas = canvasOf(width, height)
  const margin = 10
  const right = width - margin
  const middle = width / 2
  const step = face.size * design.between('leading', 1.22, 1.5)
  let y = 14

  const word = (thing: string): string =>
    design.pick(`receipt ${thing}`, (words[issuer.language][thing] ?? '').split('|'))
  const shown = (text: string): string => (capitals ? text.toUpperCase() : text)
  const marked = (text: string, field: string, occurrence = canvas.occurrence()): Piece => ({
    text,
    marks: [{ field, occurrence }],
  })
  const put = (pieces: readonly Piece[], type: Face, align: 'left' | 'center'): void => {
    canvas.text(align === 'center' ? middle : margin, y, pieces, type, { align })
    y += (type.size / face.size) * step
  }
  const pair = (
    left: string | readonly Piece[],
    value: readonly Piece[],
    type: Face = face,
  ): void => {
    const used = canvas.text(right, y, value, type, { align: 'right' })
    const wide = textWidth(
      typeof left === 'string' ? left : left.map((piece) => piece.text).join(''),
      type,
    )
    const room = right - margin - used - 4
    canvas.text(margin, y, left, wide <= room ? type : { ...type, size: (type.size * room) / wide })
    y += (type.size / face.size) * step
  }
  const rule = (): void => {
    if (design.chance('dashes', 0.6))
      put(
        [
          {
            text: design
              .pick('dash', ['-', '-', '=', '*'])
              .repeat(
                Math.floor(
                  (width - 2 * margin) /
                    (face.family === 'Courier' ? face.size * 0.6 : face.size * 0.6),
                ),
              ),
          },
        ],
        face,
        'left',
      )
    else {
      canvas.rule(margin, y + step / 3, right, y + step / 3, 0.5, black)
      y += step * 0.7
    }
  }
  const cash = (value: Decimal): string => formats.number(value, 2)
  const align = style === 'columns' ? 'left' : 'center'

  const name = shown(issuer.legalName)
  const nameMark = canvas.occurrence()
  for (const row of wrap(name, large, width - 2 * margin))
    put([marked(row, 'seller_name', nameMark)], large, align)
  if (design.chance('receipt register', 0.4))
    put(
      [{ text: `(${issuer.account}-${design.pick('letter', ['A', 'T', 'X', 'K'])})` }],
      face,
      align,
    )
  const address = canvas.occurrence()
  const addressText = issuer.address
    .join(design.pick('address joiner', [', ', ' ', ', ']))
    .replace(/,,/g, ',')
  const addressRows = design.chance('address in rows', 0.6)
    ? issuer.address.flatMap((row) => wrap(shown(row), face, width - 2 * margin))
    : wrap(shown(addressText), face, width - 2 * margin)
  for (const row of addressRows) put([marked(row, 'seller_address', address)], face, align)
  if (design.chance('receipt phone', 0.7))
    put(
      [{ text: `${design.pick('tel', ['TEL: ', 'Tel ', 'Tel. ', ''])}${issuer.phone}` }],
      face,
      align,
    )
  if (design.chance('receipt tax number', 0.6))
    put(
      [
        {
          text:
            issuer.vatId ?? `${issuer.country.code === 'MY' ? 'GST ID: ' : ''}${issuer.taxNumber}`,
        },
      ],
      face,
      align,
    )
  if (word('head') !== '' && style !== 'narrow') {
    y += step / 2
    put([{ text: word('head') }], strong, 'center')
  }
  rule()
  const date = formats.date(iso)
  const time = `${String(random.int(7, 22)).padStart(2, '0')}:${random.digits(1).replace(/[6-9]/, '3')}${random.digits(1)}${design.chance('seconds', 0.4) ? ':1' + random.digits(1) : ''}`
  const dated: Piece[] = [
    {
      text:
        word('date') === ''
          ? ''
          : `${word('date')}${design.pick('date colon', [': ', ' : ', ' ', ':'])}`,
    },
    marked(date, 'issue_date'),
  ]
  const bill = `${word('bill')}${design.pick('bill colon', [': ', ' : ', ' '])}${numbered(design.pick('bill style', ['######', 'CS########', '###-####', 'B####']), 2018, issued, random)}`
  if (design.chance('date last', 0.25)) put([{ text: bill }], face, 'left')
  else if (design.chance('date and time', 0.6)) {
    put([{ text: bill }], face, 'left')
    put([...dated, { text: `  ${time}` }], face, 'left')
  } else {
    put(dated, face, 'left')
    put([{ text: `${bill}` }], face, 'left')
  }
  if (design.chance('cashier', 0.5))
    put(
      [
        {
          text: `${word('cashier')}: ${random.int(1, 9)} ${random.pick(issuer.country.givenNames)}`,
        },
      ],
      face,
      'left',
    )
  rule()
  if (style === 'columns' || style === 'cashbill') {
    pair(`${word('item')}`, [{ text: `${word('quantity')}   ${word('amount')}` }], strong)
    rule()
  }
  for (const line of lines) {
    const flag = design.chance('tax flags', 0.25)
      ? ` ${design.pick('flag', ['SR', 'A', 'T', '*'])}`
      : ''
    const text = shown(line.text)
    const most = width - 2 * margin - face.size * 9
    const rows = wrap(text, face, most)
    if (style === 'columns' || style === 'cashbill')
      pair(rows[0] as string, [{ text: `${line.quantity}   ${cash(line.total)}${flag}` }])
    else if (line.quantity > 1 || design.chance('price below', 0.3)) {
      for (const row of wrap(text, face, width - 2 * margin)) put([{ text: row }], face, 'left')
      pair(`  ${line.quantity} x ${cash(line.price)}`, [{ text: `${cash(line.total)}${flag}` }])
      continue
    } else pair(rows[0] as string, [{ text: `${cash(line.total)}${flag}` }])
    for (const row of rows.slice(1)) put([{ text: row }], face, 'left')
  }
  rule()
  if (design.chance('item count', 0.3))
    put(
      [{ text: `${word('items')}: ${lines.reduce((count, line) => count + line.quantity, 0)}` }],
      face,
      'left',
    )
  if (design.chance('receipt subtotal', 0.5)) pair(word('sub'), [{ text: cash(goodsTotal) }])
  const rate = BigInt(Math.round((issuer.country.taxRates[0] ?? 0) * 10))
  const tax = round(times(goodsTotal, { units: (rate * 10_000n) / (1000n + rate), scale: 4 }), 2)
  const taxFirst = design.chance('tax before total', 0.3)
  if (taxFirst) pair(word('tax'), [{ text: cash(tax) }])
  if (rounded !== goodsTotal && minus(rounded, goodsTotal).units !== 0n)
    pair(word('round'), [{ text: cash(minus(rounded, goodsTotal)) }])
  const totalFace: Face = {
    ...strong,
    size: face.size * design.pick('total scale', [1, 1.15, 1.5]),
  }
  const { before, after } = formats.money(rounded)
  const bare = !design.chance('currency at total', 0.5)
  const totalPieces = (): Piece[] =>
    bare
      ? [marked(cash(rounded), 'grand_total')]
      : [{ text: before }, marked(cash(rounded), 'grand_total'), { text: after }]
  pair(`${word('total')}${design.pick('total colon', ['', ':', ' :'])}`, totalPieces(), totalFace)
  const paidBy = word('cash')
  const isCash =
    /^(CASH|Cash|Tendered|BAR|Gegeben|ESPÈCES|EFECTIVO|Entregado|CONTANTI|CONTANT)$/.test(paidBy)
  pair(paidBy, [isCash ? { text: cash(tendered) } : marked(cash(rounded), 'grand_total')])
  if (isCash) pair(word('change'), [{ text: cash(minus(tendered, rounded)) }])
  if (!taxFirst && design.chance('tax below', 0.5))
    pair(`${word('tax')} ${cash(minus(goodsTotal, tax))}`, [{ text: cash(tax) }])
  rule()
  if (design.chance('date last', 0.25)) put([...dated, { text: ` ${time}` }], face, align)
  for (const row of wrap(word('thanks'), face, width - 2 * margin))
    put([{ text: row }], face, 'center')
  return {
    canvas: { ...canvas, height: y + 24 },
    layout: style, // the strip is torn off below the last line
    values: {
      seller_name: name,
      seller_address: addressRows.join(' '),
      issue_date: iso,
      grand_total: `${plus(rounded, { units: 0n, scale: 2 }).units / 100n}.${String(rounded.units % 100n).padStart(2, '0')}`,
    },
  }
}
