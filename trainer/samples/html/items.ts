/** The table of what was sold: columns in changing order, with lines, fills or nothing between. */

import type { SampleRandom } from '../random.ts'
import type { PrintLine } from './content.ts'
import { escaped, say, type Html, type PrintSheet } from './sheet.ts'

interface Column {
  readonly head: string
  readonly number: boolean
  readonly cell: (line: PrintLine, index: number) => Html
}

export function itemsBlock(sheet: PrintSheet): Html {
  const { content, random, look } = sheet
  const columns = columnsOf(sheet)
  const edge = random.pick(['all', 'rows', 'rows', 'none', 'head', 'outer'] as const)
  const border = {
    all: 'border:1px solid #888',
    rows: 'border-bottom:1px solid #ccc',
    none: '',
    head: '',
    outer: '',
  }[edge]
  const zebra = random.chance(0.2)
  const filled = random.pick(['', '', look.pale, look.accent])
  const inverted = filled === look.accent && filled !== ''
  const alignHeads = random.chance(0.8)
  const align = (column: Column, isHead: boolean): string =>
    column.number && (!isHead || alignHeads) ? 'text-align:end' : ''
  const head = columns
    .map(
      (column) =>
        `<th style="${border};${align(column, true)};background:${filled};${inverted ? 'color:#fff' : ''};border-bottom:1px solid #666">${escaped(column.head)}</th>`,
    )
    .join('')
  const rows = content.lines.map((line, index) => {
    const cells = columns
      .map(
        (column) =>
          `<td style="${border};${align(column, false)}">${column.cell(line, index)}</td>`,
      )
      .join('')
    return `<tr${zebra && index % 2 === 0 ? ` style="background:${look.pale}"` : ''}>${cells}</tr>`
  })
  const outer = edge === 'outer' ? 'border:1px solid #666' : ''
  return `<table style="width:100%;${outer}"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function columnsOf(sheet: PrintSheet): Column[] {
  const { random, formats, content } = sheet
  const withUnit = random.chance(0.3)
  const withNote = random.chance(0.2)
  const quantity: Column = {
    head: say(sheet, 'quantity'),
    number: random.chance(0.7),
    cell: (line) =>
      `${formats.plain(line.quantity, line.quantity.scale)}${withUnit ? ` ${escaped(line.unit)}` : ''}`,
  }
  const description: Column = {
    head: say(sheet, 'description'),
    number: false,
    cell: (line) =>
      `${escaped(line.description)}${withNote ? `<div class=s>${escaped(line.sku)}</div>` : ''}`,
  }
  const price: Column = {
    head: say(sheet, 'unitPrice'),
    number: true,
    cell: (line) => `<span class=n>${money(sheet, line.price)}</span>`,
  }
  const total: Column = {
    head: say(sheet, 'lineTotal'),
    number: true,
    cell: (line) => `<span class=n>${money(sheet, line.total)}</span>`,
  }
  const rate: Column = {
    head: say(sheet, 'taxRate'),
    number: random.chance(0.5),
    cell: (line) => escaped(formats.percent(line.rate)),
  }
  const sku: Column = {
    head: random.pick(['SKU', 'Ref.', 'Art.', 'Code', '№']),
    number: false,
    cell: (line) => line.sku,
  }
  const position: Column = {
    head: random.pick(['#', 'Pos.', 'No', '']),
    number: false,
    cell: (_line, index) => String(index + 1),
  }
  const middle = ordered(
    [quantity, price, ...(content.exempt || random.chance(0.5) ? [] : [rate])],
    random,
  )
  const quantityFirst = random.chance(0.15)
  return [
    ...(random.chance(0.4) ? [position] : []),
    ...(random.chance(0.3) ? [sku] : []),
    ...(quantityFirst ? [quantity] : []),
    description,
    ...middle.filter((column) => !(quantityFirst && column === quantity)),
    total,
  ]
}

function money({ formats, currencyInLines }: PrintSheet, value: PrintLine['price']): Html {
  const text = formats.plain(value)
  return escaped(currencyInLines ? `${formats.before}${text}${formats.after}` : text)
}

/** Quantity before price, or the other way round; the rate anywhere. */
function ordered(columns: readonly Column[], random: SampleRandom): Column[] {
  const list = [...columns]
  if (random.chance(0.2)) list.reverse()
  if (list.length > 2 && random.chance(0.4)) list.unshift(list.pop() as Column)
  return list
}
