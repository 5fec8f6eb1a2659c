/**
 * What verdicts taught, as data: inducing a rule from a vendor's verdicts and applying it to a new
 * document.
 *
 * WHEN. Once a person changed a field on any of a vendor's documents, the model alone is no longer
 * believed there: either an active rule gives the value, or the field goes to a person (`strict`).
 * That is why the same mistake can't be accepted twice. A field that is the same on all documents
 * of a vendor, as a rule, is also remembered where it was merely confirmed; such a rule speaks
 * where its value is printed and is silent elsewhere, which leaves the model its say.
 *
 * HOW. Candidates are tried from the simplest: the vendor's constant, "this vendor has no such
 * field", a choice among what was confirmed, a spelling, a label and its relation to the value, a
 * place on the page. Each is replayed over all of the vendor's confirmed documents: it must give
 * the corrected values and may give no wrong one. The first that passes is active. If none does
 * after a correction, the state is `asks`: the field of this vendor is always reviewed.
 *
 * A constant that was printed has to be printed on the new document too: a chain has one number and
 * many addresses.
 *
 * The confidence of a rule is a Beta posterior mean: a prior for its kind plus the documents that
 * bear it out, apart for values that the model reads as well and those that it doesn't.
 *
 * Pure. Never interprets text of a user as a pattern: labels are compared letter by letter.
 */

import { createHash } from 'node:crypto'
import type { FieldType, ProfileField } from '../../schemas/profiles.ts'
import type { Field, Rule, RuleKind } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { matchPatterns, parsePatterns, type Pattern } from './patterns.ts'
import {
  atLabel,
  findText,
  inPlace,
  labelsOf,
  placeOf,
  spanAt,
  spanOf,
  type Relation,
  type Sheet,
  type Span,
} from './anchors.ts'

/** A confirmed document: its sheet, what is true and what had been read, for one field. */
export interface Lesson {
  readonly id: string // documentId@revision
  readonly decidedAt: number // ms since 1970
  readonly sheet: Sheet
  readonly truth: Field | null
  readonly predicted: Field | null
}

/** A value that a verdict called wrong for a field. */
export interface Refutation {
  readonly value: string
  readonly decidedAt: number
}

/** What a rule says about a document; `value` null: the field is absent. */
export interface Said {
  readonly value: string | null
  readonly raw: string | null
  readonly span: Span | null
  readonly confidence: number
  /**
   * The model reads this and more, in a way that nobody has called wrong: neither is to be
   * believed.
   */
  readonly doubtful: boolean
}

/** The field under which the meaning of columns is kept. */
export const lineItemsField = 'line_items'

type Draft = Pick<
  Rule,
  'kind' | 'value' | 'raw' | 'anchor' | 'relation' | 'spellings' | 'box' | 'page' | 'pattern'
>

const blank: Draft = {
  kind: 'none',
  value: null,
  raw: null,
  anchor: null,
  relation: null,
  spellings: {},
  box: [],
  page: null,
  pattern: null,
}

type Prior = readonly [right: number, wrong: number]

/**
 * Pseudo-counts of right and wrong behind each kind, before any document has borne it out: by
 * itself, and where the model reads the same.
 */
const priors: Readonly<Record<RuleKind, { readonly alone: Prior; readonly agreed: Prior }>> = {
  constant: { alone: [80, 0.5], agreed: [200, 0.5] },
  choice: { alone: [80, 0.5], agreed: [200, 0.5] },
  spelling: { alone: [60, 0.5], agreed: [200, 0.5] },
  pattern: { alone: [30, 0.5], agreed: [200, 0.5] },
  column: { alone: [0, 1], agreed: [0, 1] },
  anchor: { alone: [30, 0.5], agreed: [200, 0.5] },
  position: { alone: [8, 0.5], agreed: [100, 0.5] },
  absent: { alone: [20, 0.5], agreed: [20, 0.5] },
  none: { alone: [0, 1], agreed: [0, 1] },
  caution: { alone: [0, 1], agreed: [0, 1] },
}
const leastForAbsent = 2 // documents without the field before it is called absent for the vendor
// parsed before: saves time and nothing else
const knownPatterns = new Map<string, readonly Pattern[]>()
const mostKnownPatterns = 200
const mostChoices = 12 // values of a vendor's field; more than that is no choice but free text

/** What a vendor's tables taught, as a rule; `since`: when the first of the verdicts was given. */
export function columnRule(
  vendor: string,
  tenant: string,
  profile: string,
  names: Readonly<Record<string, string>>,
  taughtBy: readonly string[],
  since: number,
): Rule {
  const draft: Draft = { ...blank, kind: 'column', spellings: names }
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
 * The rule that a vendor's lessons teach about a field; null where there is nothing to remember.
 * `refutations`: of all verdicts, also of those that are no lessons any more.
 */
export function induce(
  vendor: string,
  tenant: string,
  profile: string,
  field: ProfileField,
  lessons: readonly Lesson[],
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
    since: Math.min(
      ...(lessons.length > 0 ? lessons : refutations).map(({ decidedAt }) => decidedAt),
    ),
    decidedBy: null,
    why:
      state === 'asks'
        ? 'no simple rule explains the corrections, so a person is asked'
        : explanations[draft.kind],
  }
}

/** What an active rule says about a document; null where it doesn't apply to it. */
export function applyRule(
  rule: Draft & Pick<Rule, 'taughtBy' | 'refuted'>,
  type: FieldType,
  sheet: Sheet,
  predicted: Field | null,
): Said | null {
  const { alone, agreed } = priors[rule.kind]
  const said = (value: string | null, raw: string | null, span: Span | null): Said => {
    const [right, wrong] = predicted !== null && isSame(value, raw, predicted) ? agreed : alone
    const isTruth = (text: string | null): boolean =>
      text === rule.value || Object.values(rule.spellings).includes(text ?? '')
    const known = rule.kind === 'constant' || rule.kind === 'choice'
    const doubtful =
      known &&
      span !== null &&
      predicted !== null &&
      holds(predicted.words, span.words) &&
      (!isRefuted(rule, predicted.value) || isTruth(predicted.value))
    return {
      value,
      raw,
      span,
      confidence: (right + rule.taughtBy.length) / (right + wrong + rule.taughtBy.length),
      doubtful,
    }
  }
  const at = (span: Span | null): Said | null =>
    span === null ? null : said(span.value, span.raw, span)
  switch (rule.kind) {
    case 'constant': {
      const span = findText(sheet, rule.raw)
      return span === null && rule.raw !== null ? null : said(rule.value, span?.raw ?? null, span)
    }
    case 'choice': {
      const chosen = choose(rule.spellings, sheet, predicted)
      return chosen === null ? null : said(chosen.value, chosen.span.raw, chosen.span)
    }
    case 'spelling': {
      const wanted =
        predicted?.raw == null ? undefined : own(rule.spellings, plainOf(predicted.raw))
      return wanted === undefined
        ? null
        : said(wanted, predicted?.raw ?? null, findText(sheet, predicted?.raw ?? null))
    }
    case 'anchor':
      return at(atLabel(sheet, rule.anchor ?? '', (rule.relation ?? 'right') as Relation, type))
    case 'position':
      return at(inPlace(sheet, rule.page ?? 1, rule.box, type))
    case 'absent':
      return said(null, null, null)
    case 'pattern':
      return at(byPattern(rule.pattern, type, sheet))
    case 'column': // of the table, not of a field
    case 'caution': // of the vendor; see drift.ts
    case 'none':
      return null
    default:
      return rule.kind satisfies never
  }
}

/**
 * What a person described by its words. A pattern that isn't allowed can't have been published; if
 * it was, it finds nothing.
 */
function byPattern(json: string | null, type: FieldType, sheet: Sheet): Span | null {
  if (json === null) return null
  let patterns = knownPatterns.get(json)
  if (patterns === undefined) {
    try {
      patterns = parsePatterns(json)
    } catch {
      patterns = []
    }
    if (knownPatterns.size >= mostKnownPatterns) knownPatterns.clear()
    knownPatterns.set(json, patterns)
  }
  const tokens = matchPatterns(patterns, sheet.read.tokens)
  return tokens === null ? null : spanAt(sheet, tokens, type)
}

/**
 * Whether a person called this value of this vendor wrong, on any document: it may be right on this
 * one, but nobody accepts it unseen.
 */
export function isRefuted({ refuted }: Pick<Rule, 'refuted'>, value: string | null): boolean {
  return value !== null && refuted.some((wrong) => plainOf(wrong) === plainOf(value))
}

/**
 * Of the values that were confirmed before the one that is printed here; of several the one that
 * the model reads, or none.
 */
function choose(
  values: Readonly<Record<string, string>>,
  sheet: Sheet,
  predicted: Field | null,
): { readonly value: string; readonly span: Span } | null {
  const printed = Object.entries(values).flatMap(([raw, value]) => {
    const span = findText(sheet, raw)
    return span === null ? [] : [{ value, span }]
  })
  const whole = printed.filter(
    ({ span }) => !printed.some((other) => holds(other.span.tokens, span.tokens)),
  )
  const [only] = whole
  if (whole.length === 1 && only !== undefined) return only
  return (
    whole.find(({ value, span }) => predicted !== null && isSame(value, span.raw, predicted)) ??
    null
  )
}

function holds(outer: readonly number[], inner: readonly number[]): boolean {
  return outer.length > inner.length && inner.every((index) => outer.includes(index))
}

function isSame(value: string | null, raw: string | null, predicted: Field): boolean {
  return (
    value === predicted.value ||
    (raw !== null && predicted.raw !== null && plainOf(raw) === plainOf(predicted.raw))
  )
}

const explanations: Readonly<Record<RuleKind, string>> = {
  constant: 'the same on every document of this vendor',
  choice: 'one of the values that this vendor has, whichever is printed',
  spelling: 'printed one way, wanted another',
  anchor: 'stands beside this label on the documents of this vendor',
  position: 'stands at this place on the documents of this vendor',
  pattern: 'matches words that a person described',
  column: "what stands over the columns of this vendor's tables",
  absent: 'the documents of this vendor do not have it',
  none: 'no rule, but what a person called wrong here is never accepted unseen',
  caution: 'the documents of this vendor are not what they were',
}

function differs(lesson: Lesson): boolean {
  return (lesson.truth?.value ?? null) !== (lesson.predicted?.value ?? null)
}

function candidates(
  field: ProfileField,
  lessons: readonly Lesson[],
  changed: readonly Lesson[],
): Draft[] {
  const found: Draft[] = []
  const truths = new Set(lessons.map((lesson) => lesson.truth?.value ?? null))
  const [only] = truths
  const latest = lessons.at(-1) as Lesson
  if (truths.size === 1 && only != null && field.perVendor)
    found.push({ ...blank, kind: 'constant', value: only, raw: latest.truth?.raw ?? null })
  if (truths.size === 1 && only === null && lessons.length >= leastForAbsent)
    found.push({ ...blank, kind: 'absent' })
  if (field.perVendor) {
    const printed = lessons.flatMap(({ truth }) =>
      truth?.value == null || truth.raw === null
        ? []
        : [[plainOf(truth.raw), truth.value] as const],
    )
    const values = Object.fromEntries([...new Map(printed)].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (printed.length > 0 && Object.keys(values).length <= mostChoices)
      found.push({ ...blank, kind: 'choice', spellings: values })
  }
  if (field.type === 'text' || field.type === 'id') {
    const spellings = changed
      .filter(
        (lesson) =>
          lesson.truth?.value != null && lesson.predicted?.raw != null && sameWords(lesson),
      )
      .map((lesson) => [plainOf(lesson.predicted?.raw ?? ''), lesson.truth?.value ?? ''])
    if (spellings.length > 0)
      found.push({
        ...blank,
        kind: 'spelling',
        spellings: Object.fromEntries(spellings) as Record<string, string>,
      })
  }
  const labels = new Set<string>()
  for (const lesson of [...changed].reverse()) {
    const span = lesson.truth === null ? null : spanOf(lesson.sheet, lesson.truth, field.type)
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
function bearsOut(
  draft: Draft,
  refuted: readonly string[],
  field: ProfileField,
  lessons: readonly Lesson[],
  changed: readonly Lesson[],
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

/** The person changed the spelling of what had been read, not the choice of words. */
function sameWords(lesson: Lesson): boolean {
  const chosen = lesson.truth?.words ?? []
  const read = lesson.predicted?.words ?? []
  return (
    chosen.length === 0 ||
    (chosen.length === read.length && chosen.every((index, i) => index === read[i]))
  )
}

function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function idOf(vendor: string, field: string, draft: Draft): string {
  return createHash('sha256')
    .update(JSON.stringify([vendor, field, draft]))
    .digest('hex')
    .slice(0, 12)
}
