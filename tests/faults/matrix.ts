/**
 * One cell of the kill matrix: three toy stages in a process that kills itself at the n-th passing
 * of a point in one of them; another process takes over; then every record must have come out once,
 * in its place and with its number.
 */

import type { CrashPoint } from '../../runtime/crash-points.ts'
import { checkHistory, nothingWrong } from '../history.ts'
import { numbersOf, openToys, toyStages, until, type ToyName } from '../toys.ts'
import { exitOf, fill, lagOf, settle, startInstance } from './processes.ts'

export interface Cell {
  readonly stage: ToyName
  readonly point: CrashPoint
  readonly count: number
}

export interface CellOutcome extends Cell {
  readonly killed: boolean
  readonly seconds: number
  /** null: nothing is wrong */
  readonly wrong: string | null
}

const records = 60
const partitions = 2

export async function runCell(
  cell: Cell,
  cluster: { brokers: string; registryUrl: string; replication?: number },
): Promise<CellOutcome> {
  const began = performance.now()
  const prefix = `kill${cell.stage}${cell.point}${cell.count}${Date.now().toString(36)}.`
  const toys = await openToys({ ...cluster, prefix, partitions })
  const inputs = await fill(toys, records)
  const settings = { ...cluster, prefix, partitions }
  const victim = startInstance({
    ...settings,
    crashAt: `${cell.stage}:${cell.point}:${cell.count}`,
  })
  const end = await exitOf(victim)
  const heir = startInstance(settings)
  try {
    await until(async () => (await lagOf(toys)) === 0, `${prefix} drains`)
    await settle(toys)
    const outputs = await toys.read('four', 'raw')
    const dead = (
      await Promise.all(toyStages.map((name) => toys.read(`${name}.dead`, 'dead')))
    ).flat()
    const verdict = checkHistory(inputs, outputs, dead)
    const misnumbered = numbersOf(outputs).some((numbers) =>
      numbers.some((number, i) => number !== i),
    )
    const isWell = JSON.stringify(verdict) === JSON.stringify(nothingWrong)
    const ofState = misnumbered ? 'state was lost or doubled' : null
    return {
      ...cell,
      killed: end === 'SIGKILL',
      seconds: (performance.now() - began) / 1000,
      wrong: isWell ? ofState : JSON.stringify(verdict),
    }
  } finally {
    heir.kill('SIGKILL')
    await toys.close()
  }
}
