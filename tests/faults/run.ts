/**
 * `npm run test:faults [-- SEEDS [ROW]]`: the whole kill matrix (each stage, each point, as many
 * seeds) and a rebalance storm for each seed, on a stack of its own; then a broker that is killed
 * and frozen; then the rows of real/rows.ts, with the real stages. Prints tables and ends with 1
 * where anything is wrong. With ROW only the rows with that in their name.
 */

import { readConfig } from '../../config.ts'
import { crashPoints } from '../../runtime/crash-points.ts'
import { toyStages } from '../toys.ts'
import { startTestStack, stopTestStack, testStack } from '../stack.ts'
import { breakBroker } from './broker.ts'
import { runCell, type Cell, type CellOutcome } from './matrix.ts'
import { runRows } from './real/run.ts'
import { storm } from './storm.ts'

const seeds = Number(process.argv[2] ?? 2)
const filter = process.argv[3]
const atOnce = 2

async function main(): Promise<boolean> {
  readConfig(process.env)
  await startTestStack()
  try {
    if (filter !== undefined) return await runRows(seeds, filter)
    const cells: Cell[] = toyStages.flatMap((stage) =>
      crashPoints.flatMap((point) =>
        Array.from({ length: seeds }, (_, seed) => ({ stage, point, count: countOf(point, seed) })),
      ),
    )
    const outcomes: CellOutcome[] = []
    const work = async (): Promise<void> => {
      for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
        const { stage, point, count } = cell
        const outcome = await runCell(cell, testStack()).catch((error: Error) => ({
          stage,
          point,
          count,
          killed: false,
          seconds: 0,
          wrong: error.message,
        }))
        outcomes.push(outcome)
        console.log(
          `${stage.padEnd(7)} ${point.padEnd(10)} ${String(count).padStart(2)}  ${outcome.killed ? 'killed    ' : 'not killed'} ${outcome.seconds.toFixed(1).padStart(5)} s  ${outcome.wrong ?? 'right'}`,
        )
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const storms = []
    for (let seed = 1; seed <= seeds; seed++)
      storms.push(await storm({ ...testStack(), seed, records: 3_000, seconds: 240, delayMs: 25 }))
    console.table(storms)
    const { seconds, records, ...broken } = await breakBroker(31_000)
    console.table([{ broker: 'killed and frozen', seconds, records, ...broken }])
    const badBroker = Object.values(broken).some((count) => count > 0)
    const badCells = outcomes.filter(({ wrong, killed }) => wrong !== null || !killed)
    const badStorms = storms.filter(
      ({ lost, doubled, unknown, moved, outOfOrder, misnumbered, left }) =>
        lost + doubled + unknown + moved + outOfOrder + misnumbered + left > 0,
    )
    console.log(
      `${outcomes.length} cells, ${badCells.length} wrong; ${storms.length} storms, ${badStorms.length} wrong; the broker's faults: ${badBroker ? 'wrong' : 'right'}`,
    )
    const rowsAreRight = await runRows(seeds, '')
    return badCells.length + badStorms.length === 0 && !badBroker && rowsAreRight
  } finally {
    await stopTestStack()
  }
}

/**
 * Points of opening a lease are passed once for each partition, the others once for each
 * transaction.
 */
function countOf(point: string, seed: number): number {
  if (point === 'joined') return 1
  return ['fenced', 'read', 'seeked'].includes(point) ? 1 + (seed % 2) : 1 + seed
}

main().then(
  (right) => process.exit(right ? 0 : 1),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
