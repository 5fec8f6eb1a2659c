/**
 * Fitting the tagger and the pointers: one set of weights over hashed features, a conditional
 * random field on top for names, addresses and numbers, a softmax over candidates (and "absent")
 * for each pointer.
 *
 * Gradient descent by documents with AdaGrad steps (Duchi, Hazan and Singer 2011), and the weights
 * averaged over the last epochs. Most features are hidden from the tags at each visit, and weights
 * are scaled down afterwards (dropout, Srivastava et al. 2014), so that a name can be found by
 * whatever part of its context a new vendor shares. Pointers choose among few candidates, which are
 * similar everywhere, so nearly all features are shown to them. Plain typed arrays: some seconds
 * for hundreds of documents. Deterministic, given the examples and the seed.
 */

import type { FeatureRows } from '../processors/model/features.ts'
import { allowedTransitions, chainGradient, pointerGradients } from './gradients.ts'
import type { LessonFile, StoredLesson } from './lesson-file.ts'
import { randomFrom, shuffled } from './random.ts'
import { addScores, eights } from './token-scores.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Heads } from '../processors/model/manifest.ts'

const { sqrt, floor } = Math // looked up once: called for every feature of every token

export interface TaggerSettings {
  readonly epochs: number
  readonly rate: number // AdaGrad's initial step size
  readonly penalty: number // L2, on updated weights
  readonly dropout: number // share of features hidden from the tags at each visit
  readonly pointerDropout: number // the same for pointers
  // expected share of a new document's features that training has seen; weights are scaled up by
  // its inverse
  readonly familiar: number
  readonly averaged: number // last epochs whose weights are averaged
  readonly smallest: number // features whose weights are all smaller are dropped at the end
}

export interface Tagger {
  readonly features: Int32Array // feature hash of each row from 1, ascending
  readonly weights: Float32Array // (features + 1) × outputs; row 0 is zero
  readonly transitions: Float64Array // labels × labels, then labels for the first token
  readonly absent: Float64Array // one for each pointer
}

/** The documents that a tagger is fitted on. */
export interface Lessons {
  readonly file: LessonFile
  readonly members: readonly number[] // documents of the file, ascending
  readonly vocabulary: Vocabulary
  readonly numberOf: Int32Array // of each feature in the file
}

export function fitTagger(
  { file, members, vocabulary, numberOf }: Lessons,
  heads: Heads,
  settings: TaggerSettings,
  seed: number,
): Tagger {
  const wide = eights(heads.outputs)
  const table = tableOf(vocabulary, wide, file.longest(), seed)
  const chain = averaged(allowedTransitions(heads))
  const none = averaged(new Float64Array(heads.pointers.length))
  // the padding outputs never get a gradient
  const fit: Fit = { table, chain, none, heads: { ...heads, outputs: wide }, settings }
  const random = randomFrom(seed)
  let order = members.map((_, k) => k)
  let averages = 0

  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    order = shuffled(order, random)
    for (const k of order) visitLesson(fit, file.read(members[k] as number, (epoch + k) % 2 === 1))
    if (epoch < settings.epochs - settings.averaged) continue
    averages++
    addToSums(fit)
  }
  const mean = <T extends Float32Array | Float64Array>(values: T): T =>
    values.map((value) => value / averages) as T
  const { features } = vocabulary
  const weights = inOrder(mean(table.sum), features, numberOf, heads, settings)
  return pruned(
    { features, weights, transitions: mean(chain.sum), absent: mean(none.sum) },
    heads.outputs,
    settings.smallest,
  )
}

/** The state of fitting a tagger, and its data. */
interface Fit {
  readonly table: Table
  readonly chain: Averaged // transitions
  readonly none: Averaged // scores of "absent", one for each pointer
  readonly heads: Heads // padded to the width of the table
  readonly settings: TaggerSettings
}

/** The weights of features in rows `wide` numbers long, and buffers for one visit. */
interface Table {
  readonly wide: number
  readonly weights: Float32Array
  readonly squares: Float32Array // sums of squared gradients, for AdaGrad
  readonly sum: Float32Array // over the averaged epochs
  readonly vocabulary: Vocabulary
  readonly visibleIds: Int32Array
  readonly visibleStarts: Int32Array
  readonly pointed: Uint8Array // tokens of a pointer's candidates
  readonly scores: Float64Array
  readonly gradient: Float64Array
  readonly steep: Int32Array // outputs of a token with a gradient
  noise: number // state of the xorshift generator that hides features
}

interface Averaged {
  readonly values: Float64Array
  readonly squares: Float64Array
  readonly sum: Float64Array
}

function tableOf(
  vocabulary: Vocabulary,
  wide: number,
  longest: ReturnType<LessonFile['longest']>,
  seed: number,
): Table {
  const weights = new Float32Array(vocabulary.isKnown.length * wide)
  const scores = new Float64Array((longest.tokens + 1) * wide)
  return {
    wide,
    weights,
    squares: new Float32Array(weights.length),
    sum: new Float32Array(weights.length),
    vocabulary,
    visibleIds: new Int32Array(longest.features),
    visibleStarts: new Int32Array(longest.tokens + 1),
    pointed: new Uint8Array(longest.tokens),
    scores,
    gradient: new Float64Array(scores.length),
    steep: new Int32Array(wide),
    noise: Math.imul(seed, 0x9e3779b1) | 1,
  }
}

function averaged(values: Float64Array): Averaged {
  return {
    values,
    squares: new Float64Array(values.length),
    sum: new Float64Array(values.length),
  }
}

function addToSums({ table, chain, none }: Fit): void {
  const { weights, sum } = table
  for (let k = 0; k < weights.length; k++) sum[k] = (sum[k] as number) + (weights[k] as number)
  for (const part of [chain, none])
    part.values.forEach((value, k) => (part.sum[k] = (part.sum[k] as number) + value))
}

/**
 * Tags and pointers learn from one document; together if the same share of features is hidden from
 * both.
 */
function visitLesson(fit: Fit, lesson: StoredLesson): void {
  const { dropout, pointerDropout } = fit.settings
  const { rows } = lesson
  if (rows.starts.length === 1) return
  const tags = (): void => addTagSlopes(fit, lesson, rows.starts.length - 1)
  const pointers = (): void => addPointerSlopes(fit, lesson)
  if (dropout === pointerDropout) {
    visit(fit, rows, dropout, null, [tags, pointers])
    return
  }
  visit(fit, rows, dropout, null, [tags])
  visit(fit, rows, pointerDropout, pointedAt(fit, lesson), [pointers])
}

function addTagSlopes(
  { table, chain, heads, settings }: Fit,
  lesson: StoredLesson,
  length: number,
): void {
  const { scores, gradient } = table
  const ofTransitions = new Float64Array(chain.values.length)
  chainGradient(scores, length, heads, chain.values, lesson.labels, gradient, ofTransitions)
  step(chain, ofTransitions, settings.rate)
}

function addPointerSlopes({ table, none, heads, settings }: Fit, lesson: StoredLesson): void {
  const ofAbsent = new Float64Array(none.values.length)
  pointerGradients(table.scores, heads, lesson, none.values, table.gradient, ofAbsent)
  step(none, ofAbsent, settings.rate)
}

/**
 * One visit to a document, or to some of its tokens, with some features hidden; `slopes` adds the
 * gradient by the scores.
 */
function visit(
  { table, settings }: Fit,
  rows: FeatureRows,
  dropout: number,
  only: Uint8Array | null,
  slopes: readonly (() => void)[],
): void {
  const visible = hide(table, rows, floor(dropout * 4_294_967_296), only)
  addScores(visible, table.weights, table.wide, table.scores)
  table.gradient.fill(0, 0, (rows.starts.length - 1) * table.wide)
  for (const add of slopes) add()
  descend(table, visible, settings)
}

/** The rows of the features that are known and not hidden. */
function hide(
  table: Table,
  { starts, ids }: FeatureRows,
  hidden: number,
  only: Uint8Array | null,
): FeatureRows {
  const { wide, visibleIds } = table
  const { isKnown, firstUnknown } = table.vocabulary
  const visibleStarts = table.visibleStarts.subarray(0, starts.length)
  let state = table.noise
  let count = 0
  for (let i = 0; i + 1 < starts.length; i++) {
    const end = starts[i + 1] as number
    const isAsked = only === null || only[i] === 1
    for (let q = starts[i] as number; q < end; q++) {
      const number = ids[q] as number
      if (number < 0 || (number >= firstUnknown && isKnown[number] === 0)) continue
      if (hidden !== 0) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
      }
      if (isAsked && state >>> 0 >= hidden) visibleIds[count++] = number * wide
    }
    visibleStarts[i + 1] = count
  }
  table.noise = state
  return { starts: visibleStarts, ids: visibleIds }
}

function descend(
  { wide, weights, squares, gradient, steep }: Table,
  { starts, ids }: FeatureRows,
  { rate, penalty }: TaggerSettings,
): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const at = i * wide
    let count = 0
    for (let l = 0; l < wide; l++) {
      const slope = gradient[at + l] as number
      if (!(slope < 1e-5 && slope > -1e-5)) steep[count++] = l
    }
    if (count === 0) continue
    const end = starts[i + 1] as number
    for (let q = starts[i] as number; q < end; q++) {
      const row = ids[q] as number
      for (let n = 0; n < count; n++) {
        const l = steep[n] as number
        const w = row + l
        const weight = weights[w] as number
        const g = (gradient[at + l] as number) + penalty * weight
        const square = (squares[w] as number) + g * g
        squares[w] = square
        weights[w] = weight - (rate * g) / (sqrt(square) + 0.01)
      }
    }
  }
}

function step({ values, squares }: Averaged, gradient: Float64Array, rate: number): void {
  for (let k = 0; k < gradient.length; k++) {
    const g = gradient[k] as number
    if (g === 0) continue
    squares[k] = (squares[k] as number) + g * g
    values[k] = (values[k] as number) - (rate * g) / (sqrt(squares[k] as number) + 0.01)
  }
}

/**
 * Rows without padding, in the order of the features, scaled for seeing more features than during
 * training.
 */
function inOrder(
  table: Float32Array,
  features: Int32Array,
  numberOf: Int32Array,
  heads: Heads,
  { dropout, pointerDropout, familiar }: TaggerSettings,
): Float32Array {
  const shareOf = Array.from(
    { length: heads.outputs },
    (_, l) => (1 - (l < heads.labels ? dropout : pointerDropout)) / familiar,
  )
  const wide = eights(heads.outputs)
  const rows = new Float32Array((features.length + 1) * heads.outputs)
  features.forEach((id, k) =>
    shareOf.forEach(
      (share, l) =>
        (rows[(k + 1) * heads.outputs + l] =
          share * (table[(numberOf[id] as number) * wide + l] as number)),
    ),
  )
  return rows
}

/** 1 for the tokens that are part of a pointer's candidate. */
function pointedAt({ table, heads }: Fit, { candidates }: StoredLesson): Uint8Array {
  const { pointed } = table
  pointed.fill(0)
  for (const { type } of heads.pointers)
    for (const { first, last } of candidates[type]) pointed.fill(1, first, last)
  return pointed
}

/** Drops features whose weights are all small: they take space and decide nothing. */
function pruned(tagger: Tagger, outputs: number, smallest: number): Tagger {
  const { features, weights } = tagger
  const decides = (row: number): boolean => {
    for (let w = row * outputs; w < (row + 1) * outputs; w++)
      if (Math.abs(weights[w] as number) >= smallest) return true
    return false
  }
  const kept = features.filter((_, k) => decides(k + 1))
  const left = new Float32Array((kept.length + 1) * outputs)
  let row = 0
  for (let k = 0; k < features.length; k++)
    if (decides(k + 1))
      left.set(weights.subarray((k + 1) * outputs, (k + 2) * outputs), ++row * outputs)
  return { ...tagger, features: kept, weights: left }
}
