/** Chance from a seed: the same seed gives the same row. */

export interface FaultRandom {
  /** Below `below`, whole. */
  number(below: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
}

export function randomOf(seed: number): FaultRandom {
  let state = seed * 7919 + 1
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  for (let i = 0; i < 5; i++) next() // neighbouring seeds begin alike
  const number = (below: number): number => Math.min(below - 1, Math.floor(next() * below))
  return {
    number,
    chance: (share) => next() < share,
    pick: (from) => from[number(from.length)] as (typeof from)[number],
  }
}
