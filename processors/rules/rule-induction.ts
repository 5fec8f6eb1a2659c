/**
 * Induces a rule for a field from a vendor's verdicts.
 *
 * WHEN. Once a person has changed a field on any of a vendor's documents, the model alone is not
 * trusted there: either an active rule gives the value, or the field goes to review (`strict`). So
 * the same mistake can't be accepted twice. A field that usually has one value on all documents of
 * a vendor is also remembered where it was merely confirmed; such a rule applies only where its
 * value is printed and leaves the rest to the model.
 *
 * HOW. Candidates are tried, the simplest first: the vendor's constant, "this vendor has no such
 * field", a choice among what was confirmed, a spelling, a label and its relation to the value, a
 * place on the page. Each is backtested on all of the vendor's confirmed documents: it must give
 * the corrected values and no wrong one. The first that passes is active. If none passes after a
 * correction, the state is `asks`: the field of this vendor is always reviewed.
 *
 * A constant that was printed must be printed on the new document too: a chain has one number and
 * many addresses.
 *
 * rule-kinds.ts evaluates rules.
 */

import { createHash } from 'node:crypto'
import type { ProfileField } from '../../schemas/profiles.ts'
import type { Field, FieldEvidence, Rule } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { labelsOf, positionOf } from './anchors.ts'
import { applyRule, blank, explanations, supportOf, type RuleDraft } from './rule-kinds.ts'
import { printedSpanOf, type PrintedDocument } from './spans.ts'

/**
 * A confirmed document: its sheet, and for one field the true value and the value that had been
 * read.
 */
export interface RuleLesson {
  readonly id: string // documentId@revision
  readonly decidedAt: number // ms since 1970
  readonly sheet: PrintedDocument
  readonly truth: Field | null
  readonly predicted: Field | null
  /** How the reviewer came to it; null: nobody says. */
  readonly evidence: FieldEvidence | null
}

/** A value that a verdict rejected for a field. */
export interface Refutation {
  readonly value: string
  readonly decidedAt: number
}

const leastForAbsent = 2 // documents without the field before it is called absent for the vendor
const mostChoices = 12 // values of a vendor's field; more than this is free text and no choice

/** The field under which the meaning of columns is stored. */
export const lineItemsField = 'line_items'

/** The learned columns of a vendor's tables, as a rule; `since`: the time of the first verdict. */
export function columnRule(
  vendor: string,
  tenant: string,
  profile: string,
  names: Readonly<Record<string, string>>,
  taughtBy: readonly string[],
  since: number,
): Rule {
  const draft: RuleDraft = { ...blank, kind: 'column', spellings: names }
  return {
    vendor,
    tenant,
    profile,
    field: lineItemsField,
    id: idOf(vendor, lineItemsField, draft),
    state: 'active',
    strict: false,
    ...draft,
    refuted: [],
    taughtBy: [...taughtBy].sort(),
    since,
    decidedBy: null,
    why: explanations.column,
  }
}

/**
 * The rule that a vendor's lessons teach for a field; null where there is nothing to remember.
 * `refutations`: of all verdicts, including those that are no longer lessons.
 */
export function induce(
  vendor: string,
  tenant: string,
  profile: string,
  field: ProfileField,
  lessons: readonly RuleLesson[],
  refutations: readonly Refutation[],
): Rule | null {
  const refuted = [...new Set(refutations.map(({ value }) => value))].sort()
  const changed = lessons.filter((lesson) => differs(lesson))
  const strict = changed.length > 0
  if (!strict && !field.perVendor && refuted.length === 0) return null
  const draft =
    (strict || field.perVendor
      ? candidates(field, lessons, changed).find((candidate) =>
          bearsOut(candidate, refuted, field, lessons, changed),
        )
      : undefined) ?? blank
  if (!strict && draft.kind === 'none' && refuted.length === 0) return null
  const state = draft.kind === 'none' && strict ? 'asks' : 'active'
  return {
    vendor,
    tenant,
    profile,
    field: field.name,
    id: idOf(vendor, field.name, draft),
    state,
    strict,
    ...draft,
    refuted,
    taughtBy: lessons.map((lesson) => lesson.id).sort(),
    support: supportOf(lessons.map(({ evidence }) => evidence)),
    since: Math.min(
      ...(lessons.length > 0 ? lessons : refutations).map(({ decidedAt }) => decidedAt),
    ),
    changedAt: Math.max(0, ...changed.map(({ decidedAt }) => decidedAt)),
    decidedBy: null,
    why:
      state === 'asks'
        ? 'no simple rule explains the corrections, so a person is asked'
        : explanations[draft.kind],
  }
}

function differs(lesson: RuleLesson): boolean {
  return (lesson.truth?.value ?? null) !== (lesson.predicted?.value ?? null)
}

function candidates(
  field: ProfileField,
  lessons: readonly RuleLesson[],
  changed: readonly RuleLesson[],
): RuleDraft[] {
  return [
    ...sameEverywhere(field, lessons),
    ...(field.perVendor ? choices(lessons) : []),
    ...(field.type === 'text' || field.type === 'id' ? respellings(changed) : []),
    ...places(field, changed),
  ]
}

/** One value on all documents, or none on any. */
function sameEverywhere(field: ProfileField, lessons: readonly RuleLesson[]): RuleDraft[] {
  const [only, ...others] = new Set(lessons.map((lesson) => lesson.truth?.value ?? null))
  if (only === undefined || others.length > 0) return []
  if (only === null) return lessons.length >= leastForAbsent ? [{ ...blank, kind: 'absent' }] : []
  const raw = lessons.at(-1)?.truth?.raw ?? null
  return field.perVendor ? [{ ...blank, kind: 'constant', value: only, raw }] : []
}

/** The confirmed values, by their printed text. */
function choices(lessons: readonly RuleLesson[]): RuleDraft[] {
  const printed = lessons.flatMap(({ truth }) =>
    truth?.value == null || truth.raw === null ? [] : [[plainOf(truth.raw), truth.value] as const],
  )
  const values = Object.fromEntries([...new Map(printed)].sort(([a], [b]) => (a < b ? -1 : 1)))
  return printed.length > 0 && Object.keys(values).length <= mostChoices
    ? [{ ...blank, kind: 'choice', spellings: values }]
    : []
}

/** Printed texts that a person spelled differently. */
function respellings(changed: readonly RuleLesson[]): RuleDraft[] {
  const spellings = changed.flatMap((lesson) => {
    const [from, to] = [lesson.predicted?.raw, lesson.truth?.value]
    return from != null && to != null && sameWords(lesson) ? [[plainOf(from), to] as const] : []
  })
  return spellings.length > 0
    ? [{ ...blank, kind: 'spelling', spellings: Object.fromEntries(spellings) }]
    : []
}

/** The labels beside corrected values and their places on the page, the latest document's first. */
function places(field: ProfileField, changed: readonly RuleLesson[]): RuleDraft[] {
  const found: RuleDraft[] = []
  const labels = new Set<string>()
  for (const lesson of [...changed].reverse()) {
    const span =
      lesson.truth === null ? null : printedSpanOf(lesson.sheet, lesson.truth, field.type)
    if (span === null) continue
    for (const { text, relation } of labelsOf(lesson.sheet, span)) {
      if (labels.has(`${relation} ${text}`)) continue
      labels.add(`${relation} ${text}`)
      found.push({ ...blank, kind: 'anchor', anchor: text, relation })
    }
    found.push({ ...blank, kind: 'position', ...positionOf(lesson.sheet, span) })
  }
  return found
}

/** Gives the true value wherever a person had to correct, and nowhere a wrong one. */
function bearsOut(
  draft: RuleDraft,
  refuted: readonly string[],
  field: ProfileField,
  lessons: readonly RuleLesson[],
  changed: readonly RuleLesson[],
): boolean {
  return lessons.every((lesson) => {
    const said = applyRule(
      { ...draft, refuted, taughtBy: [] },
      field.type,
      lesson.sheet,
      lesson.predicted,
    )
    if (said === null || said.doubtful) return !changed.includes(lesson)
    return said.value === (lesson.truth?.value ?? null)
  })
}

/** The person changed the spelling, not the choice of words. */
function sameWords(lesson: RuleLesson): boolean {
  const chosen = lesson.truth?.words ?? []
  const read = lesson.predicted?.words ?? []
  return (
    chosen.length === 0 ||
    (chosen.length === read.length && chosen.every((index, i) => index === read[i]))
  )
}

function idOf(vendor: string, field: string, draft: RuleDraft): string {
  return createHash('sha256')
    .update(JSON.stringify([vendor, field, draft]))
    .digest('hex')
    .slice(0, 12)
}
