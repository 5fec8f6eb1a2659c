import { rowsInBox } from '../../../processors/line-items/drawn-box.ts'
import { documentContext } from '../../../processors/document/context.ts'
import type { Box, Print } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { LineItem } from '../../../schemas/types.ts'
import { a4, invoiceLines, printWords, type PrintedLine } from '../../review-server.ts'

const profile = profileOf(loadProfiles(), 'invoice')
const printOf = (lines: readonly PrintedLine[]): Print => ({
  pages: [{ number: 1, ...a4, unit: 'pt', source: 'text_layer' }],
  words: printWords(lines),
})
const print = printOf(invoiceLines)
const context = documentContext(print)
const values = (rows: readonly LineItem[]) =>
  rows.map((row) => Object.fromEntries(row.cells.map((cell) => [cell.name, cell.value])))
const table: Box = [500, 2500, 5600, 3300]

describe('a drawn box', () => {
  test('over a table with its head becomes its rows', () => {
    expect(values(rowsInBox(print, 1, table, profile, context))).toMatchObject([
      { quantity: '4', unit_price: '18.50', line_total: '74.00' },
      { line_total: '93.80' },
      { line_total: '1066.70' },
    ])
  })

  test('over rows without a head is read by the order of numbers', () => {
    const rows = rowsInBox(print, 1, [500, 2700, 5600, 3050], profile, context)
    expect(values(rows)).toMatchObject([
      { quantity: '4', unit_price: '18.50', line_total: '74.00' },
      { quantity: '2', unit_price: '46.90', line_total: '93.80' },
    ])
  })

  test('is read by the columns that are known, and text alone goes on with the row above', () => {
    const lines: PrintedLine[] = [
      [56, 100, 9, 'Oak board'],
      [300, 100, 9, '12,00'],
      [400, 100, 9, '24,00'],
      [56, 114, 9, 'planed, 2 m'],
      [56, 130, 9, 'Glue'],
      [400, 130, 9, '5,00'],
    ]
    const odd = printOf(lines)
    const columns = [
      { name: 'description', x0: 560, x1: 2000 },
      { name: 'unit_price', x0: 3000, x1: 3300 },
      { name: 'line_total', x0: 4000, x1: 4300 },
    ]
    const rows = rowsInBox(odd, 1, [0, 800, 5900, 1400], profile, documentContext(odd), columns)
    expect(values(rows)).toEqual([
      { description: 'Oak board planed, 2 m', unit_price: '12.00', line_total: '24.00' },
      { description: 'Glue', line_total: '5.00' },
    ])
    expect(
      rows
        .flatMap((row) => row.cells)
        .every((cell) => cell.raw === cell.words.map((index) => odd.words[index]?.text).join(' ')),
    ).toBe(true)
  })

  test('over nothing gives nothing', () => {
    expect(rowsInBox(print, 1, [0, 0, 10, 10], profile, context)).toEqual([])
    expect(rowsInBox(print, 2, table, profile, context)).toEqual([])
  })
})
