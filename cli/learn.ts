/**
 * `errata learn`: progressive validation over a folder, without Kafka. Documents in the order of
 * their file names go through the code of the stages; ID.truth.json plays the reviewer. See
 * trainer/progressive-validation.ts for what is real and what is counted, cli/learn-report.ts for
 * the figures.
 *
 * The format of --jsonl is a contract: a line for each document and a last one with the summary,
 * which is that of the last arm where several are run. --words given takes ID.words.json, own reads
 * the document itself.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { isRegular } from '../connectors/files/regular-file.ts'
import { ErrataError } from '../errors.ts'
import { claimIndex } from '../processors/routing/duplicates.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { unpackWords } from '../processors/document/words.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import { trainCandidate, type Champion, type Judging } from '../trainer/candidate.ts'
import { learningCurve } from '../trainer/curve.ts'
import { exampleOf, type TruthFile } from '../trainer/dataset.ts'
import {
  validateProgressively as learning,
  type Arm,
  type LabelledDocument,
  type Schooling,
  type Step,
} from '../trainer/progressive-validation.ts'
import { snapshotOf } from '../trainer/snapshot.ts'
import { generatedExamples, startOf } from '../trainer/starter.ts'
import { readSource, sourcesOf, type Source } from '../operations/extract.ts'
import { bundleFor } from './bundle.ts'
import { htmlOf } from './learn-plots.ts'
import { curveOf, learnLine, learnSummary, tableOf } from './learn-report.ts'
import { openReaderOf } from '../operations/published-models.ts'
import { openScanReader } from '../operations/ocr-models.ts'
import { openProgressBar } from '../deploy/stack/progress-bar.ts'
import { generatedHeldOut } from '../operations/judging.ts'

export interface LearnOptions {
  readonly profile: string
  readonly model: string | null // folder; null: what ships for the profile, which may be nothing
  readonly words: 'given' | 'own'
  readonly jsonl: boolean
  readonly arms: readonly Arm[]
  readonly every: number | null // verdicts between trainings; null: as the trainer's schedule says
  readonly html: string | null // file
  readonly curve: boolean
}

/**
 * 0 done. CONFIG_INVALID, PROFILE_UNKNOWN, MODEL_UNUSABLE before the first document is read;
 * DOCUMENT_… for one that can't be read.
 */
export async function learnCommand(
  config: Config,
  folder: string,
  options: LearnOptions,
): Promise<number> {
  const profiles = loadProfiles(join(config.home, 'profiles'))
  const profile = profileOf(profiles, options.profile)
  const sources = sourcesOf([folder]).filter((source) => isRegular(truthOf(source)))
  if (sources.length === 0)
    throw new ErrataError('CONFIG_INVALID', 'no document with ID.truth.json', { folder })
  const bundle = bundleFor(profile, options.model)
  const now = Date.now()
  const lessons: LabelledDocument[] = []
  const runs = new Map<Arm, Step[]>()
  for (const arm of options.arms) {
    const steps: Step[] = []
    runs.set(arm, steps)
    const bar = openProgressBar(`learning (${arm})`, sources.length, 'documents')
    const course = {
      profile,
      profiles,
      arm,
      start: bundle === null ? null : await readerOf(config, profile, bundle, 0),
      train: schoolOf(config, profile, bundle),
      trainEvery: options.every ?? config.trainCount,
      sampleShare: config.sampleShare,
      known: claimIndex(),
      now,
    }
    for await (const step of learning(
      course,
      lessons.length > 0 ? lessons : readLessons(config, sources, profile, options.words, lessons),
    )) {
      steps.push(step)
      bar.update(steps.length)
      if (options.jsonl)
        process.stdout.write(
          `${JSON.stringify(learnLine(step, options.arms.length > 1 ? arm : null))}\n`,
        )
      if (step.training !== null)
        process.stderr.write(
          `  after ${steps.length}: ${step.training.promoted === null ? 'refused' : 'promoted'}: ${step.training.reasons.join('; ')}\n`,
        )
    }
    bar.stop()
  }
  const say = (text: string): void =>
    void (options.jsonl ? process.stderr : process.stdout).write(text)
  say(tableOf(runs))
  const curve = options.curve
    ? await learningCurve(
        lessons.map(({ example }) => example),
        profile,
        config.seed,
        (line) => process.stderr.write(`  ${line}\n`),
      )
    : null
  if (curve !== null) say(curveOf(curve))
  if (options.html !== null)
    writeFileSync(
      options.html,
      htmlOf(
        `Learning from ${lessons.length} documents (${profile.title})`,
        runs,
        config.targetError,
        curve,
      ),
    )
  if (options.jsonl)
    process.stdout.write(
      `${JSON.stringify({ summary: learnSummary(runs.get(options.arms.at(-1) as Arm) as Step[]) })}\n`,
    )
  return 0
}

/** Documents one after the other, and all of them in `kept` at the end. */
export async function* readLessons(
  config: Config,
  sources: readonly Source[],
  profile: Profile,
  words: 'given' | 'own',
  kept: LabelledDocument[] = [],
): AsyncGenerator<LabelledDocument> {
  const reader =
    words === 'own'
      ? await openScanReader(config, (line) => process.stderr.write(`${line}\n`))
      : null
  const found: LabelledDocument[] = []
  try {
    for (const source of sources) {
      const read = await readSource(source, profile, reader)
      const truth = JSON.parse(readFileSync(truthOf(source), 'utf8')) as TruthFile
      const lesson = {
        document: {
          ...read,
          mediaType: '',
          fileName: source.file ?? source.words,
          source: 'learn',
          receivedAt: 0,
          metadata: {},
          engine: words,
          readMs: 0,
        },
        example: exampleOf(
          { ...truth, id: source.id },
          { pages: read.pages, words: unpackWords(read.words) },
          profile,
        ),
      }
      found.push(lesson)
      yield lesson
    }
    kept.push(...found)
  } finally {
    await reader?.close()
  }
}

function truthOf({ id, file, words }: Source): string {
  return join(dirname(words ?? file ?? ''), `${id}.truth.json`)
}

function readerOf(
  config: Config,
  profile: Profile,
  bundle: Buffer,
  version: number,
): Promise<FieldReader> {
  return openReaderOf(
    { name: profile.name, version, sha256: createHash('sha256').update(bundle).digest('hex') },
    bundle,
    config.targetError,
  )
}

/** Trainings as the trainer does them, with its gate; the champion stays in here. */
function schoolOf(
  config: Config,
  profile: Profile,
  start: Buffer | null,
): (verdicts: readonly Verdict[]) => Promise<Schooling> {
  let champion: Champion | null = start === null ? null : { bundle: start, heldOut: [] }
  let best: Judging['best'] = null // where that isn't the champion
  let version = 0
  const startsFrom = startOf(profile)
  return async (verdicts) => {
    const candidate = await trainCandidate({
      snapshot: snapshotOf(profile.name, verdicts, new Map()),
      profile,
      champion,
      best,
      withheld: null,
      seed: config.seed,
      ...startsFrom,
      generatedHeldOut: generatedExamples(profile, generatedHeldOut, 'held out'),
      targetError: config.targetError,
      sampleShare: config.sampleShare,
      say: () => {},
    })
    if (candidate === null) return { promoted: null, reasons: ['every verdict so far is held out'] }
    if (!candidate.decision.promote) return { promoted: null, reasons: candidate.decision.reasons }
    if (candidate.decision.isBest) best = null
    else if (best === null && champion !== null)
      best = { key: `${profile.name}/${version}`, bundle: champion.bundle }
    champion = { bundle: candidate.bundle, heldOut: candidate.heldOut }
    return {
      promoted: await readerOf(config, profile, candidate.bundle, ++version),
      reasons: candidate.decision.reasons,
    }
  }
}
