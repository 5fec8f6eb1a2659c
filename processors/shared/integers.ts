/**
 * Arrays of integers in one piece of memory: many documents are short, and each piece has a price
 * of its own.
 */

type Each<Lengths extends readonly number[]> = {
  readonly [K in keyof Lengths]: Int32Array<ArrayBuffer>
}

/** One array for each length, filled with 0. */
export function integers<const Lengths extends readonly number[]>(
  ...lengths: Lengths
): Each<Lengths> {
  const memory = new ArrayBuffer(4 * lengths.reduce((sum, length) => sum + length, 0))
  const arrays: Int32Array<ArrayBuffer>[] = []
  let start = 0
  for (const length of lengths) {
    arrays.push(new Int32Array(memory, start, length))
    start += 4 * length
  }
  return arrays as Each<Lengths>
}
