/**
 * The data on which a model is judged: verdicts, generated documents, and the champion beside it.
 */

import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import { codeOf } from '../errors.ts'
import { modelKey } from '../processors/model/model-registry.ts'
import { provenanceOf } from '../processors/model/published-model.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Model as Published } from '../schemas/types.ts'
import type { Judging } from '../trainer/candidate.ts'
import type { Snapshot } from '../trainer/snapshot.ts'
import { generatedExamples } from '../trainer/starter.ts'
import { openPublished } from './published-models.ts'

export const generatedHeldOut = 60 // documents, of another seed

/**
 * All that a model of this profile is judged with now: the snapshot, what reads (the first of
 * `readers` that can be used), the generated documents.
 */
export async function judgingOf(
  config: Config,
  blobs: Blobs,
  readers: readonly Published[],
  profile: Profile,
  snapshot: Snapshot,
  seed: number,
  say: (line: string) => void,
): Promise<Judging> {
  return {
    snapshot,
    profile,
    seed,
    targetError: config.targetError,
    generatedHeldOut: generatedExamples(profile, generatedHeldOut, 'held out'),
    ...(await openChampion(config, readers, blobs, say)),
  }
}

/**
 * The first that can be used, as for extractors; none where none can, as after an update that
 * changed the features: nobody reads with one then. One whose bytes are only missing here may be in
 * use elsewhere, so nothing may take its place unseen.
 */
async function openChampion(
  config: Config,
  readers: readonly Published[],
  blobs: Blobs,
  say: (line: string) => void,
): Promise<Pick<Judging, 'champion' | 'withheld'>> {
  for (const model of readers) {
    const key = modelKey(model)
    try {
      await (await openPublished(model, blobs, config)).dispose()
      return {
        champion: {
          bundle: await blobs.get(model.sha256),
          heldOut: provenanceOf(model).heldOut ?? [],
        },
        withheld: null,
      }
    } catch (error) {
      const code = codeOf(error)
      if (!['MODEL_UNUSABLE', 'BLOB_MISSING', 'BLOB_MISMATCH'].includes(code)) throw error
      say(`the champion ${key} can't be used here (${code}), so nothing is compared with it`)
      if (code !== 'MODEL_UNUSABLE')
        return {
          champion: null,
          withheld: `the champion ${key} is not in the blob store here (${code}), so nothing can be compared with it; a person may decide`,
        }
    }
  }
  return { champion: null, withheld: null }
}
