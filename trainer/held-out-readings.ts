/** Which held-out predictions are evidence, and what they give. */

import type { Outcome } from './f1.ts'
import type { HeldOutDocument } from './held-out.ts'

/** A model's best value of a field of a held-out document, judged. */
export interface JudgedGuess {
  readonly value: string | null
  readonly outcome: Outcome
  readonly confidence: number
  readonly isAbsent: boolean // the document has no value of the field
}

export const isApart = ({ deal }: HeldOutDocument): boolean => deal === 'apart'

export const isGenerated = ({ document }: HeldOutDocument): boolean => document.isGenerated

/** Real documents that were held out one by one, and those never trained on. */
export function inEvidence(held: readonly HeldOutDocument[]): number[] {
  const deal = held.filter((one) => !isApart(one)).at(-1)?.deal
  return held.flatMap((one, k) =>
    (one.deal === deal || isApart(one)) && !isGenerated(one) ? [k] : [],
  )
}

/** A value is given if its confidence is high enough; otherwise the field is left empty. */
export function givenBy(verdict: JudgedGuess | null | undefined, least: number): JudgedGuess[] {
  return !verdict || verdict.confidence < least || verdict.confidence === 0 ? [] : [verdict]
}

/** Whether what is given is the truth: the value, or that there is none. */
export function isRight(verdict: JudgedGuess, least: number): boolean {
  const [given] = givenBy(verdict, least)
  return given === undefined ? verdict.isAbsent : given.outcome === 'right'
}
