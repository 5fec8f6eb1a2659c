/**
 * Backtests a rule written by a person on confirmed documents before it takes effect: which
 * verdicts it would contradict.
 *
 * Rules learned from verdicts are backtested when they are induced (rule-induction.ts). A vendor's
 * rule applies to all of its documents; a rule for every vendor only where nothing was read. A
 * document for which it gives no value, or an uncertain one, is no contradiction. The vendor's
 * other rules are ignored: a person's rule replaces them.
 */

import { teaches } from '../review/judged-fields.ts'
import type { Profile } from '../../schemas/profiles.ts'
import type { Field, Rule, Verdict } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { printedDocument, type PrintedDocument } from './spans.ts'
import { everyVendor } from './rule-table.ts'
import { applyRule } from './rule-kinds.ts'
import { unpackWords } from '../document/words.ts'

/** For each rule the verdicts that it contradicts, as documentId@revision, in order. */
export function trialOf(
  rules: readonly Rule[],
  verdicts: readonly Verdict[],
  profile: Profile,
): Map<Rule, string[]> {
  const contradicted = new Map<Rule, string[]>(rules.map((rule) => [rule, []]))
  for (const verdict of verdicts) {
    const concerned = rules.filter(
      (rule) =>
        verdict.profile === rule.profile &&
        (rule.vendor === everyVendor
          ? read(verdict, rule.field) === null
          : rule.vendor === verdict.vendor.id) &&
        teaches(verdict, rule.field),
    )
    if (concerned.length === 0) continue
    const sheet = printedDocument({ pages: verdict.pages, words: unpackWords(verdict.words) })
    for (const rule of concerned)
      if (contradicts(rule, verdict, sheet, profile))
        contradicted.get(rule)?.push(`${verdict.documentId}@${verdict.revision}`)
  }
  return contradicted
}

function contradicts(
  rule: Rule,
  verdict: Verdict,
  sheet: PrintedDocument,
  profile: Profile,
): boolean {
  const type = profile.fields.find(({ name }) => name === rule.field)?.type
  const said = type === undefined ? null : applyRule(rule, type, sheet, read(verdict, rule.field))
  if (said === null || said.doubtful) return false
  const truth = valued(verdict.fields, rule.field)
  if (said.value === null || truth === null) return said.value !== (truth?.value ?? null)
  return (
    said.value !== truth.value &&
    plainOf(said.value) !== plainOf(truth.value ?? '') &&
    (said.raw === null || truth.raw === null || plainOf(said.raw) !== plainOf(truth.raw))
  )
}

function read(verdict: Verdict, name: string): Field | null {
  return valued(verdict.predicted, name)
}

function valued(fields: readonly Field[], name: string): Field | null {
  return fields.find((field) => field.name === name && field.value !== null) ?? null
}
