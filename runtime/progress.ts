/**
 * Since when a position has not moved although records wait behind it. Positions come from the
 * broker or from what was stored, since a consumer that is stuck knows of no lag. A lag that grows
 * is no progress.
 */

export interface Place {
  readonly position: bigint | null
  /** Records behind the position. */
  readonly lag: bigint
}

export interface Progress<K> {
  /** Notes where all are; those that aren't named are forgotten. */
  note(places: ReadonlyMap<K, Place>): void
  /** A sign of life other than a new position. */
  move(key: K): void
  moveAll(): void
  /** ms since it last moved; 0 where nothing waits. */
  stillMs(key: K): number
  /** How many records wait there. */
  lag(key: K): bigint
}

/**
 * `now`: ms, from an arbitrary origin. Where more than `longestGapMs` lie between two notes, this
 * process itself stood still, and counts from the later one.
 */
export function createProgress<K>(now: () => number, longestGapMs = Infinity): Progress<K> {
  let notedAt = now()
  const known = new Map<K, Place>()
  const movedAt = new Map<K, number>()
  return {
    note(places) {
      for (const key of [...known.keys()])
        if (!places.has(key)) {
          known.delete(key)
          movedAt.delete(key)
        }
      for (const [key, place] of places) {
        const before = known.get(key)
        const hasMoved = before === undefined || before.position !== place.position
        if (hasMoved || before.lag === 0n || place.lag === 0n) movedAt.set(key, now())
        known.set(key, place)
      }
      if (now() - notedAt > longestGapMs) for (const key of known.keys()) movedAt.set(key, now())
      notedAt = now()
    },
    moveAll() {
      for (const key of known.keys()) movedAt.set(key, now())
    },
    move: (key) => void (known.has(key) && movedAt.set(key, now())),
    stillMs: (key) =>
      (known.get(key)?.lag ?? 0n) === 0n ? 0 : now() - (movedAt.get(key) ?? now()),
    lag: (key) => known.get(key)?.lag ?? 0n,
  }
}
