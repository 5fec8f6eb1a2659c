/**
 * The gate: may a candidate replace the champion? A pure function of what both said about the same held-out documents.
 *
 * RULE. The candidate passes if it is not inferior: over all fields, and on each required one, the lower end of a paired
 * bootstrap of the difference in F1 must not fall under minus the margin, and over all fields the difference itself may
 * not fall under minus half of it. A candidate that is merely as good passes, since it knows more vendors. The bootstrap draws whole vendors (documents of a vendor resemble each other: Efron and Tibshirani 1993, ch. 8), paired, so
 * that a hard document counts for both. Vendors absent from training are judged once more by themselves.
 *
 * With no champion a candidate passes if it reads anything right. With fewer held-out documents than `leastDocuments` the
 * gate refuses: no evidence is not good evidence.
 */

import { randomFrom } from './random.ts'

export interface Judged {
  readonly documentId: string
  readonly vendor: string
  readonly unseen: boolean // the vendor has no document in training
  readonly fields: Readonly<Record<string, Outcome>>
}

/** right, wrong (another value), missing (no value though there is one), extra (a value where there is none), absent (rightly none) */
export type Outcome = 'right' | 'wrong' | 'missing' | 'extra' | 'absent'

export interface GateSettings {
  readonly required: readonly string[]
  readonly margin: number // of F1, 0 to 1
  readonly leastDocuments: number
  readonly resamples: number
  readonly seed: number
}

export const gateDefaults = { margin: 0.02, leastDocuments: 8, resamples: 500, seed: 13 } as const

export interface Comparison {
  readonly scope: string // all, unseen, or a field
  readonly documents: number
  readonly champion: number | null // F1
  readonly candidate: number
  readonly difference: number | null
  readonly low: number | null // 5th percentile of the paired difference
}

export interface Decision {
  readonly promote: boolean
  readonly reasons: readonly string[]
  readonly comparisons: readonly Comparison[]
}

export function decide(champion: readonly Judged[] | null, candidate: readonly Judged[], settings: GateSettings): Decision {
  const compare = (scope: string, of: (judged: Judged) => readonly Outcome[], from: (judged: Judged) => boolean = () => true): Comparison => {
    const mine = candidate.filter(from)
    const theirs = champion?.filter(from) ?? null
    const score = f1(mine.flatMap(of))
    if (theirs === null) return { scope, documents: mine.length, champion: null, candidate: score, difference: null, low: null }
    const base = f1(theirs.flatMap(of))
    return { scope, documents: mine.length, champion: base, candidate: score, difference: score - base, low: lowerBound(theirs, mine, of, settings) }
  }
  const every = (judged: Judged): readonly Outcome[] => Object.values(judged.fields)
  const all = compare('all', every)
  const unseen = compare('unseen', every, (judged) => judged.unseen)
  const fields = settings.required.map((field) => compare(field, (judged) => (judged.fields[field] === undefined ? [] : [judged.fields[field]])))
  const reasons: string[] = []
  if (champion !== null && candidate.length < settings.leastDocuments) reasons.push(`only ${candidate.length} held-out documents, ${settings.leastDocuments} are needed`)
  if (all.difference === null && all.candidate <= 0) reasons.push(`reads nothing right on ${candidate.length} held-out documents`)
  if ((all.difference ?? 0) < -settings.margin / 2 || (all.low ?? 0) < -settings.margin) reasons.push(`reads less well than the champion: F1 ${percent(all.candidate)} against ${percent(all.champion)}`)
  for (const field of fields) {
    if (field.low !== null && field.low < -settings.margin) reasons.push(`${field.scope} may lose ${percent(-field.low)}, more than the margin of ${percent(settings.margin)}`)
  }
  if (unseen.low !== null && unseen.documents >= settings.leastDocuments && unseen.low < -settings.margin) {
    reasons.push(`on vendors absent from training it may lose ${percent(-unseen.low)}`)
  }
  const promote = reasons.length === 0
  if (promote) reasons.push(all.difference === null ? `first champion, F1 ${percent(all.candidate)}` : `F1 ${percent(all.candidate)} against ${percent(all.champion)} on ${all.documents} documents`)
  return { promote, reasons, comparisons: [all, unseen, ...fields] }
}

/** F1 over outcomes: a wrong value is one false positive and one false negative. 0 where nothing is to be found. */
export function f1(outcomes: readonly Outcome[]): number {
  const count = (...kinds: Outcome[]): number => outcomes.filter((outcome) => kinds.includes(outcome)).length
  const right = count('right')
  const all = 2 * right + count('wrong', 'extra') + count('wrong', 'missing')
  return all === 0 ? 0 : (2 * right) / all
}

function lowerBound(champion: readonly Judged[], candidate: readonly Judged[], of: (judged: Judged) => readonly Outcome[], settings: GateSettings): number {
  const pairs = new Map<string, { champion: Judged[]; candidate: Judged[] }>()
  const before = new Map(champion.map((judged) => [judged.documentId, judged]))
  for (const judged of candidate) {
    const other = before.get(judged.documentId)
    if (other === undefined) continue
    const pair = pairs.get(judged.vendor) ?? { champion: [], candidate: [] }
    pair.champion.push(other)
    pair.candidate.push(judged)
    pairs.set(judged.vendor, pair)
  }
  const vendors = [...pairs.values()]
  if (vendors.length === 0) return 0
  const random = randomFrom(settings.seed)
  const differences = Array.from({ length: settings.resamples }, () => {
    const drawn = vendors.map(() => vendors[Math.floor(random() * vendors.length)] as { champion: Judged[]; candidate: Judged[] })
    return f1(drawn.flatMap((pair) => pair.candidate.flatMap(of))) - f1(drawn.flatMap((pair) => pair.champion.flatMap(of)))
  }).sort((a, b) => a - b)
  return differences[Math.floor(0.05 * differences.length)] as number
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} %`
}
