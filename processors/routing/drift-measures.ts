/** How unlike the others a vendor's documents are: measures for bets on ranks. */

import { layoutDistance } from '../document/fingerprint.ts'

export interface Measured {
  readonly layout: readonly number[] // fingerprint
  readonly blockers: readonly string[] // reasons against accepting
}

/**
 * Sum of the distances from the other layouts. Must be called for n = 1, 2, 3 and so on: each call
 * adds one document.
 */
export function farness(documents: readonly Measured[]): (n: number) => readonly number[] {
  const sums: number[] = []
  return (n) => {
    while (sums.length < n) {
      const added = (documents[sums.length] as Measured).layout
      const distances = sums.map((_, i) => layoutDistance((documents[i] as Measured).layout, added))
      distances.forEach((distance, i) => (sums[i] = (sums[i] as number) + distance))
      // in 32nds, so that equal sums are exactly equal
      sums.push(distances.reduce((sum, distance) => sum + distance, 0))
    }
    return sums
  }
}

/** The information content of the reasons: rare ones weigh more. */
export function rarity(documents: readonly Measured[]): (n: number) => readonly number[] {
  if (documents.every(({ blockers }) => blockers.length === 0))
    return (n) => new Array<number>(n).fill(0)
  return (n) => {
    const among = documents.slice(0, n)
    const counts = new Map<string, number>()
    for (const blocker of among.flatMap(({ blockers }) => blockers))
      counts.set(blocker, (counts.get(blocker) ?? 0) + 1)
    return among.map(({ blockers }) =>
      blockers.reduce(
        (sum, blocker) => sum - Math.log((counts.get(blocker) as number) / (n + 1)),
        0,
      ),
    )
  }
}
