/**
 * Out-of-fold predictions of taggers: each predicts the documents of its fold, which it was not
 * trained on. One document is in memory at a time; what is found on it goes to `heard`.
 */

import { rowTable } from '../processors/model/feature-index.ts'
import { decode, type Decoded } from '../processors/model/guess.ts'
import { lexiconSets } from '../processors/model/lexicons.ts'
import type { Heads, Lexicon } from '../processors/model/manifest.ts'
import type { Parts } from '../processors/model/model.ts'
import { featureBits } from '../processors/shared/hashing.ts'
import { fitTagger, type Tagger } from './crf.ts'
import { openLaidDown, type LaidDown } from './documents.ts'
import { foldsOf, type Dealt } from './folds.ts'
import type { HeldOutDocument, OpenDocument, TrainingDocument } from './held-out.ts'
import type { TrainingSettings } from './settings.ts'
import { scoresOf } from './token-scores.ts'
import { knownRows, vocabulary } from './vocabulary.ts'

/** The documents split into folds in one of the ways. */
export interface Dealing {
  readonly deal: Dealt
  readonly folds: readonly number[] // fold of each document
}

/** The documents of a training, laid down and dealt. */
export interface DataSet {
  readonly documents: readonly TrainingDocument[]
  readonly laidDown: LaidDown
  readonly dealings: readonly Dealing[]
  readonly heads: Heads
}

/** Gets each held-out document in turn, open, with what was found on it. */
export type Hear = (one: HeldOutDocument, open: OpenDocument, found: Decoded | null) => void

export function dealingsOf(
  documents: readonly Pick<TrainingDocument, 'vendor' | 'alike'>[],
  settings: TrainingSettings,
): Dealing[] {
  const count = Math.min(settings.folds, documents.length)
  return settings.deals.map((deal, k) => ({
    deal,
    folds: foldsOf(documents, count, settings.seed + 101 * k, deal),
  }))
}

/** The name of the documents of a fold. */
export const groupOf = (deal: Dealt, fold: number): string => `${deal}/${fold}`

/**
 * One tagger for each fold of each split. `onProgress` gets the number of trained taggers; `of`
 * includes the final one, which is trained afterwards.
 */
export function outOfFold(
  data: DataSet,
  settings: TrainingSettings,
  onProgress: (done: number, of: number) => void,
  hear: Hear,
): void {
  const taggers = data.dealings.reduce((sum, { folds }) => sum + new Set(folds).size, 1)
  let trained = 0
  onProgress(trained, taggers)
  for (const dealing of data.dealings) {
    for (const fold of [...new Set(dealing.folds)].sort((a, b) => a - b)) {
      hearFold(data, dealing, fold, settings, hear)
      onProgress(++trained, taggers)
    }
  }
}

/** Predictions for the documents of a fold, by a tagger that was not trained on them. */
function hearFold(
  data: DataSet,
  { deal, folds }: Dealing,
  fold: number,
  settings: TrainingSettings,
  hear: Hear,
): void {
  const indexes = folds.map((_, k) => k)
  const training = indexes.filter((k) => folds[k] !== fold)
  if (training.length === 0) return
  const { tagger, parts } = taggerOf(
    data,
    training,
    groupOf(deal, fold),
    settings,
    settings.seed + 1 + fold,
  )
  const known = new Set(training.map((k) => data.documents[k]?.vendor))
  const predict = predictor(tagger, parts)
  for (const k of indexes) {
    if (folds[k] !== fold) continue
    const document = data.documents[k] as TrainingDocument
    const open = (): OpenDocument => openLaidDown(document, k, data.laidDown)
    const opened = open()
    const unseen = !known.has(document.vendor)
    hear({ document, parts, deal, fold, unseen, open }, opened, predict(opened))
  }
}

/** A tagger fitted on some documents, without those of a group, and what a model is made of. */
export function taggerOf(
  { documents, laidDown, heads }: DataSet,
  members: readonly number[],
  without: string | null,
  settings: TrainingSettings,
  seed: number,
): {
  readonly tagger: Tagger
  readonly parts: Parts
  readonly lexicons: ReadonlyMap<string, Lexicon>
} {
  const { lessons, counts, numbers, words } = laidDown
  const tagger = fitTagger(
    {
      file: lessons,
      members,
      vocabulary: vocabulary(counts, numbers, settings.leastDocuments, without),
      numberOf: numbers.numberOf,
    },
    heads,
    settings,
    seed,
  )
  const lexicons = words.lexicons(members, (k) => (documents[k] as TrainingDocument).vendor)
  return { tagger, lexicons, parts: partsOfTagger(tagger, heads, lexicons) }
}

/** Finds what a tagger makes of a document; null of one without words. */
export function predictor(
  { features, weights }: Tagger,
  parts: Parts,
): (open: OpenDocument) => Decoded | null {
  const rowOf = new Int32Array(1 << featureBits)
  features.forEach((feature, k) => (rowOf[feature] = k + 1))
  return ({ sheet }) =>
    decode(sheet, scoresOf(knownRows(sheet.features, rowOf), weights, parts.heads.outputs), parts)
}

function partsOfTagger(
  tagger: Tagger,
  heads: Heads,
  lexicons: ReadonlyMap<string, Lexicon>,
): Parts {
  return {
    heads,
    rows: rowTable(tagger.features),
    transitions: tagger.transitions,
    absent: new Map(heads.pointers.map((head, h) => [head.field, tagger.absent[h] as number])),
    rerankers: new Map(),
    lexicons: new Map([...lexicons].map(([field, lexicon]) => [field, lexiconSets(lexicon)])),
  }
}
