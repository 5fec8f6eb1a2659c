/**
 * The starter models of `invoice` and `receipt`: trained on documents that the project generates
 * itself, so that the first real one gets a useful reading. Some are drawn, other invoices were
 * printed by Chromium, in more layouts and languages (starter-print.ts). `npm run starter` writes
 * trainer/starter/PROFILE.model, byte for byte the same each time, and prints its quality on drawn
 * documents of unseen issuers.
 *
 * Those figures are about generated documents; real ones are harder. So generated documents are no
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
import { drawnLayout } from './samples/html/compose.ts'
import { misread } from './samples/noise.ts'
import { randomOf } from './samples/random.ts'
import { sampleWords } from './samples/sample.ts'
import type { TrainingSettings } from './settings.ts'
import { fit } from './train.ts'

interface Recipe {
  readonly drawn: number // documents
  readonly misread: number // share of them with simulated OCR errors
  readonly leastDocuments: number // a feature in fewer gets no weight
  /**
   * Later trainings have them too. Not those of receipts: 50 real ones are worth more, and with 526
   * the drawn ones cost a point.
   */
  readonly joinsTrainings: boolean
  /** There are so many that a model of half of them is nearly as good. */
  readonly manyLayouts: boolean
}

const recipes: Readonly<Record<string, Recipe>> = {
  // with words of many languages, features of few documents would double the model
  invoice: {
    drawn: 1700,
    misread: 0.15,
    leastDocuments: 20,
    joinsTrainings: true,
    manyLayouts: true,
  },
  receipt: {
    drawn: 1500,
    misread: 0.5,
    leastDocuments: 10,
    joinsTrainings: false,
    manyLayouts: false,
  },
}

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
  leastDocuments: 20,
  smallest: 0.03,
} as const
export const seeds = { training: 1, 'held out': 2 } as const

/**
 * Generated examples that trainings of a profile have beside one's own, each of a different issuer;
 * none for most profiles.
 */
export function generatedExamples(
  profile: Profile,
  count: number,
  part: keyof typeof seeds = 'training',
): LaidOut[] {
  const recipe = recipes[profile.name]
  return recipe?.joinsTrainings === true ? drawnExamples(profile, recipe, count, part) : []
}

function drawnExamples(
  profile: Profile,
  recipe: Recipe,
  count: number,
  part: keyof typeof seeds,
): LaidOut[] {
  return Array.from({ length: count }, (_, index) => {
    const { words, truth } = sampleWords(seeds[part], index, {
      profile: profile.name as 'invoice' | 'receipt',
    })
    const random = randomOf(seeds[part], 'reading', index)
    const seen = random.chance(recipe.misread)
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

/** The documents behind the starter model, where trainings have them. CONFIG_INVALID. */
export function startOf(profile: Profile): Start {
  const recipe = recipes[profile.name]
  return recipe?.joinsTrainings === true ? behind(profile, recipe) : noStart
}

function behind(profile: Profile, recipe: Recipe): Start {
  const drawn = drawnExamples(profile, recipe, recipe.drawn, 'training')
  const printed = profile.name === 'invoice' ? printedExamplesOf(profile) : []
  const { leastDocuments, manyLayouts } = recipe
  const generated = [...drawn, ...printed]
  return {
    generated: manyLayouts ? generated.map(byLayout) : generated,
    settings: { ...starterSettings, leastDocuments },
  }
}

/** Heads that were drawn for one document are like no other. */
function byLayout(example: LaidOut): LaidOut {
  return example.layout === drawnLayout ? example : { ...example, alike: example.layout }
}

async function main(): Promise<void> {
  for (const [name, recipe] of Object.entries(recipes)) await write(name, recipe)
}

async function write(name: string, recipe: Recipe): Promise<void> {
  const profile = profileOf(loadProfiles(), name)
  const started = process.cpuUsage()
  const { generated, settings } = behind(profile, recipe)
  const { bundle } = await fit(generated, profile, { seed: 1, ...settings })
  const used = process.cpuUsage(started)
  const folder = fileURLToPath(new URL('starter/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${profile.name}.model`, bundle)
  const model = await openModel(bundle)
  const others = drawnExamples(profile, recipe, heldOutDocuments, 'held out')
  const { evaluation } = await evaluateModel(model, profile, others, new Set())
  await model.dispose()
  const fields = Object.entries(evaluation.fields).map(
    ([field, { f1, truths }]) => `  ${field.padEnd(16)} ${(100 * f1).toFixed(1)}  n ${truths}`,
  )
  process.stderr.write(
    `${name}: ${generated.length} generated documents, ${((used.user + used.system) / 1e6).toFixed(0)} CPU seconds, ${(bundle.length / 1024).toFixed(0)} KiB\n`,
  )
  process.stderr.write(
    `F1 on ${heldOutDocuments} drawn ones of other issuers: ${(100 * evaluation.all.f1).toFixed(1)}\n${fields.join('\n')}\n`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main()
