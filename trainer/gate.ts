/**
 * The gate: may a candidate replace the champion? A pure function of both models' predictions on
 * the same held-out documents.
 *
 * RULE. Over all fields the candidate must be shown to be non-inferior: in nine of ten paired
 * resamples the difference in F1 is above minus the margin, and the difference itself is not below
 * minus half of it. The bootstrap draws whole vendors (documents of a vendor resemble each other:
 * Efron and Tibshirani 1993, ch. 8), paired, so that a hard document counts for both. On each
 * required field, where a few documents are all the evidence, the candidate must not be
 * significantly worse: by more than the margin, and in 95 of 100 resamples of the documents (about
 * three documents more wrong than right). On vendors absent from training the difference may not
 * fall below minus the margin.
 *
 * NEVER DOWNHILL. A loss within the margin may be chance, but ten such losses in a row are not. So the
 * candidate is also compared with the best champion so far on the same documents, and may not read
 * them less well by more than half of the margin, unseen vendors included: however many champions follow each
 * other, together they lose no more than one of them may. A candidate that reads at least as well as
 * the best takes its place (`isBest`).
 *
 * REVIEWERS. Held-out truth comes from people, and one of them may be wrong about everything, by
 * mistake or on purpose. The candidate then agrees with that person better than the champion does,
 * and every figure looks good. So both are also compared on verdicts without each reviewer in turn,
 * and on documents that the champion's own training held out. A candidate that is worse there
 * beyond chance and margin is rejected and the reviewer is named. With a single reviewer this
 * cannot be detected.
 *
 * PASSED BY. Where a reviewer left a value without a look, the truth is what an earlier champion
 * read: it speaks for that one against every candidate that reads otherwise. So it counts a quarter.
 * Not nothing: nearly all such values are right, and those that a candidate would break are seen
 * nowhere else. Training takes them as they are, for the same reason.
 *
 * Without a champion, a candidate passes if it reads anything right. With fewer held-out documents
 * than `leastDocuments` the gate rejects.
 */

import {
  boundsOfDifference,
  f1,
  tallyOf,
  weighed,
  type Outcome,
  type Tally,
  type WeighedOutcome,
} from './f1.ts'

export interface DocumentOutcomes {
  readonly documentId: string
  readonly vendor: string
  readonly unseen: boolean // the vendor has no document in training
  readonly fields: Readonly<Record<string, Outcome>>
  /** Fields that the reviewer passed by. */
  readonly passed?: readonly string[]
  /** Who confirmed it; absent for a generated document, whose truth needs no confirmation. */
  readonly reviewer?: string
  /** The same verdict was also held out from the champion's training. */
  readonly settled?: boolean
}

export interface GateSettings {
  readonly required: readonly string[]
  readonly margin: number // of F1, 0 to 1
  readonly leastDocuments: number
  readonly resamples: number
  readonly seed: number
}

export const gateDefaults = { margin: 0.02, leastDocuments: 8, resamples: 500, seed: 13 } as const

export interface Comparison {
  /** all, unseen, settled, best, best unseen, without <reviewer>, or a field */
  readonly scope: string
  readonly documents: number
  readonly champion: number | null // F1
  readonly candidate: number
  readonly difference: number | null
  readonly low: number | null // 10th percentile of the paired difference
  readonly high: number | null // 95th
}

export interface GateDecision {
  readonly promote: boolean
  readonly reasons: readonly string[]
  readonly comparisons: readonly Comparison[]
  /** Reviewers without whose verdicts the candidate is significantly worse. */
  readonly doubted: readonly string[]
  /** Whether it reads at least as well as the best champion so far. */
  readonly isBest: boolean
}

/** `best`: the best champion so far, where that is another one than the champion. */
export function decidePromotion(
  champion: readonly DocumentOutcomes[] | null,
  candidate: readonly DocumentOutcomes[],
  settings: GateSettings,
  best: readonly DocumentOutcomes[] | null = null,
): GateDecision {
  const compared = compareAll(champion, candidate, settings)
  const { all, unseen, settled, fields, others } = compared
  const ofBest = best === null ? [] : compareWithBest(best, candidate, settings)
  const doubted = others.filter(({ comparison }) => isWorse(comparison, settings))
  const refusals = [
    ...reasonsOverall(all, champion !== null, settings),
    ...fields.flatMap((field) => reasonsOfField(field, settings)),
    ...reasonsOfParts(unseen, settled, settings),
    ...ofBest.filter((one) => isDownhill(one, settings)).map(reasonOfBest),
    ...doubted.map(reasonOfDoubt),
  ]
  const promote = refusals.length === 0
  return {
    promote,
    reasons: promote ? [praise(all)] : refusals,
    comparisons: [
      all,
      unseen,
      ...ofBest,
      ...fields,
      settled,
      ...others.map(({ comparison }) => comparison),
    ],
    doubted: doubted.map(({ reviewer }) => reviewer),
    isBest: ((ofBest[0] ?? all).difference ?? 0) >= 0,
  }
}

/** Both models compared in every scope of the rule. */
interface Compared {
  readonly all: Comparison
  readonly unseen: Comparison
  readonly settled: Comparison
  readonly fields: readonly Comparison[]
  /** Without each reviewer in turn; none if there is only one. */
  readonly others: readonly Other[]
}

interface Other {
  readonly reviewer: string
  readonly comparison: Comparison
}

/** The scope of a comparison. */
interface Scope {
  readonly name: string
  readonly outcomesOf: (judged: DocumentOutcomes) => readonly WeighedOutcome[]
  readonly includes: (judged: DocumentOutcomes) => boolean
  readonly drawn: 'vendors' | 'documents' // the unit of the bootstrap
}

function compareAll(
  champion: readonly DocumentOutcomes[] | null,
  candidate: readonly DocumentOutcomes[],
  settings: GateSettings,
): Compared {
  const whole = { outcomesOf: every, includes: () => true, drawn: 'documents' } as const
  const within = (scope: Partial<Scope> & { readonly name: string }): Comparison =>
    compare(champion, candidate, { ...whole, ...scope }, settings)
  const reviewers = [...new Set(candidate.flatMap(({ reviewer }) => reviewer ?? []))].sort()
  return {
    all: within({ name: 'all', drawn: 'vendors' }),
    unseen: within({ name: 'unseen', includes: (judged) => judged.unseen, drawn: 'vendors' }),
    settled: within({ name: 'settled', includes: (judged) => judged.settled === true }),
    fields: settings.required.map((field) =>
      within({
        name: field,
        outcomesOf: (judged) => weighed(judged, [field]),
      }),
    ),
    others: (reviewers.length < 2 ? [] : reviewers).map((reviewer) => ({
      reviewer,
      comparison: within({
        name: `without ${reviewer}`,
        includes: (judged) => judged.reviewer !== undefined && judged.reviewer !== reviewer,
      }),
    })),
  }
}

function compareWithBest(
  best: readonly DocumentOutcomes[],
  candidate: readonly DocumentOutcomes[],
  settings: GateSettings,
): readonly Comparison[] {
  const whole = { outcomesOf: every, drawn: 'vendors' } as const
  return [
    compare(best, candidate, { ...whole, name: 'best', includes: () => true }, settings),
    compare(
      best,
      candidate,
      { ...whole, name: 'best unseen', includes: (judged) => judged.unseen },
      settings,
    ),
  ]
}

/** Whether so much was lost in all the steps since the best champion as one step may lose. */
function isDownhill(
  { documents, difference }: Comparison,
  { margin, leastDocuments }: GateSettings,
): boolean {
  return documents >= leastDocuments && (difference ?? 0) < -margin / 2
}

const every = (judged: DocumentOutcomes): readonly WeighedOutcome[] =>
  weighed(judged, Object.keys(judged.fields))

function compare(
  champion: readonly DocumentOutcomes[] | null,
  candidate: readonly DocumentOutcomes[],
  scope: Scope,
  settings: GateSettings,
): Comparison {
  const mine = candidate.filter(scope.includes)
  const score = f1(mine.flatMap(scope.outcomesOf))
  const about = { scope: scope.name, documents: mine.length }
  if (champion === null)
    return {
      ...about,
      champion: null,
      candidate: score,
      difference: null,
      low: null,
      high: null,
    }
  const theirs = champion.filter(scope.includes)
  const base = f1(theirs.flatMap(scope.outcomesOf))
  return {
    ...about,
    champion: base,
    candidate: score,
    difference: score - base,
    ...bounds(theirs, mine, scope, settings),
  }
}

function reasonsOverall(
  all: Comparison,
  hasChampion: boolean,
  { leastDocuments, margin }: GateSettings,
): string[] {
  const reasons: string[] = []
  if (hasChampion && all.documents < leastDocuments)
    reasons.push(`only ${all.documents} held-out documents, ${leastDocuments} are needed`)
  if (all.difference === null && all.candidate <= 0)
    reasons.push(`reads nothing right on ${all.documents} held-out documents`)
  if ((all.difference ?? 0) < -margin / 2)
    reasons.push(`reads less well than the champion: ${against(all)}`)
  else if ((all.low ?? 0) < -margin)
    reasons.push(
      `${all.documents} held-out documents don't show yet that it reads as well as the champion: ${against(all)}, but it may lose ${percent(-(all.low ?? 0))}`,
    )
  return reasons
}

function reasonsOfField(field: Comparison, settings: GateSettings): string[] {
  return isWorse(field, { ...settings, leastDocuments: 1 })
    ? [
        `${field.scope} is read less well, by more than the margin of ${percent(settings.margin)}: ${against(field)}`,
      ]
    : []
}

function reasonsOfParts(unseen: Comparison, settled: Comparison, settings: GateSettings): string[] {
  const reasons: string[] = []
  if (unseen.documents >= settings.leastDocuments && (unseen.difference ?? 0) < -settings.margin)
    reasons.push(`vendors absent from training are read less well: ${against(unseen)}`)
  if (isWorse(settled, settings))
    reasons.push(
      `on the ${settled.documents} documents that the champion was judged on it reads less well: ${against(settled)}`,
    )
  return reasons
}

function reasonOfBest(comparison: Comparison): string {
  const where = comparison.scope === 'best' ? '' : 'vendors absent from training '
  return `reads ${where}less well than the best champion so far: ${against(comparison)}`
}

function reasonOfDoubt({ reviewer, comparison }: Other): string {
  return `on the ${comparison.documents} documents that others than ${reviewer} confirmed it reads less well: ${against(comparison)}; what ${reviewer} taught does not go together with what the others did`
}

function praise(all: Comparison): string {
  return all.difference === null
    ? `first champion, F1 ${percent(all.candidate)}`
    : `${against(all)} on ${all.documents} documents`
}

/** Worse by more than the margin, and worse at all in 95 of 100 resamples. */
function isWorse(
  { documents, difference, high }: Comparison,
  { margin, leastDocuments }: GateSettings,
): boolean {
  return documents >= leastDocuments && (difference ?? 0) < -margin && (high ?? 0) < 0
}

function bounds(
  champion: readonly DocumentOutcomes[],
  candidate: readonly DocumentOutcomes[],
  { outcomesOf, drawn }: Scope,
  settings: GateSettings,
): { low: number; high: number } {
  const pairs = new Map<string, { champion: DocumentOutcomes[]; candidate: DocumentOutcomes[] }>()
  const before = new Map(champion.map((judged) => [judged.documentId, judged]))
  for (const judged of candidate) {
    const other = before.get(judged.documentId)
    if (other === undefined) continue
    const unit = drawn === 'vendors' ? judged.vendor : judged.documentId
    const pair = pairs.get(unit) ?? { champion: [], candidate: [] }
    pair.champion.push(other)
    pair.candidate.push(judged)
    pairs.set(unit, pair)
  }
  const tallyOfAll = (all: readonly DocumentOutcomes[]): Tally => tallyOf(all.flatMap(outcomesOf))
  const units = [...pairs.values()].map((pair) => ({
    before: tallyOfAll(pair.champion),
    after: tallyOfAll(pair.candidate),
  }))
  return boundsOfDifference(units, settings)
}

function against({ candidate, champion }: Comparison): string {
  return `F1 ${percent(candidate)} against ${percent(champion)}`
}

export function percent(share: number | null): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} %`
}
