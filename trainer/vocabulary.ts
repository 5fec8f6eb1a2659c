/** Which features get weights, and in which rows of the table. */

import type { FeatureRows } from '../processors/model/features.ts'
import { featureBits } from '../processors/shared/hashing.ts'
import { oncePer } from '../processors/shared/memoize.ts'
import type { FitLesson } from './labels.ts'

/**
 * The features of enough lessons, ascending, and the start of each one's row in a table of rows
 * `wide` numbers long; the first row is unused. Features of most lessons come first, so that
 * frequently read rows are close together and stay in the processor's cache.
 */
export function vocabulary(
  lessons: readonly FitLesson[],
  least: number,
  wide: number,
): { features: Int32Array; placeOf: Int32Array } {
  const counts = new Int32Array(1 << featureBits)
  for (const lesson of lessons)
    for (const id of distinctOf(lesson)) counts[id] = (counts[id] as number) + 1
  const features = new Int32Array(counts.length)
    .map((_, id) => id)
    .filter((id) => (counts[id] as number) >= least)
  const ofCount = new Int32Array(lessons.length + 2) // features with a larger count than this
  for (const id of features)
    ofCount[(counts[id] as number) - 1] = (ofCount[(counts[id] as number) - 1] as number) + 1
  for (let count = lessons.length; count >= 0; count--)
    ofCount[count] = (ofCount[count] as number) + (ofCount[count + 1] as number)
  const placeOf = new Int32Array(1 << featureBits)
  for (const id of features) {
    const count = counts[id] as number
    ofCount[count] = (ofCount[count] as number) + 1
    placeOf[id] = (ofCount[count] as number) * wide
  }
  return { features, placeOf }
}

const seen = new Uint8Array(1 << featureBits)

/**
 * The distinct features of a lesson, including its version with OCR errors; memoized, as every fold
 * counts them.
 */
const distinctOf = oncePer(({ sheet, misread }: FitLesson): Int32Array => {
  const parts = misread ? [sheet.features.ids, misread.sheet.features.ids] : [sheet.features.ids]
  const found = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let count = 0
  for (const ids of parts) {
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k] as number
      if (seen[id] === 1) continue
      seen[id] = 1
      found[count++] = id
    }
  }
  for (let k = 0; k < count; k++) seen[found[k] as number] = 0
  return found.slice(0, count)
})

/** The rows of a document's features; features without a row are left out. */
export function knownRows(features: FeatureRows, rowOf: Int32Array): FeatureRows {
  const starts = new Int32Array(features.starts.length)
  const ids = new Int32Array(features.ids.length)
  let count = 0
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let q = features.starts[i] as number; q < (features.starts[i + 1] as number); q++) {
      const row = rowOf[features.ids[q] as number] as number
      if (row !== 0) ids[count++] = row
    }
    starts[i + 1] = count
  }
  return { starts, ids: ids.slice(0, count) }
}
