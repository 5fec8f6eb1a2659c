/**
 * What a model is: a manifest, and scores for rows of features. How scores are computed is up to
 * the caller: ONNX Runtime in connectors/onnx/onnx.ts, plain arrays in the trainer.
 *
 * HEADS. Names, addresses and numbers are found by tagging tokens (begin, inside, outside); dates,
 * amounts, currencies, IBANs and VAT ids by pointing at one of their candidates, since one value is
 * often printed in several places. Both share the features of a token: the model gives one score
 * for each label, then one for each pointer.
 */

import type { FieldType, Profile } from '../../schemas/profiles.ts'
import { pointerTypes, type PointerType } from './candidates.ts'
import type { FeatureRows } from './features.ts'
import { lexiconSets, type LexiconSets } from './lexicons.ts'
import { weightsOf } from './rerank.ts'
import { rowTable, type RowTable } from './feature-index.ts'
import type { Heads, Manifest } from './manifest.ts'

export interface LoadedModel {
  readonly sha256: string // of the bundle
  readonly manifest: Manifest
  readonly parts: Parts
  /** One row of scores for each token: tokens × parts.heads.outputs. */
  score(rows: FeatureRows): Promise<Float32Array>
}

/** A manifest ready for decoding. */
export interface Parts {
  readonly heads: Heads
  readonly transitions: Float64Array
  readonly rows: RowTable // of each feature hash
  readonly absent: ReadonlyMap<string, number>
  readonly rerankers: ReadonlyMap<
    string,
    { readonly weights: Float64Array; readonly score: number }
  >
  readonly lexicons: ReadonlyMap<string, LexiconSets>
}

/** `features`: the feature hash of each row from 1, ascending. */
export function partsOf(manifest: Manifest, features: ArrayLike<number>): Parts {
  const { fields } = manifest
  return {
    heads: headsOf(fields),
    transitions: Float64Array.from(manifest.transitions, (weight) => weight ?? -Infinity),
    rows: rowTable(features),
    absent: new Map(fields.map((field) => [field.name, field.absent])),
    rerankers: new Map(
      fields.flatMap(({ name, reranker }) =>
        reranker === null
          ? []
          : [[name, { weights: weightsOf(reranker.weights), score: reranker.score }] as const],
      ),
    ),
    lexicons: new Map(
      fields.flatMap(({ name, lexicon }) =>
        lexicon === null ? [] : [[name, lexiconSets(lexicon)] as const],
      ),
    ),
  }
}

/** The heads of a list of fields; their order determines the numbers. */
export function headsOf(
  fields: readonly { readonly name: string; readonly type: FieldType }[],
): Heads {
  const isPointer = (type: FieldType): type is PointerType =>
    (pointerTypes as readonly FieldType[]).includes(type)
  const spans = fields
    .filter((field) => !isPointer(field.type))
    .map((field, k) => ({
      field: field.name,
      type: field.type,
      begin: 1 + 2 * k,
      inside: 2 + 2 * k,
    }))
  const labels = 1 + 2 * spans.length
  const pointers = fields
    .flatMap((field) => (isPointer(field.type) ? [{ field: field.name, type: field.type }] : []))
    .map((head, k) => ({ ...head, output: labels + k }))
  return { spans, pointers, labels, outputs: labels + pointers.length }
}

/**
 * The fields of a profile that a model can be trained for, in order: all but the kind of document,
 * which is read by the words of its title.
 */
export function trainableFields(
  profile: Profile,
): readonly { readonly name: string; readonly type: FieldType }[] {
  return profile.fields
    .filter(({ type }) => type !== 'document_type')
    .map(({ name, type }) => ({ name, type }))
}
