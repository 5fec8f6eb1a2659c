/**
 * `errata learn`: progressive validation over a folder, without Kafka. Documents in the order of their file names go
 * through the code of the stages; ID.truth.json plays the reviewer. See trainer/progress.ts for what is real and what is
 * counted, deploy/learn-report.ts for the figures.
 *
 * The format of --jsonl is a contract: a line for each document and a last one with the summary.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { ErrataError } from '../errors.ts'
import { claimIndex } from '../processors/duplicates.ts'
import type { Reader } from '../processors/extract.ts'
import { packWords } from '../processors/words.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import { trainCandidate, type Champion } from '../trainer/candidate.ts'
import { exampleOf, printOf, type TruthFile, type WordsFile } from '../trainer/dataset.ts'
import { progress as learning, type Arm, type Lesson, type Schooling, type Step } from '../trainer/progress.ts'
import { snapshotOf } from '../trainer/snapshot.ts'
import { generatedExamples, starterDocuments, starterSettings } from '../trainer/starter.ts'
import { lineOf, summaryOf, tableOf } from './learn-report.ts'
import { openReaderOf } from './models-in-use.ts'
import { progress } from './progress.ts'
import { generatedHeldOut } from './train-topic.ts'

export interface LearnOptions {
  readonly profile: string
  readonly model: string | null // folder; null: nothing is known at the start
  readonly words: 'given' | 'own'
  readonly jsonl: boolean
  readonly arms: readonly Arm[]
  readonly every: number | null // verdicts between trainings; null: as the trainer's schedule says
}

/** 0 done. CONFIG_INVALID, PROFILE_UNKNOWN, MODEL_UNUSABLE before the first document is read. */
export async function learnCommand(config: Config, folder: string, options: LearnOptions): Promise<number> {
  const profiles = loadProfiles(join(config.home, 'profiles'))
  const profile = profileOf(profiles, options.profile)
  const lessons = readLessons(folder, profile)
  const bundle = options.model === null ? null : readModel(options.model)
  const now = Date.now()
  const runs = new Map<Arm, Step[]>()
  for (const arm of options.arms) {
    const steps: Step[] = []
    const school = schoolOf(config, profile, bundle)
    const bar = progress(`learning (${arm})`, lessons.length, 'documents')
    const course = {
      profile, profiles, arm, start: bundle === null ? null : await readerOf(config, profile, bundle, 0),
      train: school, trainEvery: options.every ?? config.trainCount, sampleShare: config.sampleShare, known: claimIndex(), now,
    }
    for await (const step of learning(course, lessons)) {
      steps.push(step)
      bar.update(steps.length)
      if (options.jsonl) process.stdout.write(`${JSON.stringify(lineOf(step, options.arms.length > 1 ? arm : null))}\n`)
      if (step.training !== null) process.stderr.write(`  after ${steps.length}: ${step.training.promoted === null ? 'refused' : 'promoted'}: ${step.training.reasons.join('; ')}\n`)
    }
    bar.stop()
    runs.set(arm, steps)
  }
  const text = tableOf(runs)
  if (options.jsonl) {
    process.stderr.write(text)
    process.stdout.write(`${JSON.stringify({ summary: summaryOf(runs.get(options.arms.at(-1) as Arm) as Step[]) })}\n`)
  } else process.stdout.write(text)
  return 0
}

export function readLessons(folder: string, profile: Profile): Lesson[] {
  if (!existsSync(folder)) throw new ErrataError('CONFIG_INVALID', 'no such folder', { folder })
  const names = readdirSync(folder).filter((name) => name.endsWith('.truth.json')).sort()
  const lessons = names.flatMap((name): Lesson[] => {
    const words = join(folder, name.replace(/\.truth\.json$/, '.words.json'))
    if (!existsSync(words)) return []
    const truth = JSON.parse(readFileSync(join(folder, name), 'utf8')) as TruthFile
    const print = printOf(JSON.parse(readFileSync(words, 'utf8')) as WordsFile)
    const documentId = name.replace(/\.truth\.json$/, '')
    const sha256 = createHash('sha256').update(JSON.stringify(print)).digest('hex')
    return [{
      document: { documentId, tenant: 'default', profile: profile.name, mediaType: 'application/json', fileName: name, source: 'learn', sha256, receivedAt: 0, metadata: {}, engine: 'given', pages: print.pages, words: packWords(print.words), codes: [], xml: null, readMs: 0 },
      example: exampleOf({ ...truth, id: documentId }, print, profile),
    }]
  })
  if (lessons.length === 0) throw new ErrataError('CONFIG_INVALID', 'no document with ID.truth.json and ID.words.json', { folder })
  return lessons
}

function readModel(folder: string): Buffer {
  const path = join(folder, 'model.onnx')
  if (!existsSync(path)) throw new ErrataError('CONFIG_INVALID', 'no model.onnx in the folder', { folder })
  return readFileSync(path)
}

function readerOf(config: Config, profile: Profile, bundle: Buffer, version: number): Promise<Reader> {
  return openReaderOf({ name: profile.name, version, sha256: createHash('sha256').update(bundle).digest('hex') }, bundle, config.targetError)
}

/** Trainings as the trainer does them, with its gate; the champion stays in here. */
function schoolOf(config: Config, profile: Profile, start: Buffer | null): (verdicts: readonly Verdict[]) => Promise<Schooling> {
  let champion: Champion | null = start === null ? null : { bundle: start, heldOut: [] }
  let version = 0
  const generated = generatedExamples(profile, starterDocuments)
  return async (verdicts) => {
    const candidate = await trainCandidate({
      snapshot: snapshotOf(profile.name, verdicts, new Map()), profile, champion, seed: config.seed, generated, generatedHeldOut: generatedExamples(profile, generatedHeldOut, 'held out'),
      settings: generated.length > 0 ? starterSettings : {}, targetError: config.targetError, openReader: (bundle) => readerOf(config, profile, bundle, 0), say: () => {},
    })
    if (candidate === null) return { promoted: null, reasons: ['every verdict so far is held out'] }
    if (!candidate.decision.promote) return { promoted: null, reasons: candidate.decision.reasons }
    champion = { bundle: candidate.bundle, heldOut: candidate.heldOut }
    return { promoted: await readerOf(config, profile, candidate.bundle, ++version), reasons: candidate.decision.reasons }
  }
}
