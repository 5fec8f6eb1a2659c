/**
 * `errata extract`: documents in, a line of JSON for each out, by the code of the stages and
 * without Kafka. The format of a line is a contract: {"id", "profile", "model", "fields": {name:
 * {"value", "raw", "confidence", "origin", "page", "box"}}, "line_items", "route", "reasons", "ms":
 * {"read", "extract"}}. A field that was not found has null for value, raw and confidence. A box
 * lies on the page as the file has it, whichever way that had to be turned for reading. Rules play
 * no part, since they are a deployment's; the model does: the one of --model, otherwise the one
 * that ships for the profile, otherwise none, and then only embedded XML gives values.
 *
 * A document that can't be read gives a line with "error" and exit code 1 at the end; the others
 * are still read.
 */

import { join } from 'node:path'
import type { Config } from '../config.ts'
import { codeOf, fateOf } from '../errors.ts'
import {
  readSource,
  extractionLine,
  roundTo,
  sourcesOf,
  extractUse,
  type Line,
} from '../operations/extract.ts'
import { openScanReader } from '../operations/ocr-models.ts'
import { readDocument } from '../processors/extract.ts'
import { loadProfiles, profileOf } from '../schemas/profiles.ts'
import { bundleFor } from './bundle.ts'

export interface ExtractOptions {
  readonly profile: string
  readonly model: string | null // folder; null: the model that ships
  readonly words: 'given' | 'own'
  readonly jsonl: boolean
}

/**
 * 0 done, 1 where a document failed. CONFIG_INVALID, PROFILE_UNKNOWN, MODEL_UNUSABLE before the
 * first one is read.
 */
export async function extractCommand(
  config: Config,
  paths: readonly string[],
  options: ExtractOptions,
): Promise<number> {
  const profiles = loadProfiles(join(config.home, 'profiles'))
  const profile = profileOf(profiles, options.profile)
  const sources = sourcesOf(paths)
  const use = await extractUse(config, profiles, profile, bundleFor(profile, options.model))
  const reader =
    options.words === 'own'
      ? await openScanReader(config, (line) => process.stderr.write(`${line}\n`))
      : null
  let failed = 0
  try {
    for (const source of sources) {
      try {
        const started = performance.now()
        const document = await readSource(source, profile, reader)
        const read = performance.now()
        const line = extractionLine(await readDocument(document, use), document, profile)
        const ms = {
          read: roundTo(read - started, 2),
          extract: roundTo(performance.now() - read, 2),
        }
        process.stdout.write(`${options.jsonl ? JSON.stringify({ ...line, ms }) : pretty(line)}\n`)
      } catch (error) {
        if (fateOf(error) === 'die') throw error
        failed++
        process.stdout.write(
          options.jsonl
            ? `${JSON.stringify({ id: source.id, profile: profile.name, error: codeOf(error) })}\n`
            : '',
        )
        process.stderr.write(`${source.id}: ${codeOf(error)}: ${(error as Error).message}\n`)
      }
    }
  } finally {
    await reader?.close()
  }
  return failed === 0 ? 0 : 1
}

function pretty(line: Line): string {
  const values = Object.entries(line.fields).map(
    ([name, { value, confidence }]) =>
      `  ${name.padEnd(18)} ${value ?? '-'}${confidence === null ? '' : `  (${(100 * confidence).toFixed(0)} %)`}`,
  )
  return [`${line.id}  ${line.route}`, ...values].join('\n')
}
