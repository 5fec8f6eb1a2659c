/**
 * Backtests a model: replays all past verdicts through it, without rules, to measure the review
 * work that it would have saved. What a rule gave at the time, and where one asked for a person, is
 * left to the rule.
 *
 * A document that it would have accepted needs no review, so the time of its review is saved; each
 * wrong value on such a document is an undetected error. Also counts how many of the fields that
 * people changed it reads as they wanted. Documents of its training bias the result, so held-out
 * documents are counted separately.
 *
 * Time is what reviewers needed from opening to answering: the median where unknown, and at most
 * ten minutes, since longer times include breaks.
 */

import { isJudged } from '../processors/review/judged-fields.ts'
import type { Claims } from '../processors/routing/duplicates.ts'
import { readDocument } from '../processors/extract.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { noPayees } from '../processors/rules/payees.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Field, Verdict } from '../schemas/types.ts'
import { encountersOf, type Encounter } from './encounter.ts'
import { isSameValue, lettersAndDigits } from './labels.ts'

export interface ReplayResult {
  readonly documents: number
  /** Fields that a person changed, and how many of them it reads as that person wanted. */
  readonly total: number
  readonly right: number
  /** Documents that would have needed no review, and the minutes that their review took. */
  readonly accepted: number
  readonly minutesSaved: number
  /** Values on those documents, and how many of them are wrong. */
  readonly values: number
  readonly errorsLetThrough: number
}

const longestReview = 10 // minutes
const usualReview = 1 // minutes, if no reviewer's time is known
const nobodyElse: Claims = { firstOther: () => null, documentsOf: () => 0 }

/**
 * Figures for all documents, and for held-out ones alone. The same verdicts and reader give the
 * same figures.
 */
export async function replayVerdicts(
  reader: FieldReader,
  profile: Profile,
  verdicts: readonly Verdict[],
  heldOut: ReadonlySet<string>,
): Promise<{ readonly all: ReplayResult; readonly heldOut: ReplayResult }> {
  const usual = usualMinutes(verdicts)
  const encounters = encountersOf(verdicts, profile, 1)
  const lines = []
  for (const verdict of verdicts)
    lines.push({
      heldOut: heldOut.has(verdict.documentId),
      ...(await replayOne(
        reader,
        profile,
        verdict,
        encounters.get(verdict.documentId) as Encounter,
        usual,
      )),
    })
  return { all: sum(lines), heldOut: sum(lines.filter((line) => line.heldOut)) }
}

/**
 * Whether two values of a field are equal, by the type's measure or as printed, character by
 * character.
 */
export function agrees(
  type: Profile['fields'][number]['type'],
  given: Field | undefined,
  truth: Field | undefined,
): boolean {
  const [mine, theirs] = [given?.value ?? null, truth?.value ?? null]
  if (mine === null || theirs === null) return mine === theirs
  if (isSameValue(type, mine, theirs)) return true
  return (
    given?.raw != null &&
    truth?.raw != null &&
    lettersAndDigits(given.raw) === lettersAndDigits(truth.raw)
  )
}

async function replayOne(
  reader: FieldReader,
  profile: Profile,
  verdict: Verdict,
  { asked, isBarred, given: fromRules }: Encounter,
  usual: number,
): Promise<Omit<ReplayResult, 'documents'>> {
  const reading = await readDocument(
    { ...verdict, xml: null },
    {
      profiles: new Map([[profile.name, profile]]),
      readerOf: () => reader,
      rulesOf: () => new Map(),
      rulesVersion: '',
      now: verdict.decidedAt,
      sampleShare: 0,
      known: nobodyElse,
      payees: noPayees,
    },
  )
  const named = (fields: readonly Field[], name: string): Field | undefined =>
    fields.find((field) => field.name === name && field.value !== null)
  const right = (name: string): boolean =>
    agrees(
      profile.fields.find((field) => field.name === name)?.type ?? 'text',
      named(reading.fields, name),
      named(verdict.fields, name),
    )
  const changed = profile.fields
    .map(({ name }) => name)
    .filter((name) => named(verdict.fields, name)?.value !== named(verdict.predicted, name)?.value)
  const accepted = reading.routing.route === 'accepted' && !isBarred && asked.size === 0
  const given = accepted
    ? reading.fields
        .filter(({ name, value }) => value !== null && isJudged(verdict, name))
        .map(({ name }) => name)
        .filter((name) => fromRules.every((field) => field.name !== name))
    : []
  return {
    total: changed.length,
    right: changed.filter(right).length,
    accepted: accepted ? 1 : 0,
    minutesSaved: accepted ? (minutesOf(verdict) ?? usual) : 0,
    values: given.length,
    errorsLetThrough: given.filter((name) => !right(name)).length,
  }
}

function minutesOf({ openedAt, decidedAt }: Verdict): number | null {
  return openedAt === null || openedAt > decidedAt
    ? null
    : Math.min(longestReview, (decidedAt - openedAt) / 60_000)
}

function usualMinutes(verdicts: readonly Verdict[]): number {
  const known = verdicts
    .map(minutesOf)
    .filter((minutes) => minutes !== null)
    .sort((a, b) => a - b)
  return known[Math.floor(known.length / 2)] ?? usualReview
}

function sum(lines: readonly Omit<ReplayResult, 'documents'>[]): ReplayResult {
  const of = (name: keyof Omit<ReplayResult, 'documents'>): number =>
    lines.reduce((total, line) => total + line[name], 0)
  return {
    documents: lines.length,
    total: of('total'),
    right: of('right'),
    accepted: of('accepted'),
    minutesSaved: Math.round(10 * of('minutesSaved')) / 10,
    values: of('values'),
    errorsLetThrough: of('errorsLetThrough'),
  }
}
