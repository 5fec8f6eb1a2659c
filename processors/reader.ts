/** A model as the extractor uses it: with the thresholds that its evidence gives for a target. */

import type { ModelRef } from '../schemas/types.ts'
import type { Predicted, Reader } from './extract.ts'
import type { Manifest, Model } from './model.ts'
import { predict, type PredictedField } from './predict.ts'
import { thresholdsOf } from './thresholds.ts'

const usually = 0.9 // share of the documents behind a model

export function readerOf(ref: ModelRef, model: Model, targetError: number): Reader {
  return {
    ref,
    thresholds: thresholdsOf(model.manifest, targetError),
    targetError,
    usual: usualFields(model.manifest),
    predict: async (print, profile) => {
      const { fields } = await predict(print, profile, model)
      return fields.filter(({ best, alternatives }) => best !== null || alternatives.length > 0).map(predictedOf)
    },
  }
}

function predictedOf({ name, best, alternatives }: PredictedField): Predicted {
  const others = alternatives.map(({ value, raw, confidence, page, box, words }) => ({ name, value, raw, confidence, page, box, words }))
  if (best === null) return { name, value: null, raw: null, confidence: 0, page: null, box: [], words: [], alternatives: others }
  const { value, raw, confidence, page, box, words } = best
  return { name, value, raw, confidence, page, box, words, alternatives: others }
}

/** Fields with a value on nearly all documents that the model was judged on. */
function usualFields({ fields, trained }: Manifest): string[] {
  return fields.filter(({ evidence }) => evidence.right.length + evidence.wrong.length >= usually * trained.documents).map(({ name }) => name)
}
