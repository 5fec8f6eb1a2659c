/**
 * The scorecard of a folder: quality, its confidence intervals, calibration, and the share that
 * could be accepted without review.
 *
 * Intervals are 95 % percentile bootstraps (Efron and Tibshirani 1993, ch. 13), twice: drawing
 * documents, and drawing whole issuers, since documents of an issuer resemble each other and only
 * the second interval holds for new issuers. A document's lowest confidence decides whether it
 * would be accepted; one without a required value never is.
 *
 * `automation`: the result of every possible threshold on these documents; `accepted`: the route's
 * decision with the model's own threshold, which was set without them.
 */

import { calibrationError } from '../calibrate.ts'
import { modesOf, type JudgedField, type TruthKind, type Mode } from './judge.ts'
import { measureLegibility, type Measure } from './legibility.ts'
import { rowKinds, type RowKind } from './rows.ts'
import { added, figuresOf, tallyOf, type Figures, type Tally } from './tally.ts'
import { interval, type Interval } from './interval.ts'

export interface ScoredDocument {
  readonly documentId: string
  readonly issuer: string
  readonly seen: boolean | null // null: the model's training data is unknown
  readonly fields: readonly JudgedField[]
  readonly unjudged: number
  readonly rows: Readonly<Record<RowKind, Tally>> | null // null: the truth lists none
  readonly complete: boolean // every required field that the truth has was predicted
  readonly accepted: boolean // by the route
  /**
   * The OCR engine's probability of each word, for each field's value; empty where no word came
   * from OCR.
   */
  readonly doubts: Readonly<Record<string, readonly number[]>>
}

export interface Measured extends Figures {
  readonly byDocument: Interval // of F1
  readonly byIssuer: Interval
}

export interface Bin {
  readonly from: number // confidence
  readonly to: number
  readonly values: number
  readonly confidence: number // mean confidence
  readonly right: number // share of right values
}

/**
 * With every threshold at `threshold`: the share of accepted documents, and the share of wrong
 * values in them.
 */
export interface AutomationPoint {
  readonly threshold: number
  readonly accepted: number
  readonly wrong: number
}

export interface Accepted {
  readonly documents: number
  readonly accepted: number
  readonly share: number
  readonly shareInterval: Interval // by document
  readonly values: number // predicted, in accepted documents
  readonly wrong: number
  readonly wrongShare: number
  readonly wrongInterval: Interval // by issuer
}

export interface ModeCard {
  readonly all: Measured
  readonly macro: number // mean F1 of the fields
  readonly seen: Measured | null
  readonly unseen: Measured | null
  readonly fields: Readonly<Record<string, Measured>>
  // null unless there are documents of known and of unknown vendors
  readonly unseenFields: Readonly<Record<string, Measured>> | null
  readonly calibrationError: number // over ten bins
  readonly bins: readonly Bin[]
  readonly automation: Readonly<Record<Scope, readonly AutomationPoint[]>>
  // the largest share of documents of which at least 99 % of the values are right
  readonly automation99: AutomationPoint | null
  readonly accepted: Readonly<Record<Scope, Accepted>>
}

export interface Scorecard {
  readonly kind: TruthKind
  readonly documents: number
  readonly issuers: number
  readonly seenDocuments: number | null
  readonly unjudged: number
  readonly modes: Readonly<Partial<Record<Mode, ModeCard>>>
  readonly lineItems: (Readonly<Record<RowKind, Measured>> & { readonly documents: number }) | null
  readonly legibility: Measure | null // null where nothing was read by OCR
}

export type Scope = 'all' | 'seen' | 'unseen'

const bins = 10
const mostPoints = 200 // points of a curve

/** `documents` are all of one kind. */
export function scorecardOf(
  kind: TruthKind,
  documents: readonly ScoredDocument[],
  seed = 13,
): Scorecard {
  const withRows = documents.filter((document) => document.rows !== null)
  const rowTally =
    (row: RowKind) =>
    (document: ScoredDocument): Tally =>
      (document.rows as Readonly<Record<RowKind, Tally>>)[row]
  return {
    kind,
    documents: documents.length,
    issuers: new Set(documents.map(({ issuer }) => issuer)).size,
    seenDocuments: documents.some(({ seen }) => seen === null)
      ? null
      : documents.filter(({ seen }) => seen).length,
    unjudged: documents.reduce((sum, { unjudged }) => sum + unjudged, 0),
    modes: Object.fromEntries(modesOf[kind].map((mode) => [mode, modeCard(mode, documents, seed)])),
    lineItems:
      withRows.length === 0
        ? null
        : {
            documents: withRows.length,
            ...(Object.fromEntries(
              rowKinds.map((row) => [row, measured(withRows, rowTally(row), seed)]),
            ) as Record<RowKind, Measured>),
          },
    legibility: legibilityIn(kind, documents),
  }
}

/** By letters and digits, which is the last mode of a kind. */
function legibilityIn(kind: TruthKind, documents: readonly ScoredDocument[]): Measure | null {
  const mode = modesOf[kind].at(-1) as Mode
  return measureLegibility(
    documents.flatMap(({ fields, doubts }) =>
      fields.flatMap(({ field, confidence, outcomes }) => {
        const words = doubts[field] ?? []
        return confidence === null || words.length === 0
          ? []
          : [{ confidence, doubts: words, right: outcomes[mode] === 'right' }]
      }),
    ),
  )
}

function modeCard(mode: Mode, documents: readonly ScoredDocument[], seed: number): ModeCard {
  const tally =
    (of: (field: string) => boolean) =>
    (document: ScoredDocument): Tally =>
      tallyOf(
        document.fields.flatMap(({ field, outcomes }) =>
          outcomes[mode] === undefined || !of(field) ? [] : [outcomes[mode]],
        ),
      )
  const names = [...new Set(documents.flatMap(({ fields }) => fields.map(({ field }) => field)))]
  const fieldsOf = (from: readonly ScoredDocument[]): Record<string, Measured> =>
    Object.fromEntries(
      names.map((name) => [
        name,
        measured(
          from,
          tally((field) => field === name),
          seed,
        ),
      ]),
    )
  const fields = fieldsOf(documents)
  const scopes: Record<Scope, readonly ScoredDocument[]> = {
    all: documents,
    seen: documents.filter(({ seen }) => seen === true),
    unseen: documents.filter(({ seen }) => seen === false),
  }
  const inScope = (scope: Scope): Measured | null =>
    scopes[scope].length === 0
      ? null
      : measured(
          scopes[scope],
          tally(() => true),
          seed,
        )
  const pairs = documents.flatMap(({ fields: all }) =>
    all.flatMap(({ confidence, outcomes }) =>
      confidence === null ? [] : [{ confidence, right: outcomes[mode] === 'right' }],
    ),
  )
  const live = Object.values(fields).filter(({ truths, precision }) => truths > 0 || precision > 0)
  const points = Object.fromEntries(
    Object.entries(scopes).map(([scope, from]) => [scope, curve(from, mode)]),
  ) as Record<Scope, AutomationPoint[]>
  return {
    all: measured(
      documents,
      tally(() => true),
      seed,
    ),
    macro: live.length === 0 ? 0 : live.reduce((sum, { f1 }) => sum + f1, 0) / live.length,
    seen: inScope('seen'),
    unseen: inScope('unseen'),
    fields,
    unseenFields:
      scopes.seen.length === 0 || scopes.unseen.length === 0 ? null : fieldsOf(scopes.unseen),
    calibrationError: calibrationError(pairs),
    bins: binsOf(pairs),
    automation: Object.fromEntries(
      Object.entries(points).map(([scope, all]) => [scope, thinned(all)]),
    ) as Record<Scope, AutomationPoint[]>,
    automation99: points.all.findLast(({ wrong }) => wrong <= 0.01) ?? null,
    accepted: Object.fromEntries(
      Object.entries(scopes).map(([scope, from]) => [scope, acceptedOf(from, mode, seed)]),
    ) as Record<Scope, Accepted>,
  }
}

function measured(
  documents: readonly ScoredDocument[],
  tally: (document: ScoredDocument) => Tally,
  seed: number,
): Measured {
  const tallies = documents.map(tally)
  const f1 = (drawn: readonly Tally[]): number => figuresOf(added(drawn)).f1
  return {
    ...figuresOf(added(tallies)),
    byDocument: interval(tallies, f1, seed),
    byIssuer: interval(groups(documents, tallies).map(added), f1, seed),
  }
}

/** The values of each issuer's documents. */
function groups<Value>(documents: readonly ScoredDocument[], values: readonly Value[]): Value[][] {
  const found = new Map<string, Value[]>()
  documents.forEach(({ issuer }, k) => {
    const group = found.get(issuer)
    if (group === undefined) found.set(issuer, [values[k] as Value])
    else group.push(values[k] as Value)
  })
  return [...found.values()]
}

function binsOf(pairs: readonly { readonly confidence: number; readonly right: boolean }[]): Bin[] {
  return Array.from({ length: bins }, (_, k) => {
    const members = pairs.filter(
      ({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)) === k,
    )
    const mean = (of: (pair: (typeof members)[number]) => number): number =>
      members.length === 0 ? 0 : members.reduce((sum, pair) => sum + of(pair), 0) / members.length
    return {
      from: k / bins,
      to: (k + 1) / bins,
      values: members.length,
      confidence: mean(({ confidence }) => confidence),
      right: mean(({ right }) => (right ? 1 : 0)),
    }
  })
}

/** Documents by falling lowest confidence; a missing value counts as an error here. */
function curve(documents: readonly ScoredDocument[], mode: Mode): AutomationPoint[] {
  const items = documents
    .map((document) => {
      const given = document.fields.flatMap(({ confidence }) =>
        confidence === null ? [] : [confidence],
      )
      const right = document.fields.filter(({ outcomes }) => outcomes[mode] === 'right').length
      return {
        lowest: document.complete && given.length > 0 ? Math.min(...given) : 0,
        right,
        counted: document.fields.length,
      }
    })
    .sort((a, b) => b.lowest - a.lowest)
  const points: AutomationPoint[] = []
  let [right, counted] = [0, 0]
  for (let k = 0; k < items.length; k++) {
    const item = items[k] as (typeof items)[number]
    if (item.lowest <= 0) break
    right += item.right
    counted += item.counted
    if (items[k + 1]?.lowest === item.lowest) continue // equal confidences are accepted together
    points.push({
      threshold: item.lowest,
      accepted: (k + 1) / items.length,
      wrong: counted === 0 ? 0 : 1 - right / counted,
    })
  }
  return points
}

function thinned(points: readonly AutomationPoint[]): AutomationPoint[] {
  const every = Math.ceil(points.length / mostPoints)
  return points.filter((_, k) => k % every === 0 || k === points.length - 1)
}

function acceptedOf(documents: readonly ScoredDocument[], mode: Mode, seed: number): Accepted {
  const units = documents.map((document) => {
    const { right, given } = tallyOf(
      document.fields.flatMap(({ outcomes }) => outcomes[mode] ?? []),
    )
    return document.accepted
      ? { accepted: 1, values: given, wrong: given - right }
      : { accepted: 0, values: 0, wrong: 0 }
  })
  const total = (drawn: typeof units, of: 'accepted' | 'values' | 'wrong'): number =>
    drawn.reduce((sum, unit) => sum + unit[of], 0)
  const wrongShare = (drawn: typeof units): number =>
    total(drawn, 'wrong') / Math.max(1, total(drawn, 'values'))
  const ofIssuers = groups(documents, units).map((group) => ({
    accepted: total(group, 'accepted'),
    values: total(group, 'values'),
    wrong: total(group, 'wrong'),
  }))
  return {
    documents: units.length,
    accepted: total(units, 'accepted'),
    share: total(units, 'accepted') / Math.max(1, units.length),
    shareInterval: interval(
      units,
      (drawn) => total(drawn as typeof units, 'accepted') / Math.max(1, drawn.length),
      seed,
    ),
    values: total(units, 'values'),
    wrong: total(units, 'wrong'),
    wrongShare: wrongShare(units),
    wrongInterval: interval(ofIssuers, (drawn) => wrongShare(drawn as typeof units), seed),
  }
}
