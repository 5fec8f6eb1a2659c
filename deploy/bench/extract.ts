/**
 * Reading, per CPU second of one core: receipts from words to route, digital PDF pages from bytes to route, and training.
 *
 * The receipts are those of ../shared/data beside the checkout, else generated ones; every second one trains, the others
 * are asked once, so that what is remembered of texts is remembered from other documents. Peers: spaCy's recogniser, which
 * is trained and asked on the same tokens and gives spans of fields only (no values, no checks, no route), and pdfplumber
 * and poppler, which give a page's words only. F1 of the peer counts exact spans, ours values: it is said for orientation.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../config.ts'
import { openModel } from '../../connectors/onnx.ts'
import { openPdf } from '../../connectors/pdf.ts'
import { candidatesOf } from '../../processors/candidates.ts'
import { readDocument, type ExtractUse } from '../../processors/extract.ts'
import { featuresOf, kindsOf } from '../../processors/features.ts'
import { headsOf, trainableFields } from '../../processors/model.ts'
import { documentContext } from '../../processors/normalise.ts'
import { guess, sheetOf } from '../../processors/predict.ts'
import { tokensOf } from '../../processors/tokens.ts'
import { identifyVendor } from '../../processors/vendor.ts'
import { packWords, unpackWords, type Word } from '../../processors/words.ts'
import { loadProfiles, profileOf, type Profile } from '../../schemas/profiles.ts'
import type { Page } from '../../schemas/types.ts'
import { exampleOf, printOf, readExamples, type Example } from '../../trainer/dataset.ts'
import { evaluateModel } from '../../trainer/evaluate.ts'
import { targetsOf } from '../../trainer/labels.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'
import { fit } from '../../trainer/train.ts'
import { cpuSeconds, type Row } from '../bench.ts'
import { bundleFor, useOf } from '../extract.ts'
import { cacheOf } from '../stack/stack.ts'
import { popplerSeconds } from './pdf.ts'
import { pythonPeers, type Peers } from './peers.ts'

const generatedReceipts = 300
const generatedInvoices = 40
const warmInvoices = 20
// Before the clock runs: a stage reads for days, and the just-in-time compiler settles after some thousand documents
const warmPasses = 10 // over the receipts of the training part
const warmPdfPasses = 16 // over as many invoices as are warmed with
const spacyEpochs = 10
const seed = 7

type Document = Parameters<typeof readDocument>[0]
const say = (line: string): void => void process.stderr.write(`${line}\n`)

export async function benchExtract(config: Config): Promise<readonly Row[]> {
  say(`${cpus()[0]?.model.trim() ?? 'a processor'}, Node ${process.version}`)
  const peers = pythonPeers(cacheOf(config), say)
  return [...(await benchReceipts(config, peers)), ...(await benchPages(config, peers))]
}

async function benchReceipts(config: Config, peers: Peers | null): Promise<Row[]> {
  const profiles = loadProfiles()
  const profile = profileOf(profiles, 'receipt')
  const examples = receipts(profile)
  const [training, asked] = [0, 1].map((rest) => examples.filter((_, k) => k % 2 === rest)) as [Example[], Example[]]
  let bundle: Buffer = Buffer.alloc(0)
  const trainSeconds = await cpuSeconds(async () => {
    bundle = (await fit(training, profile)).bundle
  })
  const use = await useOf(config, profiles, profile, bundle)
  for (let pass = 0; pass < warmPasses; pass++) await readAll(training.map((example) => documentOf(example, profile)), use)
  const documents = asked.map((example) => documentOf(example, profile))
  const seconds = await cpuSeconds(() => readAll(documents, use))
  await sayStages(bundle, documents, use)
  const model = await openModel(bundle)
  const { evaluation } = await evaluateModel(model, profile, asked, new Set())
  await model.dispose()
  const peer = peers === null ? null : peers.ask('spacy_peer.py', { training: training.map((example) => taggedOf(example, profile)), asked: asked.map((example) => taggedOf(example, profile)), epochs: spacyEpochs }) as { version: string; train_s: number; predict_s: number; f1: number }
  if (peer !== null) say(`F1 on the asked ones: ours ${(100 * evaluation.all.f1).toFixed(1)}, spaCy ${peer.version} ${(100 * peer.f1).toFixed(1)}`)
  const rate = (count: number, time: number | undefined): number | null => (time === undefined ? null : count / time)
  return [
    { what: `${asked.length} receipts, words to route`, ours: asked.length / seconds, peer: rate(asked.length, peer?.predict_s), unit: 'documents/CPU s', peerName: 'spaCy NER, spans only' },
    { what: `training on ${training.length} receipts`, ours: training.length / trainSeconds, peer: rate(training.length, peer?.train_s), unit: 'documents/CPU s', peerName: `spaCy NER, ${spacyEpochs} epochs, no calibration` },
  ]
}

/** The receipts beside the checkout, else generated ones. */
function receipts(profile: Profile): Example[] {
  const folder = fileURLToPath(new URL('../../../shared/data/sroie', import.meta.url))
  if (existsSync(folder)) {
    const found = readExamples(folder, profile)
    say(`${found.length} receipts of ../shared/data/sroie`)
    return found
  }
  say(`no ../shared/data/sroie: ${generatedReceipts} generated receipts instead`)
  return Array.from({ length: generatedReceipts }, (_, index) => {
    const { words, truth } = sampleWords(seed, index, { profile: 'receipt' })
    return exampleOf(truth, printOf(words), profile)
  })
}

async function readAll(documents: readonly Document[], use: ExtractUse): Promise<void> {
  for (const document of documents) await readDocument(document, use)
}

function documentOf({ documentId, print }: Pick<Example, 'documentId' | 'print'>, profile: Profile): Document {
  return { documentId, tenant: 'bench', profile: profile.name, sha256: documentId, pages: print.pages, words: packWords(print.words), codes: [], xml: null }
}

/** Where the time goes, by two more passes: one whole, one stage by stage. */
async function sayStages(bundle: Buffer, documents: readonly Document[], use: ExtractUse): Promise<void> {
  const whole = await cpuSeconds(() => readAll(documents, use))
  const model = await openModel(bundle)
  const prints = documents.map(({ pages, words }) => ({ pages, words: unpackWords(words) }))
  const seconds: Record<string, number> = {}
  const stage = async <In, Out>(name: string, given: readonly In[], work: (one: In, k: number) => Out | Promise<Out>): Promise<Out[]> => {
    const results: Out[] = []
    seconds[name] = await cpuSeconds(async () => {
      for (let k = 0; k < given.length; k++) results.push(await work(given[k] as In, k))
    })
    return results
  }
  const texts = await stage('tokens', prints, tokensOf)
  const contexts = await stage('conventions', prints, documentContext)
  const kinds = await stage('kinds', texts, kindsOf)
  const features = await stage('features', texts, (text, k) => featuresOf(text, kinds[k] as (typeof kinds)[number]))
  await stage('candidates', texts, (text, k) => candidatesOf(text, kinds[k] as (typeof kinds)[number], contexts[k] as (typeof contexts)[number]))
  const scores = await stage('scores', features, (rows) => model.score(rows))
  const sheets = prints.map((print) => sheetOf(print))
  await stage('decoding, re-ranking', sheets, (sheet, k) => guess(sheet, scores[k] as Float32Array, model.parts))
  await stage('vendor', prints, ({ words }) => identifyVendor(words, ''))
  await model.dispose()
  const parts = Object.entries(seconds)
  const rest = Math.max(0, whole - parts.reduce((sum, [, one]) => sum + one, 0))
  say(`read again, a receipt takes ${((1000 * whole) / documents.length).toFixed(2)} ms: ${[...parts, ['rest', rest] as const].map(([name, one]) => `${name} ${((100 * one) / whole).toFixed(0)} %`).join(', ')}`)
}

/** An example as the peer learns it: tokens and the spans of its values, those that do not overlap. */
function taggedOf(example: Example, profile: Profile): { tokens: string[]; spaces: boolean[]; entities: [number, number, string][] } {
  const heads = headsOf(trainableFields(profile))
  const sheet = sheetOf(example.print)
  const { tokens } = sheet.text
  const targets = targetsOf(example, sheet, heads)
  const pointed = heads.pointers.flatMap((head, h): [number, number, string][] => {
    const right = targets.pointers[h]?.right ?? []
    return sheet.candidates[head.type].flatMap(({ first, last }, c): [number, number, string][] => (right[c] === 1 ? [[first, last, head.field]] : []))
  })
  const taken = new Set<number>()
  const entities = [...[...targets.spans].map(([field, [first, last]]): [number, number, string] => [first, last, field]), ...pointed].filter(([first, last]) => {
    for (let i = first; i < last; i++) if (taken.has(i)) return false
    for (let i = first; i < last; i++) taken.add(i)
    return true
  })
  return { tokens: tokens.map(({ text }) => text), spaces: tokens.map((_, i) => tokens[i + 1]?.spaced ?? false), entities }
}

async function benchPages(config: Config, peers: Peers | null): Promise<Row[]> {
  const profiles = loadProfiles()
  const profile = profileOf(profiles, 'invoice')
  const use = await useOf(config, profiles, profile, bundleFor(profile, null))
  const files: Buffer[] = []
  for (let index = 0; files.length < warmInvoices + generatedInvoices; index++) {
    const { pdf } = await sample(seed, index)
    if (pdf !== null) files.push(pdf)
  }
  for (let pass = 0; pass < warmPdfPasses; pass++) for (const bytes of files.slice(0, warmInvoices)) await readPdf(bytes, profile, use)
  const asked = files.slice(warmInvoices)
  let pages = 0
  const seconds = await cpuSeconds(async () => {
    for (const bytes of asked) pages += await readPdf(bytes, profile, use)
  })
  const folder = mkdtempSync(join(tmpdir(), 'errata-bench-'))
  try {
    asked.forEach((bytes, k) => writeFileSync(join(folder, `${k}.pdf`), bytes))
    const what = `${generatedInvoices} generated invoices, PDF to route`
    const plumber = peers === null ? null : peers.ask('pdfplumber_peer.py', { folder }) as { version: string; pages: number; read_s: number }
    const poppler = spawnSync('pdftotext', ['-v']).error === undefined ? popplerSeconds(folder) : null
    const row = { what, ours: pages / seconds, unit: 'pages/CPU s' }
    return [{ ...row, peer: plumber === null ? null : plumber.pages / plumber.read_s, peerName: 'pdfplumber, words only' }, { ...row, peer: poppler === null ? null : pages / poppler, peerName: 'pdftotext -bbox, words only' }]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads and extracts a digital PDF; gives its pages. */
async function readPdf(bytes: Buffer, profile: Profile, use: ExtractUse): Promise<number> {
  const pdf = await openPdf(bytes, { maxPages: 100, maxPixels: 80_000_000 })
  const pages: Page[] = []
  const words: Word[] = []
  for (let number = 1; number <= pdf.pageCount; number++) {
    const page = pdf.page(number)
    const line = (words.at(-1)?.line ?? -1) + 1
    pages.push({ number, width: page.width, height: page.height, unit: 'pt', source: 'text_layer' })
    words.push(...page.words.map((word) => ({ ...word, page: number, line: line + word.line })))
  }
  pdf.close()
  await readDocument(documentOf({ documentId: `${bytes.length}`, print: { pages, words } }, profile), use)
  return pages.length
}
