/**
 * Folds for out-of-fold predictions. Most vendors are held out whole, since what counts is how the model does on vendors
 * that it has never seen; every second vendor with several documents is spread over the folds instead, so that the
 * held-out documents also tell how it does on vendors that it knows.
 */

import type { Example } from './dataset.ts'
import { randomFrom, shuffled } from './random.ts'

const spreadFrom = 4 // documents of a vendor from which on it may be spread

/** The fold of each example, 0 to count - 1. */
export function foldsOf(examples: readonly Pick<Example, 'vendor'>[], count: number, seed: number, spread = true): number[] {
  const random = randomFrom(seed)
  const byVendor = new Map<string, number[]>()
  examples.forEach(({ vendor }, k) => byVendor.set(vendor, [...(byVendor.get(vendor) ?? []), k]))
  const folds = new Array<number>(examples.length).fill(0)
  const load = new Array<number>(count).fill(0)
  let known = 0
  const vendors = shuffled([...byVendor.keys()].sort(), random).sort((a, b) => (byVendor.get(b) as number[]).length - (byVendor.get(a) as number[]).length)
  for (const vendor of vendors) {
    const members = byVendor.get(vendor) as number[]
    if (spread && members.length >= spreadFrom && known++ % 2 === 1) {
      for (const k of shuffled(members, random)) place(k, lightest())
    } else {
      const fold = lightest()
      for (const k of members) place(k, fold)
    }
  }
  return folds

  function lightest(): number {
    return load.indexOf(Math.min(...load))
  }
  function place(k: number, fold: number): void {
    folds[k] = fold
    load[fold] = (load[fold] as number) + 1
  }
}
