/**
 * What became of documents, counted from the outputs of stages once they are committed: how many
 * readings were accepted or went to a person and why, and what people said of the values.
 *
 * A document that is read again counts again. Profiles that aren't known here are `other`, since
 * whoever writes to a topic may name any.
 */

import { Counter } from 'prom-client'
import type { Output, Outputs, TopicName } from '../processors/processor.ts'
import { judgedCells } from '../processors/analytics/field-events.ts'
import type { Extracted, Verdict } from '../schemas/types.ts'

const readings = new Counter({
  name: 'errata_readings_total',
  help: 'Readings of documents, by whether they were accepted or went to a person; a document that is read again counts again',
  labelNames: ['profile', 'route'] as const,
})
const reasons = new Counter({
  name: 'errata_review_reasons_total',
  help: 'Readings that went to a person, by each reason that they had',
  labelNames: ['profile', 'reason'] as const,
})
const verdicts = new Counter({
  name: 'errata_verdicts_total',
  help: 'Verdicts that count: confirmed, corrected or rejected',
  labelNames: ['profile', 'decision'] as const,
})
const values = new Counter({
  name: 'errata_values_judged_total',
  help: 'Values that people judged. tp: right; fp: another value or none; fn: a value where none was read; tn: rightly none',
  labelNames: ['profile', 'outcome'] as const,
})

/** One of the counters above, and by how much. */
export interface Outcome {
  readonly count: (profile: string) => void
  readonly profile: string
}

/** What the outputs say; nothing is counted yet. */
export function outcomesOf<W extends TopicName>(outputs: Outputs<W>): readonly Outcome[] {
  const { extracted = [], verdicts: judged = [] } = outputs as Outputs<'extracted' | 'verdicts'>
  return [...valuesIn(extracted).map(readingOf), ...valuesIn(judged).map(verdictOf)]
}

export function countOutcomes(
  outcomes: readonly Outcome[],
  profiles: { has(name: string): boolean },
): void {
  for (const { count, profile } of outcomes) count(profiles.has(profile) ? profile : 'other')
}

function valuesIn<T extends TopicName>(outputs: readonly Output<T>[]) {
  return outputs.flatMap(({ value }) => (value === null ? [] : [value]))
}

function readingOf({ profile, route, reasons: given }: Extracted): Outcome {
  const codes = route === 'accepted' ? [] : [...new Set(given.map(({ code }) => code))]
  return {
    profile,
    count(profile) {
      readings.inc({ profile, route })
      for (const reason of codes) reasons.inc({ profile, reason })
    },
  }
}

function verdictOf(verdict: Verdict): Outcome {
  const { profile, decision } = verdict
  const outcomes = judgedCells(verdict).map(({ outcome }) => outcome)
  return {
    profile,
    count(profile) {
      verdicts.inc({ profile, decision })
      for (const outcome of outcomes) if (outcome !== 'unjudged') values.inc({ profile, outcome })
    },
  }
}
