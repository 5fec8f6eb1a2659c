/** The trainings that were asked for, as the topic training-runs has them. */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { TrainingRecords } from '../../operations/trainings.ts'
import { follow } from '../../runtime/follow.ts'
import { headerNames, software } from '../../runtime/headers.ts'
import type { TrainingRun } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export interface TrainingRecordsPart extends TrainingRecords, Followed {
  /** Resolves when every record that was there at the call is known. */
  readonly caughtUp: () => Promise<void>
}

export function followTrainingRecords({
  config,
  connection: { cluster, registry },
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'log'>): TrainingRecordsPart {
  const name = topicName('training-runs', config.topicPrefix)
  const producer = openProducer(cluster)
  const runs = new Map<string, TrainingRun>()
  const table = follow({
    cluster,
    registry,
    topic: 'training-runs',
    name,
    log,
    apply: (key, run) => {
      if (run === null) runs.delete(key)
      else runs.set(key, run)
    },
  })
  return {
    ...followedBy(table),
    caughtUp: () => table.caughtUp(),
    all: () => runs,
    async write(key, run) {
      const value = run === null ? null : registry.codec.encode('training-runs', run)
      await producer.send(name, { key, value, headers: { [headerNames.software]: software } })
    },
    async stop() {
      await Promise.all([table.stop(), producer.close()])
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
    const { progress: _, ...run } = JSON.parse(readFileSync(path, 'utf8')) as TrainingRun & {
      readonly progress?: unknown
    }
    if (!records.all().has(run.key)) await records.write(run.key, run)
    rmSync(path)
  }
  rmSync(folder, { recursive: true })
}
