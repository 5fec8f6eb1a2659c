/**
 * `errata train`: from a folder of documents with words and truth to a model in a folder, without
 * Kafka. Where a profile ships with a starter model, the generated invoices behind it are part of
 * the training, as they are of trainings from the topic: a few documents of one's own would
 * otherwise unlearn what the starter knows.
 *
 * Prints how good the model is on documents that it had not seen to stderr; writes `model.onnx`, the
 * whole model in one file, and `manifest.json`, what it is and its figures, for people and tools.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import { strata } from '../processors/model/strata.ts'
import { thresholdOf } from '../processors/model/thresholds.ts'
import { examplesIn, joined, type Examples } from '../trainer/dataset.ts'
import type { Evaluation } from '../trainer/evaluate.ts'
import type { Figures } from '../trainer/scorecard/tally.ts'
import { noStart, startOf, type Start } from '../trainer/starter.ts'
import { scratchIn } from '../trainer/settings.ts'
import { fit, type Fitted } from '../trainer/train.ts'
import { evidenceText } from './models-show.ts'
import type { Interval } from '../trainer/scorecard/interval.ts'

export interface TrainOptions {
  readonly data: string | null // null: the training topic
  readonly profile: string
  readonly out: string | null
  readonly seed: number
  readonly alone: boolean // without the invoices behind the starter
}

/** 0 done, 1 failed, 2 usage. */
export async function trainCommand(config: Config, options: TrainOptions): Promise<number> {
  if (options.data === null)
    return (await import('./train-from-topic.ts')).trainCommandFromTopic(
      config,
      options.profile,
      options.seed,
    )
  if (options.out === null) {
    process.stderr.write('--data needs --out\n')
    return 2
  }
  const profile = profileOf(loadProfiles(join(config.home, 'profiles')), options.profile)
  const lessons = lessonsOf(options.data, profile, options.alone)
  return trainOn(lessons, config, profile, options.out, options.seed)
}

interface Lessons extends Start {
  readonly own: Examples
}

/** The documents of a folder, and the invoices behind the starter. CONFIG_INVALID. */
export function lessonsOf(data: string, profile: Profile, alone: boolean): Lessons {
  return { own: examplesIn(data, profile), ...(alone ? noStart : startOf(profile)) }
}

async function trainOn(
  { own, generated, settings }: Lessons,
  config: Config,
  profile: Profile,
  out: string,
  seed: number,
): Promise<number> {
  const started = process.cpuUsage()
  const fitted = await fit(
    joined(generated, own),
    profile,
    { ...settings, seed },
    { folder: scratchIn(config.home) },
  )
  const used = process.cpuUsage(started)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'model.onnx'), fitted.bundle)
  writeFileSync(join(out, 'manifest.json'), describe(fitted, config.targetError))
  process.stderr.write(
    `${profile.name}: ${own.length} documents and ${generated.length} generated ones, of ${fitted.manifest.trained.vendors} vendors, ${((used.user + used.system) / 1e6).toFixed(1)} CPU seconds, ${(fitted.bundle.length / 1024).toFixed(0)} KiB\n`,
  )
  process.stderr.write(
    `${report(fitted.evaluation)}\n${evidenceText(fitted.manifest, config.targetError)}`,
  )
  return 0
}

/** The manifest as a file: without the long lists, with thresholds and figures. */
function describe({ bundle, manifest, evaluation }: Fitted, target: number): string {
  const fields = manifest.fields.map(({ name, type, least, calibration }) => ({
    name,
    type,
    least,
    calibration,
  }))
  const { format, profile, features, rows, trained } = manifest
  const thresholds = Object.fromEntries(
    strata.map((stratum) => [stratum, thresholdOf(manifest.strata?.[stratum] ?? [], target)]),
  )
  return `${JSON.stringify({ format, profile, sha256: createHash('sha256').update(bundle).digest('hex'), bytes: bundle.length, features, rows, target, thresholds, fields, trained, evaluation }, null, 2)}\n`
}

function report(evaluation: Evaluation): string {
  const percent = (share: number): string => (100 * share).toFixed(1).padStart(5)
  const line = (
    name: string,
    { precision, recall, f1, truths }: Figures,
    interval?: Interval,
  ): string =>
    `  ${name.padEnd(18)} F1 ${percent(f1)}  precision ${percent(precision)}  recall ${percent(recall)}  n ${truths}${interval === undefined || truths === 0 ? '' : `  [${interval.map(percent).join(',')}]`}\n`
  const { intervals } = evaluation
  return [
    'on documents held out one by one (unseen vendors: held out whole); in brackets 95 % intervals of F1, drawing vendors:\n',
    line('all', evaluation.all, intervals.all),
    line('known vendors', evaluation.seen, intervals.seen),
    line('unseen vendors', evaluation.unseen, intervals.unseen),
    ...Object.entries(evaluation.fields).map(([name, figures]) => line(name, figures)),
    `  calibration error ${evaluation.calibrationError.toFixed(3)}\n`,
  ].join('')
}
