/**
 * A process that only reads, as the extractor is one: in a process that has trained or drawn
 * documents before, the just-in-time compiler has settled for both and is slower at each. Asked by
 * bench/extract.ts.
 *
 *     node --import tsx/esm cli/bench/reading.ts FOLDER
 *
 * FOLDER has job.json, and what it names. On stdout one line of JSON: an Answer.
 *
 * As many documents are in hand at once as the stage has; see lockstep.ts.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readConfig } from '../../config.ts'
import { openModel } from '../../connectors/onnx/onnx.ts'
import { openPdf } from '../../connectors/pdf/pdf.ts'
import { candidatesOf } from '../../processors/model/candidates.ts'
import { readDocument, type ExtractUse } from '../../processors/extract.ts'
import { featuresOf, kindsOf } from '../../processors/model/features.ts'
import { documentContext } from '../../processors/document/context.ts'
import { guess } from '../../processors/model/guess.ts'
import { modelInputOf, typesOf } from '../../processors/model/model-input.ts'
import { tokensOf } from '../../processors/document/tokens.ts'
import { identifyVendor } from '../../processors/rules/vendor.ts'
import { packWords, unpackWords, type Print, type Word } from '../../processors/document/words.ts'
import { loadProfiles, profileOf, type Profile } from '../../schemas/profiles.ts'
import type { Page } from '../../schemas/types.ts'
import { stages } from '../../topology.ts'
import { extractUse } from '../../operations/extract.ts'
import { collectCheaply } from '../../deploy/instance/v8-flags.ts'
import { cpuSeconds } from './measure.ts'

export type BenchDocument = Parameters<typeof readDocument>[0]

export interface Job {
  readonly profile: string
  readonly model: string // file in the folder
  readonly warm: readonly (BenchDocument | string)[] // documents, or names of PDF files in the folder
  // over those, before the clock runs; documents before each pass once more, with other words
  readonly passes: number
  readonly asked: readonly (BenchDocument | string)[]
}

export interface BenchAnswer {
  readonly seconds: number // CPU, from words or bytes to route, of all that was asked
  readonly pages: number
  // CPU seconds of each, read once more; empty for PDFs
  readonly stages: Readonly<Record<string, number>>
}

export function benchDocument(
  documentId: string,
  { pages, words }: Print,
  profile: string,
): BenchDocument {
  return {
    documentId,
    tenant: 'bench',
    profile,
    sha256: documentId,
    pages,
    words: packWords(words),
    codes: [],
    xml: null,
  }
}

async function answer(folder: string): Promise<BenchAnswer> {
  collectCheaply() // as the command line does
  const job = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as Job
  const profiles = loadProfiles()
  const profile = profileOf(profiles, job.profile)
  const bundle = readFileSync(join(folder, job.model))
  const use = await extractUse(readConfig({}), profiles, profile, bundle)
  const loaded = (list: Job['asked']): (BenchDocument | Buffer)[] =>
    list.map((one) => (typeof one === 'string' ? readFileSync(join(folder, one)) : one))
  const [warm, asked] = [loaded(job.warm), loaded(job.asked)]
  for (let pass = job.passes; pass > 0; pass--) {
    // Turned when they are read: what a process holds, its garbage collector goes through again and
    // again
    await inGroups(
      warm,
      async (one) => Buffer.isBuffer(one) || (await readDocument(turned(one, pass), use)),
    )
    await readAll(warm, profile, use)
  }
  let pages = 0
  const seconds = await cpuSeconds(async () => {
    pages = await readAll(asked, profile, use)
  })
  return {
    seconds,
    pages,
    stages: await stagesOf(
      asked.filter((one): one is BenchDocument => !Buffer.isBuffer(one)),
      bundle,
      use,
    ),
  }
}

/** The same document with other words: each letter of ASCII stands for one further on. */
function turned(document: BenchDocument, by: number): BenchDocument {
  const text = document.words.text.replace(/[A-Za-z]/g, (letter) => {
    const first = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(first + ((letter.charCodeAt(0) - first + by) % 26))
  })
  return { ...document, words: { ...document.words, text } }
}

/** Gives the number of pages. */
async function readAll(
  documents: readonly (BenchDocument | Buffer)[],
  profile: Profile,
  use: ExtractUse,
): Promise<number> {
  let pages = 0
  await inGroups(documents, async (one) => {
    const document = Buffer.isBuffer(one) ? await readPdf(one, profile) : one
    await readDocument(document, use)
    pages += document.pages.length
  })
  return pages
}

async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const { concurrency } = stages.extract
  for (let first = 0; first < all.length; first += concurrency)
    await Promise.all(all.slice(first, first + concurrency).map(work))
}

async function readPdf(bytes: Buffer, profile: Profile): Promise<BenchDocument> {
  const pdf = await openPdf(bytes, { maxPages: 100, maxPixels: 80_000_000, maxObjects: 1_000_000 })
  const pages: Page[] = []
  const words: Word[] = []
  for (let number = 1; number <= pdf.pageCount; number++) {
    const page = pdf.page(number)
    const line = (words.at(-1)?.line ?? -1) + 1
    pages.push({ number, width: page.width, height: page.height, unit: 'pt', source: 'text_layer' })
    words.push(...page.words.map((word) => ({ ...word, page: number, line: line + word.line })))
  }
  pdf.close()
  return benchDocument(`${bytes.length}`, { pages, words }, profile.name)
}

/** Where the time goes, by two more passes: one whole, one stage by stage. */
async function stagesOf(
  documents: readonly BenchDocument[],
  bundle: Buffer,
  use: ExtractUse,
): Promise<Record<string, number>> {
  if (documents.length === 0) return {}
  const whole = await cpuSeconds(() =>
    inGroups(documents, (document) => readDocument(document, use)),
  )
  const model = await openModel(bundle)
  const seconds: Record<string, number> = {}
  const stage = async <In, Out>(
    name: string,
    given: readonly In[],
    work: (one: In, k: number) => Out | Promise<Out>,
  ): Promise<Out[]> => {
    const results: Out[] = []
    seconds[name] = await cpuSeconds(async () => {
      for (let k = 0; k < given.length; k++) results.push(await work(given[k] as In, k))
    })
    return results
  }
  const prints = await stage('words', documents, ({ pages, words }) => ({
    pages,
    words: unpackWords(words),
  }))
  const texts = await stage('tokens', prints, tokensOf)
  const contexts = await stage('conventions', prints, documentContext)
  const kinds = await stage('kinds', texts, kindsOf)
  const features = await stage('features', texts, (text, k) =>
    featuresOf(text, kinds[k] as (typeof kinds)[number]),
  )
  await stage('candidates', texts, (text, k) =>
    candidatesOf(
      text,
      kinds[k] as (typeof kinds)[number],
      contexts[k] as (typeof contexts)[number],
      typesOf(model.parts),
    ),
  )
  const scores = await stage('scores', features, (rows) => model.score(rows))
  const sheets = prints.map((print) => modelInputOf(print))
  await stage('decoding, re-ranking', sheets, (sheet, k) =>
    guess(sheet, scores[k] as Float32Array, model.parts),
  )
  await stage('vendor', prints, ({ words }) => identifyVendor(words, ''))
  await model.dispose()
  return {
    ...seconds,
    rest: Math.max(0, whole - Object.values(seconds).reduce((sum, one) => sum + one, 0)),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(`${JSON.stringify(await answer(process.argv[2] as string))}\n`)
