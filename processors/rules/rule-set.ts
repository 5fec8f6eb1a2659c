/**
 * Which rules a document was read with, as one short text: two readings of a vendor's document with
 * the same rule set and the same model say the same.
 *
 * A rule that only more verdicts confirm is the same rule, so a vendor whose rules hold is not read
 * again with each answer.
 */

import type { Rule, RuleKind } from '../../schemas/types.ts'
import { textHash } from '../shared/text-hash.ts'

/** Kinds that give values; the others only make a person look. */
const givesValues: Readonly<Record<RuleKind, boolean>> = {
  constant: true,
  choice: true,
  spelling: true,
  anchor: true,
  position: true,
  pattern: true,
  column: true,
  absent: true,
  none: false,
  caution: false,
  unknown: false,
}

/** Of the rules that apply to a vendor; empty where none gives a value. */
export function ruleSetOf(rules: ReadonlyMap<string, Rule>): string {
  const ids = [...rules.values()]
    .filter(({ state, kind }) => state === 'active' && givesValues[kind])
    .map(({ field, id }) => `${field} ${id}`)
    .sort()
  return ids.length === 0 ? '' : textHash(ids.join('\n'))
}
