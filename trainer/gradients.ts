/**
 * Gradients by the scores of one document's tokens, of the losses of tags and of pointers, from the
 * posteriors that the extractor decodes with (processors/model/tagger.ts).
 */

import { chainOf, logPartitionOf, pointerDistribution } from '../processors/model/tagger.ts'
import type { StoredLesson } from './lesson-file.ts'
import type { Heads } from '../processors/model/manifest.ts'

/** Adds the gradient of the negative log-likelihood of the labels; returns that loss. */
export function chainGradient(
  scores: Float64Array,
  length: number,
  heads: Pick<Heads, 'labels' | 'outputs'>,
  transitions: Float64Array,
  labels: Uint8Array,
  ofScores: Float64Array,
  ofTransitions: Float64Array,
): number {
  const { labels: L, outputs } = heads
  const chain = chainOf(scores, length, heads, transitions)
  const { forward, backward, potential, scale, step } = chain
  let gold = 0
  for (let i = 0; i < length; i++) {
    const label = labels[i] as number
    gold += scores[i * outputs + label] as number
    for (let l = 0; l < L; l++)
      ofScores[i * outputs + l] =
        (ofScores[i * outputs + l] as number) +
        (forward[i * L + l] as number) * (backward[i * L + l] as number)
    ofScores[i * outputs + label] = (ofScores[i * outputs + label] as number) - 1
    const into = i === 0 ? L * L + label : (labels[i - 1] as number) * L + label
    gold += transitions[into] as number
    ofTransitions[into] = (ofTransitions[into] as number) - 1
    if (i === 0) {
      for (let l = 0; l < L; l++)
        ofTransitions[L * L + l] =
          (ofTransitions[L * L + l] as number) + (forward[l] as number) * (backward[l] as number)
      continue
    }
    for (let k = 0; k < L; k++) {
      const from = (forward[(i - 1) * L + k] as number) / (scale[i] as number)
      if (from < 1e-12) continue
      for (let l = 0; l < L; l++) {
        const at = k * L + l
        ofTransitions[at] =
          (ofTransitions[at] as number) +
          from *
            (step[at] as number) *
            (potential[i * L + l] as number) *
            (backward[i * L + l] as number)
      }
    }
  }
  return logPartitionOf(chain) - gold
}

/**
 * Adds the gradients of all pointers that have a target; returns their loss: -log of the
 * probability of the right candidates.
 */
export function pointerGradients(
  scores: Float64Array,
  heads: Heads,
  lesson: Pick<StoredLesson, 'candidates' | 'pointers'>,
  absent: Float64Array,
  ofScores: Float64Array,
  ofAbsent: Float64Array,
): number {
  let loss = 0
  heads.pointers.forEach((head, h) => {
    const target = lesson.pointers[h]
    if (!target) return
    const candidates = lesson.candidates[head.type]
    const found = pointerDistribution(scores, heads.outputs, head, candidates, absent[h] as number)
    const isRight = (c: number): boolean =>
      c === candidates.length ? target.absent : target.right[c] === 1
    let right = 0
    for (let c = 0; c < found.length; c++) if (isRight(c)) right += found[c] as number
    right = Math.max(right, 1e-12)
    loss -= Math.log(right)
    for (let c = 0; c < found.length; c++) {
      const probability = found[c] as number
      const slope = probability - (isRight(c) ? probability / right : 0)
      if (c === candidates.length) ofAbsent[h] = (ofAbsent[h] as number) + slope
      else
        for (let i = candidates[c]?.first ?? 0; i < (candidates[c]?.last ?? 0); i++)
          ofScores[i * heads.outputs + head.output] =
            (ofScores[i * heads.outputs + head.output] as number) + slope
    }
  })
  return loss
}

/**
 * Zero where a label may follow, -Infinity where not: inside may only follow begin or inside of the
 * same field.
 */
export function allowedTransitions(heads: Heads): Float64Array {
  const L = heads.labels
  const transitions = new Float64Array(L * L + L)
  for (const { begin, inside } of heads.spans) {
    for (let from = 0; from < L; from++)
      if (from !== begin && from !== inside) transitions[from * L + inside] = -Infinity
    transitions[L * L + inside] = -Infinity
  }
  return transitions
}
