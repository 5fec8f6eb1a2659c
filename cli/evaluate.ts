/**
 * `errata evaluate`: the scorecard of a folder of documents with truth, by the code of the stages.
 * Text on stdout, or one JSON object; `--html` writes the same as a page with plots. What is scored
 * and how, trainer/scorecard/ says.
 *
 * Seen vendors are those that the model was trained on: its manifest keeps hashes of their names,
 * `--seen` names the folder for a model that has none. A document counts as seen if its issuer's
 * name or its printed identity is known.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { inspect } from '../connectors/onnx/onnx.ts'
import { codeOf, ErrataError, fateOf } from '../errors.ts'
import { readDocument, type ExtractUse } from '../processors/extract.ts'
import { doubts } from '../processors/model/ocr-accuracy.ts'
import { strata } from '../processors/model/strata.ts'
import { vendorKey } from '../processors/model/vendor-key.ts'
import { identifyVendor } from '../processors/rules/vendor.ts'
import { unpackWords } from '../processors/document/words.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import {
  printOfWordsFile,
  truthFiles,
  vendorOfTruth,
  type TruthFile,
  type WordsFile,
} from '../trainer/dataset.ts'
import { judgeFields, kindOf } from '../trainer/scorecard/judge.ts'
import { scorecardPage } from '../trainer/scorecard/page.ts'
import { judgeRows } from '../trainer/scorecard/rows.ts'
import { scorecardOf, type ScoredDocument } from '../trainer/scorecard/scorecard.ts'
import { scorecardText, type Subject } from '../trainer/scorecard/text.ts'
import {
  readSource,
  extractionLine,
  sourceOf,
  extractUse,
  type Line,
} from '../operations/extract.ts'
import { bundleFor } from './bundle.ts'
import { openScanReader } from '../operations/ocr-models.ts'

export interface EvaluateOptions {
  readonly profile: string
  readonly model: string | null // folder; null: the model that ships
  readonly words: 'given' | 'own'
  readonly seen: string | null // folder that the model was trained from
  readonly html: string | null
  readonly json: boolean
}

/** 0 done, 1 where a document failed: it then counts as one of which nothing was read. */
export async function evaluateCommand(
  config: Config,
  folder: string,
  options: EvaluateOptions,
): Promise<number> {
  const profiles = loadProfiles(join(config.home, 'profiles'))
  const profile = profileOf(profiles, options.profile)
  if (!existsSync(folder)) throw new ErrataError('CONFIG_INVALID', 'no such folder', { folder })
  const truths = truthFiles(folder).sort()
  if (truths.length === 0)
    throw new ErrataError('CONFIG_INVALID', 'no document with ID.truth.json', { folder })
  const bundle = bundleFor(profile, options.model)
  const known = knownVendors(bundle, options.seen)
  const use = await extractUse(config, profiles, profile, bundle)
  const reader =
    options.words === 'own'
      ? await openScanReader(config, (line) => process.stderr.write(`${line}\n`))
      : null
  const scored: { kind: ReturnType<typeof kindOf>; document: ScoredDocument }[] = []
  let failed = 0
  try {
    for (const path of truths) {
      const truth = JSON.parse(readFileSync(path, 'utf8')) as TruthFile
      const source = sourceOf(path.replace(/\.truth\.json$/, '.words.json'))
      const read = await readSource(source, profile, reader)
        .then((document) => readAs(document, profile, use))
        .catch((error: unknown) => {
          if (fateOf(error) === 'die') throw error
          failed++
          process.stderr.write(`${truth.id}: ${codeOf(error)}: ${(error as Error).message}\n`)
          return null
        })
      scored.push({
        kind: kindOf(truth),
        document: scoredOf(truth, source.words, read, profile, known),
      })
    }
  } finally {
    await reader?.close()
  }
  const subject = subjectOf(folder, options, use, profile, config.targetError)
  const cards = (['receipt', 'invoice'] as const).flatMap((kind) => {
    const documents = scored.filter((one) => one.kind === kind).map(({ document }) => document)
    return documents.length === 0 ? [] : [scorecardOf(kind, documents, config.seed)]
  })
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...subject, cards })}\n` : scorecardText(subject, cards),
  )
  if (options.html !== null) writeFileSync(options.html, scorecardPage(subject, cards))
  return failed === 0 ? 0 : 1
}

/** A line, and how surely the words of its values were read. */
interface Read {
  readonly line: Line
  readonly doubts: ScoredDocument['doubts']
}

async function readAs(
  document: Awaited<ReturnType<typeof readSource>>,
  profile: Profile,
  use: ExtractUse,
): Promise<Read> {
  const read = await readDocument(document, use)
  const print = { pages: document.pages, words: unpackWords(document.words) }
  return {
    line: extractionLine(read, document, profile),
    doubts: Object.fromEntries(
      read.fields.map((field) => [field.name, doubts(field.words, print)]),
    ),
  }
}

function scoredOf(
  truth: TruthFile,
  words: string | null,
  read: Read | null,
  profile: Profile,
  known: ReadonlySet<string> | null,
): ScoredDocument {
  const line = read?.line ?? null
  const print =
    words === null ? null : printOfWordsFile(JSON.parse(readFileSync(words, 'utf8')) as WordsFile)
  const issuer = vendorOfTruth(truth)
  const printed = print === null ? [] : [identifyVendor(print.words, truth.id).id]
  const { fields, unjudged } = judgeFields(truth, print, profile, line?.fields ?? {})
  return {
    documentId: truth.id,
    issuer,
    seen: known === null ? null : [issuer, ...printed].some((name) => known.has(vendorKey(name))),
    fields,
    unjudged,
    rows: judgeRows(truth, line?.line_items ?? []),
    complete: profile.fields.every(
      ({ name, required }) =>
        !required || fields.every(({ field, confidence }) => field !== name || confidence !== null),
    ),
    accepted: line?.route === 'accepted',
    doubts: read?.doubts ?? {},
  }
}

/** Hashes of the vendors in training; null where neither model nor folder tells. */
function knownVendors(bundle: Buffer | null, folder: string | null): ReadonlySet<string> | null {
  if (folder !== null)
    return new Set(
      truthFiles(folder).map((path) =>
        vendorKey(vendorOfTruth(JSON.parse(readFileSync(path, 'utf8')) as TruthFile)),
      ),
    )
  const keys = bundle === null ? [] : inspect(bundle).manifest.trained.vendorKeys
  return keys === undefined ? null : new Set(keys)
}

function subjectOf(
  folder: string,
  options: EvaluateOptions,
  use: ExtractUse,
  profile: Profile,
  target: number,
): Subject {
  const reader = use.readerOf(profile.name)
  return {
    folder,
    profile: profile.title,
    words: options.words,
    model: reader?.ref.name ?? null,
    target,
    thresholds: Object.fromEntries(
      strata.flatMap((stratum): [string, number][] => {
        const [common] = Object.values(reader?.thresholds(stratum) ?? {})
        return common === undefined ? [] : [[stratum, common]]
      }),
    ),
  }
}
