/**
 * What corrections taught, as data: inducing a rule from a vendor's verdicts and applying it to a new document.
 *
 * WHEN. A rule exists for a vendor and field once a person changed that field on any of the vendor's documents; what a
 * person merely confirmed needs none. From then on the model alone is no longer believed there: either an active rule
 * gives the value, or the field goes to a person. That is why the same mistake can't be accepted twice.
 *
 * HOW. Candidates are tried from the simplest: the vendor's constant, a spelling, a label and its relation to the value, a
 * place on the page, "this vendor has no such field". Each is replayed over all of the vendor's confirmed documents: it
 * must give the corrected values and may give no wrong one. The first that passes is active. If none does, the state is
 * `asks`: the field of this vendor is always reviewed.
 *
 * The confidence of a rule is a Beta posterior mean: a prior for its kind plus the documents that bear it out. The priors
 * are judgements, not measurements; progressive validation is where they are measured.
 *
 * Pure. Never interprets text of a user as a pattern: labels are compared letter by letter.
 */

import { createHash } from 'node:crypto'
import type { FieldType, ProfileField } from '../schemas/profiles.ts'
import type { Field, Rule, RuleKind } from '../schemas/types.ts'
import { plainOf } from './identifiers.ts'
import { atLabel, inPlace, labelsOf, placeOf, type Relation, type Sheet, type Span } from './places.ts'

/** A confirmed document: its sheet, what is true and what had been read, for one field. */
export interface Lesson {
  readonly id: string // documentId@revision
  readonly sheet: Sheet
  readonly truth: Field | null
  readonly predicted: Field | null
}

/** What a rule says about a document; `value` null: the field is absent. */
export interface Said {
  readonly value: string | null
  readonly raw: string | null
  readonly span: Span | null
  readonly confidence: number
}

type Draft = Pick<Rule, 'kind' | 'value' | 'raw' | 'anchor' | 'relation' | 'spellings' | 'box' | 'page'>

const blank: Draft = { kind: 'none', value: null, raw: null, anchor: null, relation: null, spellings: {}, box: [], page: null }

/** Pseudo-counts of right and wrong behind each kind, before any document has borne it out. */
const priors: Readonly<Record<RuleKind, readonly [right: number, wrong: number]>> = {
  constant: [60, 0.5], spelling: [60, 0.5], anchor: [30, 0.5], position: [8, 0.5], absent: [20, 0.5], none: [0, 1],
}
const leastForAbsent = 2 // documents without the field before it is called absent for the vendor

/** The rule that a vendor's lessons teach about a field; null where no lesson changed it. */
export function induce(vendor: string, tenant: string, profile: string, field: ProfileField, lessons: readonly Lesson[]): Rule | null {
  const changed = lessons.filter((lesson) => differs(lesson))
  if (changed.length === 0) return null
  const draft = candidates(field, lessons, changed).find((candidate) => bearsOut(candidate, field, lessons, changed)) ?? blank
  const refuted = [...new Set(changed.map((lesson) => lesson.predicted?.value ?? null).filter((value): value is string => value !== null))]
    .filter((value) => !lessons.some((lesson) => lesson.truth?.value === value)).sort()
  const state = draft.kind === 'none' ? 'asks' : 'active'
  return {
    vendor, tenant, profile, field: field.name, id: idOf(vendor, field.name, draft), state, ...draft, refuted,
    taughtBy: lessons.map((lesson) => lesson.id).sort(),
    why: state === 'asks' ? 'no simple rule explains the corrections, so a person is asked' : explanations[draft.kind],
  }
}

/** What an active rule says about a document; null where it doesn't apply to it. */
export function applyRule(rule: Draft & Pick<Rule, 'taughtBy'>, type: FieldType, sheet: Sheet, predicted: Field | null): Said | null {
  const [right, wrong] = priors[rule.kind]
  const confidence = (right + rule.taughtBy.length) / (right + wrong + rule.taughtBy.length)
  const at = (span: Span | null): Said | null => (span === null ? null : { value: span.value, raw: span.raw, span, confidence })
  switch (rule.kind) {
    case 'constant':
      return { value: rule.value, raw: rule.raw, span: sheet.find(rule.raw), confidence }
    case 'spelling': {
      const wanted = predicted?.raw == null ? undefined : own(rule.spellings, plainOf(predicted.raw))
      return wanted === undefined ? null : { value: wanted, raw: predicted?.raw ?? null, span: sheet.find(predicted?.raw ?? null), confidence }
    }
    case 'anchor':
      return at(atLabel(sheet, rule.anchor ?? '', (rule.relation ?? 'right') as Relation, type))
    case 'position':
      return at(inPlace(sheet, rule.page ?? 1, rule.box, type))
    case 'absent':
      return { value: null, raw: null, span: null, confidence }
    case 'none':
      return null
    default:
      return rule.kind satisfies never
  }
}

const explanations: Readonly<Record<RuleKind, string>> = {
  constant: 'the same on every document of this vendor',
  spelling: 'printed one way, wanted another',
  anchor: 'stands beside this label on the documents of this vendor',
  position: 'stands at this place on the documents of this vendor',
  absent: 'the documents of this vendor do not have it',
  none: '',
}

function differs(lesson: Lesson): boolean {
  return (lesson.truth?.value ?? null) !== (lesson.predicted?.value ?? null)
}

function candidates(field: ProfileField, lessons: readonly Lesson[], changed: readonly Lesson[]): Draft[] {
  const found: Draft[] = []
  const truths = new Set(lessons.map((lesson) => lesson.truth?.value ?? null))
  const [only] = truths
  const latest = changed.at(-1) as Lesson
  if (truths.size === 1 && only != null && field.perVendor) found.push({ ...blank, kind: 'constant', value: only, raw: latest.truth?.raw ?? null })
  if (truths.size === 1 && only === null && lessons.length >= leastForAbsent) found.push({ ...blank, kind: 'absent' })
  if (field.type === 'text' || field.type === 'id') {
    const spellings = changed.filter((lesson) => lesson.truth?.value != null && lesson.predicted?.raw != null && sameWords(lesson)).map((lesson) => [plainOf(lesson.predicted?.raw ?? ''), lesson.truth?.value ?? ''])
    if (spellings.length > 0) found.push({ ...blank, kind: 'spelling', spellings: Object.fromEntries(spellings) as Record<string, string> })
  }
  const labels = new Set<string>()
  for (const lesson of [...changed].reverse()) {
    const span = lesson.truth === null ? null : lesson.sheet.spanOf(lesson.truth, field.type)
    if (span === null) continue
    for (const { text, relation } of labelsOf(lesson.sheet, span)) {
      if (labels.has(`${relation} ${text}`)) continue
      labels.add(`${relation} ${text}`)
      found.push({ ...blank, kind: 'anchor', anchor: text, relation })
    }
    found.push({ ...blank, kind: 'position', ...placeOf(lesson.sheet, span) })
  }
  return found
}

/** Gives the truth wherever a person had to correct, and nothing wrong anywhere. */
function bearsOut(draft: Draft, field: ProfileField, lessons: readonly Lesson[], changed: readonly Lesson[]): boolean {
  return lessons.every((lesson) => {
    const said = applyRule({ ...draft, taughtBy: [] }, field.type, lesson.sheet, lesson.predicted)
    if (said === null) return !changed.includes(lesson)
    return said.value === (lesson.truth?.value ?? null)
  })
}

/** The person changed the spelling of what had been read, not the choice of words. */
function sameWords(lesson: Lesson): boolean {
  const chosen = lesson.truth?.words ?? []
  const read = lesson.predicted?.words ?? []
  return chosen.length === 0 || (chosen.length === read.length && chosen.every((index, i) => index === read[i]))
}

function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function idOf(vendor: string, field: string, draft: Draft): string {
  return createHash('sha256').update(JSON.stringify([vendor, field, draft])).digest('hex').slice(0, 12)
}
