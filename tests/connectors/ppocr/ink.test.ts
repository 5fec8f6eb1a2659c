/** Ink of pieces drawn by hand: `#` is ink, anything else paper. */

import { inkBySteps, isTouched, levelsOf } from '../../../connectors/ppocr/ink.ts'

const high = 48

/** A piece whose columns are as drawn in every row from 10 to 30, dark on light or the other way. */
function piece(drawn: string, ink = -1, paper = 1): Parameters<typeof levelsOf>[0] {
  const data = new Float32Array(high * drawn.length).fill(paper)
  for (let row = 10; row < 30; row++)
    for (let column = 0; column < drawn.length; column++)
      if (drawn[column] === '#') data[row * drawn.length + column] = ink
  return { data, from: 0, width: drawn.length, height: high, columns: drawn.length }
}

test.each([
  ['dark on light', -1, 1],
  ['light on dark', 1, -1],
  ['faint', 0.4, 0.6],
])('ink is found where it is: %s', (_, ink, paper) => {
  const drawn = piece('....####....##..', ink, paper)
  expect([...inkBySteps(drawn, levelsOf(drawn), 4)]).toEqual([0, 1, 0, 0.5])
})

describe('a strip beside an amount', () => {
  const levels = { paper: 1, contrast: 2 }
  const strip = (...columns: readonly string[]): number[][] =>
    columns.map((rows) => [...rows].map((row) => (row === '#' ? -1 : 1)))
  const empty = '............'
  const times = (count: number, column: string): string[] => Array<string>(count).fill(column)

  test('is touched by a slanted stroke', () => {
    const stroke = ['####........', '..####......', '....####....', '......####..', '........####']
    expect(isTouched(strip(...times(11, empty), ...stroke), levels)).toBe(true)
  })

  test('is not touched by a rule of a table, a speck or nothing', () => {
    expect(isTouched(strip(...times(13, empty), ...times(3, '############')), levels)).toBe(false)
    expect(isTouched(strip(...times(14, empty), ...times(2, '....####....')), levels)).toBe(false)
    expect(isTouched(strip(...times(16, empty)), levels)).toBe(false)
  })
})
