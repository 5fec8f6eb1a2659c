/**
 * From truth to the targets of each head.
 *
 * Truth comes in two kinds. A verdict names the words; a data folder only holds the value, often
 * spelled differently from the words (OCR errors, an annotator's typing). So a text is aligned with
 * the run of tokens whose letters and digits are nearest by edit distance, at most 30 % of its
 * length away. Dates, amounts and codes are compared by value, and every occurrence of the value is
 * right: the model learns to point at any of them.
 *
 * A value that can't be found on the page gives no target, since learning "absent" from a reading
 * error would be wrong. A field that the document lacks is learned as absent. A pointer skips a
 * field whose truth is unknown; a tagger can't skip, so there it counts as absent.
 */

import type { ModelInput } from '../processors/model/model-input.ts'
import { textOf, type Token } from '../processors/document/tokens.ts'
import type { Example, Truth } from './dataset.ts'
import type { Heads, PointerHead, SpanHead } from '../processors/model/manifest.ts'

/** right[c] is 1 for each right candidate; empty where the document lacks the field. */
export interface PointerTarget {
  readonly right: Uint8Array
  readonly absent: boolean
}

export interface Targets {
  readonly labels: Uint8Array // one for each token
  // the first right occurrence of each tagged field
  readonly spans: ReadonlyMap<string, readonly [first: number, last: number]>
  // in the order of the heads; null: no target
  readonly pointers: readonly (PointerTarget | null)[]
}

const { min } = Math
const farthest = 0.3 // of the truth's length: largest edit distance of a match
const farthestId = 0.12 // an identifier with a larger difference is another one

export function targetsOf(example: Example, sheet: ModelInput, heads: Heads): Targets {
  const { tokens } = sheet.text
  const keys = tokens.map((token) => lettersAndDigits(token.text))
  const labels = new Uint8Array(tokens.length)
  const spans = new Map<string, readonly [number, number]>()
  for (const head of heads.spans) {
    const truth = example.truth.get(head.field)
    if (truth === undefined || truth.value === null) continue
    const named = truth.places ?? (truth.words.length > 0 ? [truth.words] : [])
    const places =
      named.length > 0
        ? named.flatMap((words) => placesByWords(tokens, keys, { ...truth, words }, head))
        : placesByText(tokens, keys, truth, head)
    for (const place of places) {
      const free = unlabelled(labels, place)
      if (free === null) continue
      if (!spans.has(head.field)) spans.set(head.field, free)
      for (let i = free[0]; i < free[1]; i++) labels[i] = i === free[0] ? head.begin : head.inside
    }
  }
  return {
    labels,
    spans,
    pointers: heads.pointers.map((head) =>
      pointerTarget(example.truth.get(head.field), head, sheet),
    ),
  }
}

/** Whether a predicted value is the true one, by the type's measure. */
export function isSameValue(
  type: PointerHead['type'] | SpanHead['type'],
  predicted: string,
  truth: string,
): boolean {
  if (type === 'money') return Math.abs(Number(predicted) - Number(truth)) < 0.0005
  if (type === 'date') return predicted === truth
  return lettersAndDigits(predicted) === lettersAndDigits(truth)
}

export function lettersAndDigits(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

function pointerTarget(
  truth: Truth | undefined,
  head: PointerHead,
  sheet: ModelInput,
): PointerTarget | null {
  if (truth === undefined) return null
  const candidates = sheet.candidates[head.type]
  const right = new Uint8Array(candidates.length)
  if (truth.value === null) return { right, absent: true }
  const { tokens } = sheet.text
  const raw = truth.raw === null ? null : lettersAndDigits(truth.raw)
  const words = new Set(truth.words)
  candidates.forEach((candidate, c) => {
    const same = isSameValue(head.type, candidate.value, truth.value as string)
    const printed =
      raw !== null &&
      head.type !== 'money' &&
      raw === lettersAndDigits(textOf(tokens, candidate.first, candidate.last))
    const suffix =
      head.type === 'vat' &&
      (truth.value as string).length > 6 &&
      lettersAndDigits(truth.value as string).endsWith(candidate.value)
    if (same || printed || suffix) right[c] = 1
  })
  // One date is often printed in several forms: where the truth has the printed text, other forms
  // don't count
  if (head.type === 'date' && raw !== null) {
    const exact = candidates.map(
      (candidate) => raw === lettersAndDigits(textOf(tokens, candidate.first, candidate.last)),
    )
    if (exact.includes(true)) exact.forEach((is, c) => (right[c] = is ? 1 : 0))
  }
  // A person typed the value over a misread word: that word is still its position
  if (!right.includes(1) && words.size > 0) {
    candidates.forEach((candidate, c) => {
      if (tokens.slice(candidate.first, candidate.last).every((token) => words.has(token.word)))
        right[c] = 1
    })
  }
  return right.includes(1) ? { right, absent: false } : null
}

type Place = readonly [first: number, last: number]

/**
 * From clicked words: the shortest run that contains them, trimmed to the value where it is only a
 * part of them.
 */
function placesByWords(
  tokens: readonly Token[],
  keys: readonly string[],
  truth: Truth,
  head: SpanHead,
): Place[] {
  const words = new Set(truth.words)
  const marked = tokens.flatMap((token, i) => (words.has(token.word) ? [i] : []))
  const [first, last] = [marked[0], marked.at(-1)]
  if (first === undefined || last === undefined) return placesByText(tokens, keys, truth, head)
  // Words far apart in reading order were not meant as one run
  if (last + 1 - first > 3 * marked.length + 3) return placesByText(tokens, keys, truth, head)
  const within = nearestRun(
    tokens.slice(first, last + 1),
    keys.slice(first, last + 1),
    saysLess(truth) ? (truth.value as string) : (truth.raw ?? (truth.value as string)),
    farthest,
  )
  return [within === null ? [first, last + 1] : [first + within[0], first + within[1]]]
}

/** The value is a part of its words' text: other text is glued to it. */
function saysLess({ value, raw }: Truth): boolean {
  const [meant, printed] = [lettersAndDigits(value ?? ''), lettersAndDigits(raw ?? '')]
  return meant !== '' && meant !== printed && printed.includes(meant)
}

function placesByText(
  tokens: readonly Token[],
  keys: readonly string[],
  truth: Truth,
  head: SpanHead,
): Place[] {
  const text = truth.raw ?? (truth.value as string)
  const nearest = nearestRun(tokens, keys, text, head.type === 'id' ? farthestId : farthest)
  if (nearest === null) return []
  if (head.type !== 'id') return [nearest]
  // A number is the same wherever it is repeated
  const wanted = keys.slice(nearest[0], nearest[1]).join('')
  const places: Place[] = []
  for (let first = 0; first < keys.length; first++) {
    if (keys[first] === '') continue
    let joined = ''
    for (let last = first; last < keys.length && joined.length < wanted.length; last++) {
      joined += keys[last]
      if (joined !== wanted || tokens[last]?.line !== tokens[first]?.line) continue
      places.push([first, last + 1])
      first = last
    }
  }
  return places.length === 0 ? [nearest] : places
}

/** The run of tokens nearest to a text; the first on a tie; null if none is near enough. */
export function nearestRun(
  tokens: readonly Token[],
  keys: readonly string[],
  text: string,
  limit: number,
): Place | null {
  const wanted = lettersAndDigits(text)
  if (wanted === '') return null
  const letters = histogram(wanted)
  const have = new Int32Array(letters.length)
  let best = Math.floor(limit * wanted.length) + 1
  let place: Place | null = null
  for (let first = 0; first < keys.length && best > 0; first++) {
    if (keys[first] === '') continue
    let joined = ''
    have.fill(0)
    // half the difference of letter counts is a lower bound of the distance
    let apart = wanted.length
    for (let last = first; last < keys.length; last++) {
      const key = keys[last] as string
      joined += key
      for (let k = 0; k < key.length; k++) {
        const at = bucket(key.charCodeAt(k))
        apart += (have[at] as number) < (letters[at] as number) ? -1 : 1
        have[at] = (have[at] as number) + 1
      }
      if (joined.length - wanted.length >= best) break
      if (key === '' || wanted.length - joined.length >= best || apart / 2 >= best) continue
      const distance = editDistance(joined, wanted, best)
      if (distance >= best) continue
      best = distance
      place = [first, last + 1]
      if (distance === 0) break
    }
  }
  return place === null ? null : withPunctuation(tokens, keys, place, text)
}

/**
 * Punctuation at the ends belongs to the value if the truth has it: includes or excludes it,
 * whichever is nearer.
 */
function withPunctuation(
  tokens: readonly Token[],
  keys: readonly string[],
  [first, last]: Place,
  text: string,
): Place {
  const wanted = text.replace(/\s+/g, '')
  const printed = (from: number, to: number): string => textOf(tokens, from, to).replace(/\s+/g, '')
  if (printed(first, last) === wanted) return [first, last]
  let best = editDistance(printed(first, last), wanted, 60)
  let place: Place = [first, last]
  const lowest = (() => {
    let k = first
    while (k > 0 && keys[k - 1] === '' && first - k < 3) k--
    return k
  })()
  const highest = (() => {
    let k = last
    while (k < keys.length && keys[k] === '' && k - last < 3) k++
    return k
  })()
  for (let from = lowest; from <= first; from++) {
    for (let to = last; to <= highest; to++) {
      const distance = editDistance(printed(from, to), wanted, 60)
      if (distance < best) [best, place] = [distance, [from, to]]
    }
  }
  return place
}

/** Levenshtein's distance, or any number from `limit` on where it is at least that. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before = new Uint16Array(b.length + 1)
  for (let j = 1; j <= b.length; j++) before[j] = j
  let row = new Uint16Array(b.length + 1)
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const change =
        (before[j - 1] as number) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1)
      const value = min(change, (before[j] as number) + 1, (row[j - 1] as number) + 1)
      row[j] = value
      if (value < least) least = value
    }
    if (least >= limit) return limit
    ;[before, row] = [row, before]
  }
  return before[b.length] as number
}

function unlabelled(labels: Uint8Array, [first, last]: Place): Place | null {
  let best: Place | null = null
  for (let i = first; i < last; i++) {
    if (labels[i] !== 0) continue
    let end = i
    while (end < last && labels[end] === 0) end++
    if (best === null || end - i > best[1] - best[0]) best = [i, end]
    i = end
  }
  return best
}

const bucket = (code: number): number => code % 64

function histogram(text: string): Int32Array {
  const counts = new Int32Array(64)
  for (let k = 0; k < text.length; k++)
    counts[bucket(text.charCodeAt(k))] = (counts[bucket(text.charCodeAt(k))] as number) + 1
  return counts
}

/** A document prepared for fitting. */
export interface FitLesson {
  readonly sheet: ModelInput
  readonly targets: Targets
  /** The same document with simulated OCR errors: used at every other visit. */
  readonly misread?: Pick<FitLesson, 'sheet' | 'targets'> | null
}
