/**
 * The rules topic as a table: rules learned from verdicts, rules set by hand, and which of the two
 * applies.
 *
 *   key vendor/field        learned from verdicts: written only by teach, when a verdict changes it
 *   key vendor/field/hand   set by a person: written only by `errata rules`; a tombstone removes it
 *
 * So neither overwrites the other, and both can be replayed. A rule set by hand replaces the
 * learned one, but rejected values stay rejected. A person's `disabled` applies only to the rule
 * that was disabled: if later verdicts teach another one, that is active. The vendor `*` is every
 * vendor that has no rule of its own for the field.
 */

import type { Rule } from '../../schemas/types.ts'

export const everyVendor = '*'

export interface RuleTable {
  /** Adds a record of the topic; null is a tombstone. */
  readonly put: (key: string, rule: Rule | null) => void
  /** The rules that apply to a vendor, by field. */
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule>
  /** All records, learned and set by hand, by key. */
  readonly records: () => ReadonlyMap<string, Rule>
}

export function ruleKey(rule: Pick<Rule, 'vendor' | 'field' | 'decidedBy'>): string {
  return `${rule.vendor}/${rule.field}${rule.decidedBy === null ? '' : '/hand'}`
}

/**
 * The record that replaces a person's `disabled`: a tombstone if it disabled a learned rule, else
 * the previous rule set by hand.
 */
export function enabled(
  rule: Rule,
  { by, now, why }: { readonly by: string; readonly now: number; readonly why: string },
): Rule | null {
  return rule.taughtBy.length > 0
    ? null
    : { ...rule, state: 'active', decidedBy: by, since: now, why }
}

/**
 * The record by which a person disables a rule. It names a learned one by its id, so the kind need
 * not be known; null for one of an unknown kind that a person wrote, which could not be enabled again.
 */
export function disabled(
  rule: Rule,
  { by, now, why }: { readonly by: string; readonly now: number; readonly why: string },
): Rule | null {
  const { kind } = rule
  if (kind === 'unknown' && rule.taughtBy.length === 0) return null
  const known = kind === 'unknown' ? 'none' : kind
  return { ...rule, kind: known, state: 'disabled', decidedBy: by, since: now, why }
}

export function ruleTable(): RuleTable {
  const records = new Map<string, Rule>()
  const keys = new Map<string, Set<string>>() // keys of each vendor
  const holding = new Map<string, ReadonlyMap<string, Rule>>() // memoized results

  const ownRules = (vendor: string): Map<string, Rule> => {
    const found = new Map<string, Rule>()
    const its = [...(keys.get(vendor) ?? [])].map((key) => records.get(key) as Rule)
    for (const rule of its) if (rule.decidedBy === null) found.set(rule.field, rule)
    for (const rule of its) {
      if (rule.decidedBy === null) continue
      const holds = settled(found.get(rule.field) ?? null, rule)
      if (holds === null) found.delete(rule.field)
      else found.set(rule.field, holds)
    }
    return found
  }

  return {
    put(key, rule) {
      const vendor = rule?.vendor ?? records.get(key)?.vendor
      if (vendor === undefined) return
      if (rule === null) records.delete(key)
      else records.set(key, rule)
      const its = keys.get(vendor) ?? new Set()
      if (rule === null) its.delete(key)
      else its.add(key)
      keys.set(vendor, its)
      if (vendor === everyVendor) holding.clear()
      else holding.delete(vendor)
    },
    rulesOf(vendor) {
      const known = holding.get(vendor)
      if (known !== undefined) return known
      const holds = new Map([...ownRules(everyVendor), ...ownRules(vendor)])
      if (keys.has(vendor)) holding.set(vendor, holds)
      return holds
    },
    records: () => records,
  }
}

/** Whether verdicts on the vendor's documents taught any of its rules. */
export function isTaught(vendor: string, rules: ReadonlyMap<string, Rule>): boolean {
  return [...rules.values()].some((rule) => rule.vendor === vendor && rule.taughtBy.length > 0)
}

/** The rule that applies, given a learned rule and a person's decision about it. */
function settled(taught: Rule | null, hand: Rule): Rule | null {
  if (hand.state !== 'disabled')
    return {
      ...hand,
      strict: hand.strict || (taught?.strict ?? false),
      refuted: [...new Set([...(taught?.refuted ?? []), ...hand.refuted])].sort(),
    }
  // a disabled rule set by hand is kept, so that it can be enabled again
  if (taught === null) return hand.taughtBy.length === 0 ? hand : null
  if (taught.id !== hand.id) return taught
  return { ...taught, state: 'disabled', decidedBy: hand.decidedBy, why: hand.why }
}
