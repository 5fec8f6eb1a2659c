/**
 * Fitting the re-rankers: lexicons from the labelled values, then a log-linear model over the best
 * spans of documents that the tagger had not seen. On documents that it had seen, the tagger would
 * seem always right.
 */

import { lexiconWord } from '../processors/document/token-features.ts'
import { rerankBits } from '../processors/model/rerank.ts'
import { logOf } from '../processors/model/span-attributes.ts'
import type { Span } from '../processors/model/tagger.ts'
import type { Token } from '../processors/document/tokens.ts'
import { randomFrom } from './random.ts'
import type { Lexicon, SpanHead } from '../processors/model/manifest.ts'
import type { FitLesson } from './labels.ts'

export interface RerankSettings {
  readonly passes: number // over all documents
  readonly rate: number
  readonly penalty: number
  readonly leastVendors: number // a feature of fewer vendors gets no weight
}

/** The spans of one document and field, their features, and which of them are right. */
export interface RerankChoice {
  readonly vendor: string
  readonly spans: readonly Span[]
  readonly features: readonly (readonly number[])[]
  readonly right: readonly boolean[]
}

export interface FittedReranker {
  readonly weights: ReadonlyMap<number, number>
  readonly score: number
}

// vendors with values that end with a word, before it counts as an ending
const endVendors = 3
const insideVendors = 5

/** Words that end or fill the values of each tagged field, of several vendors. */
export function lexiconsOf(
  lessons: readonly (FitLesson & { readonly vendor: string })[],
  heads: readonly SpanHead[],
): Map<string, Lexicon> {
  return new Map(
    heads.map((head) => {
      const ends = new Map<number, Set<string>>()
      const inside = new Map<number, Set<string>>()
      for (const { sheet, targets, vendor } of lessons) {
        const place = targets.spans.get(head.field)
        if (place === undefined) continue
        const words = sheet.text.tokens.slice(...place).map((token: Token) => ({
          hash: lexiconWord(token.text),
          lettered: /\p{L}/u.test(token.text),
        }))
        const last = words.filter(({ hash }) => hash !== 0).at(-1)
        if (last !== undefined) note(ends, last.hash, vendor)
        for (const { hash, lettered } of words)
          if (hash !== 0 && lettered) note(inside, hash, vendor)
      }
      return [
        head.field,
        { ends: frequent(ends, endVendors), inside: frequent(inside, insideVendors) },
      ]
    }),
  )
}

/**
 * Maximises the probability of the right spans; documents without one are skipped. Vendors are
 * weighted by the square root of their size.
 */
export function fitReranker(
  choices: readonly RerankChoice[],
  settings: RerankSettings,
  seed: number,
): FittedReranker {
  const useful = choices.filter((choice) => choice.spans.length > 1 && choice.right.includes(true))
  const known = frequentFeatures(useful, settings.leastVendors)
  const drills = drillsOf(useful, known)
  const weights = new Float64Array(known.length)
  const squares = new Float64Array(known.length)
  const slopes = new Float64Array(known.length)
  const met = new Uint8Array(known.length) // features that never occur get no weight
  let score = 1
  let scoreSquares = 0
  const random = randomFrom(seed)
  for (let visit = 0; visit < settings.passes * drills.length; visit++) {
    const { logs, starts, features, distinct, right, weight } = drills[
      Math.floor(random() * drills.length)
    ] as Drill
    const odds = logs.map((log, k) => {
      let sum = score * log
      for (let q = starts[k] as number; q < (starts[k + 1] as number); q++)
        sum += weights[features[q] as number] as number
      return sum
    })
    const most = Math.max(...odds)
    const exponentials = odds.map((value) => Math.exp(value - most))
    const total = exponentials.reduce((sum, value) => sum + value, 0)
    const rightly = exponentials.reduce((sum, value, k) => (right[k] ? sum + value : sum), 0)
    let scoreSlope = 0
    for (let k = 0; k < exponentials.length; k++) {
      const value = exponentials[k] as number
      const slope = (value / total - (right[k] ? value / rightly : 0)) * weight
      scoreSlope += 0.2 * slope * (logs[k] as number)
      for (let q = starts[k] as number; q < (starts[k + 1] as number); q++)
        slopes[features[q] as number] = (slopes[features[q] as number] as number) + slope
    }
    scoreSquares += scoreSlope * scoreSlope
    score -= (settings.rate * scoreSlope) / (Math.sqrt(scoreSquares) + 0.1)
    for (const feature of distinct) {
      const g = (slopes[feature] as number) + settings.penalty * (weights[feature] as number)
      const square = (squares[feature] as number) + g * g
      squares[feature] = square
      weights[feature] =
        (weights[feature] as number) - (settings.rate * g) / (Math.sqrt(square) + 0.1)
      slopes[feature] = 0
      met[feature] = 1
    }
  }
  return {
    weights: new Map(
      known.flatMap((feature, k) =>
        met[k] === 1 ? [[feature, weights[k] as number] as const] : [],
      ),
    ),
    score,
  }
}

/**
 * A choice prepared for many visits: its features with a weight, as indexes into the list of these.
 */
interface Drill {
  readonly logs: Float64Array // of each span
  readonly starts: Int32Array // span k has features[starts[k]] to features[starts[k + 1] - 1]
  readonly features: Int32Array
  readonly distinct: Int32Array
  readonly right: readonly boolean[]
  readonly weight: number
}

function drillsOf(choices: readonly RerankChoice[], known: readonly number[]): Drill[] {
  const placeOf = new Int32Array(1 << rerankBits).fill(-1)
  known.forEach((feature, k) => (placeOf[feature] = k))
  const sizes = new Map<string, number>()
  for (const { vendor } of choices) sizes.set(vendor, (sizes.get(vendor) ?? 0) + 1)
  return choices.map(({ vendor, spans, features, right }) => {
    const starts = new Int32Array(features.length + 1)
    const places: number[] = []
    features.forEach((list, k) => {
      for (const feature of list)
        if ((placeOf[feature] as number) >= 0) places.push(placeOf[feature] as number)
      starts[k + 1] = places.length
    })
    return {
      logs: Float64Array.from(spans, logOf),
      starts,
      features: Int32Array.from(places),
      distinct: Int32Array.from(new Set(places)),
      right,
      weight: 1 / Math.sqrt(sizes.get(vendor) as number),
    }
  })
}

/** Features that occur in the choices of enough vendors, ascending. */
function frequentFeatures(choices: readonly RerankChoice[], least: number): number[] {
  const lastVendor = new Int32Array(1 << rerankBits).fill(-1)
  const vendors = new Int32Array(1 << rerankBits)
  const byVendor = new Map<string, RerankChoice[]>()
  for (const choice of choices) {
    const others = byVendor.get(choice.vendor)
    if (others === undefined) byVendor.set(choice.vendor, [choice])
    else others.push(choice)
  }
  ;[...byVendor.values()].forEach((ofVendor, vendor) => {
    for (const { features } of ofVendor) {
      for (const list of features) {
        for (const feature of list) {
          if (lastVendor[feature] === vendor) continue
          lastVendor[feature] = vendor
          vendors[feature] = (vendors[feature] as number) + 1
        }
      }
    }
  })
  return [...vendors.keys()].filter((feature) => (vendors[feature] as number) >= Math.max(1, least))
}

function note(sets: Map<number, Set<string>>, key: number, vendor: string): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([vendor]))
  else known.add(vendor)
}

function frequent(sets: ReadonlyMap<number, ReadonlySet<string>>, least: number): number[] {
  return [...sets]
    .filter(([, vendors]) => vendors.size >= least)
    .map(([key]) => key)
    .sort((a, b) => a - b)
}
