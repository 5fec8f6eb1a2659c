/** Decoding: posteriors against brute force over every labelling of tiny chains. */

import fc from 'fast-check'
import { headsOf } from '../../../processors/model/model.ts'
import {
  bestSpans,
  chainOf,
  logPartitionOf,
  pointerDistribution,
  type Span,
} from '../../../processors/model/tagger.ts'
import { allowedTransitions, chainGradient, pointerGradients } from '../../../trainer/gradients.ts'
import { randomFrom } from '../../../trainer/random.ts'
import type { StoredLesson } from '../../../trainer/lesson-file.ts'

const heads = headsOf([
  { name: 'name', type: 'text' },
  { name: 'place', type: 'text' },
  { name: 'date', type: 'date' },
])

function problem(
  seed: number,
  length: number,
): { scores: Float64Array; transitions: Float64Array } {
  const random = randomFrom(seed)
  const transitions = allowedTransitions(heads)
  for (let k = 0; k < transitions.length; k++)
    transitions[k] = (transitions[k] as number) + 2 * random() - 1
  return {
    scores: Float64Array.from({ length: length * heads.outputs }, () => 4 * random() - 2),
    transitions,
  }
}

/** Every labelling with its weight. */
function enumerate(
  scores: Float64Array,
  length: number,
  transitions: Float64Array,
): { labels: number[]; weight: number }[] {
  let paths: { labels: number[]; score: number }[] = [{ labels: [], score: 0 }]
  for (let i = 0; i < length; i++) {
    paths = paths.flatMap(({ labels, score }) =>
      Array.from({ length: heads.labels }, (_, label) => {
        const before = labels.at(-1)
        const into =
          before === undefined ? heads.labels * heads.labels + label : before * heads.labels + label
        return {
          labels: [...labels, label],
          score:
            score + (scores[i * heads.outputs + label] as number) + (transitions[into] as number),
        }
      }),
    )
  }
  return paths
    .map(({ labels, score }) => ({ labels, weight: Math.exp(score) }))
    .filter(({ weight }) => weight > 0)
}

/** Weight of all labellings that hold exactly this span. */
function chanceOf(
  first: number,
  last: number,
  head: { begin: number; inside: number },
  paths: ReturnType<typeof enumerate>,
): number {
  const has = (labels: readonly number[]): boolean =>
    labels[first] === head.begin &&
    labels.slice(first + 1, last).every((label) => label === head.inside) &&
    labels[last] !== head.inside
  return paths.reduce((share, path) => (has(path.labels) ? share + path.weight : share), 0)
}

describe('the chain', () => {
  test('posteriors and partition are those of brute force', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, length) => {
        const { scores, transitions } = problem(seed, length)
        const chain = chainOf(scores, length, heads, transitions)
        const paths = enumerate(scores, length, transitions)
        const total = paths.reduce((sum, { weight }) => sum + weight, 0)
        expect(logPartitionOf(chain)).toBeCloseTo(Math.log(total), 8)
        for (let i = 0; i < length; i++) {
          let sum = 0
          for (let l = 0; l < heads.labels; l++) {
            const posterior =
              (chain.forward[i * heads.labels + l] as number) *
              (chain.backward[i * heads.labels + l] as number)
            sum += posterior
            expect(posterior).toBeCloseTo(
              paths.reduce(
                (share, path) => (path.labels[i] === l ? share + path.weight : share),
                0,
              ) / total,
              8,
            )
          }
          expect(sum).toBeCloseTo(1, 10)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('the probability of a span is that of brute force, the best come first, and none is missing but those far behind', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const length = 5
        const { scores, transitions } = problem(seed, length)
        const paths = enumerate(scores, length, transitions)
        const total = paths.reduce((sum, { weight }) => sum + weight, 0)
        for (const head of heads.spans) {
          const found = bestSpans(chainOf(scores, length, heads, transitions), head, 100)
          const places = new Set(found.map(({ first, last }) => `${first} ${last}`))
          expect(places.size).toBe(found.length)
          const best = (found[0] as Span).probability
          for (let first = 0; first < length; first++) {
            for (let last = first + 1; last <= length; last++) {
              const behind = chanceOf(first, last, head, paths) / total / best
              if (behind > 0.0101) expect(places).toContain(`${first} ${last}`)
              if (behind < 0.0099) expect(places).not.toContain(`${first} ${last}`)
            }
          }
          expect([...found].sort((a, b) => b.probability - a.probability)).toEqual(found)
          for (const { first, last, probability } of found) {
            expect(probability).toBeCloseTo(chanceOf(first, last, head, paths) / total, 8)
          }
        }
      }),
      { numRuns: 10 },
    )
  })

  test('a chain of ten thousand tokens stays finite', () => {
    const { scores, transitions } = problem(7, 10_000)
    const chain = chainOf(
      scores.map((score) => 50 * score),
      10_000,
      heads,
      transitions,
    )
    expect(Number.isFinite(logPartitionOf(chain))).toBe(true)
    expect(chain.forward.every(Number.isFinite) && chain.backward.every(Number.isFinite)).toBe(true)
  })
})

describe('gradients', () => {
  const length = 6
  const labels = Uint8Array.from([0, 1, 2, 0, 3, 4])

  test('of the chain are those of finite differences', () => {
    const { scores, transitions } = problem(3, length)
    const ofScores = new Float64Array(scores.length)
    const ofTransitions = new Float64Array(transitions.length)
    const loss = (s: Float64Array, t: Float64Array): number =>
      chainGradient(
        s,
        length,
        heads,
        t,
        labels,
        new Float64Array(s.length),
        new Float64Array(t.length),
      )
    chainGradient(scores, length, heads, transitions, labels, ofScores, ofTransitions)
    expect(difference(scores, ofScores, (s) => loss(s, transitions))).toBeLessThan(1e-6)
    expect(difference(transitions, ofTransitions, (t) => loss(scores, t))).toBeLessThan(1e-6)
  })

  test.each([
    [[0, 1, 0], false],
    [[0, 0, 0], true],
    [[1, 0, 1], false],
  ])(
    'of a pointer with right candidates %j, absent %s, are those of finite differences',
    (right, absent) => {
      const { scores } = problem(5, length)
      const none = Float64Array.from([0.3])
      const lesson = {
        candidates: {
          date: [
            { first: 0, last: 2 },
            { first: 2, last: 3 },
            { first: 4, last: 6 },
          ],
        },
        pointers: [{ right: Uint8Array.from(right), absent }],
      } as unknown as StoredLesson
      const loss = (s: Float64Array, n: Float64Array): number =>
        pointerGradients(s, heads, lesson, n, new Float64Array(s.length), new Float64Array(1))
      const ofScores = new Float64Array(scores.length)
      const ofNone = new Float64Array(1)
      pointerGradients(scores, heads, lesson, none, ofScores, ofNone)
      expect(difference(scores, ofScores, (s) => loss(s, none))).toBeLessThan(1e-6)
      expect(difference(none, ofNone, (n) => loss(scores, n))).toBeLessThan(1e-6)
    },
  )
})

test("a pointer's probabilities, with absence, sum to one", () => {
  const { scores } = problem(11, 4)
  const found = pointerDistribution(
    scores,
    heads.outputs,
    heads.pointers[0] as (typeof heads.pointers)[0],
    [
      { first: 0, last: 1 },
      { first: 1, last: 4 },
    ],
    0.5,
  )
  expect(found).toHaveLength(3)
  expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
})

/** Largest gap between a gradient and central differences, over the finite points. */
function difference(
  point: Float64Array,
  gradient: Float64Array,
  loss: (at: Float64Array) => number,
): number {
  const step = 1e-5
  let most = 0
  point.forEach((value, k) => {
    if (!Number.isFinite(value)) return
    const moved = (by: number): Float64Array =>
      Float64Array.from(point, (other, n) => (n === k ? other + by : other))
    most = Math.max(
      most,
      Math.abs((loss(moved(step)) - loss(moved(-step))) / (2 * step) - (gradient[k] as number)),
    )
  })
  return most
}
