/** How unlike the others a vendor's documents are: measures for bets on ranks. */

import { layoutDistance } from '../document/fingerprint.ts'

export interface Measured {
  readonly layout: readonly number[] // fingerprint
  readonly blockers: readonly string[] // reasons against accepting
}

// of the others: so many have an ordinary layout. A vendor may have several
const ordinaryShare = 0.3
const distances = 33 // in 32nds, so that equal ones are exactly equal
// of generated invoices, 99 of 100 pairs of one layout are at most 24 apart, of two at least 27
const sameLayout = 26

/**
 * How far a document is from others of an ordinary layout: the distance within which a share of the
 * others lies, and 0 where those are of the document's own layout. So neither a vendor's second
 * layout is strange once it is common, nor the order in which documents of both come. Must be called
 * for n = 1, 2, 3 and so on: each call adds one document.
 */
export function farness(documents: readonly Measured[]): (n: number) => readonly number[] {
  const counts: Uint16Array[] = [] // of the others, by distance in 32nds
  return (n) => {
    while (counts.length < n) {
      const own = new Uint16Array(distances)
      const added = (documents[counts.length] as Measured).layout
      counts.forEach((of, i) => {
        const distance = Math.round(
          (distances - 1) * layoutDistance((documents[i] as Measured).layout, added),
        )
        of[distance] = (of[distance] as number) + 1
        own[distance] = (own[distance] as number) + 1
      })
      counts.push(own)
    }
    const near = Math.ceil(ordinaryShare * (n - 1))
    return counts.map((of) => within(of, near))
  }
}

/** The least distance within which so many lie; 0 where that is a distance of one layout. */
function within(counts: Uint16Array, near: number): number {
  let sum = counts[0] as number
  let distance = 0
  while (sum < near && distance < distances - 1) sum += counts[++distance] as number
  return distance < sameLayout ? 0 : distance
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
