/**
 * The list that features are added to. Documents are described one at a time and without waiting for anything, so one list
 * serves them all, and no function has to hand it on.
 *
 * A feature is kept as the two integers that its hash begins with, in the memory of a WebAssembly function, which hashes
 * those of a whole document at once, four at a time: featureOf of hashing.ts, and the same numbers.
 */

import { featureBits, firstOf, secondFactor, stirs } from './hashing.ts'
import { again, below, compiled, done, four, get, keep, loadFour, loop, plus, plusEach, rightEach, set, small, storeFour, timesEach, wasmPage, xorFour, type Code } from './wasm.ts'

const least = 1 << 15 // some three hundred tokens
const mostOfToken = 1 << 12 // features: see the bounds of layout.ts, echoes.ts and feature-values.ts
const wordsOfLine = 10 // of a line's distinct words, that its tokens and its neighbours' see
const mostKept = 1 << 20
const parameters = 3 // of the function that hashes

let room = least // features
let { firsts, seconds, hash } = opened(room)
export let count = 0 // of the features so far

/** A feature: a template with its attributes. */
export function add(template: number, a: number, b: number): void {
  firsts[count] = firstOf(template, a)
  seconds[count++] = b
}

/** Features that are known already, by their firsts; their seconds are 0. */
export function addAll(known: readonly number[]): void {
  for (let k = 0; k < known.length; k++) {
    firsts[count] = known[k] as number
    seconds[count++] = 0
  }
}

/** Features of the list once more, from start to end (exclusive). */
export function repeat(start: number, end: number): void {
  for (let k = start; k < end; k++) {
    firsts[count] = firsts[k] as number
    seconds[count++] = seconds[k] as number
  }
}

/** A template with each of some words, the first ten. */
export function bag(template: number, words: readonly number[], with_: number): void {
  for (let k = 0; k < words.length && k < wordsOfLine; k++) add(template, words[k] as number, with_)
}

/** Begins the list of a document. */
export function begin(): void {
  count = 0
}

/** Makes room for the features of another token. */
export function another(): void {
  if (count + mostOfToken <= room) return
  const before = { firsts, seconds }
  room *= 2
  ;({ firsts, seconds, hash } = opened(room))
  firsts.set(before.firsts)
  seconds.set(before.seconds)
}

/** The features of a document, hashed, to keep. */
export function taken(): Int32Array {
  if (count > room) throw new Error('a token has more features than there is room for')
  if (count > 0) hash(0, 4 * room, 4 * count)
  const found = firsts.slice(0, count)
  if (room > mostKept) {
    room = least
    ;({ firsts, seconds, hash } = opened(room))
  }
  return found
}

/** A memory for so many features, and the function that hashes there: a memory never shrinks, so another takes its place. */
function opened(features: number): { firsts: Int32Array; seconds: Int32Array; hash: (...integers: number[]) => void } {
  const memory = new WebAssembly.Memory({ initial: (8 * features) / wasmPage })
  return { firsts: new Int32Array(memory.buffer, 0, features), seconds: new Int32Array(memory.buffer, 4 * features, features), hash: compiled(parameters, { integers: 1, fours: 1 }, hashing(), memory) }
}

/** In the place of the firsts, by fours of them; what reaches beyond the last one is of no account. */
function hashing(): Code {
  const [first, second, bytes, at, value] = [0, 1, 2, 3, 4] // addresses of the firsts and the seconds, bytes of each; then how far it has come
  const stirred = (bits: number): number[] => [...get(value), ...get(value), ...rightEach(bits), ...xorFour]
  return [
    ...loop,
    ...get(first), ...get(at), ...plus, ...loadFour(0), ...set(value),
    ...stirred(stirs[0]), ...four(stirs[1]), ...timesEach,
    ...get(second), ...get(at), ...plus, ...loadFour(0), ...four(secondFactor), ...timesEach, ...plusEach, ...set(value),
    ...stirred(stirs[2]), ...four(stirs[3]), ...timesEach, ...set(value),
    ...get(first), ...get(at), ...plus, ...stirred(stirs[4]), ...rightEach(32 - featureBits), ...storeFour(0),
    ...get(at), ...small(16), ...plus, ...keep(at), ...get(bytes), ...below, ...again,
    ...done,
  ]
}
