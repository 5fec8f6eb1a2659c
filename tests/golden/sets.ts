/**
 * What a golden run asks: each set is one command over one folder of documents.
 *
 * Reading by OCR depends on the machine: libvips and Tesseract run other code on other processors,
 * and pixels and scores then differ in the last place. What needs it is asked with `--ocr` only and
 * has no recorded hash; the outputs of two trees on one machine can be compared. All else is
 * integers, JavaScript's own doubles, and single rows out of ONNX Runtime that are added up in our
 * order, which is the same everywhere.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { entriesOf, entryOf, sha256Of, type Entry } from './canonical.ts'
import { errata } from './errata.ts'

/** Where a run finds its documents and puts its files. */
export interface Workplace {
  readonly data: string
  readonly folder: string
}

export interface GoldenSet {
  readonly name: string
  readonly readsByOcr?: true
  readonly run: (workplace: Workplace) => Promise<Entry[]>
}

const invoiceFolders = ['layouts/rendered', 'zugferd', 'invoice2data', 'parsee'] as const
/** PDFs with a page that has no usable text layer. */
const withScannedPage = new Set([
  'parsee_b8e5df7bdd',
  'd_invoiceplane_enin_3',
  'd_jinja30_cscz_3',
  'd_jinja31_cscz_6',
  'd_ninjacalm_cscz_3',
  'd_ninjaelegant_cscz_5',
  'd_ninjatech_cscz_3',
])
const receiptsToLearn = 60 // enough for a first champion and a second training, in seconds
const receiptsToScan = 20 // by OCR, some seconds each
const trainEvery = '20' // verdicts
const sampleCount = '24'
const seed = '1'

/** The model of `train` comes first, since receipts have no model that ships. */
export const training: GoldenSet = { name: 'train receipts', run: train }

export const sets: readonly GoldenSet[] = [
  { name: 'learn receipts', run: learnReceipts },
  { name: 'learn zugferd', run: learnInvoices },
  { name: 'scorecard zugferd', run: scorecard },
  { name: 'samples', run: samples },
  { name: 'given words, sroie', run: givenReceipts },
  ...invoiceFolders.map((folder): GoldenSet => ({
    name: `given words, ${folder}`,
    run: ({ data, folder: place }) => extractInvoices(place, 'given', [join(data, folder)]),
  })),
  ...invoiceFolders.map((folder): GoldenSet => ({
    name: `own words, ${folder}`,
    run: ({ data, folder: place }) => {
      const files = pdfsOf(join(data, folder)).filter(({ id }) => !withScannedPage.has(id))
      return extractInvoices(
        place,
        'own',
        files.map(({ path }) => path),
      )
    },
  })),
  { name: 'OCR, PDFs with scanned pages', readsByOcr: true, run: scannedPages },
  { name: 'OCR, layouts/scans', readsByOcr: true, run: scannedInvoices },
  { name: 'OCR, sroie', readsByOcr: true, run: scannedReceipts },
]

async function train(workplace: Workplace): Promise<Entry[]> {
  const out = modelOf(workplace)
  const from = fewReceipts(workplace)
  const words = ['--data', from, '--profile', 'receipt', '--out', out, '--seed', seed]
  await errata(workplace.folder, ['train', ...words])
  const bytes = readFileSync(join(out, 'model.onnx'))
  const manifest: unknown = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))
  return [entryOf('model.onnx', sha256Of(bytes)), entryOf('manifest.json', manifest)]
}

/** Rules and trainings, and what the gate decided on each of these. */
async function learnReceipts(workplace: Workplace): Promise<Entry[]> {
  const options = ['--profile', 'receipt', '--every', trainEvery, '--jsonl']
  const said = await errata(workplace.folder, ['learn', fewReceipts(workplace), ...options])
  const decisions = [...said.stderr.matchAll(/after (\d+): (promoted|refused)/g)]
  const entries = decisions.map(([, count = '', decision]) => entryOf(`after ${count}`, decision))
  return [...entriesOf(said.stdout), ...entries]
}

async function learnInvoices({ data, folder }: Workplace): Promise<Entry[]> {
  const options = ['--profile', 'invoice', '--arm', 'rules', '--jsonl']
  const said = await errata(folder, ['learn', join(data, 'zugferd'), ...options])
  return entriesOf(said.stdout)
}

async function scorecard({ data, folder }: Workplace): Promise<Entry[]> {
  const options = ['--profile', 'invoice', '--words', 'given', '--json']
  const said = await errata(folder, ['evaluate', join(data, 'zugferd'), ...options])
  const { folder: _path, ...figures } = JSON.parse(said.stdout) as Readonly<Record<string, unknown>>
  return Object.entries(figures).map(([name, value]) => entryOf(name, value))
}

async function samples({ folder }: Workplace): Promise<Entry[]> {
  const out = join(folder, 'samples')
  const options = ['--count', sampleCount, '--seed', seed, '--scans', '0']
  await errata(folder, ['samples', '--out', out, ...options])
  const names = readdirSync(out).sort()
  return names.map((name) => entryOf(name, sha256Of(readFileSync(join(out, name)))))
}

function givenReceipts(workplace: Workplace): Promise<Entry[]> {
  return extractReceipts(workplace, 'given', [join(workplace.data, 'sroie')])
}

function scannedPages({ data, folder }: Workplace): Promise<Entry[]> {
  const all = invoiceFolders.flatMap((name) => pdfsOf(join(data, name)))
  const files = all.filter(({ id }) => withScannedPage.has(id))
  return extractInvoices(
    folder,
    'own',
    files.map(({ path }) => path),
  )
}

function scannedInvoices({ data, folder }: Workplace): Promise<Entry[]> {
  return extractInvoices(folder, 'own', [join(data, 'layouts/scans')])
}

function scannedReceipts(workplace: Workplace): Promise<Entry[]> {
  const files = filesOf(join(workplace.data, 'sroie'), '.jpg').slice(0, receiptsToScan)
  return extractReceipts(
    workplace,
    'own',
    files.map(({ path }) => path),
  )
}

type Words = 'given' | 'own'

function extractInvoices(folder: string, words: Words, paths: readonly string[]): Promise<Entry[]> {
  return extract(folder, ['--profile', 'invoice', '--words', words, ...paths])
}

function extractReceipts(at: Workplace, words: Words, paths: readonly string[]): Promise<Entry[]> {
  const model = ['--model', modelOf(at)]
  return extract(at.folder, ['--profile', 'receipt', '--words', words, ...model, ...paths])
}

/** A document that can't be read gives a line with its code, and the command ends with 1. */
async function extract(folder: string, words: readonly string[]): Promise<Entry[]> {
  const { stdout } = await errata(folder, ['extract', '--jsonl', ...words], [0, 1])
  return entriesOf(stdout)
}

const modelOf = ({ folder }: Workplace): string => join(folder, 'model')

/** A folder with words and truth of some receipts, spread over all of them. */
function fewReceipts({ data, folder }: Workplace): string {
  const out = join(folder, 'receipts')
  if (existsSync(out)) return out
  mkdirSync(out)
  const all = filesOf(join(data, 'sroie'), '.truth.json')
  const step = Math.floor(all.length / receiptsToLearn)
  const some = all.filter((_, k) => k % step === 0).slice(0, receiptsToLearn)
  for (const { id } of some) {
    for (const part of ['words', 'truth']) {
      const name = `${id}.${part}.json`
      copyFileSync(join(data, 'sroie', name), join(out, name))
    }
  }
  return out
}

interface File {
  readonly id: string
  readonly path: string
}

const pdfsOf = (folder: string): File[] => filesOf(folder, '.pdf')

function filesOf(folder: string, ending: string): File[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
  return names.map((name) => ({ id: name.slice(0, -ending.length), path: join(folder, name) }))
}
