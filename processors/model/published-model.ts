/**
 * The JSON inside the record of a model version: its origin and the evidence of the gate. Any
 * writer of the topic can put anything there, so only this file parses it. The manifest decides
 * what is trained and judged, so one of the wrong shape makes the whole record unusable; evidence
 * is only displayed, so parts that can't be displayed are left out.
 */

import { ErrataError } from '../../errors.ts'
import type { Model } from '../../schemas/types.ts'

/** Versions of earlier releases lack some of these. */
export interface Provenance {
  readonly seed?: number
  readonly software?: string
  readonly code?: string
  readonly features?: string
  readonly parent?: string | null
  readonly best?: string | null // name/version of the best champion up to this version
  readonly verdicts?: number
  readonly documents?: number
  readonly generated?: number
  readonly topic?: string
  readonly offsets?: Readonly<Record<string, string>>
  readonly split?: string
  readonly dataset?: string
  readonly snapshot?: string
  readonly settings?: Readonly<Record<string, number>>
  readonly trainedOn?: readonly string[]
  readonly heldOut?: readonly string[] // marks: documentId@revision
  readonly leftOut?: Readonly<Record<string, number>>
}

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isNumber: Test = (value) => typeof value === 'number' && Number.isFinite(value)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const mapOf =
  (test: Test): Test =>
  (value) =>
    isObject(value) && Object.values(value).every(test)
const isOffset: Test = (value) => typeof value === 'string' && /^\d{1,18}$/.test(value)

const shapes: Readonly<Record<keyof Provenance, Test>> = {
  seed: isNumber,
  software: isText,
  code: isText,
  features: isText,
  parent: (value) => value === null || isText(value),
  best: (value) => value === null || isText(value),
  verdicts: isNumber,
  documents: isNumber,
  generated: isNumber,
  topic: isText,
  offsets: mapOf(isOffset),
  split: isText,
  dataset: isText,
  snapshot: isText,
  settings: mapOf(isNumber),
  trainedOn: listOf(isText),
  heldOut: listOf(isText),
  leftOut: mapOf(isNumber),
}

/** RECORD_INVALID for a manifest that is no JSON object or has a property of the wrong type. */
export function provenanceOf({ manifest }: Pick<Model, 'manifest'>): Provenance {
  const given = objectIn(manifest)
  if (given === null) throw new ErrataError('RECORD_INVALID', 'the manifest is no JSON object')
  const wrong = Object.entries(shapes).find(([name, test]) => name in given && !test(given[name]))
  if (wrong !== undefined) {
    throw new ErrataError(
      'RECORD_INVALID',
      `the manifest says something of the wrong kind: ${wrong[0]}`,
    )
  }
  return given as Provenance
}

/**
 * The evidence as far as it can be displayed. `T`: the shape that the caller expects, all of it
 * optional.
 */
export function evidenceOf<T extends object>({ evidence }: Pick<Model, 'evidence'>): Partial<T> {
  const { comparisons, replayed, ...rest } = objectIn(evidence) ?? {}
  return {
    ...rest,
    ...(listOf(isComparison)(comparisons) ? { comparisons } : {}),
    ...(isReplayed(replayed) ? { replayed } : {}),
  } as unknown as Partial<T>
}

const deepest = 20 // levels of nested objects and lists: JSON.stringify fails on unbounded nesting

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return left > 0 && Object.values(value).every((part) => isShallow(part, left - 1))
}

const figures = [
  'documents',
  'right',
  'total',
  'accepted',
  'minutesSaved',
  'errorsLetThrough',
  'values',
]

const isComparison: Test = (value) =>
  isObject(value) &&
  isText(value['scope']) &&
  isNumber(value['documents']) &&
  isNumber(value['candidate']) &&
  ['champion', 'difference', 'low', 'high'].every(
    (name) => value[name] === null || isNumber(value[name]),
  )

const isPast: Test = (value) =>
  isObject(value) && hasFigures(value['all']) && hasFigures(value['heldOut'])
const hasFigures: Test = (value) =>
  isObject(value) && figures.every((name) => isNumber(value[name]))

const isReplayed: Test = (value) =>
  isObject(value) &&
  isPast(value['candidate']) &&
  (value['champion'] === null || isPast(value['champion']))

function objectIn(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) && isShallow(value, deepest) ? value : null
  } catch {
    return null
  }
}
