/**
 * A model as the extractor uses it: with the thresholds that its evidence supports for a target
 * error.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field, ModelRef, Rule } from '../../schemas/types.ts'
import type { LoadedModel } from './model.ts'
import { predict, type PredictedField } from './field-predictor.ts'
import { strata, type Stratum } from './strata.ts'
import { thresholdsOf } from './thresholds.ts'
import { relearnedKey, vendorKey } from './vendor-key.ts'
import type { Print } from '../document/words.ts'
import type { Manifest } from './manifest.ts'

/**
 * A field as a model reads it; `value` is null where nothing is likely enough, though there may be
 * alternatives.
 */
export interface Predicted extends Omit<Field, 'origin' | 'originId'> {
  readonly alternatives?: readonly Omit<Field, 'origin' | 'originId'>[]
}

/** A model ready for use. */
export interface FieldReader {
  readonly ref: ModelRef
  /**
   * One best value for each field that it finds, with a calibrated confidence, and the
   * alternatives. Origin and originId are set here.
   */
  readonly predict: (print: Print, profile: Profile) => Promise<readonly Predicted[]>
  /** Least confidence of an accepted value in a stratum, by field. */
  readonly thresholds: (stratum: Stratum) => Readonly<Record<string, number>>
  /** Whether it was trained on documents of a vendor. */
  readonly isTrainedOn: (vendor: string) => boolean
  /**
   * Whether it has learned what people corrected in this field of the vendor: it reads all of the
   * vendor's answered documents rightly, each of them held out.
   */
  readonly hasRelearned: (rule: Pick<Rule, 'vendor' | 'field' | 'changedAt'>) => boolean
  /** The target error of the thresholds; without a reader, rules accept nothing. */
  readonly targetError: number
  /** Fields that nearly every document has: if one is not found it was more likely missed. */
  readonly usual: readonly string[]
}

const usually = 0.9 // share of the documents behind a model

export function readerOf(ref: ModelRef, model: LoadedModel, targetError: number): FieldReader {
  const { manifest } = model
  const thresholds = new Map(
    strata.map((stratum) => [stratum, thresholdsOf(manifest, stratum, targetError)]),
  )
  const vendors = new Set(manifest.trained.vendorKeys)
  const relearned = new Map(manifest.relearned)
  return {
    ref,
    thresholds: (stratum) => thresholds.get(stratum) ?? {},
    isTrainedOn: (vendor) => vendors.has(vendorKey(vendor)),
    hasRelearned: ({ vendor, field, changedAt = 0 }) =>
      changedAt > 0 && (relearned.get(relearnedKey(vendor, field)) ?? 0) >= changedAt,
    targetError,
    usual: usualFields(manifest),
    predict: async (print, profile) => {
      const { fields } = await predict(print, profile, model)
      return fields
        .filter(({ best, alternatives }) => best !== null || alternatives.length > 0)
        .map(predictedOf)
    },
  }
}

function predictedOf({ name, best, alternatives }: PredictedField): Predicted {
  const others = alternatives.map(({ value, raw, confidence, page, box, words }) => ({
    name,
    value,
    raw,
    confidence,
    page,
    box,
    words,
  }))
  if (best === null)
    return {
      name,
      value: null,
      raw: null,
      confidence: 0,
      page: null,
      box: [],
      words: [],
      alternatives: others,
    }
  const { value, raw, confidence, page, box, words } = best
  return { name, value, raw, confidence, page, box, words, alternatives: others }
}

/** Fields with a value on nearly all documents behind the model. */
function usualFields({ given = [], strata = {}, trained }: Manifest): string[] {
  const held = [...(strata['new text'] ?? []), ...(strata['new scan'] ?? [])]
  return given.filter(
    (_, place) =>
      held.filter(([, , right, wrong]) => right.includes(place) || wrong.includes(place)).length >=
      usually * trained.documents,
  )
}
