/**
 * The data on which a model is judged: verdicts, generated documents, and the champion beside it.
 */

import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import { codeOf } from '../errors.ts'
import {
  bestBefore,
  modelKey,
  modelReadersOf,
  type ModelRegistry,
} from '../processors/model/model-registry.ts'
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
 * `readers` that can be used), the best of the champions so far, the generated documents.
 */
export async function judgingOf(
  config: Config,
  blobs: Blobs,
  { readers, best }: Judges,
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
    sampleShare: config.sampleShare,
    generatedHeldOut: generatedExamples(profile, generatedHeldOut, 'held out'),
    ...(await openChampion(config, readers, blobs, say)),
    best: best === null ? null : await openBest(config, best, blobs, say),
  }
}

/** The models that another one is judged against. */
export interface Judges {
  /** The champion, then those that read in its place where it can't be used. */
  readonly readers: readonly Published[]
  /** The best champion so far, where that isn't the champion. */
  readonly best: Published | null
}

export const judgesOf = (catalogue: ModelRegistry, name: string): Judges => ({
  readers: modelReadersOf(catalogue, name),
  best: bestBefore(catalogue, name),
})

/** Null where it can't be used, as after an update that changed the features. */
async function openBest(
  config: Config,
  model: Published,
  blobs: Blobs,
  say: (line: string) => void,
): Promise<Judging['best']> {
  const key = modelKey(model)
  try {
    await (await openPublished(model, blobs, config)).dispose()
    return { key, bundle: await blobs.get(model.sha256) }
  } catch (error) {
    const code = codeOf(error)
    if (!unusable.includes(code)) throw error
    say(`the best champion so far, ${key}, can't be used here (${code})`)
    return null
  }
}

const unusable: readonly string[] = [
  'MODEL_UNUSABLE',
  'BLOB_MISSING',
  'BLOB_ERASED',
  'BLOB_DAMAGED',
]

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
      if (!unusable.includes(code)) throw error
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
