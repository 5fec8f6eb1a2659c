/**
 * The list that features are added to. Documents are described one at a time and without waiting for anything, so one array
 * serves them all, and no function has to hand it on.
 */

import { featureOf } from './hashing.ts'

const least = 1 << 15 // some two hundred tokens
const wordsOfLine = 10 // of a line's distinct words, that its tokens and its neighbours' see
const mostKept = 1 << 20
let ids = new Int32Array(least)
export let count = 0 // of the features so far

/** A feature: a template with its attributes. */
export function add(template: number, a: number, b: number): void {
  if (count === ids.length) grow()
  ids[count++] = featureOf(template, a, b)
}

/** Features that are known already. */
export function addAll(features: Int32Array): void {
  while (count + features.length > ids.length) grow()
  for (let k = 0; k < features.length; k++) ids[count++] = features[k] as number
}

/** Features of the list once more, from start to end (exclusive). */
export function repeat(start: number, end: number): void {
  while (count + end - start > ids.length) grow()
  for (let k = start; k < end; k++) ids[count++] = ids[k] as number
}

function grow(): void {
  const larger = new Int32Array(ids.length * 2)
  larger.set(ids)
  ids = larger
}

/** Begins the list of a document. */
export function begin(): void {
  count = 0
}

/** The list of a document, to keep. */
export function taken(): Int32Array {
  const found = ids.slice(0, count)
  if (ids.length > mostKept) ids = new Int32Array(least)
  return found
}

/** A template with each of some words, the first ten. */
export function bag(template: number, words: readonly number[], with_: number): void {
  for (let k = 0; k < words.length && k < wordsOfLine; k++) add(template, words[k] as number, with_)
}
