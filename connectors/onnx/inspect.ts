/** Checks a bundle without ONNX Runtime, before it is run: size, graph, manifest, feature table. */

import { ErrataError } from '../../errors.ts'
import { featureVersion } from '../../processors/model/features.ts'
import { modelFormat, type Manifest } from '../../processors/model/manifest.ts'
import { readGraph } from './graph.ts'
import { isWhole } from './manifest-check.ts'
import { unusable } from './unusable.ts'
import { unpackAscending } from './wire-format.ts'

/** Bytes of the largest accepted bundle. */
export const largestBundle = 64 * 1024 * 1024

/** The manifest and feature table of a bundle, after all checks that don't run it. */
export function inspect(bundle: Buffer): {
  manifest: Manifest
  features: Int32Array
  isSum: boolean
} {
  if (bundle.length > largestBundle)
    throw unusable('the bundle is over the limit', { bytes: bundle.length, largestBundle })
  let metadata: Map<string, string>
  let isSum: boolean
  try {
    ;({ metadata, isSum } = readGraph(bundle))
  } catch (cause) {
    throw cause instanceof ErrataError
      ? cause
      : unusable('the bundle is not an ONNX model', {}, cause)
  }
  let manifest: Manifest
  try {
    manifest = JSON.parse(metadata.get('errata.manifest') ?? 'null') as Manifest
  } catch (cause) {
    throw unusable('the manifest is not JSON', {}, cause)
  }
  if (manifest?.format !== modelFormat)
    throw unusable('the bundle has no manifest of this format', { wanted: modelFormat })
  if (manifest.features !== featureVersion)
    throw unusable('the model was trained on other features', {
      model: manifest.features,
      here: featureVersion,
    })
  const features = unpackAscending(Buffer.from(metadata.get('errata.features') ?? '', 'base64'))
  if (features.length !== manifest.rows || !isAscending(features))
    throw unusable('the feature table does not fit the manifest', { rows: manifest.rows })
  if (!isWhole(manifest)) throw unusable('the manifest lacks a property or holds an invalid number')
  return { manifest, features, isSum }
}

/** Feature ids are below 2^20, unique and ascending. */
function isAscending(features: Int32Array): boolean {
  return features.every(
    (feature, k) =>
      feature >= 0 && feature < 1 << 20 && (k === 0 || feature > (features[k - 1] as number)),
  )
}
