/**
 * The rules topic as a table: what verdicts taught, what people decided by hand, and what holds of
 * the two.
 *
 *   key vendor/field        what verdicts taught: written by teach alone, anew whenever a verdict changes it
 *   key vendor/field/hand   what a person decided: written by `errata rules` alone; a tombstone takes it back
 *
 * So neither overwrites the other, and both can be replayed. A person's rule takes the place of the
 * taught one, but what was called wrong stays so. A person's `disabled` holds for the very rule
 * that was disabled: where later verdicts teach another one, that is active. The vendor `*` is
 * every vendor that has no rule of its own for the field.
 */

import type { Rule } from '../../schemas/types.ts'

export const everyVendor = '*'

export interface RuleTable {
  /** Takes a record of the topic in; null is a tombstone. */
  readonly put: (key: string, rule: Rule | null) => void
  /** What holds for a vendor, by field. */
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule>
  /** Everything that was taught or decided, by key. */
  readonly records: () => ReadonlyMap<string, Rule>
}

export function ruleKey(rule: Pick<Rule, 'vendor' | 'field' | 'decidedBy'>): string {
  return `${rule.vendor}/${rule.field}${rule.decidedBy === null ? '' : '/hand'}`
}

/**
 * What takes the place of a person's `disabled`: nothing where it was about a taught rule, else the
 * rule by hand as it was.
 */
export function enabled(
  disabled: Rule,
  { by, now, why }: { readonly by: string; readonly now: number; readonly why: string },
): Rule | null {
  return disabled.taughtBy.length > 0
    ? null
    : { ...disabled, state: 'active', decidedBy: by, since: now, why }
}

export function ruleTable(): RuleTable {
  const records = new Map<string, Rule>()
  const keys = new Map<string, Set<string>>() // of each vendor
  const holding = new Map<string, ReadonlyMap<string, Rule>>() // what was worked out before

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

/** What holds of a taught rule and a person's decision about it. */
function settled(taught: Rule | null, hand: Rule): Rule | null {
  if (hand.state !== 'disabled')
    return {
      ...hand,
      strict: hand.strict || (taught?.strict ?? false),
      refuted: [...new Set([...(taught?.refuted ?? []), ...hand.refuted])].sort(),
    }
  if (taught === null) return hand.taughtBy.length === 0 ? hand : null // a person's own rule, switched off, is still there to be switched on
  if (taught.id !== hand.id) return taught
  return { ...taught, state: 'disabled', decidedBy: hand.decidedBy, why: hand.why }
}
