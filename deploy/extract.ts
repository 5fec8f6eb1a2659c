/**
 * `errata extract`: documents in, a line of JSON for each out, by the code of the stages and without Kafka. The format of
 * a line is a contract: {"id", "profile", "model", "fields": {name: {"value", "raw", "confidence", "origin", "page",
 * "box"}}, "line_items", "route", "reasons", "ms": {"read", "extract"}}.
 *
 * A document that can't be read gives a line with "error" and exit code 1 at the end; the others are still read.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { openModel, type OpenModel } from '../connectors/onnx.ts'
import { codeOf, ErrataError } from '../errors.ts'
import { predict } from '../processors/predict.ts'
import { routeOf } from '../processors/route.ts'
import { thresholdsOf } from '../processors/thresholds.ts'
import type { Print } from '../processors/words.ts'
import { loadProfiles, profileOf, type Profile } from '../schemas/profiles.ts'
import type { Field } from '../schemas/types.ts'
import { printOf } from '../trainer/dataset.ts'

export interface ExtractOptions {
  readonly profile: string
  readonly model: string | null // folder; null: the model that ships
  readonly words: 'given' | 'own'
  readonly jsonl: boolean
}

/** A document by its identifier: the file itself where there is one, and its words file where there is one. */
interface Source {
  readonly id: string
  readonly file: string | null
  readonly words: string | null
}

const documentFile = /\.(pdf|png|jpe?g|tiff?|webp|xml)$/i

/** 0 done, 1 where a document failed. */
export async function extractCommand(config: Config, paths: readonly string[], options: ExtractOptions): Promise<number> {
  const profile = profileOf(loadProfiles(join(config.home, 'profiles')), options.profile)
  const model = await modelFor(profile, options.model)
  let failed = 0
  try {
    for (const source of sourcesOf(paths)) {
      try {
        const started = performance.now()
        const print = await printFor(source, options.words)
        const read = performance.now()
        const line = await extractDocument(config, source.id, print, profile, model)
        const ms = { read: round(read - started), extract: round(performance.now() - read) }
        process.stdout.write(`${options.jsonl ? JSON.stringify({ ...line, ms }) : pretty(line)}\n`)
      } catch (error) {
        failed++
        const code = codeOf(error)
        if (code === 'BUG') throw error
        process.stdout.write(`${JSON.stringify({ id: source.id, profile: profile.name, error: code })}\n`)
        process.stderr.write(`${source.id}: ${code}: ${(error as Error).message}\n`)
      }
    }
  } finally {
    await model?.dispose()
  }
  return failed === 0 ? 0 : 1
}

/** One line of the output, without its times. */
export async function extractDocument(config: Config, id: string, print: Print, profile: Profile, model: OpenModel | null): Promise<Line> {
  const prediction = model === null ? { fields: profile.fields.map(({ name }) => ({ name, best: null, alternatives: [] })) } : await predict(print, profile, model)
  const fields = prediction.fields.map(({ name, best }): Field => ({
    name, value: best?.value ?? null, raw: best?.raw ?? null, confidence: best?.confidence ?? 0, page: best?.page ?? null, box: best?.box ?? [], words: best?.words ?? [], origin: 'model', originId: model?.sha256.slice(0, 12) ?? null,
  }))
  const { route, reasons } = routeOf(profile, { documentId: id, fields, checks: [], asks: [], sampleShare: 0, thresholds: model === null ? {} : thresholdsOf(model.manifest, config.targetError) })
  return {
    id, profile: profile.name, model: model?.sha256.slice(0, 12) ?? null,
    fields: Object.fromEntries(fields.map(({ name, value, raw, confidence, origin, page, box }) => [name, { value, raw, confidence: value === null ? null : round(confidence, 5), origin, page, box }])),
    line_items: [], route, reasons,
  }
}

export interface Line {
  readonly id: string
  readonly profile: string
  readonly model: string | null
  readonly fields: Readonly<Record<string, unknown>>
  readonly line_items: readonly unknown[]
  readonly route: string
  readonly reasons: readonly unknown[]
}

/** The model of a folder; without one, the model that ships for the profile, or none. */
async function modelFor(profile: Profile, folder: string | null): Promise<OpenModel | null> {
  const path = folder === null ? fileURLToPath(new URL(`../trainer/starter/${profile.name}.model`, import.meta.url)) : join(folder, 'model.onnx')
  if (!existsSync(path)) {
    if (folder !== null) throw new ErrataError('CONFIG_INVALID', 'no model.onnx in the folder', { folder })
    process.stderr.write(`no model ships for the profile ${profile.name}: train one and give --model\n`)
    return null
  }
  const model = await openModel(readFileSync(path))
  if (model.manifest.profile !== profile.name) throw new ErrataError('CONFIG_INVALID', 'the model reads another profile', { model: model.manifest.profile, profile: profile.name })
  return model
}

async function printFor(source: Source, words: ExtractOptions['words']): Promise<Print> {
  if (words === 'own') throw new ErrataError('CONFIG_INVALID', 'reading documents is not wired yet: use --words given')
  if (source.words === null) throw new ErrataError('DOCUMENT_EMPTY', 'no words file beside the document', { id: source.id })
  return printOf(readFileSync(source.words, 'utf8'))
}

/** Documents of files and folders, in the order of their identifiers within each folder. */
function sourcesOf(paths: readonly string[]): Source[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new ErrataError('CONFIG_INVALID', 'no such file or folder', { path })
    return statSync(path).isDirectory() ? inFolder(path) : [sourceOf(path)]
  })
}

function inFolder(folder: string): Source[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  const sources = new Map<string, Source>()
  const below: Source[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) below.push(...inFolder(path))
    else if (documentFile.test(entry.name) || entry.name.endsWith('.words.json')) sources.set(idOf(path), sourceOf(path))
  }
  return [...[...sources.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), ...below]
}

function sourceOf(path: string): Source {
  const stem = path.replace(/\.words\.json$/, '').replace(documentFile, '')
  const words = `${stem}.words.json`
  const file = documentFile.test(path) ? path : (['.pdf', '.jpg', '.png', '.tif', '.xml'].map((ending) => stem + ending).find(existsSync) ?? null)
  return { id: idOf(path), file, words: existsSync(words) ? words : null }
}

const idOf = (path: string): string => basename(path).replace(/\.words\.json$/, '').replace(documentFile, '')

function pretty(line: Line): string {
  const values = Object.entries(line.fields as Record<string, { value: string | null; confidence: number | null }>)
  return [`${line.id}  ${line.route}`, ...values.map(([name, { value, confidence }]) => `  ${name.padEnd(18)} ${value ?? '-'}${confidence === null ? '' : `  (${(100 * confidence).toFixed(0)} %)`}`)].join('\n')
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
