/**
 * F1 of a model's outcomes, and what chance may do to the difference of two models': a paired
 * bootstrap (Efron and Tibshirani 1993, ch. 8).
 */

import { randomFrom } from './random.ts'

/**
 * right, wrong (another value), missing (no value where there is one), extra (a value where there
 * is none), absent (correctly none)
 */
export type Outcome = 'right' | 'wrong' | 'missing' | 'extra' | 'absent'

/** An outcome, and how much of one it counts as. */
export interface WeighedOutcome {
  readonly outcome: Outcome
  readonly weight: number
}

const weightOfPassed = 0.25 // of a value that somebody entered or looked at; see gate.ts

/** Of these fields; `passed`: those whose truth nobody looked at. */
export function weighed(
  {
    fields,
    passed = [],
  }: {
    readonly fields: Readonly<Record<string, Outcome>>
    readonly passed?: readonly string[]
  },
  names: readonly string[],
): readonly WeighedOutcome[] {
  return names.flatMap((name) => {
    const outcome = fields[name]
    const weight = passed.includes(name) ? weightOfPassed : 1
    return outcome === undefined ? [] : [{ outcome, weight }]
  })
}

/**
 * F1 over outcomes: a wrong value is one false positive and one false negative. 0 where there are
 * no values.
 */
export function f1(outcomes: readonly WeighedOutcome[]): number {
  return f1Of(tallyOf(outcomes))
}

export interface Tally {
  readonly right: number
  readonly falsePositives: number
  readonly falseNegatives: number
}

export function tallyOf(outcomes: readonly WeighedOutcome[]): Tally {
  const count = (...kinds: Outcome[]): number =>
    outcomes.reduce((sum, { outcome, weight }) => sum + (kinds.includes(outcome) ? weight : 0), 0)
  return {
    right: count('right'),
    falsePositives: count('wrong', 'extra'),
    falseNegatives: count('wrong', 'missing'),
  }
}

function sumOf(tallies: readonly Tally[]): Tally {
  let [right, falsePositives, falseNegatives] = [0, 0, 0]
  for (const tally of tallies) {
    right += tally.right
    falsePositives += tally.falsePositives
    falseNegatives += tally.falseNegatives
  }
  return { right, falsePositives, falseNegatives }
}

function f1Of({ right, falsePositives, falseNegatives }: Tally): number {
  const all = 2 * right + falsePositives + falseNegatives
  return all === 0 ? 0 : (2 * right) / all
}

/** What two models made of the same documents. */
interface Unit {
  readonly before: Tally
  readonly after: Tally
}

/**
 * The 10th and the 95th percentile of the difference in F1 over resamples of the units; the same
 * for the same seed. Both are 0 where there are no units.
 */
export function boundsOfDifference(
  units: readonly Unit[],
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): { readonly low: number; readonly high: number } {
  if (units.length === 0) return { low: 0, high: 0 }
  const random = randomFrom(seed)
  const differences = Array.from({ length: resamples }, () => {
    const drawn = units.map(() => units[Math.floor(random() * units.length)] as Unit)
    return (
      f1Of(sumOf(drawn.map(({ after }) => after))) - f1Of(sumOf(drawn.map(({ before }) => before)))
    )
  }).sort((a, b) => a - b)
  return {
    low: differences[Math.floor(0.1 * differences.length)] as number,
    high: differences[Math.ceil(0.95 * differences.length) - 1] as number,
  }
}
