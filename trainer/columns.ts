/** Numbers of many documents one after the other, in an array that grows. */

type Numbers = Float64Array | Int32Array | Uint16Array | Uint8Array

export interface Column<Values extends Numbers> {
  readonly length: () => number
  readonly push: (value: number) => void
  /** All values; only until the next push. */
  readonly values: () => Values
}

/** `first`: an array of the type, as long as the column is expected to be. */
export function column<Values extends Numbers>(first: Values): Column<Values> {
  let values = first
  let length = 0
  return {
    length: () => length,
    push(value) {
      if (length === values.length) {
        const larger = new (values.constructor as new (length: number) => Values)(
          Math.max(16, 2 * length),
        )
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    values: () => values.subarray(0, length) as Values,
  }
}
