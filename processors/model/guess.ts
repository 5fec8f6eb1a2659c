/**
 * From a model's scores to the possible values of each field, with probabilities. Tagged spans are
 * re-ranked, combinations of amounts that add up are favoured, and one value is not both the
 * seller's and the buyer's.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Candidate } from './candidates.ts'
import { rowIn } from './feature-index.ts'
import { lookedUp, rerankView, type KnownWords } from './lexicons.ts'
import type { PointerHead, SpanHead } from './manifest.ts'
import type { ModelInput } from './model-input.ts'
import type { Parts } from './model.ts'
import { nearParty, partyFields } from './party-constraint.ts'
import { withPartyEvidence } from './party-evidence.ts'
import { rerank, spanFeatures, spansToRerank } from './rerank.ts'
import { bestSpans, chainOf, pointerDistribution, type Chain, type Span } from './tagger.ts'
import { totalsFields, constrainTotals } from './totals-constraint.ts'
import { textOf, type Token } from '../document/tokens.ts'
import { plainOf } from '../values/identifiers.ts'
import { normaliseValue } from '../values/normalise.ts'

/** A possible value of a field, with its most probable place. */
export interface Option {
  readonly value: string
  readonly first: number // token index
  readonly last: number // exclusive
  readonly probability: number // from the heads, before calibration
}

export interface Guess {
  readonly field: string
  readonly options: readonly Option[] // best first
  readonly signals: readonly number[] // signals for calibration, of the best option
}

/** The options of each field. */
export function guess(
  sheet: ModelInput,
  scores: Float32Array | Float64Array,
  parts: Parts,
): readonly Guess[] {
  return guessesOf(sheet, decode(sheet, scores, parts), parts)
}

/** What the scores alone give, before spans are re-ranked. */
export interface Decoded {
  readonly spans: Map<string, Span[]> // the best spans of every tagged field
  readonly words: KnownWords
  readonly pointed: Map<string, Option[]>
}

/** Null for a document without tokens. */
export function decode(
  sheet: ModelInput,
  scores: Float32Array | Float64Array,
  parts: Parts,
): Decoded | null {
  const { heads } = parts
  if (sheet.text.tokens.length === 0) return null
  const chain = chainOf(scores, sheet.text.tokens.length, heads, parts.transitions)
  const spans = taggedSpansOf(chain, parts)
  const words = lookedUp(sheet.text, parts.lexicons)
  const pointed = new Map(
    heads.pointers.map((head) => [head.field, pointerOptions(head, sheet, scores, parts)]),
  )
  const summed = totalsFields.map((field) => pointed.get(field))
  if (summed.every((options) => options !== undefined))
    constrainTotals(summed).forEach((options, k) => pointed.set(totalsFields[k] as string, options))
  return { spans, words, pointed }
}

export function guessesOf(
  sheet: ModelInput,
  decoded: Decoded | null,
  parts: Parts,
): readonly Guess[] {
  if (decoded === null) return []
  const { heads } = parts
  const { spans, words, pointed } = decoded
  const names = heads.spans.map((head) => guessSpan(head, spans, sheet, words, parts))
  const placed = besideTheirParties(pointed, names, sheet)
  const all = [
    ...names,
    ...heads.pointers.map((head) =>
      guessPointer(head.field, placed.get(head.field) as Option[], sheet, parts),
    ),
  ]
  const dealt = dealing.reduce<readonly Guess[]>(
    (guesses, fields) => apart(guesses, fields, sheet, parts),
    all,
  )
  return withPartyEvidence(dealt, sheet.text)
}

/** The pointers' options, those of tax identifiers weighed by the party beside which they stand. */
function besideTheirParties(
  pointed: ReadonlyMap<string, Option[]>,
  names: readonly Guess[],
  { text }: ModelInput,
): ReadonlyMap<string, Option[]> {
  const found = new Map(pointed)
  const optionsOf = (field: string): readonly Option[] =>
    names.find((one) => one.field === field)?.options ?? []
  for (const [field, own, other] of partyFields) {
    const identifiers = pointed.get(field)
    if (identifiers !== undefined)
      found.set(field, nearParty(identifiers, optionsOf(own), optionsOf(other), text))
  }
  return found
}

const dealing = [
  ['seller_name', 'buyer_name'],
  ['seller_vat_id', 'buyer_vat_id'],
  ['invoice_number', 'purchase_order'],
] as const

/**
 * Seller and buyer differ, and so do the numbers of an invoice and an order: where one value is the
 * best for both, the most probable pair of different values is taken.
 */
export function apart(
  guesses: readonly Guess[],
  fields: readonly [string, string],
  sheet: ModelInput,
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
  // Otherwise it has another value or none: a document may lack one of the ids, but it has two
  // parties
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
export function taggedSpansOf(chain: Chain, parts: Pick<Parts, 'heads'>): Map<string, Span[]> {
  return new Map(
    parts.heads.spans.map((head) => [head.field, bestSpans(chain, head, spansToRerank)]),
  )
}

/**
 * The form in which values of a type are compared: letters and digits for texts, unchanged for the
 * rest.
 */
function sameKey(type: FieldType, value: string): string {
  return type === 'text' || type === 'id' ? plainOf(value) : value
}

function guessSpan(
  head: SpanHead,
  bestOf: ReadonlyMap<string, readonly Span[]>,
  sheet: ModelInput,
  words: KnownWords,
  parts: Parts,
): Guess {
  const spans = named(bestOf.get(head.field) as readonly Span[], sheet)
  const reranker = parts.rerankers.get(head.field)
  let probabilities = spans.map((span) => span.probability)
  if (reranker !== undefined && spans.length > 0) {
    const neighbours = [...bestOf].flatMap(([field, others]) =>
      field === head.field || others[0] === undefined ? [] : [others[0]],
    )
    const features = spanFeatures(spans, rerankView(sheet.text, words, head.field), neighbours)
    probabilities = rerank(spans, features, reranker.weights, reranker)
  }
  // Re-ranked spans exclude one another; tagged ones may be mentions of the same value, each
  // correct
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

/** The spans that are more than a legal form, "Sp. z o.o." cut off its name, if there are any. */
export function named(
  spans: readonly Span[],
  { text: { tokens } }: Pick<ModelInput, 'text'>,
): readonly Span[] {
  const isForm = ({ textFeatures }: Token): boolean => textFeatures.legalForm === 1
  const found = spans.filter(({ first, last }) => {
    const inside = tokens.slice(first, last)
    return !inside.some(isForm) || inside.some((one) => !isForm(one) && one.text.length > joining)
  })
  return found.length === 0 ? spans : found
}

const joining = 2 // letters of a word that joins those of a legal form

function pointerOptions(
  head: PointerHead,
  sheet: ModelInput,
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
  sheet: ModelInput,
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

/** A place where a value is printed, and the form by which it is compared. */
interface Mention extends Omit<Option, 'value'> {
  readonly value: string | null
  readonly key: string
}

/** Options of equal value become one, at their most probable place. */
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

function valueOf(type: FieldType, span: Span, sheet: ModelInput): string | null {
  return normaliseValue(type, textOf(sheet.text.tokens, span.first, span.last), sheet.context)
}

/** Share of the value's features that training has seen: low for an unseen vendor. */
function familiarity(
  place: Pick<Candidate, 'first' | 'last'>,
  sheet: ModelInput,
  parts: Pick<Parts, 'rows'>,
): number {
  const { starts, ids } = sheet.features
  const from = starts[place.first] as number
  const to = starts[place.last] as number
  let known = 0
  for (let k = from; k < to; k++) if (rowIn(parts.rows, ids[k] as number) !== 0) known++
  return known / Math.max(1, to - from)
}

function logit(probability: number): number {
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(clipped / (1 - clipped))
}
