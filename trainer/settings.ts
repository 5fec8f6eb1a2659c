/** Hyperparameters of a training, with their defaults, and where its files lie. */

import { join } from 'node:path'
import type { Dealt } from './folds.ts'

export interface TrainingSettings {
  readonly seed: number
  readonly folds: number // for out-of-fold predictions; each costs one training
  readonly deals: readonly Dealt[] // ways of splitting the examples into folds
  readonly epochs: number // visits of each document
  readonly rate: number // AdaGrad's initial step size
  readonly penalty: number // L2
  readonly dropout: number // share of features hidden from the tags at each visit
  readonly pointerDropout: number // the same for pointers
  readonly familiar: number // expected share of a new document's features that training has seen
  readonly averaged: number // last epochs whose weights are averaged
  readonly leastDocuments: number // a feature in fewer documents gets no weight
  readonly smallest: number // features whose weights are all smaller are dropped
  readonly rerankPasses: number
  readonly rerankRate: number
  readonly rerankPenalty: number
  readonly rerankVendors: number // a feature of fewer vendors gets no weight
  readonly leastTruths: number // fields with fewer values are not learned
}

export const trainingDefaults: TrainingSettings = {
  seed: 13,
  folds: 5,
  deals: ['by vendor', 'by document'],
  epochs: 10,
  rate: 0.1,
  penalty: 1e-6,
  dropout: 0.7,
  pointerDropout: 0.1,
  familiar: 1,
  averaged: 5,
  leastDocuments: 2,
  smallest: 0.02,
  rerankPasses: 20,
  rerankRate: 0.1,
  rerankPenalty: 1e-2,
  rerankVendors: 4,
  leastTruths: 3,
}

/** Where the files of a training lie while it lasts. */
export const scratchIn = (home: string): string => join(home, 'scratch')
