/**
 * Fitting the tagger and the pointers: one set of weights over hashed features, a conditional random field on top for
 * names, addresses and numbers, a softmax over candidates (and "absent") for each pointer.
 *
 * Gradient descent by documents with AdaGrad steps (Duchi, Hazan and Singer 2011), feature dropout, and the weights
 * averaged over the last epochs. Plain typed arrays: some seconds for hundreds of documents. Every number follows from
 * the examples and the seed.
 */

import { featureBits, type FeatureRows } from '../processors/features.ts'
import type { Heads } from '../processors/model.ts'
import type { Sheet } from '../processors/predict.ts'
import { chainOf, pointerDistribution } from '../processors/tagger.ts'
import type { PointerTarget, Targets } from './labels.ts'
import { randomFrom, shuffled } from './random.ts'

const { sqrt, floor } = Math // looked up once: these are called for every feature of every token

export interface TaggerSettings {
  readonly epochs: number
  readonly rate: number // AdaGrad's first step
  readonly penalty: number // L2, on weights that are touched
  readonly dropout: number // share of features hidden at each visit
  readonly averaged: number // last epochs whose weights are averaged
  readonly leastDocuments: number // a feature of fewer documents gets no weight
  readonly smallest: number // features whose weights are all smaller are dropped afterwards
}

/** A document as the fitter sees it. */
export interface Lesson {
  readonly sheet: Sheet
  readonly targets: Targets
  /** The same document as a recogniser would have read it: every other visit is to this one. */
  readonly misread?: Pick<Lesson, 'sheet' | 'targets'> | null
}

export interface Tagger {
  readonly features: Int32Array // hashed feature of each row from 1, ascending
  readonly weights: Float32Array // (features + 1) × outputs; row 0 is zero
  readonly transitions: Float64Array // labels × labels, then labels for the first token
  readonly absent: Float64Array // one for each pointer
}

export function fitTagger(lessons: readonly Lesson[], heads: Heads, settings: TaggerSettings, seed: number): Tagger {
  const { features, rowOf } = vocabulary(lessons, settings.leastDocuments)
  const rows = lessons.map((lesson) => knownRows(lesson.sheet.features, rowOf))
  const misreadRows = lessons.map(({ misread }) => (misread ? knownRows(misread.sheet.features, rowOf) : null))
  const { outputs } = heads
  const weights = new Float32Array((features.length + 1) * outputs)
  const squares = new Float32Array(weights.length)
  const sum = new Float32Array(weights.length)
  const chain = { values: allowedTransitions(heads), squares: new Float64Array(heads.labels * (heads.labels + 1)), sum: new Float64Array(heads.labels * (heads.labels + 1)) }
  const none = { values: new Float64Array(heads.pointers.length), squares: new Float64Array(heads.pointers.length), sum: new Float64Array(heads.pointers.length) }
  const random = randomFrom(seed)
  let noise = Math.imul(seed, 0x9e3779b1) | 1
  const hidden = floor(settings.dropout * 4_294_967_296)
  let order = lessons.map((_, k) => k)
  let averages = 0

  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    order = shuffled(order, random)
    for (const k of order) {
      const asMisread = (epoch + k) % 2 === 1 ? misreadRows[k] ?? null : null
      const lesson = asMisread === null ? (lessons[k] as Lesson) : (lessons[k]?.misread as Lesson)
      const visible = hide(asMisread ?? (rows[k] as FeatureRows))
      const length = visible.starts.length - 1
      if (length === 0) continue
      const scores = scoresOf(visible, weights, outputs)
      const gradient = new Float64Array(scores.length)
      const ofTransitions = new Float64Array(chain.values.length)
      const ofAbsent = new Float64Array(none.values.length)
      chainGradient(scores, length, heads, chain.values, lesson.targets.labels, gradient, ofTransitions)
      pointerGradients(scores, heads, lesson, none.values, gradient, ofAbsent)
      descend(visible, gradient)
      step(chain, ofTransitions)
      step(none, ofAbsent)
    }
    if (epoch < settings.epochs - settings.averaged) continue
    averages++
    for (let k = 0; k < weights.length; k++) sum[k] = (sum[k] as number) + (weights[k] as number)
    for (const part of [chain, none]) part.values.forEach((value, k) => (part.sum[k] = (part.sum[k] as number) + value))
  }
  const mean = <T extends Float32Array | Float64Array>(values: T): T => values.map((value) => value / averages) as T
  return pruned({ features, weights: mean(sum), transitions: mean(chain.sum), absent: mean(none.sum) }, outputs, settings.smallest)

  function hide(all: FeatureRows): FeatureRows {
    if (hidden === 0) return all
    const starts = new Int32Array(all.starts.length)
    const ids = new Int32Array(all.ids.length)
    let count = 0
    for (let i = 0; i + 1 < all.starts.length; i++) {
      for (let q = all.starts[i] as number; q < (all.starts[i + 1] as number); q++) {
        noise ^= noise << 13
        noise ^= noise >>> 17
        noise ^= noise << 5
        if (noise >>> 0 >= hidden) ids[count++] = all.ids[q] as number
      }
      starts[i + 1] = count
    }
    return { starts, ids }
  }

  function descend(visible: FeatureRows, gradient: Float64Array): void {
    const { starts, ids } = visible
    for (let i = 0; i + 1 < starts.length; i++) {
      const end = starts[i + 1] as number
      for (let l = 0; l < outputs; l++) {
        const slope = gradient[i * outputs + l] as number
        if (slope < 1e-5 && slope > -1e-5) continue
        for (let q = starts[i] as number; q < end; q++) {
          const w = (ids[q] as number) * outputs + l
          const g = slope + settings.penalty * (weights[w] as number)
          const square = (squares[w] as number) + g * g
          squares[w] = square
          weights[w] = (weights[w] as number) - (settings.rate * g) / (sqrt(square) + 0.01)
        }
      }
    }
  }

  function step(part: { values: Float64Array; squares: Float64Array }, gradient: Float64Array): void {
    for (let k = 0; k < gradient.length; k++) {
      const g = gradient[k] as number
      if (g === 0) continue
      part.squares[k] = (part.squares[k] as number) + g * g
      part.values[k] = (part.values[k] as number) - (settings.rate * g) / (sqrt(part.squares[k] as number) + 0.01)
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
      for (let l = 0; l < outputs; l++) scores[at + l] = (scores[at + l] as number) + (weights[w + l] as number)
    }
  }
  return scores
}

/** The rows of a document's features; features without a row are left out. */
export function knownRows(features: FeatureRows, rowOf: Int32Array): FeatureRows {
  const starts = new Int32Array(features.starts.length)
  const ids = new Int32Array(features.ids.length)
  let count = 0
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let q = features.starts[i] as number; q < (features.starts[i + 1] as number); q++) {
      const row = rowOf[features.ids[q] as number] as number
      if (row !== 0) ids[count++] = row
    }
    starts[i + 1] = count
  }
  return { starts, ids: ids.slice(0, count) }
}

/** Adds the gradient of the negative log-likelihood of the labels; returns that loss. */
export function chainGradient(scores: Float64Array, length: number, heads: Pick<Heads, 'labels' | 'outputs'>, transitions: Float64Array, labels: Uint8Array, ofScores: Float64Array, ofTransitions: Float64Array): number {
  const { labels: L, outputs } = heads
  const chain = chainOf(scores, length, heads, transitions)
  const { forward, backward, potential, scale, step } = chain
  let gold = 0
  for (let i = 0; i < length; i++) {
    const label = labels[i] as number
    gold += scores[i * outputs + label] as number
    for (let l = 0; l < L; l++) ofScores[i * outputs + l] = (ofScores[i * outputs + l] as number) + (forward[i * L + l] as number) * (backward[i * L + l] as number)
    ofScores[i * outputs + label] = (ofScores[i * outputs + label] as number) - 1
    const into = i === 0 ? L * L + label : (labels[i - 1] as number) * L + label
    gold += transitions[into] as number
    ofTransitions[into] = (ofTransitions[into] as number) - 1
    if (i === 0) {
      for (let l = 0; l < L; l++) ofTransitions[L * L + l] = (ofTransitions[L * L + l] as number) + (forward[l] as number) * (backward[l] as number)
      continue
    }
    for (let k = 0; k < L; k++) {
      const from = (forward[(i - 1) * L + k] as number) / (scale[i] as number)
      if (from < 1e-12) continue
      for (let l = 0; l < L; l++) {
        const at = k * L + l
        ofTransitions[at] = (ofTransitions[at] as number) + from * (step[at] as number) * (potential[i * L + l] as number) * (backward[i * L + l] as number)
      }
    }
  }
  return chain.logPartition - gold
}

/** Adds the gradients of all pointers that have a target; returns their loss: -log of the probability of what is right. */
export function pointerGradients(scores: Float64Array, heads: Heads, lesson: Lesson, absent: Float64Array, ofScores: Float64Array, ofAbsent: Float64Array): number {
  let loss = 0
  heads.pointers.forEach((head, h) => {
    const target = lesson.targets.pointers[h] as PointerTarget | null
    if (target === null) return
    const candidates = lesson.sheet.candidates[head.type]
    const found = pointerDistribution(scores, heads.outputs, head, candidates, absent[h] as number)
    const isRight = (c: number): boolean => (c === candidates.length ? target.absent : target.right[c] === 1)
    let right = 0
    for (let c = 0; c < found.length; c++) if (isRight(c)) right += found[c] as number
    right = Math.max(right, 1e-12)
    loss -= Math.log(right)
    for (let c = 0; c < found.length; c++) {
      const probability = found[c] as number
      const slope = probability - (isRight(c) ? probability / right : 0)
      if (c === candidates.length) ofAbsent[h] = (ofAbsent[h] as number) + slope
      else for (let i = candidates[c]?.first ?? 0; i < (candidates[c]?.last ?? 0); i++) ofScores[i * heads.outputs + head.output] = (ofScores[i * heads.outputs + head.output] as number) + slope
    }
  })
  return loss
}

/** Zero where a label may follow, -Infinity where not: inside comes only after begin or inside of the same field. */
export function allowedTransitions(heads: Heads): Float64Array {
  const L = heads.labels
  const transitions = new Float64Array(L * L + L)
  for (const { begin, inside } of heads.spans) {
    for (let from = 0; from < L; from++) if (from !== begin && from !== inside) transitions[from * L + inside] = -Infinity
    transitions[L * L + inside] = -Infinity
  }
  return transitions
}

function vocabulary(lessons: readonly Lesson[], least: number): { features: Int32Array; rowOf: Int32Array } {
  const documents = new Uint16Array(1 << featureBits)
  const last = new Int32Array(1 << featureBits).fill(-1)
  lessons.forEach((lesson, k) => {
    for (const { features } of lesson.misread ? [lesson.sheet, lesson.misread.sheet] : [lesson.sheet]) {
      for (const id of features.ids) {
        if (last[id] === k) continue
        last[id] = k
        documents[id] = Math.min(65_535, (documents[id] as number) + 1)
      }
    }
  })
  const features = Int32Array.from([...documents.keys()].filter((id) => (documents[id] as number) >= least))
  const rowOf = new Int32Array(1 << featureBits)
  features.forEach((id, k) => (rowOf[id] = k + 1))
  return { features, rowOf }
}

/** Without the features whose weights are all small: they cost size and decide nothing. */
function pruned(tagger: Tagger, outputs: number, smallest: number): Tagger {
  const kept = [...tagger.features.keys()].filter((k) => tagger.weights.subarray((k + 1) * outputs, (k + 2) * outputs).some((weight) => Math.abs(weight) >= smallest))
  const weights = new Float32Array((kept.length + 1) * outputs)
  kept.forEach((k, row) => weights.set(tagger.weights.subarray((k + 1) * outputs, (k + 2) * outputs), (row + 1) * outputs))
  return { ...tagger, features: Int32Array.from(kept, (k) => tagger.features[k] as number), weights }
}
