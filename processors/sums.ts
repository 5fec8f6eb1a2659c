/**
 * Scores of tokens as sums of their features' rows, in WebAssembly, since that adds four numbers at a time and counts the
 * bits of a word in one step: a tenth of the instructions that the same loop takes in JavaScript. All of it is one
 * function of some hundred bytes, written out below as the machine reads it (WebAssembly Core Specification 2.0, §5.4).
 *
 * Guaranteed: features without a row add nothing; sums are taken in single precision, in the order of the features, so
 * that they come out the same everywhere. Not for several threads: a document is written into the memory, then asked for.
 */

import type { FeatureRows } from './features.ts'
import type { RowTable } from './rows.ts'

const wasmPage = 65_536 // bytes
const featuresAtOnce = 1 << 18 // bounds the memory that a long document takes

/** Numbers of a row in memory: whole pairs of four. */
export const padded = (outputs: number): number => (outputs + 7) & ~7

/** `rowScores`: of rows 1, 2, 3 and so on, each padded(outputs) numbers. Gives tokens × outputs scores. */
export function adder(table: RowTable, rowScores: Float32Array, outputs: number): (features: FeatureRows) => Float32Array {
  const wide = padded(outputs)
  const floor = table.byteLength + rowScores.byteLength // what lies below stays; above it each document is written anew
  const memory = new WebAssembly.Memory({ initial: Math.ceil(floor / wasmPage) + 1 })
  const { add } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(table.byteLength)), { errata: { memory } }).exports as unknown as { add: Add }
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
      for (let i = from; i < to; i++) for (let l = 0; l < outputs; l++) scores[i * outputs + l] = sums[(i - from) * wide + l] as number
    }
    return scores
  }
}

/** Addresses: of the first token's start, of the last one's end, of feature 0, of room for the rows of a token, of the scores; bytes of a row. */
type Add = (start: number, stop: number, ids: number, known: number, scores: number, wide: number) => void

const [start, stop, ids, known, scores, wide, at, end, last, word, feature, column, low, high] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] // parameters, then locals
const [block, loop, done, leave, again] = [[0x02, 0x40], [0x03, 0x40], [0x0b], [0x0d, 1], [0x0d, 0]] // `leave` and `again` where the number on top isn't 0
const next = [0x0c, 0] // again in any case
const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const keep = (local: number): number[] => [0x22, local] // set, and on top still
const load = (offset = 0): number[] => [0x28, 2, ...unsigned(offset)]
const store = [0x36, 2, 0]
const small = (number: number): number[] => [0x41, number] // 0 to 63
const [below, notBelow, ones, plus, minus, times, and, left, right] = [[0x49], [0x4f], [0x69], [0x6a], [0x6b], [0x6c], [0x71], [0x74], [0x76]] // of integers without sign
const loadFour = (offset: number): number[] => [0xfd, 0x00, 4, ...unsigned(offset)]
const storeFour = (offset: number): number[] => [0xfd, 0x0b, 4, ...unsigned(offset)]
const noFour = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
const plusFour = [0xfd, 0xe4, 0x01]

/** `rows`: address of row 1; the table of rows.ts lies at 0. */
const instructions = (rows: number): number[] => [
  ...loop, // over tokens
  ...get(ids), ...get(start), ...load(), ...small(2), ...left, ...plus, ...set(at),
  ...get(ids), ...get(start), ...load(4), ...small(2), ...left, ...plus, ...set(end),
  ...get(known), ...set(last),
  ...block, ...loop, // over its features: as rowIn in rows.ts, in bytes; one that isn't known is overwritten by the next
  ...get(at), ...get(end), ...notBelow, ...leave,
  ...get(at), ...load(), ...keep(feature), ...small(5), ...right, ...small(3), ...left, ...set(word),
  ...get(last),
  ...get(word), ...load(), ...small(1), ...get(feature), ...left, ...small(1), ...minus, ...and, ...ones,
  ...get(word), ...load(4), ...plus, ...get(wide), ...times,
  ...store,
  ...get(last), ...get(word), ...load(), ...get(feature), ...right, ...small(1), ...and, ...small(2), ...left, ...plus, ...set(last),
  ...get(at), ...small(4), ...plus, ...set(at),
  ...next, ...done, ...done,
  ...small(0), ...set(column),
  ...loop, // over eight columns at a time
  ...noFour, ...set(low), ...noFour, ...set(high),
  ...get(known), ...set(at),
  ...block, ...loop, // over the rows of the token
  ...get(at), ...get(last), ...notBelow, ...leave,
  ...get(at), ...load(), ...get(column), ...plus, ...set(word),
  ...get(low), ...get(word), ...loadFour(rows), ...plusFour, ...set(low),
  ...get(high), ...get(word), ...loadFour(rows + 16), ...plusFour, ...set(high),
  ...get(at), ...small(4), ...plus, ...set(at),
  ...next, ...done, ...done,
  ...get(scores), ...get(column), ...plus, ...keep(at), ...get(low), ...storeFour(0), ...get(at), ...get(high), ...storeFour(16),
  ...get(column), ...small(32), ...plus, ...keep(column), ...get(wide), ...below, ...again,
  ...done,
  ...get(scores), ...get(wide), ...plus, ...set(scores),
  ...get(start), ...small(4), ...plus, ...keep(start), ...get(stop), ...below, ...again,
  ...done,
]

/** The module: its memory comes from outside, its one function goes out. */
function moduleOf(rows: number): Uint8Array<ArrayBuffer> {
  const [i32, v128] = [0x7f, 0x7b]
  const section = (id: number, ...parts: number[]): number[] => [id, ...sized(parts)]
  const text = (letters: string): number[] => sized([...Buffer.from(letters)])
  const body = [2, column - wide, i32, 2, v128, ...instructions(rows), ...done] // two sorts of locals
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, 1, 0x60, 6, i32, i32, i32, i32, i32, i32, 0), // type 0: six integers, no result
    ...section(2, 1, ...text('errata'), ...text('memory'), 2, 0, 0), // a memory of any size
    ...section(3, 1, 0), // function 0 is of type 0
    ...section(7, 1, ...text('add'), 0, 0),
    ...section(10, 1, ...sized(body)),
  ])
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes]

/** LEB128. */
function unsigned(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...unsigned(number >>> 7)]
}
