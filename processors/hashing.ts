/**
 * The two hashes behind the features: of a text, and of a template with its attributes. Deterministic on every platform:
 * 32-bit integer arithmetic only. Not for anything that needs resistance to attack.
 */

const { imul } = Math // looked up once: these are called for every feature of every token

/** FNV-1a of the UTF-16 units from start to end, with a final stir. */
export function hashText(text: string, start = 0, end = text.length): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return imul(hash, 0x2c1b3c6d) | 0
}

/** 32 well-stirred bits of three integers (the finaliser of MurmurHash3); take the upper ones. */
export function mix(template: number, a: number, b: number): number {
  let hash = imul(template, 0x9e3779b1) ^ a
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = (hash + imul(b, 0x27d4eb2f)) | 0
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const featureBits = 20

/** The number of a feature: a template with its attributes. */
export function featureOf(template: number, a: number, b: number): number {
  return mix(template, a, b) >>> (32 - featureBits)
}
