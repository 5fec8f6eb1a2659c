/**
 * `npm run test:faults [-- [--brokers 3] [--seed N] SEEDS [ROW]]`: the whole kill matrix (each
 * stage, each point, as many seeds) and a rebalance storm for each seed; then a broker that is
 * killed and frozen; then the rows of real/rows.ts, with the real stages. Prints tables and ends
 * with 1 where anything is wrong. With ROW only the rows with that in their name; with --seed that
 * seed alone; with --brokers 3 on a cluster of three instead of the one broker of a local stack.
 */

import { parseArgs } from 'node:util'
import { readConfig } from '../../config.ts'
import { crashPoints } from '../../runtime/crash-points.ts'
import { toyStages } from '../toys.ts'
import { startTestStack, stopTestStack, testStack } from '../stack.ts'
import { breakBroker } from './broker.ts'
import { openBrokers, type Brokers } from './brokers.ts'
import { runCell, type Cell, type CellOutcome } from './matrix.ts'
import { runRows } from './real/run.ts'
import { storm } from './storm.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { brokers: { type: 'string', default: '1' }, seed: { type: 'string' } },
})
const [count = '2', filter] = positionals
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(count) }, (_, i) => i + 1)
    : [Number(values.seed)]
const atOnce = 2

async function main(): Promise<boolean> {
  readConfig(process.env)
  if (values.brokers !== '1' && values.brokers !== '3')
    throw new Error(`--brokers is 1 or 3, not ${values.brokers}`)
  await startTestStack()
  try {
    const brokers = await openBrokers(values.brokers === '1' ? 1 : 3)
    try {
      if (filter !== undefined) return await runRows(brokers, seeds, filter)
      const toysAreRight = await runToys(brokers)
      return (await runRows(brokers, seeds, '')) && toysAreRight
    } finally {
      await brokers.stop()
    }
  } finally {
    await stopTestStack()
  }
}

/** What needs no real stages. */
async function runToys(brokers: Brokers): Promise<boolean> {
  const { addresses, replication } = brokers
  const cluster = { brokers: addresses, registryUrl: testStack().registryUrl, replication }
  const cells: Cell[] = toyStages.flatMap((stage) =>
    crashPoints.flatMap((point) =>
      seeds.map((seed) => ({ stage, point, count: countOf(point, seed) })),
    ),
  )
  const outcomes: CellOutcome[] = []
  const work = async (): Promise<void> => {
    for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
      const { stage, point, count } = cell
      const outcome = await runCell(cell, cluster).catch((error: Error) => ({
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
  for (const seed of seeds)
    storms.push(await storm({ ...cluster, seed, records: 3_000, seconds: 240, delayMs: 25 }))
  console.table(storms)
  const { seconds, records, ...broken } = await breakBroker(brokers, cluster.registryUrl)
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
  return badCells.length + badStorms.length === 0 && !badBroker
}

/**
 * Points of opening a lease are passed once for each partition, the others once for each
 * transaction.
 */
function countOf(point: string, seed: number): number {
  if (point === 'joined') return 1
  return ['fenced', 'read', 'seeked'].includes(point) ? 1 + ((seed - 1) % 2) : seed
}

main().then(
  (right) => process.exit(right ? 0 : 1),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
