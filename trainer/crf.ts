/**
 * Fitting the tagger and the pointers: one set of weights over hashed features, a conditional
 * random field on top for names, addresses and numbers, a softmax over candidates (and "absent")
 * for each pointer.
 *
 * Gradient descent by documents with AdaGrad steps (Duchi, Hazan and Singer 2011), and the weights
 * averaged over the last epochs. Most features are hidden from the tags at each visit, and weights
 * are scaled down afterwards (dropout, Srivastava et al. 2014): a name must be found by whatever
 * part of its surroundings a new vendor happens to share. Pointers choose among few candidates,
 * which are alike everywhere, and are shown nearly all. Plain typed arrays: some seconds for
 * hundreds of documents. Every number follows from the examples and the seed.
 */

import type { FeatureRows } from '../processors/model/features.ts'
import type { Sheet } from '../processors/model/model-input.ts'
import { allowedTransitions, chainGradient, pointerGradients } from './gradients.ts'
import type { Lesson } from './labels.ts'
import { randomFrom, shuffled } from './random.ts'
import { knownRows, vocabulary } from './vocabulary.ts'
import type { Heads } from '../processors/model/manifest.ts'

const { sqrt, floor } = Math // looked up once: these are called for every feature of every token

export interface TaggerSettings {
  readonly epochs: number
  readonly rate: number // AdaGrad's first step
  readonly penalty: number // L2, on weights that are touched
  readonly dropout: number // share of features hidden from the tags at each visit
  readonly pointerDropout: number // the same for pointers
  readonly familiar: number // share of a new document's features that training will have known; weights grow by what is missing
  readonly averaged: number // last epochs whose weights are averaged
  readonly leastDocuments: number // a feature of fewer documents gets no weight
  readonly smallest: number // features whose weights are all smaller are dropped afterwards
}

export interface Tagger {
  readonly features: Int32Array // hashed feature of each row from 1, ascending
  readonly weights: Float32Array // (features + 1) × outputs; row 0 is zero
  readonly transitions: Float64Array // labels × labels, then labels for the first token
  readonly absent: Float64Array // one for each pointer
}

export function fitTagger(
  lessons: readonly Lesson[],
  heads: Heads,
  settings: TaggerSettings,
  seed: number,
): Tagger {
  const wide = eights(heads.outputs)
  // no slope ever falls on the outputs that fill up the eight
  const padded = { ...heads, outputs: wide }
  const { features, placeOf } = vocabulary(lessons, settings.leastDocuments, wide)
  const places = lessons.map((lesson) => knownRows(lesson.sheet.features, placeOf))
  const misreadPlaces = lessons.map(({ misread }) =>
    misread ? knownRows(misread.sheet.features, placeOf) : null,
  )
  const weights = new Float32Array((features.length + 1) * wide)
  const squares = new Float32Array(weights.length)
  const sum = new Float32Array(weights.length)
  const longest = (size: (one: FeatureRows) => number): number =>
    [...places, ...misreadPlaces].reduce(
      (most, one) => Math.max(most, one === null ? 0 : size(one)),
      0,
    )
  const chain = {
    values: allowedTransitions(heads),
    squares: new Float64Array(heads.labels * (heads.labels + 1)),
    sum: new Float64Array(heads.labels * (heads.labels + 1)),
  }
  const none = {
    values: new Float64Array(heads.pointers.length),
    squares: new Float64Array(heads.pointers.length),
    sum: new Float64Array(heads.pointers.length),
  }
  const random = randomFrom(seed)
  let noise = Math.imul(seed, 0x9e3779b1) | 1
  const visibleIds = new Int32Array(longest((one) => one.ids.length))
  const scores = new Float64Array(longest((one) => one.starts.length) * wide)
  const gradient = new Float64Array(scores.length)
  const steep = new Int32Array(wide) // outputs of a token that have a slope
  let order = lessons.map((_, k) => k)
  let averages = 0

  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    order = shuffled(order, random)
    for (const k of order) {
      const asMisread = (epoch + k) % 2 === 1 ? (misreadPlaces[k] ?? null) : null
      const lesson = asMisread === null ? (lessons[k] as Lesson) : (lessons[k]?.misread as Lesson)
      const rows = asMisread ?? (places[k] as FeatureRows)
      const length = rows.starts.length - 1
      if (length === 0) continue
      const tags = (): void => {
        const ofTransitions = new Float64Array(chain.values.length)
        chainGradient(
          scores,
          length,
          padded,
          chain.values,
          lesson.targets.labels,
          gradient,
          ofTransitions,
        )
        step(chain, ofTransitions)
      }
      const pointers = (): void => {
        const ofAbsent = new Float64Array(none.values.length)
        pointerGradients(scores, padded, lesson, none.values, gradient, ofAbsent)
        step(none, ofAbsent)
      }
      if (settings.dropout === settings.pointerDropout)
        visit(rows, settings.dropout, null, tags, pointers)
      else {
        visit(rows, settings.dropout, null, tags)
        visit(rows, settings.pointerDropout, pointedAt(lesson.sheet, heads), pointers)
      }
    }
    if (epoch < settings.epochs - settings.averaged) continue
    averages++
    for (let k = 0; k < weights.length; k++) sum[k] = (sum[k] as number) + (weights[k] as number)
    for (const part of [chain, none])
      part.values.forEach((value, k) => (part.sum[k] = (part.sum[k] as number) + value))
  }
  const mean = <T extends Float32Array | Float64Array>(values: T): T =>
    values.map((value) => value / averages) as T
  return pruned(
    { features, weights: inOrder(mean(sum)), transitions: mean(chain.sum), absent: mean(none.sum) },
    heads.outputs,
    settings.smallest,
  )

  /**
   * Rows without padding, in the order of the features, as heavy as is right where more of them are
   * seen than at a visit.
   */
  function inOrder(table: Float32Array): Float32Array {
    const { dropout, pointerDropout, familiar } = settings
    const shareOf = Array.from(
      { length: heads.outputs },
      (_, l) => (1 - (l < heads.labels ? dropout : pointerDropout)) / familiar,
    )
    const rows = new Float32Array((features.length + 1) * heads.outputs)
    features.forEach((id, k) =>
      shareOf.forEach(
        (share, l) =>
          (rows[(k + 1) * heads.outputs + l] =
            share * (table[(placeOf[id] as number) + l] as number)),
      ),
    )
    return rows
  }

  /**
   * One look at a document, or at some of its tokens, with some features hidden; `heads` add to the
   * gradient by the scores.
   */
  function visit(
    rows: FeatureRows,
    dropout: number,
    only: Uint8Array | null,
    ...heads: readonly (() => void)[]
  ): void {
    const visible = hide(rows, floor(dropout * 4_294_967_296), only)
    addScores(visible, weights, wide, scores)
    gradient.fill(0, 0, (rows.starts.length - 1) * wide)
    for (const slopes of heads) slopes()
    descend(visible, gradient)
  }

  function hide(all: FeatureRows, hidden: number, only: Uint8Array | null): FeatureRows {
    if (hidden === 0) return all
    const starts = new Int32Array(all.starts.length)
    const { ids } = all
    let state = noise
    let count = 0
    for (let i = 0; i + 1 < starts.length; i++) {
      const end = all.starts[i + 1] as number
      const isAsked = only === null || only[i] === 1
      for (let q = all.starts[i] as number; q < end; q++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        if (isAsked && state >>> 0 >= hidden) visibleIds[count++] = ids[q] as number
      }
      starts[i + 1] = count
    }
    noise = state
    return { starts, ids: visibleIds }
  }

  function descend(visible: FeatureRows, gradient: Float64Array): void {
    const { starts, ids } = visible
    const { rate, penalty } = settings
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

  function step(
    part: { values: Float64Array; squares: Float64Array },
    gradient: Float64Array,
  ): void {
    for (let k = 0; k < gradient.length; k++) {
      const g = gradient[k] as number
      if (g === 0) continue
      part.squares[k] = (part.squares[k] as number) + g * g
      part.values[k] =
        (part.values[k] as number) - (settings.rate * g) / (sqrt(part.squares[k] as number) + 0.01)
    }
  }
}

/** 1 for the tokens of a sheet that some pointer may point at. */
function pointedAt({ text, candidates }: Sheet, heads: Heads): Uint8Array {
  const pointed = new Uint8Array(text.tokens.length)
  for (const { type } of heads.pointers)
    for (const { first, last } of candidates[type]) pointed.fill(1, first, last)
  return pointed
}

const eights = (count: number): number => (count + 7) & ~7

/**
 * What scoresOf says, of rows given as places in a table; eight outputs at a time stay out of
 * memory until all is added.
 */
function addScores(
  { starts, ids }: FeatureRows,
  weights: Float32Array,
  wide: number,
  scores: Float64Array,
): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const from = starts[i] as number
    const to = starts[i + 1] as number
    for (let l = 0; l < wide; l += 8) {
      let a = 0,
        b = 0,
        c = 0,
        d = 0,
        e = 0,
        f = 0,
        g = 0,
        h = 0
      for (let q = from; q < to; q++) {
        const w = (ids[q] as number) + l
        a += weights[w] as number
        b += weights[w + 1] as number
        c += weights[w + 2] as number
        d += weights[w + 3] as number
        e += weights[w + 4] as number
        f += weights[w + 5] as number
        g += weights[w + 6] as number
        h += weights[w + 7] as number
      }
      const at = i * wide + l
      scores[at] = a
      scores[at + 1] = b
      scores[at + 2] = c
      scores[at + 3] = d
      scores[at + 4] = e
      scores[at + 5] = f
      scores[at + 6] = g
      scores[at + 7] = h
    }
  }
}

/** Scores of each token: the sum of the weights of its features. `rows` are rows of `weights`. */
export function scoresOf(rows: FeatureRows, weights: Float32Array, outputs: number): Float64Array {
  const { starts, ids } = rows
  const scores = new Float64Array((starts.length - 1) * outputs)
  for (let i = 0; i + 1 < starts.length; i++) {
    const at = i * outputs
    for (let q = starts[i] as number; q < (starts[i + 1] as number); q++) {
      const w = (ids[q] as number) * outputs
      for (let l = 0; l < outputs; l++)
        scores[at + l] = (scores[at + l] as number) + (weights[w + l] as number)
    }
  }
  return scores
}

/** Without the features whose weights are all small: they cost size and decide nothing. */
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
