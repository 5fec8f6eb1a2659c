/**
 * Opens a published version: its bytes are in the blob store, match its record, have a trusted
 * signature where one is required, and pass the checks of connectors/onnx/onnx.ts. Extractors,
 * decisions and displays of versions all use this, so that they agree on what is usable.
 */

import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import { largestBundle, openModel, type OpenModel } from '../connectors/onnx/onnx.ts'
import { codeOf, ErrataError, type ErrorCode } from '../errors.ts'
import { modelKey } from '../processors/model/model-registry.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { featureVersion } from '../processors/model/features.ts'
import { provenanceOf } from '../processors/model/published-model.ts'
import { readerOf } from '../processors/model/reader.ts'
import type { Model, ModelRef } from '../schemas/types.ts'
import { distrust, type Verifying } from './model-signatures.ts'

/** MODEL_UNUSABLE, BLOB_MISSING, BLOB_DAMAGED, STORE_UNREACHABLE. */
export async function openPublished(
  model: Model,
  blobs: Blobs,
  config: Verifying,
): Promise<OpenModel> {
  const refuse = (why: string): ErrataError =>
    new ErrataError('MODEL_UNUSABLE', why, { model: modelKey(model) })
  const doubt = distrust(model, config)
  if (doubt !== null) throw refuse(doubt)
  const { features = featureVersion } = provenanceOf(model)
  if (features !== featureVersion)
    throw refuse(`the model was trained on other features (${features})`)
  if (model.bytes > largestBundle) throw refuse(`${model.bytes} bytes are over the limit`)
  const bundle = await blobs.get(model.sha256)
  if (bundle.length !== model.bytes)
    throw refuse(`the bundle has ${bundle.length} bytes, its record says ${model.bytes}`)
  const opened = await openModel(bundle, model.sha256)
  if (opened.manifest.profile === model.name) return opened
  await opened.dispose()
  throw refuse('the bundle reads another profile')
}

export interface RefusedModel {
  readonly key: string // name/version
  readonly code: ErrorCode
  readonly why: string
}

export interface First<T> {
  readonly opened: T | null
  /** Those that were tried before it. */
  readonly refused: readonly RefusedModel[]
}

/**
 * The first of these versions that opens. Whatever a bundle makes `open` throw refuses that
 * version, and only that.
 */
export async function openFirst<T>(
  models: readonly Model[],
  open: (model: Model) => Promise<T>,
): Promise<First<T>> {
  const refused: RefusedModel[] = []
  for (const model of models) {
    try {
      return { opened: await open(model), refused }
    } catch (error) {
      refused.push({
        key: modelKey(model),
        code: codeOf(error),
        why: error instanceof Error ? error.message : String(error),
      })
    }
  }
  return { opened: null, refused }
}

/** The first of these versions that can be used. */
export async function firstUsable(
  models: readonly Model[],
  blobs: Blobs,
  config: Verifying,
): Promise<First<Model>> {
  return openFirst(models, async (model) => {
    await (await openPublished(model, blobs, config)).dispose()
    return model
  })
}

/** A version as what reads documents, with the thresholds for a target. */
export async function openModelReader(
  model: Model,
  blobs: Blobs,
  config: Verifying & Pick<Config, 'targetError'>,
): Promise<FieldReader> {
  const { name, version, sha256 } = model
  const opened = await openPublished(model, blobs, config)
  return readerOf({ name, version, sha256 }, opened, config.targetError)
}

/** As text: `invoice/8 (BLOB_MISSING), invoice/7 (MODEL_UNUSABLE)`. */
export function refusedText(refused: readonly RefusedModel[]): string {
  const [most, left] = [refused.slice(0, 3), refused.length - 3]
  const named = most.map(({ key, code }) => `${key} (${code})`).join(', ')
  return left > 0 ? `${named} and ${left} more` : named
}

/** A verified bundle as the extractor uses it. MODEL_UNUSABLE. */
export async function openReaderOf(
  ref: ModelRef,
  bundle: Buffer,
  targetError: number,
): Promise<FieldReader> {
  return readerOf(ref, await openModel(bundle), targetError)
}
