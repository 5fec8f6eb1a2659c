/** The trainings that were asked for, as the topic training-runs has them. */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { decideOn } from '../../operations/decide.ts'
import type { TrainingRecords } from '../../operations/trainings.ts'
import { follow } from '../../runtime/follow.ts'
import type { TrainingRun } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export type TrainingRecordsPart = TrainingRecords & Followed

export function followTrainingRecords({
  config,
  connection: { cluster, registry },
  log,
}: Pick<ServiceContext, 'config' | 'log'> & {
  readonly connection: Pick<ServiceContext['connection'], 'cluster'> & {
    readonly registry: Pick<ServiceContext['connection']['registry'], 'codec'>
  }
}): TrainingRecordsPart {
  const runs = new Map<string, TrainingRun>()
  const listeners: (() => void)[] = []
  const table = follow({
    cluster,
    registry,
    topic: 'training-runs',
    name: topicName('training-runs', config.topicPrefix),
    log,
    apply(key, run) {
      if (run === null) runs.delete(key)
      else runs.set(key, run)
      for (const listener of listeners) listener()
    },
  })
  let latest: Promise<unknown> = Promise.resolve() // one of this process at a time
  return {
    ...followedBy(table),
    all: () => runs,
    caughtUp: () => table.caughtUp(),
    onChange: (listener) => void listeners.push(listener),
    async change(key, decide) {
      const change = latest.then(async () => {
        await decideOn('training-runs', config, { cluster, registry }, async () => {
          await table.caughtUp()
          const next = decide(runs.get(key))
          return { records: next === undefined ? [] : [[key, next] as const], result: null }
        })
        await table.caughtUp()
        return runs.get(key)
      })
      latest = change.catch(() => {})
      return change
    },
    async stop() {
      await latest
      await table.stop()
    },
  }
}

/**
 * Earlier versions kept trainings in a folder: moves what it has to the topic, so that a key that
 * was used stays used.
 */
export async function adoptFolder(folder: string, records: TrainingRecords): Promise<void> {
  if (!existsSync(folder)) return
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const path = join(folder, file)
    const run = JSON.parse(readFileSync(path, 'utf8')) as TrainingRun
    await records.change(run.key, (known) =>
      known === undefined ? { ...run, progress: null } : undefined,
    )
    rmSync(path)
  }
  rmSync(folder, { recursive: true })
}
