/**
 * Training, read downwards: settings, sheets, folds, tagger, re-rankers, calibration, evidence, the
 * final model.
 *
 * Everything that needs an honest opinion of the tagger (re-rankers, calibration, the evidence
 * behind thresholds, the evaluation) is fitted on documents that the tagger of that fold had not
 * seen: each is held out once with all documents of its vendor, and once by itself (folds.ts says
 * what each is for). The tagger that ships is then trained on all examples, so it is a little
 * better than its own evidence says.
 *
 * Same examples, seed and settings: the same bundle, byte for byte. No clock, no other source of
 * chance.
 */

import type { Profile } from '../schemas/profiles.ts'
import { featureVersion } from '../processors/model/features.ts'
import { featureBits } from '../processors/shared/hashing.ts'
import { headsOf, trainableFields, type Parts } from '../processors/model/model.ts'
import { guess, spansOf, type Guess } from '../processors/model/guess.ts'
import { sheetOf } from '../processors/model/model-input.ts'
import { lexiconSets, lookedUp, rerankView } from '../processors/model/lexicons.ts'
import { spanFeatures, weightsOf } from '../processors/model/rerank.ts'
import { rowTable } from '../processors/model/feature-index.ts'
import { chainOf, type Span } from '../processors/model/tagger.ts'
import { textOf } from '../processors/document/tokens.ts'
import { acceptances, calibrate, type Calibrated } from './confidence.ts'
import { fitTagger, scoresOf, type Tagger } from './crf.ts'
import { datasetHash, vendorKey, type Example, type Truth } from './dataset.ts'
import { judge, summarise, trueText, type Evaluation, type JudgedDocument } from './evaluate.ts'
import { foldsOf, type Dealt } from './folds.ts'
import { lettersAndDigits, targetsOf } from './labels.ts'
import { toHalves, writeBundle } from './onnx.ts'
import { renditionOf } from './ocr-noise.ts'
import { fitReranker, lexiconsOf, type Choice, type FittedReranker } from './reranker.ts'
import { knownRows } from './vocabulary.ts'
import {
  modelFormat,
  type FieldModel,
  type Heads,
  type Lexicon,
  type Manifest,
} from '../processors/model/manifest.ts'
import type { Lesson } from './labels.ts'
import type { Document, Held } from './held-out.ts'

export interface Settings {
  readonly seed: number
  readonly folds: number // for out-of-fold predictions; each costs one training
  readonly deals: readonly Dealt[] // ways in which the examples are dealt into folds
  readonly epochs: number // visits of each document
  readonly rate: number // first step of AdaGrad
  readonly penalty: number // L2
  readonly dropout: number // share of features hidden from the tags at each visit
  readonly pointerDropout: number // the same for pointers
  readonly familiar: number // share of a new document's features that training will have known
  readonly averaged: number // last epochs whose weights are averaged
  readonly leastDocuments: number // a feature of fewer documents gets no weight
  readonly smallest: number // features without a weight of at least this are dropped
  readonly rerankPasses: number
  readonly rerankRate: number
  readonly rerankPenalty: number
  readonly rerankVendors: number // a feature of fewer vendors gets no weight
  readonly leastTruths: number // fields with fewer values are not learned
}

export const defaults: Settings = {
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

export interface Fitted {
  readonly bundle: Buffer
  readonly manifest: Manifest
  readonly evaluation: Evaluation // out of fold
}

/**
 * Trains a model of a profile; `onProgress` hears how many of its taggers are trained. Documents
 * `apart` are not trained on and only bear witness: they join the evidence behind thresholds.
 * Throws RangeError where no field has enough examples.
 */
export async function fit(
  examples: readonly Example[],
  profile: Profile,
  overrides: Partial<Settings> = {},
  onProgress: (done: number, of: number) => void = () => {},
  apart: readonly Example[] = [],
): Promise<Fitted> {
  const settings = { ...defaults, ...overrides }
  const ordered = [...examples].sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  const fields = trainableFields(profile).filter(
    ({ name }) =>
      ordered.filter(({ truth }) => (truth.get(name)?.value ?? null) !== null).length >=
      settings.leastTruths,
  )
  if (fields.length === 0) throw new RangeError('no field has enough examples to learn from')
  const heads = headsOf(fields)
  const documents = ordered.map((example, k): Document => {
    const sheet = sheetOf(example.print)
    return {
      example,
      vendor: example.vendor,
      sheet,
      targets: targetsOf(example, sheet, heads),
      misread: misreadLesson(example, heads, settings.seed + k),
    }
  })

  // 1. Out-of-fold opinions of taggers
  const dealt = settings.deals.map((deal, k) => ({
    deal,
    folds: foldsOf(
      ordered,
      Math.min(settings.folds, documents.length),
      settings.seed + 101 * k,
      deal,
    ),
  }))
  const taggers = dealt.reduce((sum, { folds }) => sum + new Set(folds).size, 1)
  let trained = 0
  onProgress(trained, taggers)
  const held = dealt.flatMap(({ deal, folds }) =>
    heldOut(documents, deal, folds, heads, settings, () => onProgress(++trained, taggers)),
  )

  // 2. Re-rankers, again out of fold, then on all
  const texts = heads.spans.filter((head) => head.type === 'text').map((head) => head.field)
  const choices = new Map(texts.map((field) => [field, held.map((one) => choiceOf(one, field))]))
  const rerankers = (from: (document: Document) => boolean): Map<string, FittedReranker> =>
    new Map(
      texts.map((field) => [
        field,
        fitReranker(
          (choices.get(field) as Choice[]).filter((_, k) => from((held[k] as Held).document)),
          {
            passes: settings.rerankPasses,
            rate: settings.rerankRate,
            penalty: settings.rerankPenalty,
            leastVendors: settings.rerankVendors,
          },
          settings.seed,
        ),
      ]),
    )
  const guesses = dealt.flatMap(({ deal, folds }) => {
    const foldOf = new Map(documents.map((document, k) => [document, folds[k] as number]))
    const byFold = new Map(
      [...new Set(folds)].map((fold) => [
        fold,
        readied(rerankers((document) => foldOf.get(document) !== fold)),
      ]),
    )
    return held
      .filter((one) => one.deal === deal)
      .map((one) => guessed(one, byFold.get(one.fold) as Parts['rerankers']))
  })

  // 3. The model that ships, from all examples
  const tagger = fitTagger(documents, heads, settings, settings.seed)
  const lexicons = lexiconsOf(documents, heads.spans)
  const final = rerankers(() => true)

  // 4. Calibration and evidence
  const others = apart.map((example): Document => {
    const sheet = sheetOf(example.print)
    return {
      example,
      vendor: example.vendor,
      sheet,
      targets: targetsOf(example, sheet, heads),
      misread: null,
    }
  })
  const witnesses = opinionsOf(tagger, others, documents, heads, 'apart', 0)
  const heard = [...held, ...witnesses]
  const last = readied(final)
  const said = [...guesses, ...witnesses.map((one) => guessed(one, last))]
  const calibrated = new Map(fields.map((field) => [field.name, calibrate(field, heard, said)]))
  const onlyGenerated = ordered.every(({ generated }) => generated === true)
  const judged = (deal: Dealt): JudgedDocument[] =>
    held.flatMap((one, k) =>
      one.deal !== deal || (one.document.example.generated === true && !onlyGenerated)
        ? []
        : [judgedDocument(one, k, fields, calibrated)],
    )
  const evaluation = summarise(
    judged(settings.deals.at(-1) as Dealt),
    judged(settings.deals[0] as Dealt),
  )

  // 5. All of it as one file
  const { seed, deals, ...numbers } = settings
  const required = profile.fields.filter((field) => field.required).map(({ name }) => name)
  const manifest: Manifest = {
    format: modelFormat,
    profile: profile.name,
    features: featureVersion,
    fields: fields.map((field): FieldModel =>
      fieldModel(
        field,
        heads,
        tagger,
        final.get(field.name),
        lexicons.get(field.name),
        calibrated.get(field.name) as Calibrated,
      ),
    ),
    transitions: [...tagger.transitions].map((weight) =>
      Number.isFinite(weight) ? round(weight, 5) : null,
    ),
    rows: tagger.features.length,
    held: acceptances('stream', heard, calibrated, required),
    strangers: acceptances('strangers', heard, calibrated, required),
    trained: {
      documents: documents.length,
      vendors: new Set(documents.map(({ vendor }) => vendor)).size,
      vendorKeys: vendorKeys(ordered),
      seed,
      dataset: datasetHash(ordered),
      settings: { ...numbers, deals: deals.length },
    },
  }
  return {
    bundle: writeBundle(manifest, tagger.features, toHalves(tagger.weights), heads.outputs),
    manifest,
    evaluation,
  }
}

/** Of real vendors: whose documents are known ones later. */
function vendorKeys(examples: readonly Example[]): string[] {
  return [
    ...new Set(
      examples.filter(({ generated }) => generated !== true).map(({ vendor }) => vendorKey(vendor)),
    ),
  ].sort()
}

function misreadLesson(
  example: Example,
  heads: Heads,
  seed: number,
): NonNullable<Lesson['misread']> | null {
  const rendition = renditionOf(example, seed)
  if (rendition === null) return null
  const sheet = sheetOf(rendition.print)
  return { sheet, targets: targetsOf(rendition, sheet, heads) }
}

function judgedDocument(
  { document: { example, vendor }, unseen }: Held,
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
            : judge(type, null, example.truth.get(name) as Truth, null),
          confidence: given ? verdict.confidence : null,
        },
      ]
    }),
  }
}

/** What taggers say about every document that was held out of their training. */
function heldOut(
  documents: readonly Document[],
  deal: Dealt,
  folds: readonly number[],
  heads: Heads,
  settings: Settings,
  onFold: () => void,
): Held[] {
  return [...new Set(folds)]
    .sort((a, b) => a - b)
    .flatMap((fold) => {
      const training = documents.filter((_, k) => folds[k] !== fold)
      const held =
        training.length === 0
          ? []
          : opinions(
              documents.filter((_, k) => folds[k] === fold),
              training,
              heads,
              settings,
              deal,
              fold,
            )
      onFold()
      return held
    })
}

/** Trains a tagger and asks it about documents that it has not seen. */
function opinions(
  asked: readonly Document[],
  training: readonly Document[],
  heads: Heads,
  settings: Settings,
  deal: Dealt,
  fold: number,
): Held[] {
  return opinionsOf(
    fitTagger(training, heads, settings, settings.seed + 1 + fold),
    asked,
    training,
    heads,
    deal,
    fold,
  )
}

function opinionsOf(
  tagger: Tagger,
  asked: readonly Document[],
  training: readonly Document[],
  heads: Heads,
  deal: Held['deal'],
  fold: number,
): Held[] {
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
        : spansOf(chainOf(scores, length, heads, parts.transitions), parts)
    return { document, parts, scores, spans, deal, fold, unseen: !known.has(document.vendor) }
  })
}

function guessed(
  { document, scores, parts }: Held,
  rerankers: Parts['rerankers'],
): Map<string, Guess> {
  return new Map(
    guess(document.sheet, scores, { ...parts, rerankers }).map((found) => [found.field, found]),
  )
}

function readied(fitted: ReadonlyMap<string, FittedReranker>): Parts['rerankers'] {
  return new Map(
    [...fitted].map(([field, { weights, score }]) => [
      field,
      { weights: weightsOf(weights), score },
    ]),
  )
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

function choiceOf(one: Held, field: string): Choice {
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

function fieldModel(
  field: { readonly name: string; readonly type: FieldModel['type'] },
  heads: Heads,
  tagger: Tagger,
  reranker: FittedReranker | undefined,
  lexicon: Lexicon | undefined,
  calibrated: Calibrated,
): FieldModel {
  const pointer = heads.pointers.findIndex((head) => head.field === field.name)
  return {
    name: field.name,
    type: field.type,
    absent: pointer < 0 ? 0 : round(tagger.absent[pointer] as number, 5),
    reranker:
      reranker === undefined
        ? null
        : {
            score: round(reranker.score, 5),
            weights: [...reranker.weights]
              .sort(([a], [b]) => a - b)
              .map(([feature, weight]) => [feature, round(weight, 4)] as const),
          },
    lexicon: lexicon ?? null,
    calibration: calibrated.coefficients,
    least: calibrated.least,
    evidence: calibrated.evidence,
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
