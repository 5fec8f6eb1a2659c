/**
 * A process with toy stages, to be killed and frozen: `node --import tsx/esm
 * tests/faults/instance.ts JSON`. It ends with 1 when a stage fails and leaves the rest to whoever
 * started it.
 */

import type { ClusterSettings } from '../../connectors/kafka/kafka.ts'
import { copying, numbering, openToys, toyStages, type ToyName } from '../toys.ts'

export interface InstanceSettings {
  readonly brokers: string
  readonly registryUrl: string
  readonly prefix: string
  readonly partitions: number
  readonly replication?: number
  readonly stages?: readonly ToyName[]
  readonly crashAt?: string | null
  readonly delayMs?: number
  readonly loud?: boolean
  /** What the brokers ask for. */
  readonly access?: Partial<ClusterSettings>
}

const settings = JSON.parse(process.argv[2] as string) as InstanceSettings
const { delayMs = 0, crashAt = null, stages = toyStages } = settings

async function main(): Promise<void> {
  const say = (facts: object, message: string): void => {
    if (settings.loud)
      process.stderr.write(
        `${new Date().toISOString().slice(14, 23)} ${process.pid} ${message} ${JSON.stringify(facts)}\n`,
      )
  }
  const log = { debug() {}, info: say, warn: say, error: say }
  const toys = await openToys({
    ...settings,
    config: { ...settings.access, crashAt, batchRecords: 20, sessionTimeoutMs: 6_000 },
    log,
  })
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
  const start = (name: ToyName) =>
    name === 'second'
      ? toys.run(name, { stage: numbering })
      : toys.run(name, { stage: copying(name, delayMs > 0 ? wait : undefined) })
  const running = await Promise.all(stages.map(start))
  process.send?.('running')
  process.once(
    'SIGTERM',
    () => void Promise.all(running.map((stage) => stage.stop())).then(() => process.exit(0)),
  )
  await Promise.race(running.map((stage) => stage.failed))
}

main().catch((error: unknown) => {
  process.stderr.write(`${process.pid} ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
