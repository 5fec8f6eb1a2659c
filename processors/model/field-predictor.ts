/**
 * What a model says about a print: for each field its best value with evidence and a calibrated
 * confidence, and a few alternatives for the person who may have to decide.
 *
 * Three steps, shared with the trainer so that what is trained is what is served: `sheetOf` (print
 * → tokens, features, candidates), `guess` (scores → options with probabilities) and `confidenceOf`
 * (what the heads say → a probability that holds on documents of vendors that were not in
 * training).
 *
 * A field whose best confidence lies under the model's `least` is left empty: a wrong value costs
 * more than none. The alternatives are still given.
 */

import type { FieldType, Profile } from '../../schemas/profiles.ts'
import { abreast } from './lockstep.ts'
import {
  candidatesOf,
  pointerTypes,
  type Candidate,
  type Candidates,
  type PointerType,
} from './candidates.ts'
import { featuresOf, kindsOf, type FeatureRows } from './features.ts'
import type { Model, Parts } from './model.ts'
import { plainOf } from '../values/identifiers.ts'
import { legibility } from './ocr-accuracy.ts'
import { lookedUp, rerankView, type Found, type LexiconSets } from './lexicons.ts'
import { documentContext, normaliseValue, type Context } from '../values/normalise.ts'
import { oncePer } from '../shared/memoize.ts'
import { rerank, spanFeatures, spansToRerank } from './rerank.ts'
import { respelled } from './spelling-correction.ts'
import { rowIn } from './feature-index.ts'
import type { Kind } from '../document/shapes.ts'
import { bestSpans, chainOf, pointerDistribution, type Chain, type Span } from './tagger.ts'
import { placeOf, textOf, tokensOf, type Tokens } from '../document/tokens.ts'
import { addUp, agree } from './totals-constraint.ts'
import type { Box, Print, Word } from '../document/words.ts'
import type { FieldModel, PointerHead, SpanHead } from './manifest.ts'

/** A document made ready for a model. */
export interface Sheet {
  readonly text: Tokens
  readonly kinds: readonly Kind[]
  readonly context: Context
  readonly features: FeatureRows
  readonly candidates: Candidates
}

/** A value that a field may have, with the most probable place where it stands. */
export interface Option {
  readonly value: string
  readonly first: number // token index
  readonly last: number // exclusive
  readonly probability: number // by the heads, before calibration
}

export interface Guess {
  readonly field: string
  readonly options: readonly Option[] // best first
  readonly signals: readonly number[] // what calibration looks at; of the best option
}

export interface Reading {
  readonly value: string
  readonly raw: string // as printed, in reading order with single spaces
  readonly confidence: number // 0 to 1
  readonly page: number
  readonly box: Box
  readonly words: readonly number[] // indexes into the print's words
}

export interface PredictedField {
  readonly name: string
  readonly best: Reading | null
  readonly alternatives: readonly Reading[]
}

export interface Prediction {
  readonly fields: readonly PredictedField[] // in the profile's order
}

const mostOptions = 4

/**
 * Fields of the profile that the model was not trained for stay empty. `sheet` is the print's,
 * where it is at hand.
 */
export async function predict(
  print: Print,
  profile: Profile,
  model: Model,
  sheet: Sheet = sheetOf(print, typesOf(model.parts)),
): Promise<Prediction> {
  await abreast
  const scores =
    sheet.text.tokens.length === 0 ? new Float32Array(0) : await model.score(sheet.features)
  const options = optionsOf(sheet, scores, model.parts)
  await abreast
  const guesses = new Map(decide(sheet, options, model.parts).map((found) => [found.field, found]))
  const trained = new Map(model.manifest.fields.map((field) => [field.name, field]))
  return {
    fields: profile.fields.map(({ name }) => {
      const [found, field] = [guesses.get(name), trained.get(name)]
      return found === undefined || field === undefined
        ? { name, best: null, alternatives: [] }
        : readings(found, field, sheet, print, model.parts)
    }),
  }
}

export function sheetOf(print: Print, types: readonly PointerType[] = pointerTypes): Sheet {
  const text = tokensOf(print)
  const kinds = kindsOf(text)
  const context = documentContext(print)
  return {
    text,
    kinds,
    context,
    features: featuresOf(text, kinds),
    candidates: candidatesOf(text, kinds, context, types),
  }
}

/** The types that a model points at: candidates of others would be found for nobody. */
export const typesOf = oncePer(({ heads }: Parts): readonly PointerType[] => [
  ...new Set(heads.pointers.map(({ type }) => type)),
])

/** What the heads say about each field. */
export function guess(
  sheet: Sheet,
  scores: Float32Array | Float64Array,
  parts: Parts,
): readonly Guess[] {
  return decide(sheet, optionsOf(sheet, scores, parts), parts)
}

/** What the scores alone say, before spans are ranked anew. */
interface Options {
  readonly spans: Map<string, Span[]> // the best of every tagged field
  readonly words: Found
  readonly pointed: Map<string, Option[]>
}

/** Null for a page without tokens. */
function optionsOf(
  sheet: Sheet,
  scores: Float32Array | Float64Array,
  parts: Parts,
): Options | null {
  const { heads } = parts
  if (sheet.text.tokens.length === 0) return null
  const chain = chainOf(scores, sheet.text.tokens.length, heads, parts.transitions)
  const spans = spansOf(chain, parts)
  const words = lookedUp(sheet.text, parts.lexicons)
  const pointed = new Map(
    heads.pointers.map((head) => [head.field, pointerOptions(head, sheet, scores, parts)]),
  )
  const summed = addUp.map((field) => pointed.get(field))
  if (summed.every((options) => options !== undefined))
    agree(summed).forEach((options, k) => pointed.set(addUp[k] as string, options))
  return { spans, words, pointed }
}

function decide(sheet: Sheet, options: Options | null, parts: Parts): readonly Guess[] {
  if (options === null) return []
  const { heads } = parts
  const { spans, words, pointed } = options
  const all = [
    ...heads.spans.map((head) => guessSpan(head, spans, sheet, words, parts)),
    ...heads.pointers.map((head) =>
      guessPointer(head.field, pointed.get(head.field) as Option[], sheet, parts),
    ),
  ]
  return dealing.reduce<readonly Guess[]>(
    (guesses, fields) => apart(guesses, fields, sheet, parts),
    all,
  )
}

const dealing = [
  ['seller_name', 'buyer_name'],
  ['seller_vat_id', 'buyer_vat_id'],
] as const

/**
 * Nobody bills itself: where one value is the best for both sides, the pair of different ones that
 * is the most probable.
 */
export function apart(
  guesses: readonly Guess[],
  fields: readonly [string, string],
  sheet: Sheet,
  parts: Pick<Parts, 'rows'>,
): readonly Guess[] {
  const [seller, buyer] = fields.map((field) => guesses.find((one) => one.field === field))
  const [first, second] = [seller?.options[0], buyer?.options[0]]
  if (
    seller === undefined ||
    buyer === undefined ||
    first === undefined ||
    second === undefined ||
    !same(first, second)
  )
    return guesses
  // Else it has another value or none: a document need not show both ids, but it has two sides
  const none = ({ options }: Guess): number =>
    fields[0] === 'seller_name'
      ? 0
      : 1 - options.reduce((sum, { probability }) => sum + probability, 0)
  const otherwise = (guess: Guess): number =>
    Math.max(
      1e-6,
      none(guess),
      guess.options.find((option) => !same(option, first))?.probability ?? 0,
    )
  const keeps =
    second.probability * otherwise(seller) < first.probability * otherwise(buyer) ? seller : buyer
  const loses = keeps === seller ? buyer : seller
  const taken = keeps.options[0] as Option
  const left = loses.options.filter((option) => !same(option, taken))
  const best = left[0]
  const odds = logit(best?.probability ?? 0)
  return guesses.map((one) =>
    one === loses
      ? {
          ...one,
          options: left,
          signals: best === undefined ? [] : [1, odds, odds, familiarity(best, sheet, parts)],
        }
      : one,
  )
}

const same = (a: Option, b: Option): boolean =>
  sameKey('text', a.value) === sameKey('text', b.value)

/** The best spans of every tagged field, for the trainer of re-rankers. */
export function spansOf(chain: Chain, parts: Pick<Parts, 'heads'>): Map<string, Span[]> {
  return new Map(
    parts.heads.spans.map((head) => [head.field, bestSpans(chain, head, spansToRerank)]),
  )
}

/** The logistic of signals and coefficients (Platt 1999). */
export function confidenceOf(signals: readonly number[], coefficients: readonly number[]): number {
  return (
    1 /
    (1 + Math.exp(-signals.reduce((sum, signal, k) => sum + signal * (coefficients[k] ?? 0), 0)))
  )
}

/** How values of a type are compared: letters and digits for texts, as they are for the rest. */
export function sameKey(type: FieldType, value: string): string {
  return type === 'text' || type === 'id' ? plainOf(value) : value
}

function guessSpan(
  head: SpanHead,
  bestOf: ReadonlyMap<string, readonly Span[]>,
  sheet: Sheet,
  words: Found,
  parts: Parts,
): Guess {
  const spans = bestOf.get(head.field) as readonly Span[]
  const reranker = parts.rerankers.get(head.field)
  let probabilities = spans.map((span) => span.probability)
  if (reranker !== undefined && spans.length > 0) {
    const neighbours = [...bestOf].flatMap(([field, others]) =>
      field === head.field || others[0] === undefined ? [] : [others[0]],
    )
    const features = spanFeatures(spans, rerankView(sheet.text, words, head.field), neighbours)
    probabilities = rerank(spans, features, reranker.weights, reranker)
  }
  // Re-ranked spans exclude one another; tagged ones may be mentions of the same value, each true
  // by itself
  const combine =
    reranker === undefined
      ? (a: number, b: number): number => 1 - (1 - a) * (1 - b)
      : (a: number, b: number): number => a + b
  const all = spans.map(({ first, last }, k): Mention => {
    const value = valueOf(head.type, spans[k] as Span, sheet)
    return {
      first,
      last,
      value,
      key: value === null ? '' : sameKey(head.type, value),
      probability: probabilities[k] as number,
    }
  })
  const options = grouped(all, combine)
  const best = options[0]
  if (best === undefined) return { field: head.field, options, signals: [] }
  const key = sameKey(head.type, best.value)
  const tagged = spans.reduce(
    (sum, span, k) => (all[k]?.key === key ? sum + span.probability : sum),
    0,
  )
  return {
    field: head.field,
    options,
    signals: [1, logit(best.probability), logit(tagged), familiarity(best, sheet, parts)],
  }
}

function pointerOptions(
  head: PointerHead,
  sheet: Sheet,
  scores: Float32Array | Float64Array,
  parts: Parts,
): Option[] {
  const candidates = sheet.candidates[head.type]
  const found = pointerDistribution(
    scores,
    parts.heads.outputs,
    head,
    candidates,
    parts.absent.get(head.field) ?? 0,
  )
  return grouped(
    candidates.map(({ first, last, value }, k) => ({
      first,
      last,
      value,
      key: sameKey(head.type, value),
      probability: found[k] as number,
    })),
    (a, b) => a + b,
  )
}

function guessPointer(
  field: string,
  options: readonly Option[],
  sheet: Sheet,
  parts: Parts,
): Guess {
  const [best, second] = options
  if (best === undefined) return { field, options, signals: [] }
  const share = best.probability / (best.probability + (second?.probability ?? 0))
  return {
    field,
    options,
    signals: [1, logit(best.probability), logit(share), familiarity(best, sheet, parts)],
  }
}

/** A place where a value stands, and by what it is compared. */
interface Mention extends Omit<Option, 'value'> {
  readonly value: string | null
  readonly key: string
}

/** Options of one value become one, at their most probable place. */
function grouped(
  mentions: readonly Mention[],
  combine: (a: number, b: number) => number,
): Option[] {
  const groups = new Map<string, { best: Option; probability: number }>()
  for (const { first, last, probability, value, key } of mentions) {
    if (value === null) continue
    const group = groups.get(key)
    if (group === undefined)
      groups.set(key, { best: { first, last, probability, value }, probability })
    else {
      group.probability = combine(group.probability, probability)
      if (probability > group.best.probability) group.best = { first, last, probability, value }
    }
  }
  return Array.from(groups.values(), ({ best: { value, first, last }, probability }) => ({
    value,
    first,
    last,
    probability,
  })).sort((a, b) => b.probability - a.probability || a.first - b.first)
}

function valueOf(type: FieldType, span: Span, sheet: Sheet): string | null {
  return normaliseValue(type, textOf(sheet.text.tokens, span.first, span.last), sheet.context)
}

/** Share of the value's features that training knew: low for a vendor that it had not seen. */
function familiarity(
  place: Pick<Candidate, 'first' | 'last'>,
  sheet: Sheet,
  parts: Pick<Parts, 'rows'>,
): number {
  const { starts, ids } = sheet.features
  const from = starts[place.first] as number
  const to = starts[place.last] as number
  let known = 0
  for (let k = from; k < to; k++) if (rowIn(parts.rows, ids[k] as number) !== 0) known++
  return known / Math.max(1, to - from)
}

function readings(
  found: Guess,
  field: FieldModel,
  sheet: Sheet,
  print: Print,
  parts: Parts,
): PredictedField {
  const { name } = field
  const { options } = found
  const first = options[0]
  if (first === undefined) return { name, best: null, alternatives: [] }
  const confidence = confidenceOf(found.signals, field.calibration)
  const others = options.reduce((sum, { probability }, k) => (k === 0 ? 0 : sum + probability), 0)
  const all: Reading[] = []
  for (let k = 0; k < options.length && k < mostOptions; k++) {
    const option = options[k] as Option
    const { value, raw } = spelled(option, field.type, sheet, print.words, parts.lexicons.get(name))
    const { page, box, words } = placeOf(sheet.text.tokens, option.first, option.last)
    // What the best leaves over is shared among the others in proportion
    const share =
      k === 0
        ? confidence
        : Math.min(
            confidence,
            (((1 - confidence) * option.probability) / Math.max(1e-9, others)) *
              Math.min(1, first.probability),
          )
    all.push({ value, raw, confidence: share * legibility(words, print), page, box, words })
  }
  const best = all[0] as Reading
  return best.confidence < field.least
    ? { name, best: null, alternatives: all }
    : { name, best, alternatives: all.slice(1) }
}

function spelled(
  { value, first, last }: Option,
  type: FieldType,
  sheet: Sheet,
  words: readonly Word[],
  lexicon: LexiconSets | undefined,
): Pick<Reading, 'value' | 'raw'> {
  const raw = textOf(sheet.text.tokens, first, last)
  if (type !== 'text' || lexicon === undefined) return { value, raw }
  const known = textOf(
    respelled(sheet.text.tokens.slice(first, last), words, lexicon),
    0,
    last - first,
  )
  return known === raw
    ? { value, raw }
    : { value: normaliseValue(type, known, sheet.context) ?? value, raw: known }
}

function logit(probability: number): number {
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(clipped / (1 - clipped))
}
