/**
 * What taggers are fitted on, of all documents, in a file: features, candidates and targets. It is
 * written once, document by document, and then read in any order, epoch after epoch; in memory are
 * a place and a size for each document.
 *
 * FEATURES ARE RENUMBERED once all documents are there: from 0 on, the feature of most documents
 * first, so that a tagger's table needs no look-up and its most read rows are close together.
 * Features of too few documents for a weight become negative and keep what they are.
 */

import type { ScratchFile } from '../connectors/files/scratch-file.ts'
import { pointerTypes, type Candidate, type PointerType } from '../processors/model/candidates.ts'
import type { FeatureRows } from '../processors/model/features.ts'
import type { Heads } from '../processors/model/manifest.ts'
import { column } from './columns.ts'
import type { FitLesson, PointerTarget, Targets } from './labels.ts'

/** One document of the file; it is overwritten by the next one that is read. */
export interface StoredLesson {
  readonly rows: FeatureRows // renumbered
  readonly labels: Uint8Array // one for each token
  readonly spans: Targets['spans']
  readonly candidates: Readonly<Record<PointerType, readonly Place[]>>
  readonly pointers: readonly (PointerTarget | null)[]
}

export interface LessonFile {
  readonly length: () => number
  /** The most tokens and features of any document. */
  readonly longest: () => { readonly tokens: number; readonly features: number }
  readonly add: (lesson: FitLesson) => void
  /** `numberOf`: for each feature its number, or -1. */
  readonly renumber: (numberOf: Int32Array) => void
  /** `misread`: the version with OCR errors, where there is one. */
  readonly read: (k: number, misread?: boolean) => StoredLesson
  /**
   * The true spans, and the features as they were before they were renumbered, in memory of their
   * own.
   */
  readonly featuresOf: (
    k: number,
    featureOf: Int32Array,
  ) => { readonly features: FeatureRows; readonly spans: Targets['spans'] }
}

/** Where a candidate stands. */
export type Place = Pick<Candidate, 'first' | 'last'>

type Part = Pick<FitLesson, 'sheet' | 'targets'>

const header = 2 + pointerTypes.length // numbers: tokens, features, candidates of each type
const versions = 2 // of a document: as it is, and misread
const states = { none: 0, present: 1, absent: 2 } as const

export function lessonFile(file: ScratchFile, heads: Heads): LessonFile {
  const places = column(new Float64Array(0))
  const sizes = column(new Int32Array(0)) // bytes; 0: there is none
  let longest = { tokens: 0, features: 0 }
  let memory = new ArrayBuffer(0)

  const add = (part: Part | null): void => {
    const bytes = part === null ? new Uint8Array(0) : bytesOf(part, heads)
    places.push(file.append(bytes))
    sizes.push(bytes.length)
    if (part === null) return
    const { starts, ids } = part.sheet.features
    longest = {
      tokens: Math.max(longest.tokens, starts.length - 1),
      features: Math.max(longest.features, ids.length),
    }
  }
  const load = (at: number): ArrayBuffer => {
    const size = sizes.values()[at] as number
    if (memory.byteLength < size) memory = new ArrayBuffer(2 * size)
    file.read(new Uint8Array(memory, 0, size), places.values()[at] as number)
    return memory
  }

  return {
    length: () => places.length() / versions,
    longest: () => longest,
    add(lesson) {
      add(lesson)
      add(lesson.misread ?? null)
    },
    renumber(numberOf) {
      for (let at = 0; at < sizes.length(); at++) {
        if (sizes.values()[at] === 0) continue
        const { ids } = rowsIn(load(at), heads)
        for (let q = 0; q < ids.length; q++) {
          const id = ids[q] as number
          const number = numberOf[id] as number
          ids[q] = number < 0 ? -1 - id : number
        }
        const bytes = new Uint8Array(ids.buffer, 0, sizes.values()[at] as number)
        file.replace(bytes, places.values()[at] as number)
      }
    },
    read(k, misread = false) {
      const at = versions * k + (misread && sizes.values()[versions * k + 1] !== 0 ? 1 : 0)
      return lessonIn(load(at), heads)
    },
    featuresOf(k, featureOf) {
      const { rows, spans } = lessonIn(load(versions * k), heads)
      const ids = rows.ids.map((number) =>
        number < 0 ? -1 - number : (featureOf[number] as number),
      )
      return { features: { starts: rows.starts.slice(), ids }, spans }
    },
  }
}

/**
 * Integers: the header, the spans of the heads, where the features of each token start, features,
 * candidates. Then bytes: labels, and for each pointer its state and which candidates are right.
 */
function bytesOf({ sheet, targets }: Part, heads: Heads): Uint8Array {
  const { starts, ids } = sheet.features
  const used = new Set(heads.pointers.map(({ type }) => type))
  const candidates = pointerTypes.map((type) => (used.has(type) ? sheet.candidates[type] : []))
  const integers = [
    starts.length - 1,
    ids.length,
    ...candidates.map((ofType) => ofType.length),
    ...heads.spans.flatMap(({ field }) => targets.spans.get(field) ?? [-1, -1]),
  ]
  const pairs = candidates.flat().flatMap(({ first, last }) => [first, last])
  const flags = targets.pointers.flatMap((target) =>
    target === null
      ? [states.none]
      : [target.absent ? states.absent : states.present, ...target.right],
  )
  const count = integers.length + starts.length + ids.length + pairs.length
  const bytes = new Uint8Array((4 * count + targets.labels.length + flags.length + 3) & ~3)
  const numbers = new Int32Array(bytes.buffer, 0, count)
  numbers.set(integers)
  numbers.set(starts, integers.length)
  numbers.set(ids, integers.length + starts.length)
  numbers.set(pairs, count - pairs.length)
  bytes.set(targets.labels, 4 * count)
  bytes.set(flags, 4 * count + targets.labels.length)
  return bytes
}

function rowsIn(memory: ArrayBuffer, heads: Heads): FeatureRows {
  const [tokens, features] = new Int32Array(memory, 0, 2) as unknown as [number, number]
  const at = 4 * (header + 2 * heads.spans.length)
  return {
    starts: new Int32Array(memory, at, tokens + 1),
    ids: new Int32Array(memory, at + 4 * (tokens + 1), features),
  }
}

function lessonIn(memory: ArrayBuffer, heads: Heads): StoredLesson {
  const rows = rowsIn(memory, heads)
  const counts = new Int32Array(memory, 0, header + 2 * heads.spans.length)
  const tokens = counts[0] as number
  const spans = new Map(
    heads.spans.flatMap(({ field }, k) => {
      const first = counts[header + 2 * k] as number
      return first < 0 ? [] : [[field, [first, counts[header + 2 * k + 1] as number]] as const]
    }),
  )
  let at = rows.ids.byteOffset + rows.ids.byteLength
  const candidates = {} as Record<PointerType, Place[]>
  pointerTypes.forEach((type, k) => {
    const pairs = new Int32Array(memory, at, 2 * (counts[2 + k] as number))
    const places: Place[] = []
    for (let c = 0; c < pairs.length; c += 2)
      places.push({ first: pairs[c] as number, last: pairs[c + 1] as number })
    candidates[type] = places
    at += pairs.byteLength
  })
  const labels = new Uint8Array(memory, at, tokens)
  at += tokens
  const pointers = heads.pointers.map(({ type }): PointerTarget | null => {
    const [state] = new Uint8Array(memory, at++, 1)
    if (state === states.none) return null
    const right = new Uint8Array(memory, at, candidates[type].length)
    at += right.length
    return { right, absent: state === states.absent }
  })
  return { rows, labels, spans, candidates, pointers }
}
