/**
 * Counts behind precision, recall and F1: they are additive, so a resample is a sum. A wrong value
 * counts both as predicted and as true.
 */

import type { Outcome } from '../f1.ts'

export interface Tally {
  right: number
  given: number
  truths: number
}

export interface Figures {
  readonly truths: number // fields that have a value
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const tally: Tally = { right: 0, given: 0, truths: 0 }
  for (const outcome of outcomes) {
    if (outcome === 'right') tally.right++
    if (outcome === 'right' || outcome === 'wrong' || outcome === 'extra') tally.given++
    if (outcome === 'right' || outcome === 'wrong' || outcome === 'missing') tally.truths++
  }
  return tally
}

export function added(tallies: readonly Readonly<Tally>[]): Tally {
  const sum: Tally = { right: 0, given: 0, truths: 0 }
  for (const { right, given, truths } of tallies) {
    sum.right += right
    sum.given += given
    sum.truths += truths
  }
  return sum
}

export function figuresOf({ right, given, truths }: Readonly<Tally>): Figures {
  return {
    truths,
    precision: given === 0 ? 0 : right / given,
    recall: truths === 0 ? 0 : right / truths,
    f1: given + truths === 0 ? 0 : (2 * right) / (given + truths),
  }
}
