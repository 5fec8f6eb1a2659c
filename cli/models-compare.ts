/**
 * `errata models compare`: compares any two versions on current verdicts, as the gate would,
 * without deciding anything. `show` prints the evidence at the time of the gate's decision.
 *
 * Documents that either version was trained on are left out, so that neither has an advantage.
 */

import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { ErrataError } from '../errors.ts'
import { championOf, modelKey } from '../processors/model/model-registry.ts'
import { provenanceOf } from '../processors/model/published-model.ts'
import { profileOf } from '../schemas/profiles.ts'
import type { Model } from '../schemas/types.ts'
import { judgeBundle } from '../trainer/candidate.ts'
import { describeEvidence } from './models-show.ts'
import { readCatalogue, findVersion, withModelsConnection } from '../operations/models.ts'
import { readProfiles } from '../operations/profiles.ts'
import { judgingOf } from '../operations/judging.ts'
import { readSnapshot } from '../operations/read-snapshot.ts'

/**
 * `other` null: against the champion. 0, whatever the gate would say. MODEL_UNKNOWN, BLOB_MISSING,
 * MODEL_UNUSABLE.
 */
export async function compareModels(
  config: Config,
  key: string,
  other: string | null,
): Promise<number> {
  return withModelsConnection(config, async (connection) => {
    const catalogue = await readCatalogue(config, connection)
    const asked = findVersion(catalogue, key)
    const against =
      other === null ? championOf(catalogue, asked.name) : findVersion(catalogue, other)
    if (against === null)
      throw new ErrataError('MODEL_UNKNOWN', `${asked.name} has no champion to compare with`, {
        name: asked.name,
      })
    if (against.name !== asked.name)
      throw new ErrataError(
        'MODEL_UNKNOWN',
        `${modelKey(against)} reads ${against.name} and ${key} ${asked.name}`,
        { name: against.name },
      )
    const blobs = blobsOf(config)
    const say = (line: string): void => void process.stderr.write(`${line}\n`)
    const judging = await judgingOf(
      config,
      blobs,
      { readers: [against], best: null },
      profileOf(await readProfiles(config, connection), asked.name),
      await readSnapshot(config, connection, asked.name),
      config.seed,
      say,
    )
    if (judging.champion === null) return 1 // said above
    const { decision, evidence } = await judgeBundle(
      await blobs.get(asked.sha256),
      judging,
      new Set([asked, against].flatMap(trainedOn)),
    )
    process.stdout.write(
      `${describeEvidence(evidence, [key, modelKey(against)])}\nThe gate would ${decision.promote ? `let ${key} take over from` : `keep`} ${modelKey(against)}: ${decision.reasons.join('; ')}\n`,
    )
    return 0
  })
}

function trainedOn(model: Model): readonly string[] {
  return provenanceOf(model).trainedOn ?? []
}
