/** The models that ship with Errata, published as versions. */

import type { Config } from '../config.ts'
import { sha256Of, type Blobs } from '../connectors/blobs/blobs.ts'
import { openModel } from '../connectors/onnx/onnx.ts'
import { featureVersion } from '../processors/model/features.ts'
import {
  championOf,
  nextVersion,
  promotion,
  withFingerprint,
  type ModelRegistry,
} from '../processors/model/model-registry.ts'
import { provenanceOf } from '../processors/model/published-model.ts'
import { software } from '../runtime/headers.ts'
import type { Model as Published } from '../schemas/types.ts'
import type { Connection } from './connect.ts'
import { decideOnModels } from './models.ts'
import { signed } from './model-signatures.ts'

/**
 * A shipped bundle becomes a version: the first of a profile, and after an update of Errata where
 * the champion is an earlier one that shipped, or was trained on other features and can't be used
 * any more.
 */
export async function publishStarter(
  config: Config,
  connection: Connection,
  blobs: Blobs,
  catalogue: ModelRegistry,
  name: string,
  bundle: Buffer,
): Promise<boolean> {
  const fingerprint = sha256Of(bundle)
  if (!wantsStarter(catalogue, name, fingerprint)) return false
  const model = await openModel(bundle)
  const { manifest } = model
  await model.dispose()
  const sha256 = await blobs.put(bundle)
  return decideOnModels(config, connection, (now) => {
    if (!wantsStarter(now, name, fingerprint)) return { records: [], result: false }
    const version: Published = signed(
      {
        name,
        version: nextVersion(now, name),
        sha256,
        bytes: bundle.length,
        state: 'candidate',
        fingerprint,
        manifest: JSON.stringify({
          ...manifest.trained,
          features: manifest.features,
          software,
          generated: manifest.trained.documents,
          parent: null,
        }),
        evidence: '{}',
        decidedBy: 'starter',
        decidedAt: Date.now(),
        reason: 'ships with Errata, trained on generated documents only',
        championSince: null,
        signature: null,
      },
      config,
    )
    return {
      records: promotion(now, version, 'starter', version.decidedAt, version.reason),
      result: true,
    }
  })
}

function wantsStarter(catalogue: ModelRegistry, name: string, fingerprint: string): boolean {
  const champion = championOf(catalogue, name)
  if (champion === null) return nextVersion(catalogue, name) === 1
  const { features } = provenanceOf(champion)
  return (
    withFingerprint(catalogue, name, fingerprint) === null &&
    (champion.decidedBy === 'starter' || (features !== undefined && features !== featureVersion))
  )
}
