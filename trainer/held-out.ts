/** Held-out documents with the taggers' predictions. */

import type { Parts } from '../processors/model/model.ts'
import type { Span } from '../processors/model/tagger.ts'
import type { Example } from './dataset.ts'
import type { Dealt } from './folds.ts'
import type { FitLesson } from './labels.ts'

/** A document of the data set, prepared for training. */
export type TrainingDocument = FitLesson & { readonly example: Example; readonly vendor: string }

/** A held-out document with the predictions of its fold's models. */
export interface HeldOutDocument {
  readonly document: TrainingDocument
  readonly parts: Parts
  readonly scores: Float64Array
  readonly spans: ReadonlyMap<string, readonly Span[]>
  // never trained on, and predicted by the final tagger
  readonly deal: Dealt | 'apart'
  readonly fold: number
  readonly unseen: boolean // training has no document of its vendor
}
