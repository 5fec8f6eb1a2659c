/**
 * The list that features are added to. Documents are described one at a time and without waiting
 * for anything, so one list serves them all, and no function has to hand it on.
 *
 * A feature is kept as the two integers that its hash begins with, in the memory of a WebAssembly
 * function, which hashes those of a whole document at once, four at a time: featureOf of
 * hashing.ts, and the same numbers.
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

const least = 1 << 15 // some three hundred tokens
// features: see the bounds of layout.ts, repeated-text.ts and feature-values.ts
const mostOfToken = 1 << 12
const wordsOfLine = 10 // of a line's distinct words, that its tokens and its neighbours' see
const mostKept = 1 << 20
const parameters = 3 // of the function that hashes

interface List {
  room: number // features
  firsts: Int32Array
  seconds: Int32Array
  hash: (...integers: number[]) => void
  count: number // of the features so far
}

// Properties of one object: the compiler knows their types, where it has to ask each time for those
// of variables
const list: List = { ...opened(least), count: 0 }

/** A feature: a template with its attributes. */
export function add(template: number, a: number, b: number): void {
  const at = list.count++
  list.firsts[at] = firstOf(template, a)
  list.seconds[at] = b
}

/** Features that are known already, by their firsts; their seconds are 0. */
export function addAll(known: readonly number[]): void {
  const { firsts, seconds, count } = list
  for (let k = 0; k < known.length; k++) {
    firsts[count + k] = known[k] as number
    seconds[count + k] = 0
  }
  list.count = count + known.length
}

/** Features of the list once more, from start to end (exclusive). */
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

/** Begins the list of a document. */
export function beginFeatures(): void {
  list.count = 0
}

/** How many features the list has. */
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
 * A memory for so many features, and the function that hashes there: a memory never shrinks, so
 * another takes its place.
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
 * In the place of the firsts, by fours of them; what reaches beyond the last one is of no account.
 */
function hashing(): Instructions {
  // addresses of the firsts and the seconds, bytes of each; then how far it has come
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
