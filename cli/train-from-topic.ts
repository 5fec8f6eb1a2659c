/** `errata train` without --data: from the training topic, with gate and publication. */

import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { openLog } from '../deploy/instance/log.ts'
import { readProfiles } from '../operations/profiles.ts'
import { connect } from '../operations/connect.ts'
import { readCatalogue } from '../operations/models.ts'
import { trainFromTopic } from '../operations/train.ts'
import { evidenceOf } from '../processors/model/published-model.ts'
import type { GateEvidence, TrainingProgress } from '../trainer/candidate.ts'
import { describeEvidence } from './models-show.ts'

/**
 * One run, whose outcome is a line on stdout, after what the gate saw on stderr; 0 also where it
 * refuses.
 */
export async function trainCommandFromTopic(
  config: Config,
  name: string,
  seed: number,
): Promise<number> {
  const connection = await connect(config, openLog(config, 'train'))
  try {
    const say = (line: string): void => void process.stderr.write(`${line}\n`)
    const tell = (progress: TrainingProgress): void =>
      // where the trainer began it and still listens
      void (process.connected && process.send?.(progress, undefined, undefined, () => {}))
    const trained = await trainFromTopic(
      config,
      connection,
      blobsOf(config),
      await readProfiles(config, connection),
      name,
      seed,
      say,
      tell,
    )
    const published =
      trained.key === null || process.connected
        ? undefined
        : (await readCatalogue(config, connection)).versions.get(trained.key)?.model
    if (published !== undefined) say(`\n${describeEvidence(evidenceOf<GateEvidence>(published))}`)
    process.stdout.write(`${JSON.stringify(trained)}\n`)
    return 0
  } finally {
    await connection.close()
  }
}
