/**
 * Runs the rows that have the filter in their name (or one of several, between bars), as a table.
 */

import type { Brokers } from '../brokers.ts'
import { openBench, type RowOutcome } from './row.ts'
import { rows } from './rows.ts'

/** Whether all were right. A row that can't run here is named, and is not wrong. */
export async function runRows(
  brokers: Brokers,
  seeds: readonly number[],
  filter: string,
): Promise<boolean> {
  const parts = filter.toLowerCase().split('|')
  const wanted = rows.filter(({ name }) => parts.some((part) => name.toLowerCase().includes(part)))
  if (wanted.length === 0)
    throw new Error(`no row has ${filter} in its name: ${rows.map(({ name }) => name).join('; ')}`)
  const outcomes: RowOutcome[] = []
  const bench = openBench(brokers)
  try {
    for (const seed of seeds) {
      for (const row of wanted) {
        const outcome = await bench.run(row, seed)
        outcomes.push(outcome)
        const { seconds, outcome: said } = outcome
        console.log(`${row.name.padEnd(62)} ${seed} ${String(seconds).padStart(4)} s  ${said}`)
      }
    }
  } finally {
    await bench.close()
  }
  console.table(
    outcomes.map((one) => ({ ...one, outcome: one.outcome.split('\n')[0]?.slice(0, 80) })),
  )
  const wrong = outcomes.filter(
    ({ outcome }) => outcome !== 'right' && !outcome.startsWith('not run'),
  )
  console.log(`${outcomes.length} rows, ${wrong.length} wrong`)
  return wrong.length === 0
}
