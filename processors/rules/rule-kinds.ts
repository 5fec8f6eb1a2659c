/**
 * The value that a rule of each kind gives for a document, and its confidence.
 *
 * The confidence is a Beta posterior mean: a prior for the kind plus what the verdicts behind the
 * rule weigh, counted separately for values that the model reads as well and those that it doesn't.
 * The prior is that of a rule that a person meant: one that rests on less is trusted less.
 * User input is never interpreted as a pattern: labels are compared letter by letter.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field, FieldEvidence, Rule, RuleKind } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { atLabel, inPlace, type Relation } from './anchors.ts'
import { matchPatterns, parsePatterns, type Pattern } from './patterns.ts'
import { findText, spanAt, type PrintedDocument, type PrintedSpan } from './spans.ts'

/** The result of a rule for a document; `value` null: the field is absent. */
export interface Said {
  readonly value: string | null
  readonly raw: string | null
  readonly span: PrintedSpan | null
  readonly confidence: number
  /**
   * The model reads this value and more text around it, and nobody has rejected that: neither is
   * trusted.
   */
  readonly doubtful: boolean
}

export type RuleDraft = Pick<
  Rule,
  'kind' | 'value' | 'raw' | 'anchor' | 'relation' | 'spellings' | 'box' | 'page' | 'pattern'
>

export const blank: RuleDraft = {
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
 * Pseudo-counts of right and wrong for each kind, before any document has confirmed the rule: by
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
  unknown: { alone: [0, 1], agreed: [0, 1] },
}
/**
 * What one verdict weighs. Two values that a person looked at and left are worth one that they
 * entered; what was passed by says nothing. Who doesn't say counts as before evidence was told.
 */
const weights: Readonly<Record<FieldEvidence | 'untold', number>> = {
  typed: 1,
  looked: 0.5,
  passed: 0,
  untold: 1,
}

/** Of all verdicts behind a rule. */
export function supportOf(evidence: readonly (FieldEvidence | null)[]): number {
  return evidence.reduce((sum, one) => sum + weights[one ?? 'untold'], 0)
}

// memoized parses: only save time
const knownPatterns = new Map<string, readonly Pattern[]>()
const mostKnownPatterns = 200
/** The result of an active rule for a document; null where it doesn't apply. */
export function applyRule(
  rule: RuleDraft & Pick<Rule, 'taughtBy' | 'support' | 'refuted'>,
  type: FieldType,
  sheet: PrintedDocument,
  predicted: Field | null,
): Said | null {
  const given = valueOf(rule, type, sheet, predicted)
  if (given === null) return null
  const { value, raw, span } = given
  const { alone, agreed } = priors[rule.kind]
  const [right, wrong] = predicted !== null && isSame(value, raw, predicted) ? agreed : alone
  return {
    value,
    raw,
    span,
    confidence: confidenceOf(rule, right, wrong),
    doubtful: isDoubtful(rule, span, predicted),
  }
}

function confidenceOf(
  { taughtBy, support = -1 }: Pick<Rule, 'taughtBy' | 'support'>,
  right: number,
  wrong: number,
): number {
  const weight = support < 0 ? taughtBy.length : support
  const meant = taughtBy.length === 0 ? right : right * Math.min(1, weight) // none: by hand
  return (meant + weight) / (meant + wrong + weight)
}

type Given = Pick<Said, 'value' | 'raw' | 'span'>

function valueOf(
  rule: RuleDraft,
  type: FieldType,
  sheet: PrintedDocument,
  predicted: Field | null,
): Given | null {
  switch (rule.kind) {
    case 'constant':
      return constant(rule, sheet)
    case 'choice':
      return choose(rule.spellings, sheet, predicted)
    case 'spelling':
      return respell(rule.spellings, sheet, predicted)
    case 'anchor':
      return at(atLabel(sheet, rule.anchor ?? '', (rule.relation ?? 'right') as Relation, type))
    case 'position':
      return at(inPlace(sheet, rule.page ?? 1, rule.box, type))
    case 'absent':
      return { value: null, raw: null, span: null }
    case 'pattern':
      return at(byPattern(rule.pattern, type, sheet))
    case 'column': // concerns the table, not a field
    case 'caution': // concerns the vendor; see drift.ts
    case 'unknown': // a person decides; see unknownRules
    case 'none':
      return null
    default:
      return rule.kind satisfies never
  }
}

const at = (span: PrintedSpan | null): Given | null =>
  span === null ? null : { value: span.value, raw: span.raw, span }

/** The model reads the known value and more text around it, and nobody has rejected that. */
function isDoubtful(
  rule: RuleDraft & Pick<Rule, 'refuted'>,
  span: PrintedSpan | null,
  predicted: Field | null,
): boolean {
  if ((rule.kind !== 'constant' && rule.kind !== 'choice') || span === null || predicted === null)
    return false
  const isTruth =
    predicted.value === rule.value || Object.values(rule.spellings).includes(predicted.value ?? '')
  return holds(predicted.words, span.words) && (!isRefuted(rule, predicted.value) || isTruth)
}

/** A value that was once printed must be printed here too. */
function constant({ value, raw }: RuleDraft, sheet: PrintedDocument): Given | null {
  const span = findText(sheet, raw)
  return span === null && raw !== null ? null : { value, raw: span?.raw ?? null, span }
}

function respell(
  spellings: Readonly<Record<string, string>>,
  sheet: PrintedDocument,
  predicted: Field | null,
): Given | null {
  const raw = predicted?.raw ?? null
  const value = raw === null ? undefined : own(spellings, plainOf(raw))
  return value === undefined ? null : { value, raw, span: findText(sheet, raw) }
}

/**
 * The value described by a hand-written pattern. An invalid pattern can't have been published; if
 * it was, it finds nothing.
 */
function byPattern(
  json: string | null,
  type: FieldType,
  sheet: PrintedDocument,
): PrintedSpan | null {
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
 * Whether a person rejected this value for this vendor, on any document: it may be right on this
 * one, but is never accepted without review.
 */
export function isRefuted({ refuted }: Pick<Rule, 'refuted'>, value: string | null): boolean {
  return value !== null && refuted.some((wrong) => plainOf(wrong) === plainOf(value))
}

/**
 * The confirmed value that is printed on this document; of several the one that the model reads, or
 * none.
 */
function choose(
  values: Readonly<Record<string, string>>,
  sheet: PrintedDocument,
  predicted: Field | null,
): Given | null {
  const printed = Object.entries(values).flatMap(([text, value]) => {
    const span = findText(sheet, text)
    return span === null ? [] : [{ value, raw: span.raw, span }]
  })
  const whole = printed.filter(
    ({ span }) => !printed.some((other) => holds(other.span.tokens, span.tokens)),
  )
  const [only] = whole
  if (whole.length === 1 && only !== undefined) return only
  return whole.find(({ value, raw }) => predicted !== null && isSame(value, raw, predicted)) ?? null
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

export const explanations: Readonly<Record<RuleKind, string>> = {
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
  unknown: 'of a kind that only a later version can apply',
}

function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
