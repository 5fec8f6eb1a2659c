/**
 * Training, read downwards: settings, sheets, folds, tagger, re-rankers, calibration, evidence, the final model.
 *
 * Everything that needs an honest opinion of the tagger (re-rankers, calibration, the evidence behind thresholds, the
 * evaluation) is fitted on documents that the tagger of that fold had not seen, most of them of vendors that it had not
 * seen. The tagger that ships is then trained on all examples, so it is a little better than its own evidence says.
 *
 * Same examples, seed and settings: the same bundle, byte for byte. No clock, no other source of chance.
 */

import type { Profile } from '../schemas/profiles.ts'
import { featureVersion } from '../processors/features.ts'
import { headsOf, modelFormat, trainableFields, type FieldModel, type Heads, type Lexicon, type Manifest, type Parts } from '../processors/model.ts'
import { confidenceOf, guess, sheetOf, spansOf, type Guess } from '../processors/predict.ts'
import { lexiconSets, rerankView, spanFeatures, wordsFor } from '../processors/rerank.ts'
import { chainOf, type Span } from '../processors/tagger.ts'
import { textOf } from '../processors/tokens.ts'
import { fitCalibration, type Outcome as Signal } from './calibrate.ts'
import { fitTagger, knownRows, scoresOf, type Lesson, type Tagger } from './crf.ts'
import { datasetHash, vendorKey, type Example, type Truth } from './dataset.ts'
import { judge, summarise, trueText, type Evaluation } from './evaluate.ts'
import { foldsOf } from './folds.ts'
import { lettersAndDigits, targetsOf } from './labels.ts'
import { toHalves, writeBundle } from './onnx.ts'
import { renditionOf } from './renditions.ts'
import { fitReranker, lexiconsOf, type Choice, type FittedReranker } from './reranker.ts'

export interface Settings {
  readonly seed: number
  readonly folds: number // for out-of-fold predictions; each costs one training
  readonly views: number // how often the examples are dealt into folds anew: re-rankers see more of the spans that taggers offer
  readonly epochs: number // visits of each document
  readonly rate: number // first step of AdaGrad
  readonly penalty: number // L2
  readonly dropout: number // share of features hidden at each visit
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
  seed: 13, folds: 5, views: 2, epochs: 10, rate: 0.1, penalty: 1e-6, dropout: 0.1, averaged: 5, leastDocuments: 2, smallest: 0.02,
  rerankPasses: 40, rerankRate: 0.1, rerankPenalty: 1e-2, rerankVendors: 4, leastTruths: 3,
}

export interface Fitted {
  readonly bundle: Buffer
  readonly manifest: Manifest
  readonly evaluation: Evaluation // out of fold
}

type Document = Lesson & { readonly example: Example; readonly vendor: string }

/** A held-out document with what its fold's models say. */
interface Held {
  readonly document: Document
  readonly parts: Parts
  readonly scores: Float64Array
  readonly spans: ReadonlyMap<string, readonly Span[]>
  readonly fold: number
  readonly unseen: boolean
}

/** Trains a model of a profile. Throws RangeError where no field has enough examples. */
export async function fit(examples: readonly Example[], profile: Profile, overrides: Partial<Settings> = {}): Promise<Fitted> {
  const settings = { ...defaults, ...overrides }
  const ordered = [...examples].sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  const fields = trainableFields(profile).filter(({ name }) => ordered.filter(({ truth }) => (truth.get(name)?.value ?? null) !== null).length >= settings.leastTruths)
  if (fields.length === 0) throw new RangeError('no field has enough examples to learn from')
  const heads = headsOf(fields)
  const documents = ordered.map((example, k): Document => {
    const sheet = sheetOf(example.print)
    return { example, vendor: example.vendor, sheet, targets: targetsOf(example, sheet, heads), misread: misreadLesson(example, heads, settings.seed + k) }
  })

  // 1. Out-of-fold opinions of taggers
  const folds = foldsOf(ordered, Math.min(settings.folds, documents.length), settings.seed)
  const held = heldOut(documents, folds, heads, settings)
  const again = Array.from({ length: settings.views - 1 }, (_, k) => heldOut(documents, foldsOf(ordered, Math.min(settings.folds, documents.length), settings.seed + 101 * (k + 1)), heads, settings)).flat()

  // 2. Re-rankers, again out of fold, then on all
  const texts = heads.spans.filter((head) => head.type === 'text').map((head) => head.field)
  const seen = [...held, ...again]
  const choices = new Map(texts.map((field) => [field, seen.map((one) => choiceOf(one, field))]))
  const rerankers = (from: (document: Document) => boolean): Map<string, FittedReranker> =>
    new Map(texts.map((field) => [field, fitReranker((choices.get(field) as Choice[]).filter((_, k) => from((seen[k] as Held).document)), { passes: settings.rerankPasses, rate: settings.rerankRate, penalty: settings.rerankPenalty, leastVendors: settings.rerankVendors }, settings.seed)]))
  const foldOf = new Map(documents.map((document, k) => [document, folds[k] as number]))
  const byFold = new Map([...new Set(folds)].map((fold) => [fold, rerankers((document) => foldOf.get(document) !== fold)]))

  // 3. Calibration and evidence
  const guesses = held.map((one) => new Map(guess(one.document.sheet, one.scores, { ...one.parts, rerankers: byFold.get(one.fold) as Map<string, FittedReranker> }).map((found) => [found.field, found])))
  const calibrated = new Map(fields.map((field) => [field.name, calibrate(field, held, guesses)]))
  const evaluation = summarise(held.flatMap((one, k) => (one.document.example.generated === true && ordered.some(({ generated }) => generated !== true) ? [] : [{
    documentId: one.document.example.documentId, vendor: one.document.vendor, unseen: one.unseen,
    verdicts: fields.flatMap((field) => {
      const verdict = (calibrated.get(field.name) as Calibrated).verdicts[k]
      if (verdict === undefined || verdict === null) return []
      const given = verdict.confidence >= (calibrated.get(field.name) as Calibrated).least
      const truth = one.document.example.truth.get(field.name) as Truth
      return [{ field: field.name, outcome: given ? verdict.outcome : judge(field.type, null, truth, null), confidence: given ? verdict.confidence : null }]
    }),
  }])))

  // 4. The model that ships, from all examples
  const tagger = fitTagger(documents, heads, settings, settings.seed)
  const lexicons = lexiconsOf(documents, heads.spans)
  const final = rerankers(() => true)
  const { seed, ...numbers } = settings
  const manifest: Manifest = {
    format: modelFormat,
    profile: profile.name,
    features: featureVersion,
    fields: fields.map((field): FieldModel => fieldModel(field, heads, tagger, final.get(field.name), lexicons.get(field.name), calibrated.get(field.name) as Calibrated)),
    transitions: [...tagger.transitions].map((weight) => (Number.isFinite(weight) ? round(weight, 5) : null)),
    rows: tagger.features.length,
    trained: { documents: documents.length, vendors: new Set(documents.map(({ vendor }) => vendor)).size, vendorKeys: vendorKeys(ordered), seed, dataset: datasetHash(ordered), settings: numbers },
  }
  return { bundle: writeBundle(manifest, tagger.features, toHalves(tagger.weights), heads.outputs), manifest, evaluation }
}

/** Of real vendors: whose documents are known ones later. */
function vendorKeys(examples: readonly Example[]): string[] {
  return [...new Set(examples.filter(({ generated }) => generated !== true).map(({ vendor }) => vendorKey(vendor)))].sort()
}

function misreadLesson(example: Example, heads: Heads, seed: number): NonNullable<Lesson['misread']> | null {
  const rendition = renditionOf(example, seed)
  if (rendition === null) return null
  const sheet = sheetOf(rendition.print)
  return { sheet, targets: targetsOf(rendition, sheet, heads) }
}

/** What taggers say about every document that was held out of their training. */
function heldOut(documents: readonly Document[], folds: readonly number[], heads: Heads, settings: Settings): Held[] {
  return [...new Set(folds)].sort((a, b) => a - b).flatMap((fold) => {
    const training = documents.filter((_, k) => folds[k] !== fold)
    return training.length === 0 ? [] : opinions(documents.filter((_, k) => folds[k] === fold), training, heads, settings, fold)
  })
}

/** Trains a tagger and asks it about documents that it has not seen. */
function opinions(asked: readonly Document[], training: readonly Document[], heads: Heads, settings: Settings, fold: number): Held[] {
  const tagger = fitTagger(training, heads, settings, settings.seed + 1 + fold)
  const parts = partsOfTagger(tagger, heads, lexiconsOf(training, heads.spans))
  const known = new Set(training.map(({ vendor }) => vendor))
  return asked.map((document) => {
    const scores = scoresOf(knownRows(document.sheet.features, parts.rowOf), tagger.weights, heads.outputs)
    const length = document.sheet.text.tokens.length
    const spans = length === 0 ? new Map<string, Span[]>() : spansOf(chainOf(scores, length, heads, parts.transitions), parts)
    return { document, parts, scores, spans, fold, unseen: !known.has(document.vendor) }
  })
}

function partsOfTagger(tagger: Tagger, heads: Heads, lexicons: ReadonlyMap<string, Lexicon>): Parts {
  const rowOf = new Int32Array(1 << 20)
  tagger.features.forEach((feature, k) => (rowOf[feature] = k + 1))
  return {
    heads, rowOf, transitions: tagger.transitions,
    absent: new Map(heads.pointers.map((head, h) => [head.field, tagger.absent[h] as number])),
    rerankers: new Map(),
    lexicons: new Map([...lexicons].map(([field, lexicon]) => [field, lexiconSets(lexicon)])),
  }
}

function choiceOf(one: Held, field: string): Choice {
  const { sheet, targets, vendor } = one.document
  const spans = one.spans.get(field) ?? []
  const neighbours = [...one.spans].flatMap(([name, others]) => (name === field || others[0] === undefined ? [] : [others[0]]))
  const features = spans.length === 0 ? [] : spanFeatures(spans, rerankView(sheet.text, sheet.kinds, wordsFor(sheet.text), one.parts.lexicons, field), neighbours)
  const wanted = trueText(field, sheet, targets)
  const right = spans.map((span) => wanted !== null && lettersAndDigits(textOf(sheet.text.tokens, span.first, span.last)) === lettersAndDigits(wanted))
  return { vendor, spans, features, right }
}

interface Calibrated {
  readonly coefficients: readonly number[]
  readonly least: number
  readonly evidence: FieldModel['evidence']
  readonly verdicts: readonly ({ readonly outcome: ReturnType<typeof judge>; readonly confidence: number } | null)[] // by held-out document
}

const mostSilent = 0.25 // confidence up to which generated documents alone may leave a field empty
const leastReal = 30 // judged values of a field before generated ones are left out of its calibration

/** The confidences behind evidence and figures come from coefficients that were fitted on the other folds. */
function calibrate(field: { readonly name: string; readonly type: Parameters<typeof judge>[0] }, held: readonly Held[], guesses: readonly ReadonlyMap<string, Guess>[]): Calibrated {
  const judged = held.map((one, k) => {
    const { example, sheet, targets } = one.document
    const truth = example.truth.get(field.name)
    if (truth === undefined) return null
    const found = guesses[k]?.get(field.name)
    const best = found?.options[0]
    const given = best === undefined ? null : { value: best.value, raw: textOf(sheet.text.tokens, best.first, best.last) }
    return { outcome: judge(field.type, given, truth, trueText(field.name, sheet, targets)), signals: found?.signals ?? [], fold: one.fold, generated: example.generated === true }
  })
  // Generated documents say how confidences run only for as long as there are hardly any real ones
  const real = judged.filter((one) => one !== null && !one.generated).length >= leastReal
  const signals = (without: number): Signal[] => judged.flatMap((one) => (one === null || one.signals.length === 0 || one.fold === without || (real && one.generated) ? [] : [{ signals: one.signals, right: one.outcome === 'right' }]))
  const coefficients = fitCalibration(signals(-1)).map((weight) => round(weight, 5))
  const others = new Map([...new Set(held.map(({ fold }) => fold))].map((fold) => [fold, fitCalibration(signals(fold))]))
  const verdicts = judged.map((one) => (one === null ? null : { outcome: one.outcome, confidence: one.signals.length === 0 ? 0 : confidenceOf(one.signals, others.get(one.fold) as number[]) }))
  const found = leastConfidence(verdicts.filter((verdict, k) => verdict !== null && !(real && judged[k]?.generated === true)).filter((verdict) => verdict !== null))
  const least = real ? found : Math.min(found, mostSilent)
  const confidences = (right: boolean): number[] =>
    verdicts.flatMap((verdict, k) => (verdict === null || judged[k]?.generated === true || verdict.confidence < least || verdict.confidence === 0 || (verdict.outcome === 'right') !== right ? [] : [Math.floor(verdict.confidence * 1e5) / 1e5])).sort((a, b) => a - b)
  return { coefficients, least, evidence: { right: confidences(true), wrong: confidences(false) }, verdicts }
}

/** The lowest confidence, in steps of 5 %, at which leaving a field empty no longer gains F1. */
function leastConfidence(verdicts: readonly { readonly outcome: ReturnType<typeof judge>; readonly confidence: number }[]): number {
  const truths = verdicts.filter(({ outcome }) => outcome === 'right' || outcome === 'wrong' || outcome === 'missing').length
  const score = (least: number): number => {
    const given = verdicts.filter(({ outcome, confidence }) => confidence >= least && outcome !== 'missing' && outcome !== 'absent')
    const right = given.filter(({ outcome }) => outcome === 'right').length
    return truths + given.length === 0 ? 0 : (2 * right) / (truths + given.length)
  }
  const steps = Array.from({ length: 11 }, (_, k) => k / 20)
  const best = Math.max(...steps.map(score))
  return steps.find((least) => score(least) >= best - 0.002) ?? 0
}

function fieldModel(field: { readonly name: string; readonly type: FieldModel['type'] }, heads: Heads, tagger: Tagger, reranker: FittedReranker | undefined, lexicon: Lexicon | undefined, calibrated: Calibrated): FieldModel {
  const pointer = heads.pointers.findIndex((head) => head.field === field.name)
  return {
    name: field.name,
    type: field.type,
    absent: pointer < 0 ? 0 : round(tagger.absent[pointer] as number, 5),
    reranker: reranker === undefined ? null : { score: round(reranker.score, 5), weights: [...reranker.weights].sort(([a], [b]) => a - b).map(([feature, weight]) => [feature, round(weight, 4)] as const) },
    lexicon: lexicon ?? null,
    calibration: calibrated.coefficients,
    least: calibrated.least,
    evidence: calibrated.evidence,
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
