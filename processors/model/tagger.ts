/**
 * From scores to spans: posteriors of a linear-chain conditional random field (Lafferty, McCallum
 * and Pereira 2001) by the scaled forward-backward algorithm (Rabiner 1989), exact probabilities of
 * single spans, and pointer distributions.
 *
 * Shared by the extractor, which decodes with it, and the trainer, whose gradients are differences
 * of these posteriors. Forbidden transitions have weight exactly 0. Scaling keeps all numbers near
 * 1, so documents may have any length.
 */

import type { Candidate } from './candidates.ts'
import type { Heads, PointerHead, SpanHead } from './manifest.ts'

const { exp, log, max } = Math // looked up once: called for every feature of every token

/** A chain with its forward and backward messages. Label l of token i is at i * labels + l. */
export interface Chain {
  readonly length: number
  readonly labels: number
  readonly forward: Float64Array // each token's messages sum to 1
  readonly backward: Float64Array // forward × backward is the posterior of a label
  readonly potential: Float64Array // exp(score - largest of the token)
  readonly scale: Float64Array // of each token
  readonly step: Float64Array // exp(transition), labels × labels
  readonly start: Float64Array // exp(transition into the first token)
  readonly highest: number // sum of the tokens' largest scores
}

export interface Span {
  readonly first: number // token index
  readonly last: number // exclusive
  readonly probability: number
}

const longestSpan = 60 // tokens
const hopeless = 1e-6 // less probable spans are not searched for
// nor are those less probable than the best one by this factor: they were most of ten spans, and
// re-ranking chooses no worse without them
const farBehind = 0.01

/** transitions: labels × labels log-weights, then labels for the first token; -Infinity forbids. */
export function chainOf(
  scores: Float32Array | Float64Array,
  length: number,
  heads: Pick<Heads, 'labels' | 'outputs'>,
  transitions: Float64Array,
): Chain {
  const { labels: L, outputs } = heads
  // one allocation: many documents are short
  const memory = new Float64Array(length * (3 * L + 1) + L * (L + 1))
  const forward = memory.subarray(0, length * L)
  const backward = memory.subarray(length * L, 2 * length * L)
  const potential = memory.subarray(2 * length * L, 3 * length * L)
  const scale = memory.subarray(3 * length * L, length * (3 * L + 1))
  const step = memory.subarray(length * (3 * L + 1), memory.length - L)
  const start = memory.subarray(memory.length - L)
  for (let k = 0; k < L * L; k++) step[k] = exp(transitions[k] as number)
  for (let l = 0; l < L; l++) start[l] = exp(transitions[L * L + l] as number)

  let highest = 0
  for (let i = 0; i < length; i++) {
    let most = -Infinity
    for (let l = 0; l < L; l++) most = max(most, scores[i * outputs + l] as number)
    for (let l = 0; l < L; l++) {
      const score = scores[i * outputs + l] as number
      potential[i * L + l] = score === most ? 1 : exp(score - most)
    }
    highest += most
  }
  for (let i = 0; i < length; i++) {
    const at = i * L
    let total = 0
    for (let l = 0; l < L; l++) {
      let sum = 0
      if (i === 0) sum = start[l] as number
      else
        for (let k = at - L, into = l; k < at; k++, into += L)
          sum += (forward[k] as number) * (step[into] as number)
      sum *= potential[at + l] as number
      forward[at + l] = sum
      total += sum
    }
    scale[i] = total
    for (let l = at; l < at + L; l++) forward[l] = (forward[l] as number) / total
  }
  backward.fill(1, (length - 1) * L)
  for (let i = length - 2; i >= 0; i--) {
    const at = (i + 1) * L
    const total = scale[i + 1] as number
    for (let k = 0, from = 0; k < L; k++) {
      let sum = 0
      for (let l = at; l < at + L; l++, from++)
        sum += (step[from] as number) * (potential[l] as number) * (backward[l] as number)
      backward[at - L + k] = sum / total
    }
  }
  return { length, labels: L, forward, backward, potential, scale, step, start, highest }
}

/** Of the sum over all labellings (the partition function). */
export function logPartitionOf({ highest, scale }: Chain): number {
  let sum = highest
  for (const total of scale) sum += log(total)
  return sum
}

/**
 * The most probable spans of a field, none far behind the best, each with its exact posterior
 * probability, best first.
 */
export function bestSpans(chain: Chain, head: SpanHead, most: number): Span[] {
  const { length, labels: L, forward, backward, potential, scale, step } = chain
  const { begin, inside } = head
  const found: Span[] = []
  let least = hopeless
  for (let first = 0; first < length; first++) {
    let path = forward[first * L + begin] as number
    if (path * (backward[first * L + begin] as number) < least) continue
    for (let last = first + 1; last <= length && last - first <= longestSpan; last++) {
      const from = last - 1 === first ? begin : inside
      let leave = 1
      if (last < length) {
        leave = 0
        for (let l = 0; l < L; l++)
          if (l !== inside)
            leave +=
              (step[from * L + l] as number) *
              (potential[last * L + l] as number) *
              (backward[last * L + l] as number)
        leave /= scale[last] as number
      }
      const probability = path * leave
      if (
        probability > least &&
        (found.length < most || probability > (found.at(-1) as Span).probability)
      ) {
        insert(found, { first, last, probability }, most)
        least = max(hopeless, farBehind * (found[0] as Span).probability)
      }
      if (last === length) break
      path *=
        ((step[from * L + inside] as number) * (potential[last * L + inside] as number)) /
        (scale[last] as number)
      if (path * (backward[last * L + inside] as number) < least) break
    }
  }
  return found.filter(({ probability }) => probability >= least)
}

/** Probability of each candidate, and of "none of them" as the last number. They sum to 1. */
export function pointerDistribution(
  scores: Float32Array | Float64Array,
  outputs: number,
  head: PointerHead,
  candidates: readonly Pick<Candidate, 'first' | 'last'>[],
  absent: number,
): Float64Array {
  const found = new Float64Array(candidates.length + 1)
  let most = absent
  for (let c = 0; c < candidates.length; c++) {
    const { first, last } = candidates[c] as (typeof candidates)[number]
    let sum = 0
    for (let i = first; i < last; i++) sum += scores[i * outputs + head.output] as number
    found[c] = sum
    most = max(most, sum)
  }
  found[candidates.length] = absent
  let total = 0
  for (let c = 0; c < found.length; c++) total += found[c] = exp((found[c] as number) - most)
  for (let c = 0; c < found.length; c++) found[c] = (found[c] as number) / total
  return found
}

function insert(found: Span[], span: Span, most: number): void {
  let at = found.length
  while (at > 0 && (found[at - 1] as Span).probability < span.probability) at--
  found.splice(at, 0, span)
  if (found.length > most) found.pop()
}
