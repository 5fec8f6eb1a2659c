/**
 * The starter model of `invoice`: trained on invoices that the project generates itself, so that
 * the first real invoice gets a useful reading. Some are drawn, others were printed by Chromium, in
 * more layouts and languages (starter-print.ts). `npm run starter` writes
 * trainer/starter/invoice.model, byte for byte the same each time, and prints its quality on drawn
 * invoices of unseen issuers.
 *
 * Those figures are about generated invoices; real ones are harder. So generated documents are no
 * evidence for accepting anything: with the starter model every field goes to review until a model
 * was trained on verdicts.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openModel } from '../connectors/onnx/onnx.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import { exampleOf, printOfWordsFile } from './dataset.ts'
import { evaluateModel } from './evaluate.ts'
import { printedExamplesOf, type LaidOut } from './printed-examples.ts'
import { misread } from './samples/noise.ts'
import { randomOf } from './samples/random.ts'
import { sampleWords } from './samples/sample.ts'
import type { TrainingSettings } from './settings.ts'
import { fit } from './train.ts'

const starterDocuments = 1700
const heldOutDocuments = 120
// Real invoices look different from generated ones and have many unseen features, so only features
// shared by several issuers get weight
export const starterSettings = {
  folds: 2,
  deals: ['by document'],
  epochs: 8,
  averaged: 4,
  dropout: 0.3,
  pointerDropout: 0.3,
  familiar: 0.7,
  leastDocuments: 20, // with words of many languages, those of few documents would double the model
  smallest: 0.03,
} as const
const misreadDocuments = 0.15 // share of documents with simulated OCR errors
export const seeds = { training: 1, 'held out': 2 } as const

/**
 * Generated examples of a profile, each of a different issuer; none if the generator does not know
 * the profile.
 */
export function generatedExamples(
  profile: Profile,
  count: number,
  part: keyof typeof seeds = 'training',
): LaidOut[] {
  if (profile.name !== 'invoice') return []
  return Array.from({ length: count }, (_, index) => {
    const { words, truth } = sampleWords(seeds[part], index)
    const random = randomOf(seeds[part], 'reading', index)
    const seen = random.chance(misreadDocuments)
      ? misread(words, random, random.pick([0.003, 0.01, 0.02]))
      : words
    return {
      ...exampleOf(truth, printOfWordsFile(seen), profile),
      generated: true,
      layout: truth.layout,
    }
  })
}

/** What every training of a profile starts from, and how it is done where there is something. */
export interface Start {
  readonly generated: readonly LaidOut[]
  readonly settings: Partial<TrainingSettings>
}

export const noStart: Start = { generated: [], settings: {} }

/** The invoices behind the starter model; none for most profiles. CONFIG_INVALID. */
export function startOf(profile: Profile): Start {
  const drawn = generatedExamples(profile, starterDocuments)
  if (drawn.length === 0) return noStart
  return { generated: [...drawn, ...printedExamplesOf(profile)], settings: starterSettings }
}

async function main(): Promise<void> {
  const profile = profileOf(loadProfiles(), 'invoice')
  const started = process.cpuUsage()
  const { generated, settings } = startOf(profile)
  const { bundle } = await fit(generated, profile, { seed: 1, ...settings })
  const used = process.cpuUsage(started)
  const folder = fileURLToPath(new URL('starter/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${profile.name}.model`, bundle)
  const model = await openModel(bundle)
  const { evaluation } = await evaluateModel(
    model,
    profile,
    generatedExamples(profile, heldOutDocuments, 'held out'),
    new Set(),
  )
  await model.dispose()
  const fields = Object.entries(evaluation.fields).map(
    ([name, { f1, truths }]) => `  ${name.padEnd(16)} ${(100 * f1).toFixed(1)}  n ${truths}`,
  )
  process.stderr.write(
    `${generated.length} generated invoices, ${((used.user + used.system) / 1e6).toFixed(0)} CPU seconds, ${(bundle.length / 1024).toFixed(0)} KiB\n`,
  )
  process.stderr.write(
    `F1 on ${heldOutDocuments} drawn invoices of other issuers: ${(100 * evaluation.all.f1).toFixed(1)}\n${fields.join('\n')}\n`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main()
