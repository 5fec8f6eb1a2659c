/** Which features get weights. */

import type { FeatureRows } from '../processors/model/features.ts'
import { featureBits } from '../processors/shared/hashing.ts'
import type { FitLesson } from './labels.ts'

/** How many documents have each feature: of all, and of the members of each group. */
export interface FeatureCounts {
  readonly all: Int32Array
  readonly ofGroup: ReadonlyMap<string, Int32Array>
}

/** Features by number: that of most documents is 0. */
export interface Numbered {
  readonly featureOf: Int32Array // by number
  readonly numberOf: Int32Array // by feature; -1 for one of too few documents
}

/** The features that a tagger has weights for. */
export interface Vocabulary {
  readonly features: Int32Array // ascending
  readonly isKnown: Uint8Array // by number
  readonly firstUnknown: number // every feature with a smaller number is known
}

const hashes = 1 << featureBits

export function noCounts(groups: Iterable<string>): FeatureCounts {
  return {
    all: new Int32Array(hashes),
    ofGroup: new Map([...groups].map((group) => [group, new Int32Array(hashes)])),
  }
}

const seen = new Uint8Array(hashes)

/** Counts the features of a lesson once, its version with OCR errors included. */
export function countFeatures(
  { all, ofGroup }: FeatureCounts,
  { sheet, misread }: FitLesson,
  groups: readonly string[],
): void {
  const parts = misread ? [sheet.features.ids, misread.sheet.features.ids] : [sheet.features.ids]
  const tables = [all, ...groups.map((group) => ofGroup.get(group) as Int32Array)]
  for (const ids of parts) {
    for (const id of ids) {
      if (seen[id] === 1) continue
      seen[id] = 1
      for (const counts of tables) counts[id] = (counts[id] as number) + 1
    }
  }
  for (const ids of parts) for (const id of ids) seen[id] = 0
}

/** Features of fewer documents than `least` get no number. */
export function numbered({ all }: FeatureCounts, least: number): Numbered {
  const featureOf = all
    .map((_, id) => id)
    .filter((id) => (all[id] as number) >= least)
    .sort((a, b) => (all[b] as number) - (all[a] as number) || a - b)
  const numberOf = new Int32Array(hashes).fill(-1)
  featureOf.forEach((id, number) => (numberOf[id] = number))
  return { featureOf, numberOf }
}

/** What is known to a tagger that is fitted without the members of a group; null: on all. */
export function vocabulary(
  { all, ofGroup }: FeatureCounts,
  { featureOf }: Numbered,
  least: number,
  without: string | null,
): Vocabulary {
  const out = without === null ? null : (ofGroup.get(without) as Int32Array)
  const isIn = (id: number): boolean => (all[id] as number) - (out?.[id] ?? 0) >= least
  const isKnown = Uint8Array.from(featureOf, (id) => (isIn(id) ? 1 : 0))
  const firstUnknown = isKnown.indexOf(0)
  return {
    features: featureOf.filter(isIn).sort(),
    isKnown,
    firstUnknown: firstUnknown < 0 ? isKnown.length : firstUnknown,
  }
}

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
