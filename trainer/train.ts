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

import { tmpdir } from 'node:os'
import { openScratch, type ScratchFile } from '../connectors/files/scratch-file.ts'
import type { Guess } from '../processors/model/guess.ts'
import { headsOf, trainableFields } from '../processors/model/model.ts'
import type { FieldModel, Heads, Manifest } from '../processors/model/manifest.ts'
import type { Profile } from '../schemas/profiles.ts'
import { calibrate, judgedGuess, type Calibrated, type UncalibratedGuess } from './confidence.ts'
import type { Examples } from './dataset.ts'
import { decodedFile, type DecodedFile } from './decoded-file.ts'
import { handlesOf, layDown, openApart } from './documents.ts'
import { summarise, type Evaluation, type JudgedDocument } from './evaluate.ts'
import { fieldChoices, guessed, readied, type FieldChoices } from './field-rerankers.ts'
import type { Dealt } from './folds.ts'
import type { HeldOutDocument, OpenDocument, TrainingDocument } from './held-out.ts'
import { manifestOf, trainedOn } from './manifest.ts'
import { toHalves, writeBundle } from './onnx.ts'
import { dealingsOf, groupOf, outOfFold, predictor, taggerOf, type DataSet } from './out-of-fold.ts'
import { trainingDefaults, type TrainingSettings } from './settings.ts'

export interface Fitted {
  readonly bundle: Buffer
  readonly manifest: Manifest
  readonly evaluation: Evaluation // out of fold
}

/** What a training may take beside its examples. */
export interface TrainingOptions {
  /** Gets the number of trained taggers. */
  readonly onProgress?: (done: number, of: number) => void
  /** Documents that are not trained on: the final model's predictions join the evidence. */
  readonly apart?: Examples
  /** Where files lie while it lasts. */
  readonly folder?: string
}

/**
 * Trains a model of a profile. Documents are read one at a time and in memory as numbers only.
 * RangeError if no field has enough examples; DISK_FULL.
 */
export async function fit(
  examples: Examples,
  profile: Profile,
  overrides: Partial<TrainingSettings> = {},
  options: TrainingOptions = {},
): Promise<Fitted> {
  const { folder = tmpdir() } = options
  const files = [openScratch(folder), openScratch(folder)] as const
  try {
    return fitWith(examples, profile, { ...trainingDefaults, ...overrides }, options, files)
  } finally {
    for (const file of files) file.close()
  }
}

function fitWith(
  examples: Examples,
  profile: Profile,
  settings: TrainingSettings,
  { onProgress = () => {}, apart = [] }: TrainingOptions,
  [ofLessons, ofDecoded]: readonly [ScratchFile, ScratchFile],
): Fitted {
  const { handles, truths } = handlesOf(examples)
  const fields = learnableFields(truths, profile, settings.leastTruths)
  const heads = headsOf(fields)
  const data = dataSetOf(handles, heads, settings, ofLessons)

  // 1. Out-of-fold predictions of taggers
  const held: HeldOutDocument[] = []
  const choices = fieldChoices(heads, settings)
  const decoded = decodedFile(ofDecoded)
  outOfFold(data, settings, onProgress, (one, open, found) => {
    held.push(one)
    choices.add(one, open, found)
    decoded.add(found)
  })

  // 2. Re-rankers, again out of fold
  const judged = judgements(fields)
  guessOutOfFold(held, decoded, data, choices, judged.add)

  // 3. The final model, from all examples
  const everyDocument = data.documents.map((_, k) => k)
  const { tagger, parts, lexicons } = taggerOf(data, everyDocument, null, settings, settings.seed)
  const rerankers = choices.fit(() => true)

  // 4. Calibration and evidence
  const whole = { ...parts, rerankers: readied(rerankers) }
  const predict = predictor(tagger, whole)
  const known = new Set(data.documents.map(({ vendor }) => vendor))
  const strangers = handlesOf(apart).handles.map((document): HeldOutDocument => {
    const open = (): OpenDocument => openApart(document, heads)
    const unseen = !known.has(document.vendor)
    return { document, parts, deal: 'apart', fold: 0, unseen, open }
  })
  for (const one of strangers) {
    const open = one.open()
    judged.add(open, guessed(open, predict(open), whole))
  }
  const heard = [...held, ...strangers]
  const calibrated = new Map(fields.map(({ name }) => [name, calibrate(heard, judged.of(name))]))
  const evaluation = evaluationOf(held, fields, calibrated, settings)

  // 5. One file
  const manifest = manifestOf(
    profile,
    fields,
    heads,
    { tagger, rerankers, lexicons, calibrated, heard },
    trainedOn(data.documents, data.laidDown.identity, settings),
  )
  return {
    bundle: writeBundle(manifest, tagger.features, toHalves(tagger.weights), heads.outputs),
    manifest,
    evaluation,
  }
}

function learnableFields(
  truths: ReadonlyMap<string, number>,
  profile: Profile,
  leastTruths: number,
): readonly Pick<FieldModel, 'name' | 'type'>[] {
  const fields = trainableFields(profile).filter(
    ({ name }) => (truths.get(name) ?? 0) >= leastTruths,
  )
  if (fields.length === 0) throw new RangeError('no field has enough examples to learn from')
  return fields
}

/** The documents by their ids, laid down and dealt. */
function dataSetOf(
  handles: readonly TrainingDocument[],
  heads: Heads,
  settings: TrainingSettings,
  file: ScratchFile,
): DataSet {
  const documents = [...handles].sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  const dealings = dealingsOf(documents, settings)
  const groupsOf = documents.map((_, k) =>
    dealings.map(({ deal, folds }) => groupOf(deal, folds[k] as number)),
  )
  return {
    documents,
    dealings,
    heads,
    laidDown: layDown(documents, groupsOf, heads, settings, file),
  }
}

/** What the re-rankers, fitted without its fold, make of each held-out document. */
function guessOutOfFold(
  held: readonly HeldOutDocument[],
  decoded: DecodedFile,
  { documents, dealings }: DataSet,
  choices: FieldChoices,
  hear: (open: OpenDocument, guesses: ReadonlyMap<string, Guess>) => void,
): void {
  for (const { deal, folds } of dealings) {
    const foldOf = new Map(documents.map((document, k) => [document, folds[k] as number]))
    const byFold = new Map(
      [...new Set(folds)].map((fold) => [
        fold,
        readied(choices.fit((k) => foldOf.get((held[k] as HeldOutDocument).document) !== fold)),
      ]),
    )
    held.forEach((one, k) => {
      const rerankers = byFold.get(one.fold)
      if (one.deal !== deal || rerankers === undefined) return
      const open = one.open()
      hear(open, guessed(open, decoded.at(k), { ...one.parts, rerankers }))
    })
  }
}

/** The judged guesses of each field, in the order of the held-out documents. */
function judgements(fields: readonly Pick<FieldModel, 'name' | 'type'>[]): {
  readonly add: (open: OpenDocument, guesses: ReadonlyMap<string, Guess>) => void
  readonly of: (field: string) => readonly (UncalibratedGuess | null)[]
} {
  const found = new Map(fields.map(({ name }) => [name, [] as (UncalibratedGuess | null)[]]))
  return {
    add(open, guesses) {
      for (const field of fields)
        found.get(field.name)?.push(judgedGuess(field, open, guesses.get(field.name)))
    },
    of: (field) => found.get(field) ?? [],
  }
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
  const isGenerated = ({ document }: HeldOutDocument): boolean => document.isGenerated
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
  { document: { documentId, vendor }, unseen }: HeldOutDocument,
  k: number,
  fields: readonly Pick<FieldModel, 'name'>[],
  calibrated: ReadonlyMap<string, Calibrated>,
): JudgedDocument {
  return {
    documentId,
    vendor,
    unseen,
    verdicts: fields.flatMap(({ name }) => {
      const { verdicts, least } = calibrated.get(name) as Calibrated
      const verdict = verdicts[k]
      if (verdict === undefined || verdict === null) return []
      const { confidence, outcome, isAbsent } = verdict
      return [
        confidence >= least
          ? { field: name, outcome, confidence }
          : { field: name, outcome: isAbsent ? 'absent' : 'missing', confidence: null },
      ]
    }),
  }
}
