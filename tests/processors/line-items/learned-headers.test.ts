import { columnsTaught, type TableLesson } from '../../../processors/line-items/learned-headers.ts'
import { readLines } from '../../../processors/line-items/line-items.ts'
import { documentContext } from '../../../processors/document/context.ts'
import type { Print } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { LineItem } from '../../../schemas/types.ts'
import { fieldOf, printOf } from '../../documents.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const read = (print: Print, names = {}): LineItem[] =>
  readLines(print, invoice, documentContext(print), names)
const values = (rows: readonly LineItem[]): unknown =>
  rows.map(({ cells }) =>
    Object.fromEntries(
      cells.filter(({ value }) => value !== null).map(({ name, value }) => [name, value]),
    ),
  )

// Head words of no language that anybody knows
const paper = (a: readonly [string, string, string], b: readonly [string, string, string]): Print =>
  printOf(
    'Foreign Ltd',
    'Blorf                 Zwick        Grumb        Splat',
    `Bolt                  ${a[0].padEnd(13)}${a[1].padEnd(13)}${a[2]}`,
    `Washer                ${b[0].padEnd(13)}${b[1].padEnd(13)}${b[2]}`,
    'Total                                           99.00',
  )
const row = (
  print: Print,
  description: string,
  [quantity, unit, total]: readonly [string, string, string],
): LineItem => ({
  cells: [
    fieldOf(print, 'description', description),
    fieldOf(print, 'quantity', quantity),
    fieldOf(print, 'unit_price', unit),
    fieldOf(print, 'line_total', total),
  ],
})
const lesson = (
  a: readonly [string, string, string],
  b: readonly [string, string, string],
): TableLesson => {
  const print = paper(a, b)
  return { print, truth: [row(print, 'Bolt', a), row(print, 'Washer', b)], predicted: read(print) }
}

describe('the meaning of columns', () => {
  // Rounded, so that no arithmetic tells which column is which
  const first = lesson(['3', '1.10', '3.20'], ['7', '2.20', '15.90'])

  test('is taught by corrected rows, and the next table of the vendor is read by it', () => {
    const names = columnsTaught([first], invoice)
    expect(names).toEqual({
      blorf: 'description',
      grumb: 'unit_price',
      splat: 'line_total',
      zwick: 'quantity',
    })
    const next = paper(['4', '5.10', '20.90'], ['6', '1.70', '10.90'])
    expect(values(read(next))).not.toEqual(
      values([
        row(next, 'Bolt', ['4', '5.10', '20.90']),
        row(next, 'Washer', ['6', '1.70', '10.90']),
      ]),
    )
    expect(values(read(next, names ?? {}))).toEqual(
      values([
        row(next, 'Bolt', ['4', '5.10', '20.90']),
        row(next, 'Washer', ['6', '1.70', '10.90']),
      ]),
    )
  })

  test('is not taught by documents that contradict one another', () => {
    const other = lesson(['5', '2.30', '11.90'], ['8', '1.40', '11.80'])
    const swapped: Readonly<Record<string, string>> = {
      unit_price: 'line_total',
      line_total: 'unit_price',
    }
    const turned = {
      ...other,
      truth: other.truth.map(({ cells }) => ({
        cells: cells.map((cell) => ({ ...cell, name: swapped[cell.name] ?? cell.name })),
      })),
    }
    expect(columnsTaught([first, turned], invoice)).toBeNull()
  })

  test('needs nothing where the rows were read right', () => {
    expect(columnsTaught([{ ...first, predicted: first.truth }], invoice)).toBeNull()
  })
})
