/**
 * The partition of a key, equal to that of the Java client: murmur2 (Austin Appleby, 32 bits, seed
 * 0x9747b28c) of the key's bytes, its sign bit cleared, modulo the number of partitions.
 */

const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** Signed 32-bit hash, as `org.apache.kafka.common.utils.Utils.murmur2`. */
export function murmur2(bytes: Uint8Array): number {
  const words = bytes.length >>> 2
  let hash = seed ^ bytes.length
  for (let i = 0; i < words; i++) {
    const at = 4 * i
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    const mixed = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ Math.imul(mixed ^ (mixed >>> 24), multiplier)
  }
  const tail = 4 * words
  const left = bytes.length - tail
  if (left === 3) hash ^= (bytes[tail + 2] as number) << 16
  if (left >= 2) hash ^= (bytes[tail + 1] as number) << 8
  if (left >= 1) hash = Math.imul(hash ^ (bytes[tail] as number), multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

export function partitionOf(key: string | Uint8Array, count: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % count
}
