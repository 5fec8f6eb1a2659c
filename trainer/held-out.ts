/** Held-out documents with what taggers predict of them. */

import type { Parts } from '../processors/model/model.ts'
import type { Span } from '../processors/model/tagger.ts'
import type { Example } from './dataset.ts'
import type { Dealt } from './folds.ts'
import type { FitLesson } from './labels.ts'

/** A document of the data set, ready to be trained on. */
export type TrainingDocument = FitLesson & { readonly example: Example; readonly vendor: string }

/** A held-out document with what its fold's models say. */
export interface HeldOutDocument {
  readonly document: TrainingDocument
  readonly parts: Parts
  readonly scores: Float64Array
  readonly spans: ReadonlyMap<string, readonly Span[]>
  // apart: never trained on, and asked about by the tagger that ships
  readonly deal: Dealt | 'apart'
  readonly fold: number
  readonly unseen: boolean // no document of its vendor was in training
}
