/**
 * CityHash128 as of version 1.0.2, with which ClickHouse checks its compressed blocks; later
 * versions of CityHash give other values. After G. Pike and J. Alakuijala, "Introducing CityHash"
 * (2011), and `contrib/cityhash102` of ClickHouse. All arithmetic is modulo 2^64.
 */

const k0 = 0xc3a5c85c97cb3127n
const k1 = 0xb492b66fbe98f273n
const k2 = 0x9ae16a3b2f90404fn
const k3 = 0xc949d7c7509e6557n
const byPairs = 0x9ddfea08eb382d69n // multiplier of the hash of two words

/** Two words of 64 bits, the low one first. */
type Pair = readonly [low: bigint, high: bigint]

const word = (value: bigint): bigint => BigInt.asUintN(64, value)
const times = (a: bigint, b: bigint): bigint => word(a * b)
const mixed = (value: bigint): bigint => value ^ (value >> 47n)
const turned = (value: bigint, by: bigint): bigint => word((value >> by) | (value << (64n - by)))

/** Words of the bytes by their place, little-endian. */
const wordsOf =
  (bytes: Buffer) =>
  (place: number): bigint =>
    bytes.readBigUInt64LE(place)

function hashOfPair(low: bigint, high: bigint): bigint {
  const first = mixed(times(low ^ high, byPairs))
  return times(mixed(times(high ^ first, byPairs)), byPairs)
}

/** The hash of `bytes` as 16 bytes, the low word first, little-endian. */
export function cityHash128(bytes: Buffer): Buffer {
  const [low, high] = hashOf(bytes)
  const hash = Buffer.alloc(16)
  hash.writeBigUInt64LE(low, 0)
  hash.writeBigUInt64LE(high, 8)
  return hash
}

function hashOf(bytes: Buffer): Pair {
  const { length } = bytes
  const at = wordsOf(bytes)
  if (length >= 16) return seeded(bytes.subarray(16), [at(0) ^ k3, at(8)])
  if (length >= 8) {
    const seed = [at(0) ^ times(BigInt(length), k0), at(length - 8) ^ k1] as const
    return ofShort(Buffer.alloc(0), seed)
  }
  return ofShort(bytes, [k0, k1])
}

const seeded = (bytes: Buffer, seed: Pair): Pair =>
  bytes.length < 128 ? ofShort(bytes, seed) : ofLong(bytes, seed)

/** Of fewer than 128 bytes. */
function ofShort(bytes: Buffer, [low, high]: Pair): Pair {
  const { length } = bytes
  const at = wordsOf(bytes)
  let [a, b, c, d] = [low, high, 0n, 0n]
  if (length <= 16) {
    a = times(mixed(times(a, k1)), k1)
    c = word(times(b, k1) + ofFewest(bytes))
    d = mixed(word(a + (length >= 8 ? at(0) : c)))
  } else {
    c = hashOfPair(word(at(length - 8) + k1), a)
    d = hashOfPair(word(b + BigInt(length)), word(c + at(length - 16)))
    a = word(a + d)
    for (let place = 0; place < length - 16; place += 16) {
      a = times(a ^ times(mixed(times(at(place), k1)), k1), k1)
      b ^= a
      c = times(c ^ times(mixed(times(at(place + 8), k1)), k1), k1)
      d ^= c
    }
  }
  a = hashOfPair(a, c)
  b = hashOfPair(d, b)
  return [a ^ b, hashOfPair(b, a)]
}

/** Of up to 16 bytes. */
function ofFewest(bytes: Buffer): bigint {
  const { length } = bytes
  const size = BigInt(length)
  if (length > 8) {
    const at = wordsOf(bytes)
    const last = at(length - 8)
    return hashOfPair(at(0), turned(word(last + size), size)) ^ last
  }
  if (length >= 4) {
    const [first, last] = [bytes.readUInt32LE(0), bytes.readUInt32LE(length - 4)]
    return hashOfPair(size + (BigInt(first) << 3n), BigInt(last))
  }
  if (length === 0) return k2
  const [first, middle, last] = [0, length >> 1, length - 1].map((place) => bytes[place] as number)
  const y = BigInt(first as number) + (BigInt(middle as number) << 8n)
  const z = size + (BigInt(last as number) << 2n)
  return times(mixed(times(y, k2) ^ times(z, k3)), k2)
}

/** Of 128 bytes and more: 64 at a time, then what is left in steps of 32 from the end. */
function ofLong(bytes: Buffer, seed: Pair): Pair {
  const { length } = bytes
  const at = wordsOf(bytes)
  let [x, y] = seed
  let z = times(BigInt(length), k1)
  const v0 = word(times(turned(y ^ k1, 49n), k1) + at(0))
  let v: Pair = [v0, word(times(turned(v0, 42n), k1) + at(8))]
  let w: Pair = [
    word(times(turned(word(y + z), 35n), k1) + x),
    times(turned(word(x + at(88)), 53n), k1),
  ]
  const whole = length - (length % 128)
  for (let place = 0; place < whole; place += 64) {
    x = times(turned(word(x + y + v[0] + at(place + 16)), 37n), k1) ^ w[1]
    y = times(turned(word(y + v[1] + at(place + 48)), 42n), k1) ^ v[0]
    z = turned(z ^ w[0], 33n)
    v = weak(bytes, place, times(v[1], k1), word(x + w[0]))
    w = weak(bytes, place + 32, word(z + w[1]), y)
    ;[z, x] = [x, z]
  }
  y = word(y + times(turned(w[0], 37n), k0) + z)
  x = word(x + times(turned(word(v[0] + z), 49n), k0))
  for (let done = 32; done < length - whole + 32; done += 32) {
    const place = length - done
    y = word(times(turned(word(y - x), 42n), k0) + v[1])
    w = [word(w[0] + at(place + 16)), w[1]]
    x = word(times(turned(x, 49n), k0) + w[0])
    w = [word(w[0] + v[0]), w[1]]
    v = weak(bytes, place, v[0], v[1])
  }
  x = hashOfPair(x, v[0])
  y = hashOfPair(y, w[0])
  return [word(hashOfPair(word(x + v[1]), w[1]) + y), hashOfPair(word(x + w[1]), word(y + v[1]))]
}

/** Of the 32 bytes at `place`, with two seeds. */
function weak(bytes: Buffer, place: number, first: bigint, second: bigint): Pair {
  const at = wordsOf(bytes)
  const last = at(place + 24)
  let a = word(first + at(place))
  const b = turned(word(second + a + last), 21n)
  const c = a
  a = word(a + at(place + 8) + at(place + 16))
  return [word(a + last), word(b + turned(a, 44n) + c)]
}
