/** What a model declares about itself: the manifest of a bundle, as its JSON. */

import type { FieldType } from '../../schemas/profiles.ts'
import type { PointerType } from './candidates.ts'
import type { Stratum } from './strata.ts'

export const modelFormat = 'errata-model-1'

export interface SpanHead {
  readonly field: string
  readonly type: FieldType
  readonly begin: number // label
  readonly inside: number
}

export interface PointerHead {
  readonly field: string
  readonly type: PointerType
  readonly output: number // column of the scores
}

export interface Heads {
  readonly spans: readonly SpanHead[]
  readonly pointers: readonly PointerHead[]
  readonly labels: number // 0 is outside
  readonly outputs: number // labels, then pointers
}

/**
 * The re-ranker of a field's best spans: sparse weights and the words that end or fill such values.
 */
export interface Reranker {
  readonly weights: readonly (readonly [feature: number, weight: number])[]
  readonly score: number // weight of the log-probability
}

export interface Lexicon {
  // hashes of words that end a value, of several vendors; ascending
  readonly ends: readonly number[]
  readonly inside: readonly number[]
}

/**
 * A held-out document as the stage would have read it: the lowest confidence of the model's values,
 * or 0 where a person would have been asked whatever the confidence; how many documents it stands
 * for, at most 1; which fields were right and wrong, as places in `given`; and the lowest confidence
 * of what rules gave, 1 if they gave nothing.
 */
export type HeldOut = readonly [
  lowest: number,
  weight: number,
  right: readonly number[],
  wrong: readonly number[],
  ofRules: number,
]

export interface FieldModel {
  readonly name: string
  readonly type: FieldType
  readonly absent: number // score of "not on this document", for pointers
  readonly reranker: Reranker | null
  readonly lexicon: Lexicon | null
  /**
   * Coefficients of the logistic that turns scores of the heads into a probability; see
   * calibrate.ts.
   */
  readonly calibration: readonly number[]
  readonly least: number // confidence under which the field is left empty
}

export interface Manifest {
  readonly format: typeof modelFormat
  readonly profile: string
  readonly features: string // featureVersion
  readonly fields: readonly FieldModel[]
  /** Log-weights from label to label, row by row, then of the first label; null forbids. */
  readonly transitions: readonly (number | null)[]
  readonly rows: number // features with a weight; row 0 is empty
  readonly given?: readonly string[] // fields that held-out documents had values of
  // highest confidence first: thresholds are set from these; older models have none
  readonly strata?: Readonly<Partial<Record<Stratum, readonly HeldOut[]>>>
  /**
   * Fields of vendors that the model has learned from corrections: relearnedKey, and the time of
   * the newest correction that it knows, in ms since 1970. Older models have none.
   */
  readonly relearned?: readonly (readonly [pair: string, until: number])[]
  readonly trained: {
    readonly documents: number
    readonly vendors: number
    // hashes of the vendors' names and identifiers (vendorKey); older models have none
    readonly vendorKeys?: readonly string[]
    readonly seed: number
    readonly dataset: string // sha256 of the examples
    readonly settings: Readonly<Record<string, number>>
  }
}
