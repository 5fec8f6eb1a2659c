/**
 * The list that features are added to. Documents are described one at a time and synchronously, so
 * one shared list serves them all and needn't be passed from function to function.
 *
 * A feature is stored as the two integers from which its hash is computed, in the memory of a
 * WebAssembly function that hashes a whole document at once, four features at a time. It gives the
 * same numbers as featureOf of hashing.ts.
 */

import { featureBits, firstOf, secondFactor, stirs } from '../shared/hashing.ts'
import {
  again,
  below,
  compiled,
  done,
  four,
  get,
  tee,
  loadFour,
  loop,
  plus,
  plusEach,
  rightEach,
  set,
  small,
  storeFour,
  timesEach,
  wasmPage,
  xorFour,
  type Instructions,
} from '../shared/wasm.ts'

const least = 1 << 15 // enough for some three hundred tokens
// features of a token: see the bounds of layout.ts, repeated-text.ts and feature-values.ts
const mostOfToken = 1 << 12
const wordsOfLine = 10 // of a line's distinct words, added for its own tokens and its neighbours'
const mostKept = 1 << 20
const parameters = 3 // of the hashing function

interface List {
  room: number // features
  firsts: Int32Array
  seconds: Int32Array
  hash: (...integers: number[]) => void
  count: number // number of features so far
}

// Properties of one object: V8 knows their types, but would check those of module variables on
// every access
const list: List = { ...opened(least), count: 0 }

/** A feature: a template with one or two attributes. */
export function add(template: number, a: number, b: number): void {
  const at = list.count++
  list.firsts[at] = firstOf(template, a)
  list.seconds[at] = b
}

/** Adds features by their first integers, the second ones being 0. */
export function addAll(known: readonly number[]): void {
  const { firsts, seconds, count } = list
  for (let k = 0; k < known.length; k++) {
    firsts[count + k] = known[k] as number
    seconds[count + k] = 0
  }
  list.count = count + known.length
}

/** Adds the list's own features from start to end (exclusive) again. */
export function repeat(start: number, end: number): void {
  const { firsts, seconds, count } = list
  for (let k = start, at = count; k < end; k++, at++) {
    firsts[at] = firsts[k] as number
    seconds[at] = seconds[k] as number
  }
  list.count = count + end - start
}

/** A template with each of some words, the first ten. */
export function bag(template: number, words: readonly number[], with_: number): void {
  for (let k = 0; k < words.length && k < wordsOfLine; k++) add(template, words[k] as number, with_)
}

/** Empties the list for a new document. */
export function beginFeatures(): void {
  list.count = 0
}

/** The number of features in the list. */
export const featureCount = (): number => list.count

/** Makes room for the features of another token. */
export function another(): void {
  if (list.count + mostOfToken <= list.room) return
  const { firsts, seconds } = list
  Object.assign(list, opened(2 * list.room))
  list.firsts.set(firsts)
  list.seconds.set(seconds)
}

/** The features of a document, hashed, to keep. */
export function taken(): Int32Array {
  const { room, firsts, hash, count } = list
  if (count > room) throw new Error('a token has more features than there is room for')
  if (count > 0) hash(0, 4 * room, 4 * count)
  if (room > mostKept) Object.assign(list, opened(least))
  return firsts.slice(0, count)
}

/**
 * A memory for this many features, and the function that hashes there: a memory never shrinks, so a
 * new one replaces it.
 */
function opened(room: number): Omit<List, 'count'> {
  const memory = new WebAssembly.Memory({ initial: (8 * room) / wasmPage })
  return {
    room,
    firsts: new Int32Array(memory.buffer, 0, room),
    seconds: new Int32Array(memory.buffer, 4 * room, room),
    hash: compiled(parameters, { integers: 1, fours: 1 }, hashing(), memory),
  }
}

/**
 * Overwrites the first integers, four at a time; what is written beyond the last one is ignored.
 */
function hashing(): Instructions {
  // addresses of the first and the second integers, bytes of each; then the progress
  const [first, second, bytes, at, value] = [0, 1, 2, 3, 4]
  const stirred = (bits: number): number[] => [
    ...get(value),
    ...get(value),
    ...rightEach(bits),
    ...xorFour,
  ]
  return [
    ...loop,
    ...get(first),
    ...get(at),
    ...plus,
    ...loadFour(0),
    ...set(value),
    ...stirred(stirs[0]),
    ...four(stirs[1]),
    ...timesEach,
    ...get(second),
    ...get(at),
    ...plus,
    ...loadFour(0),
    ...four(secondFactor),
    ...timesEach,
    ...plusEach,
    ...set(value),
    ...stirred(stirs[2]),
    ...four(stirs[3]),
    ...timesEach,
    ...set(value),
    ...get(first),
    ...get(at),
    ...plus,
    ...stirred(stirs[4]),
    ...rightEach(32 - featureBits),
    ...storeFour(0),
    ...get(at),
    ...small(16),
    ...plus,
    ...tee(at),
    ...get(bytes),
    ...below,
    ...again,
    ...done,
  ]
}
