/**
 * Training, top to bottom: folds, taggers, re-rankers, the final model, calibration, evidence.
 *
 * Everything that needs unbiased predictions of the tagger (re-rankers, calibration, the evidence
 * behind thresholds, the evaluation) uses out-of-fold predictions. Each document is held out twice,
 * once with all documents of its vendor and once by itself; folds.ts explains why. The final tagger
 * is trained on all examples, so it is slightly better than its evidence suggests.
 *
 * The same examples, seed and settings give the same bundle, byte for byte. No clock, no other
 * randomness.
 */

import { headsOf, trainableFields } from '../processors/model/model.ts'
import { modelInputOf } from '../processors/model/model-input.ts'
import type { FieldModel, Heads, Manifest } from '../processors/model/manifest.ts'
import type { Profile } from '../schemas/profiles.ts'
import { calibrate, type Calibrated } from './confidence.ts'
import { fitTagger } from './crf.ts'
import type { Example, Truth } from './dataset.ts'
import { judgeField, summarise, type Evaluation, type JudgedDocument } from './evaluate.ts'
import { guessed, guessesOutOfFold, readied, rerankerFitter } from './field-rerankers.ts'
import type { Dealt } from './folds.ts'
import type { TrainingDocument, HeldOutDocument } from './held-out.ts'
import { targetsOf, type FitLesson } from './labels.ts'
import { manifestOf, trainedOn } from './manifest.ts'
import { renditionOf } from './ocr-noise.ts'
import { toHalves, writeBundle } from './onnx.ts'
import { dealingsOf, predictionsOf, outOfFold } from './out-of-fold.ts'
import { lexiconsOf } from './reranker.ts'
import { trainingDefaults, type TrainingSettings } from './settings.ts'

export interface Fitted {
  readonly bundle: Buffer
  readonly manifest: Manifest
  readonly evaluation: Evaluation // out of fold
}

/**
 * Trains a model of a profile; `onProgress` gets the number of trained taggers. Documents in
 * `apart` are not trained on; the final model's predictions of them join the evidence behind
 * thresholds. Throws RangeError if no field has enough examples.
 */
export async function fit(
  examples: readonly Example[],
  profile: Profile,
  overrides: Partial<TrainingSettings> = {},
  onProgress: (done: number, of: number) => void = () => {},
  apart: readonly Example[] = [],
): Promise<Fitted> {
  const settings = { ...trainingDefaults, ...overrides }
  const ordered = [...examples].sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  const fields = learnableFields(ordered, profile, settings.leastTruths)
  const heads = headsOf(fields)
  const documents = ordered.map((example, k) =>
    documentOf(example, heads, misreadLesson(example, heads, settings.seed + k)),
  )

  // 1. Out-of-fold predictions of taggers
  const dealings = dealingsOf(ordered, settings)
  const held = outOfFold(documents, dealings, heads, settings, onProgress)

  // 2. Re-rankers, again out of fold
  const fitRerankers = rerankerFitter(held, heads, settings)
  const guesses = guessesOutOfFold(held, documents, dealings, fitRerankers)

  // 3. The final model, from all examples
  const tagger = fitTagger(documents, heads, settings, settings.seed)
  const lexicons = lexiconsOf(documents, heads.spans)
  const rerankers = fitRerankers(() => true)

  // 4. Calibration and evidence
  const apartDocuments = apart.map((example) => documentOf(example, heads, null))
  const at = { deal: 'apart', fold: 0 } as const
  const predictedApart = predictionsOf(tagger, apartDocuments, documents, heads, at)
  const heard = [...held, ...predictedApart]
  const last = readied(rerankers)
  const said = [...guesses, ...predictedApart.map((one) => guessed(one, last))]
  const calibrated = new Map(fields.map((field) => [field.name, calibrate(field, heard, said)]))
  const evaluation = evaluationOf(held, fields, calibrated, settings)

  // 5. One file
  const manifest = manifestOf(
    profile,
    fields,
    heads,
    { tagger, rerankers, lexicons, calibrated, heard },
    trainedOn(ordered, settings),
  )
  return {
    bundle: writeBundle(manifest, tagger.features, toHalves(tagger.weights), heads.outputs),
    manifest,
    evaluation,
  }
}

function learnableFields(
  examples: readonly Example[],
  profile: Profile,
  leastTruths: number,
): readonly Pick<FieldModel, 'name' | 'type'>[] {
  const fields = trainableFields(profile).filter(
    ({ name }) =>
      examples.filter(({ truth }) => (truth.get(name)?.value ?? null) !== null).length >=
      leastTruths,
  )
  if (fields.length === 0) throw new RangeError('no field has enough examples to learn from')
  return fields
}

function documentOf(
  example: Example,
  heads: Heads,
  misread: NonNullable<FitLesson['misread']> | null,
): TrainingDocument {
  const sheet = modelInputOf(example.print)
  const targets = targetsOf(example, sheet, heads)
  return { example, vendor: example.vendor, sheet, targets, misread }
}

function misreadLesson(
  example: Example,
  heads: Heads,
  seed: number,
): NonNullable<FitLesson['misread']> | null {
  const rendition = renditionOf(example, seed)
  if (rendition === null) return null
  const sheet = modelInputOf(rendition.print)
  return { sheet, targets: targetsOf(rendition, sheet, heads) }
}

/**
 * Documents held out one by one, then those held out with their vendor. Generated ones count only
 * if there are no others.
 */
function evaluationOf(
  held: readonly HeldOutDocument[],
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
  calibrated: ReadonlyMap<string, Calibrated>,
  { deals }: TrainingSettings,
): Evaluation {
  const isGenerated = ({ document }: HeldOutDocument): boolean =>
    document.example.generated === true
  const onlyGenerated = held.every(isGenerated)
  const judged = (deal: Dealt): JudgedDocument[] =>
    held.flatMap((one, k) =>
      one.deal !== deal || (isGenerated(one) && !onlyGenerated)
        ? []
        : [judgedDocument(one, k, fields, calibrated)],
    )
  return summarise(judged(deals.at(-1) as Dealt), judged(deals[0] as Dealt))
}

function judgedDocument(
  { document: { example, vendor }, unseen }: HeldOutDocument,
  k: number,
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
  calibrated: ReadonlyMap<string, Calibrated>,
): JudgedDocument {
  return {
    documentId: example.documentId,
    vendor,
    unseen,
    verdicts: fields.flatMap(({ name, type }) => {
      const { verdicts, least } = calibrated.get(name) as Calibrated
      const verdict = verdicts[k]
      if (verdict === undefined || verdict === null) return []
      const given = verdict.confidence >= least
      return [
        {
          field: name,
          outcome: given
            ? verdict.outcome
            : judgeField(type, null, example.truth.get(name) as Truth, null),
          confidence: given ? verdict.confidence : null,
        },
      ]
    }),
  }
}
