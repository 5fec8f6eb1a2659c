/**
 * The two hashes behind the features: of a text, and of a template with its attributes.
 * Deterministic on every platform: 32-bit integer arithmetic only. Not for anything that needs
 * resistance to attack.
 */

const { imul } = Math // looked up once: these are called for every feature of every token

/** FNV-1a of the UTF-16 units from start to end, with a final stir. */
export function hashText(text: string, start = 0, end = text.length): number {
  let hash = beginHash
  for (let i = start; i < end; i++) hash = hashUnit(hash, text.charCodeAt(i))
  return endHash(hash)
}

// The same, unit by unit
export const beginHash = 0x811c9dc5 | 0
export const hashUnit = (hash: number, unit: number): number => imul(hash ^ unit, 0x01000193)
export const endHash = (hash: number): number => imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 0

// The numbers of mix, for feature-list.ts too (the finaliser of MurmurHash3). Each by itself and of
// this module alone, where mix uses it: a number that is exported or looked up in a list is asked
// for anew at each use
const shift1 = 16
const factor1 = 0x85ebca6b
const shift2 = 13
const factor2 = 0xc2b2ae35
const shift3 = 16
const factorOfSecond = 0x27d4eb2f
export const stirs = [shift1, factor1, shift2, factor2, shift3] as const
export const secondFactor = factorOfSecond

/** What a hash begins with: all that the template and the first attribute have to say. */
export const firstOf = (template: number, a: number): number => imul(template, 0x9e3779b1) ^ a

/** 32 well-stirred bits of three integers; take the upper ones. */
export const mix = (template: number, a: number, b: number): number =>
  endMix(beginMix(template, a), b)

// The same in two steps, for many third integers with the same first two
export function beginMix(template: number, a: number): number {
  const hash = firstOf(template, a)
  return imul(hash ^ (hash >>> shift1), factor1)
}
export function endMix(begun: number, b: number): number {
  let hash = (begun + imul(b, factorOfSecond)) | 0
  hash = imul(hash ^ (hash >>> shift2), factor2)
  return (hash ^ (hash >>> shift3)) >>> 0
}

export const featureBits = 20

/** The number of a feature: a template with its attributes. */
export function featureOf(template: number, a: number, b: number): number {
  return mix(template, a, b) >>> (32 - featureBits)
}
