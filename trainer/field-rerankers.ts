/**
 * Re-rankers of all text fields, fitted on out-of-fold predictions: the published ones on all
 * folds, those that predict a fold on the other folds.
 */

import { textOf } from '../processors/document/tokens.ts'
import { guessesOf, type Decoded, type Guess } from '../processors/model/guess.ts'
import { lookedUp, rerankView } from '../processors/model/lexicons.ts'
import type { Heads } from '../processors/model/manifest.ts'
import type { Parts } from '../processors/model/model.ts'
import { spanFeatures, weightsOf } from '../processors/model/rerank.ts'
import type { Found } from './decoded-file.ts'
import { trueText } from './evaluate.ts'
import type { HeldOutDocument, OpenDocument } from './held-out.ts'
import { lettersAndDigits } from './labels.ts'
import { rerankChoices, type RerankChoice, type RerankChoices } from './rerank-choices.ts'
import { fitReranker, type FittedReranker } from './reranker.ts'
import type { TrainingSettings } from './settings.ts'

/** What the re-rankers of each text field are fitted on. */
export interface FieldChoices {
  /** The choices of a held-out document, in the order of all held-out ones. */
  readonly add: (one: HeldOutDocument, open: OpenDocument, found: Decoded | null) => void
  /** Fits a re-ranker for each text field on the held-out documents that `isIn` selects. */
  readonly fit: (isIn: (held: number) => boolean) => Map<string, FittedReranker>
}

export function fieldChoices(heads: Heads, settings: TrainingSettings): FieldChoices {
  const texts = heads.spans.filter((head) => head.type === 'text').map((head) => head.field)
  const choices = new Map(texts.map((field) => [field, rerankChoices()]))
  const ofReranker = {
    passes: settings.rerankPasses,
    rate: settings.rerankRate,
    penalty: settings.rerankPenalty,
    leastVendors: settings.rerankVendors,
  }
  let held = 0
  return {
    add(one, open, found) {
      for (const [field, its] of choices)
        if (found !== null) its.add(held, one.document.vendor, choiceOf(open, found, field))
      held++
    },
    fit: (isIn) =>
      new Map(
        texts.map((field) => [
          field,
          fitReranker(choices.get(field) as RerankChoices, isIn, ofReranker, settings.seed),
        ]),
      ),
  }
}

/** The guesses about an open document, from what its tagger found. */
export function guessed(
  { sheet }: OpenDocument,
  found: Found | null,
  parts: Parts,
): Map<string, Guess> {
  const decoded = found && { ...found, words: lookedUp(sheet.text, parts.lexicons) }
  return new Map(guessesOf(sheet, decoded, parts).map((guess) => [guess.field, guess]))
}

export function readied(fitted: ReadonlyMap<string, FittedReranker>): Parts['rerankers'] {
  return new Map(
    [...fitted].map(([field, { weights, score }]) => [
      field,
      { weights: weightsOf(weights), score },
    ]),
  )
}

function choiceOf(
  { sheet, spans: truths }: OpenDocument,
  { spans: found, words }: Decoded,
  field: string,
): RerankChoice {
  const spans = found.get(field) ?? []
  const neighbours = [...found].flatMap(([name, others]) =>
    name === field || others[0] === undefined ? [] : [others[0]],
  )
  const features =
    spans.length === 0 ? [] : spanFeatures(spans, rerankView(sheet.text, words, field), neighbours)
  const wanted = trueText(field, sheet, truths)
  const right = spans.map(
    (span) =>
      wanted !== null &&
      lettersAndDigits(textOf(sheet.text.tokens, span.first, span.last)) ===
        lettersAndDigits(wanted),
  )
  return { spans, features, right }
}
