/**
 * Fitting the re-rankers: a log-linear model over the best spans of documents that the tagger had
 * not seen. On documents that it had seen, the tagger would seem always right.
 */

import { rerankBits } from '../processors/model/rerank.ts'
import { randomFrom } from './random.ts'
import type { KeptChoice, RerankChoices } from './rerank-choices.ts'

export interface RerankSettings {
  readonly passes: number // over all documents
  readonly rate: number
  readonly penalty: number
  readonly leastVendors: number // a feature of fewer vendors gets no weight
}

export interface FittedReranker {
  readonly weights: ReadonlyMap<number, number>
  readonly score: number
}

/**
 * Maximises the probability of the right spans, on the choices of the held-out documents that `isIn`
 * selects. Vendors are weighted by the square root of their size.
 */
export function fitReranker(
  choices: RerankChoices,
  isIn: (held: number) => boolean,
  settings: RerankSettings,
  seed: number,
): FittedReranker {
  const members = choices.of(isIn)
  const known = frequentFeatures(choices, members, settings.leastVendors)
  const drills = members.map(drillMaker(choices, members, known))
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
interface Drill extends Pick<KeptChoice, 'logs' | 'right'> {
  readonly starts: Int32Array // span k has features[starts[k]] to features[starts[k + 1] - 1]
  readonly features: Int32Array
  readonly distinct: Int32Array
  readonly weight: number
}

function drillMaker(
  choices: RerankChoices,
  members: readonly number[],
  known: readonly number[],
): (choice: number) => Drill {
  const placeOf = new Int32Array(1 << rerankBits).fill(-1)
  known.forEach((feature, k) => (placeOf[feature] = k))
  const sizes = new Map<string, number>()
  for (const choice of members) {
    const { vendor } = choices.at(choice)
    sizes.set(vendor, (sizes.get(vendor) ?? 0) + 1)
  }
  return (choice) => {
    const { vendor, logs, right, starts, features } = choices.at(choice)
    const first = starts[0] as number
    const places: number[] = []
    const ends = starts.map((_, k) => {
      const from = k === 0 ? 0 : (starts[k - 1] as number) - first
      for (const feature of features.subarray(from, (starts[k] as number) - first))
        if ((placeOf[feature] as number) >= 0) places.push(placeOf[feature] as number)
      return places.length
    })
    return {
      logs,
      starts: ends,
      features: Int32Array.from(places),
      distinct: Int32Array.from(new Set(places)),
      right,
      weight: 1 / Math.sqrt(sizes.get(vendor) as number),
    }
  }
}

/** Features that occur in the choices of enough vendors, ascending. */
function frequentFeatures(
  choices: RerankChoices,
  members: readonly number[],
  least: number,
): number[] {
  const lastVendor = new Int32Array(1 << rerankBits).fill(-1)
  const vendors = new Int32Array(1 << rerankBits)
  const byVendor = new Map<string, number[]>()
  for (const member of members) {
    const { vendor } = choices.at(member)
    const others = byVendor.get(vendor)
    if (others === undefined) byVendor.set(vendor, [member])
    else others.push(member)
  }
  ;[...byVendor.values()].forEach((ofVendor, vendor) => {
    for (const member of ofVendor) {
      for (const feature of choices.at(member).features) {
        if (lastVendor[feature] === vendor) continue
        lastVendor[feature] = vendor
        vendors[feature] = (vendors[feature] as number) + 1
      }
    }
  })
  return [...vendors.keys()].filter((feature) => (vendors[feature] as number) >= Math.max(1, least))
}
