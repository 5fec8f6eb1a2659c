/** What reads documents at present: the champion of their profile, and the rules of their vendor. */

import type { ReadWith } from '../review/outdated.ts'
import { ruleSetOf } from '../rules/rule-set.ts'
import type { RuleTable } from '../rules/rule-table.ts'
import { championOf, modelKey, type ModelRegistry } from './model-registry.ts'

/** By the tables as they are when it is asked. */
export function readingNow(
  catalogue: () => ModelRegistry,
  rules: Pick<RuleTable, 'rulesOf'>,
): (profile: string, vendor: string) => ReadWith {
  // memoized: tens of thousands of documents are asked about at once
  const champions = new WeakMap<ModelRegistry, Map<string, string | null>>()
  const ruleSets = new WeakMap<ReturnType<RuleTable['rulesOf']>, string>()
  const modelOf = (profile: string): string | null => {
    const table = catalogue()
    const known = champions.get(table) ?? new Map<string, string | null>()
    champions.set(table, known)
    const kept = known.get(profile)
    if (kept !== undefined) return kept
    const champion = championOf(table, profile)
    const key = champion === null ? null : modelKey(champion)
    known.set(profile, key)
    return key
  }
  return (profile, vendor) => {
    const its = rules.rulesOf(vendor)
    const ruleSet = ruleSets.get(its) ?? ruleSetOf(its)
    ruleSets.set(its, ruleSet)
    return { model: modelOf(profile), ruleSet }
  }
}
