/**
 * What is wrong with a verdict, wherever it comes from: whether it says what the profile knows, in
 * normal forms, about words that exist, and calls itself what its values make it.
 *
 * A value is normal where normalising it changes nothing. One that was predicted and kept needs no
 * normal form: it is what the document was read as. Truth is not judged: a person may give a value
 * that is nowhere on the document.
 */

import { sortedValues } from '../shared/field-values.ts'
import { shownDuplicates } from '../shared/shown-duplicates.ts'
import type { FieldType, Profile } from '../../schemas/profiles.ts'
import type { Decision, Field, LineItem, Reason, Verdict } from '../../schemas/types.ts'
import { unpackWords } from '../document/words.ts'
import { askedAccounts } from './asked-accounts.ts'

export interface AnswerProblem {
  readonly field: string | null // name, or lineItems[2].quantity
  readonly reason: string // message for a person
}

/** The normal form of a text, or why it has none. */
export type Normalise = (
  type: FieldType,
  text: string,
) => { readonly value: string } | { readonly problem: string }

const longestReviewer = 200 // characters

/** `normalise`: of the verdict's own document. */
export function problemsIn(
  verdict: Verdict,
  profile: Profile,
  normalise: Normalise,
): AnswerProblem[] {
  const { comment, decision, reviewer } = verdict
  const problems = flawsIn(verdict, profile)
  const add = (reason: string): number => problems.push({ field: null, reason })
  if (reviewer.length > longestReviewer) add('the reviewer has no name')
  if (decision === 'rejected' && (comment ?? '').trim() === '') add('a rejection needs a reason')
  if (decision !== 'rejected' && decision !== decisionBy(verdict))
    add(`by its values it is ${decisionBy(verdict)}, not ${decision}`)
  if (decision !== 'rejected') problems.push(...unnamedAccounts(verdict.fields, verdict.reasons))
  problems.push(...valueProblems(verdict, profile, normalise))
  return problems
}

/** Values that are neither normal nor those that were predicted. */
function valueProblems(verdict: Verdict, profile: Profile, normalise: Normalise): AnswerProblem[] {
  const problems: AnswerProblem[] = []
  const kept = new Set(placesIn(verdict.predicted, verdict.predictedLineItems).map(keyOf))
  for (const one of placesIn(verdict.fields, verdict.lineItems)) {
    const { place, field, isCell } = one
    const types: Profile['lineItems'] = isCell ? profile.lineItems : profile.fields
    const type = types.find(({ name }) => name === field.name)?.type
    if (type === undefined || field.value === null || kept.has(keyOf(one))) continue
    const normal = normalise(type, field.value)
    if ('problem' in normal) problems.push({ field: place, reason: normal.problem })
    else if (normal.value !== field.value)
      problems.push({ field: place, reason: 'The value is not in its normal form' })
  }
  return problems
}

/** Accounts that the task asks about and nobody has named, as fields with or without a value. */
export function unnamedAccounts(
  fields: readonly Pick<Field, 'name'>[],
  reasons: readonly Reason[] = [],
): AnswerProblem[] {
  return askedAccounts(reasons)
    .filter(({ field }) => fields.every(({ name }) => name !== field))
    .map(({ field }) => ({
      field,
      reason: 'this account needs an answer by itself: name the field, whatever its value',
    }))
}

/** What no verdict can be without: what it names is there, once. */
export function flawsIn(verdict: Verdict, profile: Profile): AnswerProblem[] {
  const { fields, lineItems, reviewer, vendor, words, evidence = {}, acceptedWarnings } = verdict
  const problems: AnswerProblem[] = []
  const add = (field: string | null, reason: string): number => problems.push({ field, reason })
  if (reviewer.trim() === '') add(null, 'the reviewer has no name')
  if (vendor.id === '') add(null, 'the vendor has no id')
  const known = {
    field: new Set(profile.fields.map(({ name }) => name)),
    column: new Set(profile.lineItems.map(({ name }) => name)),
  }
  for (const name of Object.keys(evidence))
    if (!known.field.has(name)) add(name, `the profile ${profile.name} has no such field`)
  for (const name of unknownWarnings(acceptedWarnings ?? [], verdict.reasons, profile))
    add(null, `nothing warns of ${name}`)
  const count = unpackWords(words).length
  const seen = new Set<string>()
  for (const { place, field, isCell } of placesIn(fields, lineItems)) {
    const kind = isCell ? 'column' : 'field'
    if (!known[kind].has(field.name)) add(place, `the profile ${profile.name} has no such ${kind}`)
    if (seen.has(place)) add(place, `the ${kind} is given twice`)
    seen.add(place)
    if (field.words.some((index) => index < 0 || index >= count))
      add(place, 'points to a word that the document does not have')
  }
  return problems
}

/** Accepted warnings that are neither a check of the profile nor a duplicate named by the task. */
function unknownWarnings(
  names: readonly string[],
  reasons: readonly Reason[] = [],
  { checks }: Profile,
): string[] {
  const known = new Set<string>([
    ...checks,
    ...shownDuplicates(reasons).map((id) => `duplicate:${id}`),
  ])
  return names.filter((name) => !known.has(name))
}

/** Whether an answer that is no rejection confirms or corrects: by its values, whoever says it. */
export function decisionBy({
  fields,
  lineItems,
  predicted,
  predictedLineItems,
}: Pick<Verdict, 'fields' | 'lineItems' | 'predicted' | 'predictedLineItems'>): Decision {
  return sameValues(fields, predicted) && sameRows(lineItems, predictedLineItems)
    ? 'confirmed'
    : 'corrected'
}

interface FieldPlace {
  readonly place: string
  readonly field: Field
  readonly isCell: boolean
}

function placesIn(fields: readonly Field[], rows: readonly LineItem[]): FieldPlace[] {
  return [
    ...fields.map((field) => ({ place: field.name, field, isCell: false })),
    ...rows.flatMap(({ cells }, index) =>
      cells.map((field) => ({ place: `lineItems[${index}].${field.name}`, field, isCell: true })),
    ),
  ]
}

/** A value of a field, or of a column in whichever row. */
const keyOf = ({ field: { name, value }, isCell }: FieldPlace): string =>
  JSON.stringify([isCell, name, value])

function sameValues(a: readonly Field[], b: readonly Field[]): boolean {
  return JSON.stringify(sortedValues(a)) === JSON.stringify(sortedValues(b))
}

function sameRows(a: readonly LineItem[], b: readonly LineItem[]): boolean {
  return a.length === b.length && a.every((row, i) => sameValues(row.cells, b[i]?.cells ?? []))
}
