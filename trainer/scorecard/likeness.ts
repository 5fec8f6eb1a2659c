/**
 * Similarity of two texts, 0 to 1: twice the common characters over all characters, where common
 * characters are found by taking the longest common run and recursing to its left and right
 * (Ratcliff and Obershelp 1988).
 */

// characters compared: the longest common run costs the product of both lengths
const longest = 400

export function likeness(a: string, b: string): number {
  const [x, y] = [a.slice(0, longest), b.slice(0, longest)]
  return x.length + y.length === 0
    ? 1
    : (2 * inCommon(x, 0, x.length, y, 0, y.length)) / (x.length + y.length)
}

/** An upper bound of the similarity, from character counts. */
export function mostLikeness(a: string, b: string): number {
  const [x, y] = [a.slice(0, longest), b.slice(0, longest)]
  if (x.length + y.length === 0) return 1
  const left = new Map<string, number>()
  for (const character of x.split('')) left.set(character, (left.get(character) ?? 0) + 1)
  let shared = 0
  for (const character of y.split('')) {
    const count = left.get(character) ?? 0
    if (count === 0) continue
    shared++
    left.set(character, count - 1)
  }
  return (2 * shared) / (x.length + y.length)
}

function inCommon(a: string, a0: number, a1: number, b: string, b0: number, b1: number): number {
  let [size, atA, atB] = [0, a0, b0]
  // lengths of common runs that end at the character before
  let above = new Uint16Array(b1 - b0 + 1)
  for (let i = a0; i < a1; i++) {
    const row = new Uint16Array(b1 - b0 + 1)
    for (let j = b0; j < b1; j++) {
      if (a[i] !== b[j]) continue
      const run = (above[j - b0] as number) + 1
      row[j - b0 + 1] = run
      if (run > size) [size, atA, atB] = [run, i - run + 1, j - run + 1]
    }
    above = row
  }
  return size === 0
    ? 0
    : size + inCommon(a, a0, atA, b, b0, atB) + inCommon(a, atA + size, a1, b, atB + size, b1)
}
