/**
 * A few cells of the kill matrix on every run; all of them, and the storm, with `npm run
 * test:faults`.
 */

import { testStack } from '../stack.ts'
import { runCell, type Cell } from './matrix.ts'

const cells: readonly Cell[] = [
  { stage: 'first', point: 'sent', count: 1 },
  { stage: 'second', point: 'offsets', count: 2 },
  { stage: 'third', point: 'committed', count: 1 },
]

jest.setTimeout(240_000) // ms; processes start slowly on a busy machine

describe('a process that is killed', () => {
  test('in the middle of a transaction, whichever stage and point, leaves every record with exactly one outcome', async () => {
    const outcomes = await Promise.all(cells.map((cell) => runCell(cell, testStack())))
    expect(
      outcomes.map(({ stage, point, killed, wrong }) => ({ stage, point, killed, wrong })),
    ).toEqual(cells.map(({ stage, point }) => ({ stage, point, killed: true, wrong: null })))
  })
})
