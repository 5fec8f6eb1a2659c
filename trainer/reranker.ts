/**
 * Fitting the re-rankers: lexicons from the labelled values, then a log-linear model over the ten best spans of documents
 * that the tagger had not seen. Spans of documents that it had seen would teach that the tagger is always right.
 */

import type { Lexicon, SpanHead } from '../processors/model.ts'
import { lexiconWord, logOf } from '../processors/rerank.ts'
import type { Span } from '../processors/tagger.ts'
import type { Token } from '../processors/tokens.ts'
import type { Lesson } from './crf.ts'
import { randomFrom } from './random.ts'

export interface RerankSettings {
  readonly passes: number // over all documents
  readonly rate: number
  readonly penalty: number
  readonly leastVendors: number // a feature of fewer vendors gets no weight
}

/** The spans of one document and field, their features, and which of them are right. */
export interface Choice {
  readonly vendor: string
  readonly spans: readonly Span[]
  readonly features: readonly (readonly number[])[]
  readonly right: readonly boolean[]
}

export interface FittedReranker {
  readonly weights: ReadonlyMap<number, number>
  readonly score: number
}

const endVendors = 3 // vendors whose values end with a word before it is one that ends such values
const insideVendors = 5

/** Words that end or fill the values of each tagged field, of several vendors. */
export function lexiconsOf(lessons: readonly (Lesson & { readonly vendor: string })[], heads: readonly SpanHead[]): Map<string, Lexicon> {
  return new Map(heads.map((head) => {
    const ends = new Map<number, Set<string>>()
    const inside = new Map<number, Set<string>>()
    for (const { sheet, targets, vendor } of lessons) {
      const place = targets.spans.get(head.field)
      if (place === undefined) continue
      const words = sheet.text.tokens.slice(...place).map((token: Token) => ({ hash: lexiconWord(token.text), lettered: /\p{L}/u.test(token.text) }))
      const last = words.filter(({ hash }) => hash !== 0).at(-1)
      if (last !== undefined) note(ends, last.hash, vendor)
      for (const { hash, lettered } of words) if (hash !== 0 && lettered) note(inside, hash, vendor)
    }
    return [head.field, { ends: frequent(ends, endVendors), inside: frequent(inside, insideVendors) }]
  }))
}

/** Maximises the probability of the right spans; documents without one teach nothing. Vendors weigh by the root of their size. */
export function fitReranker(choices: readonly Choice[], settings: RerankSettings, seed: number): FittedReranker {
  const useful = choices.filter((choice) => choice.spans.length > 1 && choice.right.includes(true))
  const known = frequentFeatures(useful, settings.leastVendors)
  const sizes = new Map<string, number>()
  for (const { vendor } of useful) sizes.set(vendor, (sizes.get(vendor) ?? 0) + 1)
  const weights = new Map<number, number>()
  const squares = new Map<number, number>()
  let score = 1
  let scoreSquares = 0
  const random = randomFrom(seed)
  for (let visit = 0; visit < settings.passes * useful.length; visit++) {
    const choice = useful[Math.floor(random() * useful.length)] as Choice
    const features = choice.features.map((list) => list.filter((feature) => known.has(feature)))
    const odds = choice.spans.map((span, k) => (features[k] as number[]).reduce((sum, feature) => sum + (weights.get(feature) ?? 0), score * logOf(span)))
    const most = Math.max(...odds)
    const exponentials = odds.map((value) => Math.exp(value - most))
    const total = exponentials.reduce((sum, value) => sum + value, 0)
    const right = exponentials.reduce((sum, value, k) => (choice.right[k] ? sum + value : sum), 0)
    const weight = 1 / Math.sqrt(sizes.get(choice.vendor) as number)
    const slopes = new Map<number, number>()
    let scoreSlope = 0
    exponentials.forEach((value, k) => {
      const slope = (value / total - (choice.right[k] ? value / right : 0)) * weight
      scoreSlope += 0.2 * slope * logOf(choice.spans[k] as Span)
      for (const feature of features[k] as number[]) slopes.set(feature, (slopes.get(feature) ?? 0) + slope)
    })
    scoreSquares += scoreSlope * scoreSlope
    score -= (settings.rate * scoreSlope) / (Math.sqrt(scoreSquares) + 0.1)
    for (const [feature, slope] of slopes) {
      const g = slope + settings.penalty * (weights.get(feature) ?? 0)
      const square = (squares.get(feature) ?? 0) + g * g
      squares.set(feature, square)
      weights.set(feature, (weights.get(feature) ?? 0) - (settings.rate * g) / (Math.sqrt(square) + 0.1))
    }
  }
  return { weights, score }
}

function frequentFeatures(choices: readonly Choice[], least: number): ReadonlySet<number> {
  const vendors = new Map<number, Set<string>>()
  for (const choice of choices) for (const list of choice.features) for (const feature of list) note(vendors, feature, choice.vendor)
  return new Set(frequent(vendors, least))
}

function note(sets: Map<number, Set<string>>, key: number, vendor: string): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([vendor]))
  else known.add(vendor)
}

function frequent(sets: ReadonlyMap<number, ReadonlySet<string>>, least: number): number[] {
  return [...sets].filter(([, vendors]) => vendors.size >= least).map(([key]) => key).sort((a, b) => a - b)
}
