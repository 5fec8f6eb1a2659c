/**
 * Combines a vendor's rules with the model's reading of a field, and gives the reason for review,
 * if any.
 *
 * A field goes to review where the model alone is not trusted and no rule applies, until a model has
 * learned what was corrected (trainer/relearned.ts); where a rule and the model contradict each other
 * and neither was rejected; where the value was rejected before; and where the vendor's identifier
 * appears with a name that nobody has confirmed for it, so that two vendors sharing a telephone
 * number, or a buyer's number taken for the seller's, are not merged without review.
 */

import type { FieldType, Profile } from '../../schemas/profiles.ts'
import type { Field, Reason, Rule } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import type { PrintedDocument } from './spans.ts'
import { everyVendor } from './rule-table.ts'
import { applyRule, isRefuted, type Said } from './rule-kinds.ts'

export interface Ruled {
  readonly field: Field | null
  /** Code of the reason for review. */
  readonly ask: string | null
  /** A person has confirmed that this vendor has no such field. */
  readonly ruledOut: boolean
}

const nameField = 'seller_name' // that tells one vendor from another
const decent = 0.5 // confidence from which the model's reading counts against a rule
const alike = 0.5 // of the letter pairs of two names: below it, they are no misreadings of one name

/**
 * `targetError`: the operator's target error; a rule with a smaller one needs no agreement of the
 * model. `isRelearned`: the model has learned what people corrected here, so it is trusted again
 * where no rule applies.
 */
export function applyRules(
  rule: Rule | undefined,
  type: FieldType,
  sheet: PrintedDocument,
  predicted: Field | null,
  { targetError, isRelearned }: { readonly targetError: number; readonly isRelearned: boolean },
): Ruled {
  if (rule === undefined) return { field: predicted, ask: null, ruledOut: false }
  const refuted = predicted === null ? null : refutation(rule, predicted.value)
  const asRead = (ask: string | null): Ruled => ({ field: predicted, ask, ruledOut: false })
  // A rule for every vendor only fills in missing values
  if (rule.state === 'disabled' || (rule.vendor === everyVendor && predicted !== null))
    return asRead(refuted)
  const said = rule.state === 'active' ? applyRule(rule, type, sheet, predicted) : null
  if (refuted === null && isAnotherName(rule, said, predicted)) return asRead('vendor_name')
  if (said === null)
    return asRead(isTrusted(rule, isRelearned, predicted) ? refuted : silenceOf(rule))
  if (said.doubtful) return asRead('conflict')
  if (said.value === null) {
    const contradicted = refuted === null && contradicts(predicted, said, targetError)
    return contradicted ? asRead('conflict') : { field: null, ask: null, ruledOut: true }
  }
  return {
    field: fieldOf(rule, said),
    ask: refutation(rule, said.value),
    ruledOut: false,
  }
}

/**
 * Rules of a kind that a later version knows. What they would say can't be told here, so a person is
 * asked, whatever the source of the field.
 */
export function unknownRules(profile: Profile, rules: ReadonlyMap<string, Rule>): Reason[] {
  return [...rules.values()]
    .filter(({ kind, state }) => kind === 'unknown' && state !== 'disabled')
    .map(({ field, id }) => ({
      code: 'rule_unknown',
      field: profile.fields.some(({ name }) => name === field) ? field : null,
      detail: id,
    }))
}

function refutation(rule: Rule, value: string | null): 'refuted' | null {
  return isRefuted(rule, value) ? 'refuted' : null
}

/**
 * Whether the model may be believed where no rule applies. That it reads nothing may be the very
 * mistake that was corrected.
 */
function isTrusted({ strict }: Rule, isRelearned: boolean, predicted: Field | null): boolean {
  return !strict || (isRelearned && predicted !== null)
}

/** Whether the model reads a field that the vendor is known not to have. */
function contradicts(predicted: Field | null, said: Said, targetError: number): boolean {
  return predicted !== null && predicted.confidence >= decent && said.confidence < 1 - targetError
}

/** The reason for review where a strict rule gives no value; unknownRules asks about some. */
function silenceOf({ state, kind }: Rule): string | null {
  if (kind === 'unknown') return null
  return state === 'active' ? 'rule_silent' : 'vendor_asks'
}

function fieldOf(rule: Rule, { value, raw, confidence, span }: Said): Field {
  return {
    name: rule.field,
    value,
    raw,
    confidence,
    page: span?.page ?? null,
    box: span?.box ?? [],
    words: span?.words ?? [],
    origin: 'rule',
    originId: rule.id,
  }
}

/** Whether none of the vendor's names is printed and the model reads a name unlike all of them. */
function isAnotherName(rule: Rule, said: Said | null, predicted: Field | null): boolean {
  if (
    rule.field !== nameField ||
    (rule.kind !== 'constant' && rule.kind !== 'choice') ||
    rule.vendor === everyVendor
  )
    return false
  if (
    (said !== null && said.span !== null) ||
    predicted?.value == null ||
    predicted.confidence < decent
  )
    return false
  const known =
    rule.kind === 'constant'
      ? [rule.value ?? '', rule.raw ?? '']
      : [...Object.keys(rule.spellings), ...Object.values(rule.spellings)]
  return known.every((name) => likeness(name, predicted.value as string) < alike)
}

/** Dice's coefficient over letter pairs. */
function likeness(a: string, b: string): number {
  const [x, y] = [pairsOf(a), pairsOf(b)]
  const shared = [...x].filter((pair) => y.has(pair)).length
  return x.size + y.size === 0 ? 1 : (2 * shared) / (x.size + y.size)
}

function pairsOf(text: string): Set<string> {
  const letters = plainOf(text)
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)),
  )
}
