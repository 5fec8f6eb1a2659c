/**
 * Reading, per CPU second of one core: receipts from words to route, digital PDF pages from bytes
 * to route, and training.
 *
 * Reading is timed in a process that does nothing else, reading.ts. The receipts are those of
 * ../shared/data beside the checkout, else generated ones; every second one trains, the others are
 * asked once, so that the caches of texts hold other documents, and as many in lockstep as the
 * stage takes. Peers: spaCy's recogniser, which is trained and asked on the same
 * tokens and gives spans of fields only (no values, no checks, no route), and pdfplumber and
 * poppler, which give a page's words only. F1 of the peer counts exact spans, ours values: it is
 * said for orientation.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../config.ts'
import { openModel } from '../../connectors/onnx/onnx.ts'
import { ownScript } from '../../connectors/own-script.ts'
import { headsOf, trainableFields } from '../../processors/model/model.ts'
import { modelInputOf } from '../../processors/model/model-input.ts'
import { loadProfiles, profileOf, type Profile } from '../../schemas/profiles.ts'
import { exampleOf, printOfWordsFile, readExamples, type Example } from '../../trainer/dataset.ts'
import { evaluateModel } from '../../trainer/evaluate.ts'
import { targetsOf } from '../../trainer/labels.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'
import { fit } from '../../trainer/train.ts'
import { bundleFor } from '../bundle.ts'
import { cacheOf } from '../../deploy/stack/home.ts'
import { popplerSeconds } from './pdf.ts'
import { pythonPeers, type Peers } from './peers.ts'
import { benchDocument, type BenchAnswer, type BenchDocument, type Job } from './reading.ts'
import { cpuSeconds, median, type BenchRow } from './measure.ts'

const generatedReceipts = 300
const generatedInvoices = 40
const warmInvoices = 20
// Before the clock runs: a stage reads for days, and the just-in-time compiler settles after some
// thousand documents. Half of them have their letters turned on by one, then two and so on, since a
// new word takes another way than one read before.
// of the receipts of the training part: by then V8 has gone through the whole heap once, as it does
// in thousands of documents
const turns = 10
const warmPdfPasses = 16 // over as many invoices as are warmed with
const spacyEpochs = 10
// the median counts, of the peers too: what else the machine does can slow one by a half
const rounds = 5
const seed = 7

const reader = ownScript('reading.ts', import.meta.url)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

export async function benchExtract(config: Config): Promise<readonly BenchRow[]> {
  say(`${cpus()[0]?.model.trim() ?? 'a processor'}, Node ${process.version}`)
  const peers = pythonPeers(cacheOf(config), say)
  return [...(await benchReceipts(peers)), ...(await benchPages(peers))]
}

async function benchReceipts(peers: Peers | null): Promise<BenchRow[]> {
  const profile = profileOf(loadProfiles(), 'receipt')
  const examples = receipts(profile)
  const [training, asked] = [0, 1].map((rest) => examples.filter((_, k) => k % 2 === rest)) as [
    Example[],
    Example[],
  ]
  let bundle: Buffer = Buffer.alloc(0)
  const trainSeconds = await cpuSeconds(async () => {
    bundle = (await fit(training, profile)).bundle
  })
  const documents = (list: readonly Example[]): BenchDocument[] =>
    list.map(({ documentId, print }) => benchDocument(documentId, print, profile.name))
  const { seconds, stages } = inFolder((folder) => {
    writeFileSync(join(folder, 'model'), bundle)
    return read(folder, {
      profile: profile.name,
      model: 'model',
      warm: documents(training),
      passes: turns,
      asked: documents(asked),
    })
  })
  const whole = Object.values(stages).reduce((sum, one) => sum + one, 0)
  say(
    `read again, a receipt takes ${((1000 * whole) / asked.length).toFixed(2)} ms: ${Object.entries(
      stages,
    )
      .map(([name, one]) => `${name} ${((100 * one) / whole).toFixed(0)} %`)
      .join(', ')}`,
  )
  const model = await openModel(bundle)
  const { evaluation } = await evaluateModel(model, profile, asked, new Set())
  await model.dispose()
  const peer =
    peers === null
      ? null
      : (peers.ask('spacy_peer.py', {
          training: training.map((example) => taggedOf(example, profile)),
          asked: asked.map((example) => taggedOf(example, profile)),
          epochs: spacyEpochs,
          rounds,
        }) as { version: string; train_s: number; predict_s: number; f1: number })
  if (peer !== null)
    say(
      `F1 on the asked ones: ours ${(100 * evaluation.all.f1).toFixed(1)}, spaCy ${peer.version} ${(100 * peer.f1).toFixed(1)}`,
    )
  const rate = (count: number, time: number | undefined): number | null =>
    time === undefined ? null : count / time
  return [
    {
      what: `${asked.length} receipts, words to route`,
      ours: asked.length / seconds,
      peer: rate(asked.length, peer?.predict_s),
      unit: 'documents/CPU s',
      peerName: 'spaCy NER, spans only',
    },
    {
      what: `training on ${training.length} receipts`,
      ours: training.length / trainSeconds,
      peer: rate(training.length, peer?.train_s),
      unit: 'documents/CPU s',
      peerName: `spaCy NER, ${spacyEpochs} epochs, no calibration`,
    },
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
    return exampleOf(truth, printOfWordsFile(words), profile)
  })
}

/** What processes say that only read: one after the other, each anew; the one of the median. */
function read(folder: string, job: Job): BenchAnswer {
  writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
  const answers = Array.from(
    { length: rounds },
    () =>
      JSON.parse(
        execFileSync(process.execPath, [...reader.loader, reader.path, folder], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
          maxBuffer: 1 << 20,
        }),
      ) as BenchAnswer,
  )
  const sorted = answers.sort((a, b) => a.seconds - b.seconds)
  say(
    `${rounds} rounds: ${sorted.map(({ seconds }) => `${(job.asked.length / seconds).toFixed(0)}`).join(', ')} ${job.profile}s per CPU s`,
  )
  return sorted[rounds >> 1] as BenchAnswer
}

/**
 * An example as the peer learns it: tokens and the spans of its values, those that do not overlap.
 */
function taggedOf(
  example: Example,
  profile: Profile,
): { tokens: string[]; spaces: boolean[]; entities: [number, number, string][] } {
  const heads = headsOf(trainableFields(profile))
  const sheet = modelInputOf(example.print)
  const { tokens } = sheet.text
  const targets = targetsOf(example, sheet, heads)
  const pointed = heads.pointers.flatMap((head, h): [number, number, string][] => {
    const right = targets.pointers[h]?.right ?? []
    return sheet.candidates[head.type].flatMap(({ first, last }, c): [number, number, string][] =>
      right[c] === 1 ? [[first, last, head.field]] : [],
    )
  })
  const taken = new Set<number>()
  const entities = [
    ...[...targets.spans].map(([field, [first, last]]): [number, number, string] => [
      first,
      last,
      field,
    ]),
    ...pointed,
  ].filter(([first, last]) => {
    for (let i = first; i < last; i++) if (taken.has(i)) return false
    for (let i = first; i < last; i++) taken.add(i)
    return true
  })
  return {
    tokens: tokens.map(({ text }) => text),
    spaces: tokens.map((_, i) => tokens[i + 1]?.spaced ?? false),
    entities,
  }
}

async function benchPages(peers: Peers | null): Promise<BenchRow[]> {
  const files: Buffer[] = []
  for (let index = 0; files.length < warmInvoices + generatedInvoices; index++) {
    const { pdf } = await sample(seed, index)
    if (pdf !== null) files.push(pdf)
  }
  return inFolder((folder) => {
    const asked = join(folder, 'asked')
    mkdirSync(asked)
    const names = files.map((_, k) => (k < warmInvoices ? `${k}.pdf` : join('asked', `${k}.pdf`)))
    files.forEach((bytes, k) => writeFileSync(join(folder, names[k] as string), bytes))
    writeFileSync(
      join(folder, 'model'),
      bundleFor(profileOf(loadProfiles(), 'invoice'), null) as Buffer,
    )
    const { seconds, pages } = read(folder, {
      profile: 'invoice',
      model: 'model',
      warm: names.slice(0, warmInvoices),
      passes: warmPdfPasses,
      asked: names.slice(warmInvoices),
    })
    const plumber =
      peers === null
        ? null
        : (peers.ask('pdfplumber_peer.py', { folder: asked, rounds }) as {
            version: string
            pages: number
            read_s: number
          })
    const poppler =
      spawnSync('pdftotext', ['-v']).error === undefined
        ? median(Array.from({ length: rounds }, () => popplerSeconds(asked)))
        : null
    const row = {
      what: `${generatedInvoices} generated invoices, PDF to route`,
      ours: pages / seconds,
      unit: 'pages/CPU s',
    }
    return [
      {
        ...row,
        peer: plumber === null ? null : plumber.pages / plumber.read_s,
        peerName: 'pdfplumber, words only',
      },
      {
        ...row,
        peer: poppler === null ? null : pages / poppler,
        peerName: 'pdftotext -bbox, words only',
      },
    ]
  })
}

/** Gives the work a folder of its own. */
function inFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'errata-bench-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
