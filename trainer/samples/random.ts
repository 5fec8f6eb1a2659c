/**
 * Seeded randomness. Two kinds, since a sample has two sources of variety:
 *
 *   Random  a stream: the content of one document (items, dates, amounts)
 *   Design  a choice by name: what an issuer's documents have in common (words, typefaces, places). A name always gives
 *           the same answer for the same issuer, whatever else was asked before, so two documents of an issuer look alike.
 *
 * sfc32 (Doty-Humphrey, PractRand) seeded by a hash of the parts; not for secrets.
 */

export interface SampleRandom {
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number
  /** Integer, both ends inclusive. */
  readonly int: (least: number, most: number) => number
  readonly pick: <T>(options: readonly T[]) => T
  readonly chance: (share: number) => boolean
  readonly digits: (count: number) => string
}

export interface Design {
  readonly pick: <T>(name: string, options: readonly T[]) => T
  readonly chance: (name: string, share: number) => boolean
  readonly between: (name: string, least: number, most: number) => number
}

export function randomOf(...parts: readonly (string | number)[]): SampleRandom {
  const key = parts.join('\u0000')
  let [a, b, c, d] = [hash(`1${key}`), hash(`2${key}`), hash(`3${key}`), 1]
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return (t >>> 0) / 2 ** 32
  }
  // skips the first numbers, which are similar for similar seeds
  for (let i = 0; i < 12; i++) next()
  const int = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    pick: (options) => options[int(0, options.length - 1)] as (typeof options)[number],
    chance: (share) => next() < share,
    digits: (count) => Array.from({ length: count }, () => int(0, 9)).join(''),
  }
}

export function designOf(...parts: readonly (string | number)[]): Design {
  const key = parts.join('\u0000')
  const share = (name: string): number => mix(hash(`${key}\u0000${name}`)) / 2 ** 32
  return {
    pick: (name, options) =>
      options[Math.floor(share(name) * options.length)] as (typeof options)[number],
    chance: (name, least) => share(name) < least,
    between: (name, least, most) => least + share(name) * (most - least),
  }
}

// FNV-1a
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value | 0
}

// Finaliser of MurmurHash3: spreads the low entropy of FNV's upper bits
function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
