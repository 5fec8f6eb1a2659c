/**
 * The item table: columns, rules, wrapped descriptions, following pages with carried totals.
 *
 * Every cell's words are marked with line and column (`line:3:unit_price`), so the truth about line
 * items is exactly what was drawn.
 */

import { plus, sum, type Decimal } from '../../processors/values/money.ts'
import { wrap, type Color, type Piece } from './canvas.ts'
import { drawFoot, footHeight } from './foot.ts'
import type { SampleLine } from './invoice.ts'
import { amount, fitFace, lineHeight, mark, say, type SampleSheet } from './parts.ts'
import { anchor, cellText, columnsOf, type Column, type ColumnName } from './table-columns.ts'

export interface TableLook {
  readonly rules: 'grid' | 'rows' | 'head' | 'none' | 'zebra' | 'frame'
  readonly head: 'filled' | 'bold' | 'plain'
}

const gray: Color = [0.45, 0.45, 0.45]

const fieldOf: Readonly<Partial<Record<ColumnName, string>>> = {
  description: 'description',
  quantity: 'quantity',
  unitPrice: 'unit_price',
  taxRate: 'tax_rate',
  lineTotal: 'line_total',
}

export function tableLook(sheet: SampleSheet): TableLook {
  return {
    rules: sheet.design.pick('rules', [
      'grid',
      'rows',
      'head',
      'none',
      'zebra',
      'frame',
      'head',
      'rows',
    ]),
    head: sheet.design.pick('table head', ['filled', 'bold', 'plain', 'filled']),
  }
}

/** Draws the table from y on, adding pages as needed; returns its lower edge on the last page. */
export function drawTable(
  sheet: SampleSheet,
  y: number,
  look: TableLook,
  pageHead: (page: number) => number,
): { y: number; page: number } {
  const { canvas, invoice, design, body } = sheet
  const columns = columnsOf(sheet)
  const bottom = canvas.height - footHeight(sheet) - 14
  const padding = design.between('row padding', 1, 5)
  const carries = design.chance('carried sums', 0.6)
  const titles = sectionTitles(sheet)
  const spare = (carries ? lineHeight(body) : 0) + (titles === null ? 0 : lineHeight(body))
  let page = 1
  let top = y
  let carried: Decimal = { units: 0n, scale: 2 }
  let grouped: Decimal = carried
  const turn = (): void => {
    if (carries) y = carriedRow(sheet, columns, y + 2, 'carried', carried)
    frame(sheet, columns, top, y, look)
    page++
    canvas.turnTo(page)
    top = y = pageHead(page)
    if (design.chance('head again', 0.7)) y = drawHead(sheet, columns, y, look)
    if (carries) y = carriedRow(sheet, columns, y + 2, 'carriedOver', carried)
  }
  y = drawHead(sheet, columns, y, look)
  invoice.lines.forEach((line, index) => {
    const title = index % sectionLines === 0 ? (titles?.[index / sectionLines] ?? null) : null
    const rows = cellRows(sheet, columns, line) + (title === null ? 0 : titleLines)
    const height = rows * lineHeight(body) + 2 * padding
    if (y + height + spare > bottom) turn()
    if (look.rules === 'zebra' && index % 2 === 1)
      canvas.box(sheet.left, y, sheet.right - sheet.left, height, { fill: [0.95, 0.95, 0.96] })
    if (title !== null) canvas.text(sheet.left + 4, y + padding, title, { ...body, bold: true })
    const below = title === null ? 0 : titleLines * lineHeight(body)
    drawRow(sheet, columns, line, index, y + padding + below)
    y += height
    grouped = title === null ? plus(grouped, line.total) : line.total
    if (titles !== null && isSummed(sheet, index))
      y = sumRow(sheet, columns, y + 2, say(sheet, 'net').split(' ')[0] as string, grouped)
    carried = plus(carried, line.total)
    if (look.rules === 'grid' || look.rules === 'rows')
      canvas.rule(sheet.left, y, sheet.right, y, 0.4, gray)
  })
  frame(sheet, columns, top, y, look)
  return { y: y + 6, page }
}

const sectionLines = 3 // item lines in a section
const titleLines = 1.4 // height of a section's title

/** Titles of the table's sections, in order; null if it has none. */
function sectionTitles({ invoice, issuer, design }: SampleSheet): string[] | null {
  if (invoice.lines.length <= sectionLines || !design.chance('sections in table', 0.12)) return null
  const names = issuer.trade.names[issuer.language]
  const after = design.pick('section mark', ['', '.', '.0', ')'])
  const count = Math.ceil(invoice.lines.length / sectionLines)
  return Array.from(
    { length: count },
    (_, k) => `${k + 1}${after} ${names[k % names.length] ?? ''}`,
  )
}

/** Whether a section, with its subtotal, ends after this line. */
function isSummed({ invoice, design }: SampleSheet, index: number): boolean {
  const isLast = index % sectionLines === 2 || index === invoice.lines.length - 1
  return isLast && design.chance('sums of sections', 0.6)
}

/** Pages, footer and page numbers, once everything is drawn. */
export function finishPages(sheet: SampleSheet): void {
  const pages = sheet.canvas.pageCount()
  for (let page = 1; page <= pages; page++) {
    sheet.canvas.turnTo(page)
    drawFoot(sheet, page, pages, page === 1 || sheet.design.chance('foot everywhere', 0.5))
  }
}

function descriptionRows(
  sheet: SampleSheet,
  column: Column,
  line: SampleLine,
): { text: string; described: boolean; small: boolean }[] {
  const { body, small, design } = sheet
  const most = column.width - 8
  const rows = wrap(line.description, body, most).map((text) => ({
    text,
    described: true,
    small: false,
  }))
  const underneath = design.chance('sku underneath', 0.12)
    ? [{ text: `${say(sheet, 'sku')} ${line.sku}`, described: false, small: true }]
    : []
  const period =
    sheet.issuer.trade.kind === 'subscription' && design.chance('period in lines', 0.5)
      ? [
          {
            text: `${sheet.formats.date(sheet.invoice.orderDate)} ${design.pick('period dash', ['-', '–'])} ${sheet.formats.date(sheet.invoice.issueDate)}`,
            described: false,
            small: true,
          },
        ]
      : []
  const notes =
    line.note === null
      ? []
      : wrap(line.note, small, most).map((text) => ({ text, described: false, small: true }))
  return [...rows, ...period, ...notes, ...underneath]
}

function cellRows(sheet: SampleSheet, columns: readonly Column[], line: SampleLine): number {
  const column = columns.find((one) => one.name === 'description')
  return column === undefined ? 1 : descriptionRows(sheet, column, line).length
}

function drawRow(
  sheet: SampleSheet,
  columns: readonly Column[],
  line: SampleLine,
  index: number,
  y: number,
): void {
  const { canvas, body, small, formats } = sheet
  for (const column of columns) {
    if (column.name === 'description') {
      const marked = mark(sheet, `line:${index}:description`)
      descriptionRows(sheet, column, line).forEach(
        (row, at) =>
          void canvas.text(
            column.x + 4,
            y + at * lineHeight(body),
            [{ text: row.text, marks: row.described ? [marked] : [] }],
            row.small ? small : body,
            row.small ? { color: [0.25, 0.25, 0.25] } : {},
          ),
      )
      continue
    }
    const field = fieldOf[column.name]
    const fields = field === undefined ? [] : [`line:${index}:${field}`]
    const pieces: Piece[] =
      column.name === 'lineTotal' || column.name === 'unitPrice'
        ? amount(
            sheet,
            column.name === 'lineTotal' ? line.total : line.price,
            fields,
            !formats.showsCurrencyInLines,
            column.name === 'lineTotal' ? 2 : Math.max(2, line.price.scale),
          )
        : [
            {
              text: cellText(sheet, column.name, line, index + 1),
              marks: fields.map((name) => mark(sheet, name)),
            },
          ]
    const face = fitFace(pieces.map((piece) => piece.text).join(''), body, column.width - 4)
    canvas.text(anchor(column), y, pieces, face, { align: column.align })
  }
}

function drawHead(
  sheet: SampleSheet,
  columns: readonly Column[],
  y: number,
  look: TableLook,
): number {
  const { canvas, body, strong, accent, design } = sheet
  const dark = look.head === 'filled' && design.chance('dark head', 0.5)
  const wraps = design.chance('head wraps', 0.3)
  const type = look.head === 'plain' ? body : strong
  const names = columns.map((column) =>
    wraps && column.name !== 'description'
      ? wrap(say(sheet, column.name), type, column.width - 5)
      : [say(sheet, column.name)],
  )
  const height = Math.max(...names.map((rows) => rows.length)) * lineHeight(strong) + 6
  if (look.head === 'filled')
    canvas.box(sheet.left, y, sheet.right - sheet.left, height, {
      fill: dark ? accent : [0.88, 0.89, 0.91],
    })
  columns.forEach((column, k) =>
    (names[k] as string[]).forEach(
      (text, row) =>
        void canvas.text(
          anchor(column),
          y + 3 + row * lineHeight(strong),
          text,
          fitFace(text, type, column.width - 5),
          { align: column.align, ...(dark ? { color: [1, 1, 1] as const } : {}) },
        ),
    ),
  )
  if (look.rules !== 'none' && look.rules !== 'zebra')
    canvas.rule(sheet.left, y + height, sheet.right, y + height, 0.7)
  if (look.rules === 'frame' || look.rules === 'grid')
    canvas.rule(sheet.left, y, sheet.right, y, 0.7)
  return y + height + 2
}

function carriedRow(
  sheet: SampleSheet,
  columns: readonly Column[],
  y: number,
  thing: 'carried' | 'carriedOver',
  value: Decimal,
): number {
  return sumRow(sheet, columns, y, say(sheet, thing), value)
}

function sumRow(
  sheet: SampleSheet,
  columns: readonly Column[],
  y: number,
  name: string,
  value: Decimal,
): number {
  const last = columns.find((column) => column.name === 'lineTotal')
  if (last === undefined) return y
  const pieces = amount(sheet, sum([value]), [], !sheet.formats.showsCurrencyInLines)
  const face = fitFace(pieces.map((piece) => piece.text).join(''), sheet.body, last.width - 2)
  sheet.canvas.text(last.x - 14, y, name, sheet.body, { align: 'right' })
  sheet.canvas.text(anchor(last), y, pieces, face, { align: last.align })
  return y + lineHeight(sheet.body) + 3
}

function frame(
  sheet: SampleSheet,
  columns: readonly Column[],
  top: number,
  bottom: number,
  look: TableLook,
): void {
  const { canvas, left, right } = sheet
  if (look.rules === 'head' || look.rules === 'frame') canvas.rule(left, bottom, right, bottom, 0.7)
  if (look.rules !== 'grid' && look.rules !== 'frame') return
  for (const x of [
    left,
    right,
    ...(look.rules === 'grid' ? columns.slice(1).map((column) => column.x) : []),
  ])
    canvas.rule(x, top, x, bottom, 0.5, look.rules === 'grid' ? gray : [0, 0, 0])
}
