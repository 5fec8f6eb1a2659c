/**
 * Model versions, and decisions about them. A decision by hand is an event on the models topic like
 * those of the gate, with who and why; analytics keeps every record, so the history is complete.
 */

import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import { ErrataError } from '../errors.ts'
import {
  championOf,
  emptyCatalogue,
  modelKey,
  previousChampionsOf,
  promotion,
  withModel,
  type ModelRegistry,
} from '../processors/model/model-registry.ts'
import type { Model } from '../schemas/types.ts'
import { withConnection, type Connection } from './connect.ts'
import { decideOn } from './decide.ts'
import { readTopic, type Reached } from './read-topic.ts'
import { openLog } from '../deploy/instance/log.ts'
import { signed, type Signing, type Verifying } from './model-signatures.ts'
import { firstUsable, refusedText, type RefusedModel } from './published-models.ts'

interface Decision<T> {
  readonly records: readonly Model[]
  readonly result: T
}

type Decide<T> = (catalogue: ModelRegistry) => Promise<Decision<T>>

/**
 * Makes a version the champion; with a signing key, also signs it. MODEL_UNKNOWN, and
 * MODEL_UNUSABLE for an unusable version.
 */
export function promoting(
  config: Verifying & Signing,
  key: string,
  blobs: Blobs,
  by: string,
  why: string,
): Decide<null> {
  return async (catalogue) => {
    const model = signed(findVersion(catalogue, key), config)
    const { opened, refused } = await firstUsable([model], blobs, config)
    if (opened === null)
      throw new ErrataError(
        'MODEL_UNUSABLE',
        `${refusedText(refused)} can't be used here: ${refused[0]?.why ?? ''}`,
        { version: key },
      )
    return { records: promotion(catalogue, model, by, Date.now(), why), result: null }
  }
}

/** Back to the latest earlier champion that is usable. MODEL_UNKNOWN, MODEL_UNUSABLE. */
export function rollingBack(
  config: Verifying,
  name: string,
  blobs: Blobs,
  by: string,
  why: string,
): Decide<{ readonly key: string; readonly refused: readonly RefusedModel[] }> {
  return async (catalogue) => {
    const earlier = previousChampionsOf(catalogue, name)
    if (championOf(catalogue, name) === null || earlier.length === 0)
      throw new ErrataError('MODEL_UNKNOWN', `there is no earlier champion of ${name}`, { name })
    const { opened, refused } = await firstUsable(earlier, blobs, config)
    if (opened === null)
      throw new ErrataError(
        'MODEL_UNUSABLE',
        `no earlier champion of ${name} can be used here: ${refusedText(refused)}`,
        { name },
      )
    return {
      records: promotion(catalogue, opened, by, Date.now(), why),
      result: { key: modelKey(opened), refused },
    }
  }
}

/** Versions by name, newest first. */
export function newestFirst(catalogue: ModelRegistry): Model[] {
  return [...catalogue.versions.values()]
    .map(({ model }) => model)
    .sort((a, b) => {
      if (a.name === b.name) return b.version - a.version
      return a.name < b.name ? -1 : 1
    })
}

/** The current models topic. */
export async function readCatalogue(config: Config, connection: Reached): Promise<ModelRegistry> {
  let catalogue = emptyCatalogue
  await readTopic('models', config, connection, (key, model, at) => {
    catalogue = withModel(catalogue, key, model, at.offset)
  })
  return catalogue
}

/**
 * The only way to write to the models topic: two trainers, or a trainer and a person, never
 * overwrite each other, and readers never see two champions. Codes of decideOn.
 */
export async function decideOnModels<T>(
  config: Config,
  connection: Connection,
  decide: (catalogue: ModelRegistry) => Decision<T> | Promise<Decision<T>>,
): Promise<T> {
  return decideOn('models', config, connection, async () => {
    const { records, result } = await decide(await readCatalogue(config, connection))
    return { records: records.map((model) => [modelKey(model), model]), result }
  })
}

/** MODEL_UNKNOWN. */
export function findVersion(catalogue: ModelRegistry, key: string): Model {
  const listed = catalogue.versions.get(key)
  if (listed === undefined)
    throw new ErrataError('MODEL_UNKNOWN', `there is no version ${key}`, { version: key })
  return listed.model
}

export async function withModelsConnection<T>(
  config: Config,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return withConnection(config, openLog(config, 'models'), work)
}
