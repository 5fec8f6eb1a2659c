/**
 * The documents of a training: read once and laid down in a file for the taggers, then opened one at
 * a time. What stays in memory of each is a handle.
 */

import type { ScratchFile } from '../connectors/files/scratch-file.ts'
import { modelInputOf } from '../processors/model/model-input.ts'
import type { Heads, Manifest } from '../processors/model/manifest.ts'
import { datasetHasher, type Example, type Examples } from './dataset.ts'
import type { OpenDocument, TrainingDocument } from './held-out.ts'
import { targetsOf, type FitLesson } from './labels.ts'
import { lessonFile, type LessonFile } from './lesson-file.ts'
import { spanWords, type SpanWords } from './lexicons.ts'
import { renditionOf } from './ocr-noise.ts'
import { vendorKeys } from './vendor-keys.ts'
import {
  countFeatures,
  noCounts,
  numbered,
  type FeatureCounts,
  type Numbered,
} from './vocabulary.ts'

/** Documents that are ready for taggers to be fitted on. */
export interface LaidDown {
  readonly lessons: LessonFile
  readonly counts: FeatureCounts
  readonly numbers: Numbered
  readonly words: SpanWords
  readonly identity: Required<Pick<Manifest['trained'], 'dataset' | 'vendorKeys'>>
}

/** Handles of all examples, and how many documents have a value of each field. */
export function handlesOf(examples: Examples): {
  readonly handles: readonly TrainingDocument[]
  readonly truths: ReadonlyMap<string, number>
} {
  const truths = new Map<string, number>()
  const handles = Array.from({ length: examples.length }, (_, k) => {
    const example = examples.at(k) as Example
    for (const [name, { value }] of example.truth)
      if (value !== null) truths.set(name, (truths.get(name) ?? 0) + 1)
    return handleOf(example, () => withoutMemory(examples.at(k) as Example))
  })
  return { handles, truths }
}

function handleOf(example: Example, read: () => Example): TrainingDocument {
  const { documentId, vendor, alike, generated, encounter } = example
  return {
    documentId,
    vendor,
    alike,
    isGenerated: generated === true,
    encounter: encounter && {
      isKnown: encounter.isKnown,
      changed: encounter.changed,
      decidedAt: encounter.decidedAt,
    },
    read,
  }
}

/** A copy whose tokens, which are kept on a print, go when it goes. */
const withoutMemory = (example: Example): Example => ({ ...example, print: { ...example.print } })

/**
 * Prepares documents, in their order. `groupsOf`: the groups whose features are counted apart, of
 * each document.
 */
export function layDown(
  documents: readonly TrainingDocument[],
  groupsOf: readonly (readonly string[])[],
  heads: Heads,
  { seed, leastDocuments }: { readonly seed: number; readonly leastDocuments: number },
  file: ScratchFile,
): LaidDown {
  const lessons = lessonFile(file, heads)
  const counts = noCounts(new Set(groupsOf.flat()))
  const words = spanWords(heads.spans)
  const dataset = datasetHasher()
  const keys = new Set<string>()
  documents.forEach((document, k) => {
    const example = document.read()
    const lesson = lessonOf(example, heads, seed + k)
    lessons.add(lesson)
    countFeatures(counts, lesson, groupsOf[k] as readonly string[])
    words.add(lesson)
    dataset.add(example)
    for (const key of vendorKeys(example)) keys.add(key)
  })
  const numbers = numbered(counts, leastDocuments)
  lessons.renumber(numbers.numberOf)
  const identity = { dataset: dataset.digest(), vendorKeys: [...keys].sort() }
  return { lessons, counts, numbers, words, identity }
}

function lessonOf(example: Example, heads: Heads, seed: number): FitLesson {
  const rendition = renditionOf(example, seed)
  return {
    ...partOf(example, heads),
    misread: rendition === null ? null : partOf(rendition, heads),
  }
}

function partOf(example: Example, heads: Heads): Pick<FitLesson, 'sheet' | 'targets'> {
  const sheet = modelInputOf(example.print)
  return { sheet, targets: targetsOf(example, sheet, heads) }
}

/** Opens a document that was laid down as the k-th. */
export function openLaidDown(
  document: TrainingDocument,
  k: number,
  { lessons, numbers }: LaidDown,
): OpenDocument {
  const example = document.read()
  const { features, spans } = lessons.featuresOf(k, numbers.featureOf)
  return { example, sheet: modelInputOf(example.print, undefined, features), spans }
}

/** Opens a document that is in no file. */
export function openApart(document: TrainingDocument, heads: Heads): OpenDocument {
  const example = document.read()
  const { sheet, targets } = partOf(example, heads)
  return { example, sheet, spans: targets.spans }
}
