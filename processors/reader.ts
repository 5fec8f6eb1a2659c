/** A model as the extractor uses it: with the thresholds that its evidence gives for a target. */

import type { ModelRef } from '../schemas/types.ts'
import type { Reader } from './extract.ts'
import type { Manifest, Model } from './model.ts'
import { predict } from './predict.ts'
import { thresholdsOf } from './thresholds.ts'

const usually = 0.9 // share of the documents behind a model

export function readerOf(ref: ModelRef, model: Model, targetError: number): Reader {
  return {
    ref,
    thresholds: thresholdsOf(model.manifest, targetError),
    targetError,
    usual: usualFields(model.manifest),
    predict: async (print, profile) => (await predict(print, profile, model)).fields.filter(({ best, alternatives }) => best !== null || alternatives.length > 0).map(({ name, best, alternatives }) => ({
      name, ...(best ?? { value: null, raw: null, confidence: 0, page: null, box: [], words: [] }), alternatives: alternatives.map((other) => ({ name, ...other })),
    })),
  }
}

/** Fields with a value on nearly all documents that the model was judged on. */
function usualFields({ fields, trained }: Manifest): string[] {
  return fields.filter(({ evidence }) => evidence.right.length + evidence.wrong.length >= usually * trained.documents).map(({ name }) => name)
}
