/**
 * The models topic as the extractor uses it: the champion of each profile, verified and tried before it is used.
 *
 * A new champion is loaded beside the old one and takes its place between two messages. One that can't be used (its bytes
 * are missing or have another sha256, other features, a failed smoke test) is said once in the log and counted, and the
 * old one stays: a bad model never stops the stage, and a worse one is never taken in silence.
 *
 * Ready once the champions that were published before the start are loaded or refused.
 */

import { openModel } from '../connectors/onnx.ts'
import { championOf, emptyCatalogue, withModel, type Catalogue } from '../processors/catalogue.ts'
import type { Reader } from '../processors/extract.ts'
import { readerOf } from '../processors/reader.ts'
import { follow } from '../processors/runtime/follow.ts'
import { codeOf } from '../errors.ts'
import type { Model as Published, ModelRef } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Context } from './parts/part.ts'

export interface ModelsInUse {
  readonly readerOf: (profile: string) => Reader | null
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  stop(): Promise<void>
}

type Use = Pick<Context, 'config' | 'connection' | 'blobs' | 'profiles' | 'log'>

/** `choose`: the version of a profile that shall be used, the champion unless told; null for none. */
export function followModels({ config, connection, blobs, profiles, log }: Use, choose: (catalogue: Catalogue, profile: string) => Published | null = championOf): ModelsInUse {
  let catalogue: Catalogue = emptyCatalogue
  let caughtUp = false
  const readers = new Map<string, Reader>()
  const tried = new Map<string, string>() // by profile: the sha256 that was looked at last
  let loading: Promise<void> = Promise.resolve()

  const load = async (champion: Published): Promise<void> => {
    const ref = { name: champion.name, version: champion.version, sha256: champion.sha256 }
    try {
      readers.set(champion.name, await openReaderOf(ref, await blobs.get(champion.sha256), config.targetError))
      log.info({ model: ref.name, version: ref.version }, 'model in use')
    } catch (error) {
      log.error({ error, code: codeOf(error), model: ref.name, version: ref.version }, 'model refused, the old one stays')
    }
  }
  const update = (): void => {
    for (const profile of profiles.keys()) {
      const chosen = choose(catalogue, profile)
      const mark = chosen === null ? '' : `${chosen.version} ${chosen.sha256}`
      if (tried.get(profile) === mark) continue
      tried.set(profile, mark)
      loading = loading.then(() => (chosen === null ? void readers.delete(profile) : load(chosen)))
    }
  }
  const table = follow({
    cluster: connection.cluster, registry: connection.registry, topic: 'models', name: topicName('models', config.topicPrefix), log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      if (caughtUp) update()
    },
  })
  const ready = table.ready.then(() => {
    caughtUp = true
    update()
    return loading
  })
  return { readerOf: (profile) => readers.get(profile) ?? null, ready, failed: table.failed, stop: table.stop }
}

/** A verified bundle as the extractor uses it. MODEL_UNUSABLE. */
export async function openReaderOf(ref: ModelRef, bundle: Buffer, targetError: number): Promise<Reader> {
  return readerOf(ref, await openModel(bundle), targetError)
}
