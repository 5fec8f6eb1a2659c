/**
 * The two hashes behind the features: of a text, and of a template with its attributes. Deterministic on every platform:
 * 32-bit integer arithmetic only. Not for anything that needs resistance to attack.
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

// The numbers of mix, for feature-list.ts too: shift, factor, shift, factor, shift (the finaliser of MurmurHash3). Below they
// stand as they are: a number that is imported or looked up in a list is asked for anew each time
export const stirs = [16, 0x85ebca6b, 13, 0xc2b2ae35, 16] as const
export const secondFactor = 0x27d4eb2f

/** What a hash begins with: all that the template and the first attribute have to say. */
export const firstOf = (template: number, a: number): number => imul(template, 0x9e3779b1) ^ a

/** 32 well-stirred bits of three integers; take the upper ones. */
export const mix = (template: number, a: number, b: number): number => endMix(beginMix(template, a), b)

// The same in two steps, for many third integers with the same first two
export function beginMix(template: number, a: number): number {
  const hash = firstOf(template, a)
  return imul(hash ^ (hash >>> 16), 0x85ebca6b)
}
export function endMix(begun: number, b: number): number {
  let hash = (begun + imul(b, 0x27d4eb2f)) | 0
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const featureBits = 20

/** The number of a feature: a template with its attributes. */
export function featureOf(template: number, a: number, b: number): number {
  return mix(template, a, b) >>> (32 - featureBits)
}
