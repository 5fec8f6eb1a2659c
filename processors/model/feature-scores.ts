/**
 * Scores of tokens as sums of their features' rows. WebAssembly adds four numbers at a time and
 * counts the bits of a word in one step: a tenth of the instructions of the same loop in
 * JavaScript.
 *
 * Guaranteed: features without a row add nothing; sums are taken in single precision, in the order
 * of the features, so they are the same on every machine. Not thread-safe: a document is written
 * into the memory, then scored.
 */

import type { FeatureRows } from './features.ts'
import type { RowTable } from './feature-index.ts'
import {
  again,
  and,
  below,
  block,
  compiled,
  done,
  four,
  get,
  tee,
  leave,
  left,
  load,
  loadFour,
  loop,
  minus,
  next,
  notBelow,
  ones,
  plus,
  plusFour,
  right,
  set,
  small,
  store,
  storeFour,
  times,
  wasmPage,
  type Instructions,
} from '../shared/wasm.ts'

const featuresAtOnce = 1 << 18 // bounds the memory that a long document takes
// covers nearly all pieces. Growing a memory detaches its buffer, and from then on V8 checks for
// detachment on every typed-array access of the process
const sumsAtOnce = 1 << 17

/** Numbers of a row in memory: rounded up to pairs of four. */
export const padded = (outputs: number): number => (outputs + 7) & ~7

/**
 * `rowScores`: of rows 1, 2, 3 and so on, each padded(outputs) numbers. Gives tokens × outputs
 * scores.
 */
export function adder(
  table: RowTable,
  rowScores: Float32Array,
  outputs: number,
): (features: FeatureRows) => Float32Array {
  const wide = padded(outputs)
  // memory below holds the model; above it each document overwrites the last
  const floor = table.byteLength + rowScores.byteLength
  const memory = new WebAssembly.Memory({
    initial: Math.ceil((floor + 8 * featuresAtOnce + 4 * sumsAtOnce) / wasmPage),
  })
  const add = compiled(
    bytes + 1,
    { integers: column - bytes, fours: 2 },
    instructions(table.byteLength),
    memory,
  )
  new Int32Array(memory.buffer, 0, table.length).set(table)
  new Float32Array(memory.buffer, table.byteLength, rowScores.length).set(rowScores)

  return ({ starts, ids }) => {
    const tokens = starts.length - 1
    const scores = new Float32Array(tokens * outputs)
    for (let from = 0, to; from < tokens; from = to) {
      const first = starts[from] as number
      to = from + 1
      while (to < tokens && (starts[to + 1] as number) - first <= featuresAtOnce) to++
      const count = (starts[to] as number) - first
      const idsAt = floor + 4 * (to - from + 1)
      const knownAt = idsAt + 4 * count
      const scoresAt = knownAt + 4 * count
      const missing = scoresAt + 4 * wide * (to - from) - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / wasmPage))
      new Int32Array(memory.buffer, floor).set(starts.subarray(from, to + 1))
      new Int32Array(memory.buffer, idsAt).set(ids.subarray(first, first + count))
      add(floor, idsAt - 4, idsAt - 4 * first, knownAt, scoresAt, 4 * wide)
      const sums = new Float32Array(memory.buffer, scoresAt, wide * (to - from))
      for (let i = from; i < to; i++)
        for (let l = 0; l < outputs; l++)
          scores[i * outputs + l] = sums[(i - from) * wide + l] as number
    }
    return scores
  }
}

// Addresses: of the first token's start, of the last one's end, of feature 0, of room for the rows
// of a token, of the scores; then the bytes of a row
const [start, stop, ids, known, scores, bytes] = [0, 1, 2, 3, 4, 5]
const [at, end, last, word, feature, column, low, high] = [6, 7, 8, 9, 10, 11, 12, 13]

/** Sets `at` and `end` to the addresses of the token's first feature and of the one past its last. */
const findFeatures: Instructions = [
  ...get(ids),
  ...get(start),
  ...load(),
  ...small(2),
  ...left,
  ...plus,
  ...set(at),
  ...get(ids),
  ...get(start),
  ...load(4),
  ...small(2),
  ...left,
  ...plus,
  ...set(end),
]

/**
 * Writes the byte offsets of its features' rows from `known` to `last`. As rowIn in
 * feature-index.ts, in bytes; a feature without a row is overwritten by the next.
 */
const findRows: Instructions = [
  ...get(known),
  ...set(last),
  ...block,
  ...loop,
  ...get(at),
  ...get(end),
  ...notBelow,
  ...leave,
  ...get(at),
  ...load(),
  ...tee(feature),
  ...small(5),
  ...right,
  ...small(3),
  ...left,
  ...set(word),
  ...get(last),
  ...get(word),
  ...load(),
  ...small(1),
  ...get(feature),
  ...left,
  ...small(1),
  ...minus,
  ...and,
  ...ones,
  ...get(word),
  ...load(4),
  ...plus,
  ...get(bytes),
  ...times,
  ...store,
  ...get(last),
  ...get(word),
  ...load(),
  ...get(feature),
  ...right,
  ...small(1),
  ...and,
  ...small(2),
  ...left,
  ...plus,
  ...set(last),
  ...get(at),
  ...small(4),
  ...plus,
  ...set(at),
  ...next,
  ...done,
  ...done,
]

/** Adds up the rows, eight columns at a time. */
const addRows = (rows: number): Instructions => [
  ...small(0),
  ...set(column),
  ...loop,
  ...four(0),
  ...set(low),
  ...four(0),
  ...set(high),
  ...get(known),
  ...set(at),
  ...block,
  ...loop, // loop over the rows of the token
  ...get(at),
  ...get(last),
  ...notBelow,
  ...leave,
  ...get(at),
  ...load(),
  ...get(column),
  ...plus,
  ...set(word),
  ...get(low),
  ...get(word),
  ...loadFour(rows),
  ...plusFour,
  ...set(low),
  ...get(high),
  ...get(word),
  ...loadFour(rows + 16),
  ...plusFour,
  ...set(high),
  ...get(at),
  ...small(4),
  ...plus,
  ...set(at),
  ...next,
  ...done,
  ...done,
  ...get(scores),
  ...get(column),
  ...plus,
  ...tee(at),
  ...get(low),
  ...storeFour(0),
  ...get(at),
  ...get(high),
  ...storeFour(16),
  ...get(column),
  ...small(32),
  ...plus,
  ...tee(column),
  ...get(bytes),
  ...below,
  ...again,
  ...done,
]

/** `rows`: address of row 1; the table of feature-index.ts is at address 0. */
const instructions = (rows: number): Instructions => [
  ...loop, // loop over tokens
  ...findFeatures,
  ...findRows,
  ...addRows(rows),
  ...get(scores),
  ...get(bytes),
  ...plus,
  ...set(scores),
  ...get(start),
  ...small(4),
  ...plus,
  ...tee(start),
  ...get(stop),
  ...below,
  ...again,
  ...done,
]
