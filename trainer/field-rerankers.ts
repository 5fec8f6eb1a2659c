/**
 * Re-rankers of all text fields, fitted on out-of-fold predictions: the published ones on all
 * folds, those that predict a fold on the other folds.
 */

import { textOf } from '../processors/document/tokens.ts'
import { guess, type Guess } from '../processors/model/guess.ts'
import { lookedUp, rerankView } from '../processors/model/lexicons.ts'
import type { Heads } from '../processors/model/manifest.ts'
import type { Parts } from '../processors/model/model.ts'
import { spanFeatures, weightsOf } from '../processors/model/rerank.ts'
import { trueText } from './evaluate.ts'
import type { TrainingDocument, HeldOutDocument } from './held-out.ts'
import { lettersAndDigits } from './labels.ts'
import type { Dealing } from './out-of-fold.ts'
import { fitReranker, type RerankChoice, type FittedReranker } from './reranker.ts'
import type { TrainingSettings } from './settings.ts'

/** Fits a re-ranker for each text field on the held-out documents that `from` selects. */
export type FitRerankers = (
  from: (document: TrainingDocument) => boolean,
) => Map<string, FittedReranker>

export function rerankerFitter(
  held: readonly HeldOutDocument[],
  heads: Heads,
  settings: TrainingSettings,
): FitRerankers {
  const texts = heads.spans.filter((head) => head.type === 'text').map((head) => head.field)
  const choices = new Map(texts.map((field) => [field, held.map((one) => choiceOf(one, field))]))
  const ofReranker = {
    passes: settings.rerankPasses,
    rate: settings.rerankRate,
    penalty: settings.rerankPenalty,
    leastVendors: settings.rerankVendors,
  }
  return (from) => {
    const isIn = (_: unknown, k: number): boolean => from((held[k] as HeldOutDocument).document)
    return new Map(
      texts.map((field) => [
        field,
        fitReranker((choices.get(field) as RerankChoice[]).filter(isIn), ofReranker, settings.seed),
      ]),
    )
  }
}

/** Guesses for each held-out document, by re-rankers fitted without its fold. */
export function guessesOutOfFold(
  held: readonly HeldOutDocument[],
  documents: readonly TrainingDocument[],
  dealings: readonly Dealing[],
  fitRerankers: FitRerankers,
): Map<string, Guess>[] {
  return dealings.flatMap(({ deal, folds }) => {
    const foldOf = new Map(documents.map((document, k) => [document, folds[k] as number]))
    const byFold = new Map(
      [...new Set(folds)].map((fold) => [
        fold,
        readied(fitRerankers((document) => foldOf.get(document) !== fold)),
      ]),
    )
    return held
      .filter((one) => one.deal === deal)
      .map((one) => guessed(one, byFold.get(one.fold) as Parts['rerankers']))
  })
}

export function guessed(
  { document, scores, parts }: HeldOutDocument,
  rerankers: Parts['rerankers'],
): Map<string, Guess> {
  return new Map(
    guess(document.sheet, scores, { ...parts, rerankers }).map((found) => [found.field, found]),
  )
}

export function readied(fitted: ReadonlyMap<string, FittedReranker>): Parts['rerankers'] {
  return new Map(
    [...fitted].map(([field, { weights, score }]) => [
      field,
      { weights: weightsOf(weights), score },
    ]),
  )
}

function choiceOf(one: HeldOutDocument, field: string): RerankChoice {
  const { sheet, targets, vendor } = one.document
  const spans = one.spans.get(field) ?? []
  const neighbours = [...one.spans].flatMap(([name, others]) =>
    name === field || others[0] === undefined ? [] : [others[0]],
  )
  const features =
    spans.length === 0
      ? []
      : spanFeatures(
          spans,
          rerankView(sheet.text, lookedUp(sheet.text, one.parts.lexicons), field),
          neighbours,
        )
  const wanted = trueText(field, sheet, targets)
  const right = spans.map(
    (span) =>
      wanted !== null &&
      lettersAndDigits(textOf(sheet.text.tokens, span.first, span.last)) ===
        lettersAndDigits(wanted),
  )
  return { vendor, spans, features, right }
}
