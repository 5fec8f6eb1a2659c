import { pasteCells } from '../../../web/review/line-item-rows.ts'
import { cellsOf } from '../../../web/review/paste.ts'
import { startHistory } from '../../../web/review/start-session.ts'
import { fullTask } from './full-task.ts'

describe('cells of a spreadsheet', () => {
  test.each<[string, string, string[][]]>([
    ['one cell', '12,50', [['12,50']]],
    ['a row', 'Nails\t4\t1.50', [['Nails', '4', '1.50']]],
    ['rows, as Excel ends them', 'a\t1\r\nb\t2\r\n', [['a', '1'], ['b', '2']]], // prettier-ignore
    ['rows, as others end them', 'a\nb', [['a'], ['b']]],
    ['an empty cell in the middle and at the end', 'a\t\tc\t\n', [['a', '', 'c', '']]],
    ['an empty row', 'a\n\nb', [['a'], [''], ['b']]],
    ['a cell of two lines, with a quote', '"12"" pipe\nblack"\t3', [['12" pipe black', '3']]],
    ['a quote that opens nothing', '12" pipe\t3', [['12" pipe', '3']]],
    ['a quote that nothing closes', '"12 pipe\t3', [['"12 pipe', '3']]],
    ['spaces around', ' a \t 1 ', [['a', '1']]],
  ])('%s', (_, text, cells) => {
    expect(cellsOf(text)).toEqual(cells)
  })
})

describe('pasted cells', () => {
  const task = fullTask()
  const { present } = startHistory(task)
  const valuesOf = (rows: typeof present.rows) =>
    rows.map((row) => row.map(({ value }) => value).slice(0, 4))

  it('go to the right and below, and add rows at the end', () => {
    const cells = [
      ['5', '2,00'],
      ['6', '3,00'],
    ]
    const { session, texts, left } = pasteCells(
      present,
      task,
      { row: 2, column: 'quantity' },
      cells,
    )
    expect(valuesOf(session.rows).slice(2)).toEqual([
      ['Schleifstein 1000/6000', '5', '2,00', '1066.70'],
      [null, '6', '3,00', null],
    ])
    expect([...texts.keys()]).toEqual([
      '#2.quantity',
      '#2.unit_price',
      '#3.quantity',
      '#3.unit_price',
    ])
    expect([left, session.rows[3]?.map(({ key }) => key)[0]]).toEqual([0, '#3.description'])
  })

  it('count where there is no column for them, and empty ones say that nothing is there', () => {
    const last = task.definition.lineItems.at(-1)?.name ?? ''
    const { session, texts, left } = pasteCells(present, task, { row: 0, column: last }, [
      ['19', 'x', 'y'],
    ])
    expect([left, texts.size]).toEqual([2, 1])
    expect(session.rows).toHaveLength(present.rows.length)
    const emptied = pasteCells(present, task, { row: 0, column: 'quantity' }, [['']])
    expect(emptied.session.rows[0]?.[1]).toMatchObject({ value: null, state: 'edited' })
  })
})
