/**
 * Out-of-fold predictions of taggers: each predicts the documents of its fold, which it was not
 * trained on.
 */

import { taggedSpansOf } from '../processors/model/guess.ts'
import { rowTable } from '../processors/model/feature-index.ts'
import { lexiconSets } from '../processors/model/lexicons.ts'
import type { Heads, Lexicon } from '../processors/model/manifest.ts'
import type { Parts } from '../processors/model/model.ts'
import { chainOf, type Span } from '../processors/model/tagger.ts'
import { featureBits } from '../processors/shared/hashing.ts'
import { fitTagger, type Tagger } from './crf.ts'
import { scoresOf } from './token-scores.ts'
import type { Example } from './dataset.ts'
import { foldsOf, type Dealt } from './folds.ts'
import type { TrainingDocument, HeldOutDocument } from './held-out.ts'
import { lexiconsOf } from './reranker.ts'
import type { TrainingSettings } from './settings.ts'
import { knownRows } from './vocabulary.ts'

/** The examples split into folds in one of the ways. */
export interface Dealing {
  readonly deal: Dealt
  readonly folds: readonly number[] // fold of each example
}

export function dealingsOf(examples: readonly Example[], settings: TrainingSettings): Dealing[] {
  const count = Math.min(settings.folds, examples.length)
  return settings.deals.map((deal, k) => ({
    deal,
    folds: foldsOf(examples, count, settings.seed + 101 * k, deal),
  }))
}

/**
 * One tagger for each fold of each split. `onProgress` gets the number of trained taggers; `of`
 * includes the final one, which is trained afterwards.
 */
export function outOfFold(
  documents: readonly TrainingDocument[],
  dealings: readonly Dealing[],
  heads: Heads,
  settings: TrainingSettings,
  onProgress: (done: number, of: number) => void,
): HeldOutDocument[] {
  const taggers = dealings.reduce((sum, { folds }) => sum + new Set(folds).size, 1)
  let trained = 0
  onProgress(trained, taggers)
  const onFold = (): void => onProgress(++trained, taggers)
  return dealings.flatMap((dealing) => heldOut(documents, dealing, heads, settings, onFold))
}

/** Predictions for every document by a tagger that was not trained on it. */
function heldOut(
  documents: readonly TrainingDocument[],
  { deal, folds }: Dealing,
  heads: Heads,
  settings: TrainingSettings,
  onFold: () => void,
): HeldOutDocument[] {
  return [...new Set(folds)]
    .sort((a, b) => a - b)
    .flatMap((fold) => {
      const training = documents.filter((_, k) => folds[k] !== fold)
      const asked = documents.filter((_, k) => folds[k] === fold)
      const held =
        training.length === 0
          ? []
          : predictionsOf(
              fitTagger(training, heads, settings, settings.seed + 1 + fold),
              asked,
              training,
              heads,
              { deal, fold },
            )
      onFold()
      return held
    })
}

/** Predictions of a tagger trained on some documents for others. */
export function predictionsOf(
  tagger: Tagger,
  asked: readonly TrainingDocument[],
  training: readonly TrainingDocument[],
  heads: Heads,
  { deal, fold }: Pick<HeldOutDocument, 'deal' | 'fold'>,
): HeldOutDocument[] {
  const parts = partsOfTagger(tagger, heads, lexiconsOf(training, heads.spans))
  const known = new Set(training.map(({ vendor }) => vendor))
  const rowOf = new Int32Array(1 << featureBits)
  tagger.features.forEach((feature, k) => (rowOf[feature] = k + 1))
  return asked.map((document) => {
    const scores = scoresOf(
      knownRows(document.sheet.features, rowOf),
      tagger.weights,
      heads.outputs,
    )
    const length = document.sheet.text.tokens.length
    const spans =
      length === 0
        ? new Map<string, Span[]>()
        : taggedSpansOf(chainOf(scores, length, heads, parts.transitions), parts)
    return { document, parts, scores, spans, deal, fold, unseen: !known.has(document.vendor) }
  })
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
