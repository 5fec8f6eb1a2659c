/** Held-out documents, and where the taggers' predictions of them are. */

import type { Parts } from '../processors/model/model.ts'
import type { ModelInput } from '../processors/model/model-input.ts'
import type { Example } from './dataset.ts'
import type { Encounter } from './encounter.ts'
import type { Dealt } from './folds.ts'
import type { Targets } from './labels.ts'

/** A document of the data set: what of it stays in memory. */
export interface TrainingDocument {
  readonly documentId: string
  readonly vendor: string
  readonly alike: string | undefined
  readonly isGenerated: boolean
  readonly encounter: Pick<Encounter, 'isKnown' | 'changed' | 'decidedAt'> | undefined
  readonly read: () => Example
}

/** A document that was opened, to be looked at and dropped. */
export interface OpenDocument {
  readonly example: Example
  readonly sheet: ModelInput
  readonly spans: Targets['spans']
}

/** A held-out document, and the models of its fold. */
export interface HeldOutDocument {
  readonly document: TrainingDocument
  readonly parts: Parts
  // never trained on, and predicted by the final tagger
  readonly deal: Dealt | 'apart'
  readonly fold: number
  readonly unseen: boolean // training has no document of its vendor
  readonly open: () => OpenDocument
}
