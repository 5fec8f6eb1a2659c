/**
 * `npm run golden`: whether the code still says the same about every document, whatever its files
 * are called. Each set of documents has a hash of what the command line says about it;
 * expected.json holds the hashes. Ends with 1 where one differs or a command fails, and with 2
 * where the documents are not there.
 *
 *   npm run golden                     compare with expected.json
 *   npm run golden -- --update         record what is said as expected
 *   npm run golden -- --save DIR       also write each set's output: a line for each document
 *   npm run golden -- --against DIR    name the documents that differ from outputs saved there
 *   npm run golden -- --only zugferd   only sets with this in their name
 *   npm run golden -- --ocr            also what is read by OCR: not the same on every machine
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { differing, fileOf, hashOf, readEntries, type Entry } from './canonical.ts'
import { root } from './errata.ts'
import { sets, training, type GoldenSet, type Workplace } from './sets.ts'

interface Result {
  readonly set: GoldenSet
  readonly entries: readonly Entry[] | null // null: a command failed
  readonly seconds: number
}

interface Hash {
  readonly entries: number
  readonly sha256: string
}

interface Expected {
  readonly recordedWith: string
  readonly sets: Readonly<Record<string, Hash>>
}

const expectedFile = join(root, 'tests/golden/expected.json')
const data = resolve(root, '../shared/data')
const here = `Node ${process.versions.node} on ${process.platform} ${process.arch}`
const { values: options } = parseArgs({
  options: {
    update: { type: 'boolean', default: false },
    ocr: { type: 'boolean', default: false },
    save: { type: 'string' },
    against: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})

async function main(): Promise<number> {
  if (!existsSync(data)) {
    process.stderr.write(`golden: there are no documents at ${data}, so nothing was compared\n`)
    return 2
  }
  const began = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'errata-golden-'))
  const tidy = (): void => rmSync(folder, { recursive: true })
  const results = await resultsOf({ data, folder }).finally(tidy)
  if (options.save !== undefined) save(results, options.save)
  if (options.update) record(results)
  const isExpected = compare(results)
  const isSaved = options.against === undefined || compareWith(results, options.against)
  process.stdout.write(`${Math.round((performance.now() - began) / 1000)} seconds\n`)
  return isExpected && isSaved ? 0 : 1
}

/** The training by itself, then everything else in as many processes as there are cores. */
async function resultsOf(workplace: Workplace): Promise<Result[]> {
  const named = sets.filter(({ name }) => name.includes(options.only))
  const chosen = named.filter(({ readsByOcr }) => options.ocr || readsByOcr !== true)
  const results = [await resultOf(training, workplace)]
  const waiting = [...chosen]
  const work = async (): Promise<void> => {
    for (let set = waiting.shift(); set !== undefined; set = waiting.shift()) {
      results.push(await resultOf(set, workplace))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const places = new Map([training, ...chosen].map((set, place) => [set, place]))
  return results.sort((a, b) => (places.get(a.set) ?? 0) - (places.get(b.set) ?? 0))
}

async function resultOf(set: GoldenSet, workplace: Workplace): Promise<Result> {
  const began = performance.now()
  const entries = await set.run(workplace).catch((error: unknown) => {
    process.stderr.write(
      `golden: ${set.name}: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    return null
  })
  return { set, entries, seconds: (performance.now() - began) / 1000 }
}

function readExpected(): Expected {
  if (!existsSync(expectedFile)) return { recordedWith: 'nothing', sets: {} }
  return JSON.parse(readFileSync(expectedFile, 'utf8')) as Expected
}

/** Prints the table; whether all is as recorded. */
function compare(results: readonly Result[]): boolean {
  const { recordedWith, sets: hashes } = readExpected()
  const states = results.map((result) => stateOf(result, hashes[result.set.name]))
  for (const [row, { set, entries, seconds }] of results.entries()) {
    const hash = entries === null ? '' : hashOf(entries).slice(0, 12)
    const cells = [
      set.name.padEnd(32),
      String(entries?.length ?? '').padStart(4),
      hash.padEnd(12),
      `${seconds.toFixed(0).padStart(3)} s`,
      states[row],
    ]
    process.stdout.write(`${cells.join('  ')}\n`)
  }
  const names = new Set([training, ...sets].map(({ name }) => name))
  const gone = Object.keys(hashes).filter((name) => !names.has(name))
  for (const name of gone) process.stdout.write(`${name.padEnd(32)}  NO SUCH SET ANY MORE\n`)
  const isWell = (state: string): boolean => state === same || state === notCompared
  const isSame = gone.length === 0 && states.every(isWell)
  if (!isSame) process.stdout.write(`recorded with ${recordedWith}; this is ${here}\n`)
  return isSame
}

const same = 'same'
const notCompared = 'not compared: OCR differs from machine to machine'

function stateOf({ set, entries }: Result, expected: Hash | undefined): string {
  if (entries === null) return 'FAILED'
  if (set.readsByOcr === true) return notCompared
  if (expected === undefined) return 'NOT RECORDED'
  return hashOf(entries) === expected.sha256 ? same : 'DIFFERS'
}

function summaryOf(entries: readonly Entry[]): Hash {
  return { entries: entries.length, sha256: hashOf(entries) }
}

/** Hashes of sets that did not run, or failed, stay. */
function record(results: readonly Result[]): void {
  const before = readExpected().sets
  const found = new Map(results.map(({ set, entries }) => [set.name, entries]))
  const hashes = [training, ...sets].flatMap(({ name, readsByOcr }) => {
    const entries = found.get(name) ?? null
    const hash = entries === null ? before[name] : summaryOf(entries)
    return hash === undefined || readsByOcr === true ? [] : [[name, hash]]
  })
  const expected = { recordedWith: here, sets: Object.fromEntries(hashes) as Expected['sets'] }
  writeFileSync(expectedFile, `${JSON.stringify(expected, null, 2)}\n`)
}

const fileNameOf = ({ name }: GoldenSet): string => `${name.replace(/\W+/g, '-')}.tsv`

function save(results: readonly Result[], folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const { set, entries } of results) {
    if (entries !== null) writeFileSync(join(folder, fileNameOf(set)), fileOf(entries))
  }
}

/** Names what differs from the outputs in a folder; whether nothing does. */
function compareWith(results: readonly Result[], folder: string): boolean {
  let isSame = true
  for (const { set, entries } of results) {
    const path = join(folder, fileNameOf(set))
    const saved = existsSync(path) ? readEntries(readFileSync(path, 'utf8')) : []
    const keys = differing(entries ?? [], saved)
    if (keys.length === 0) continue
    isSame = false
    process.stdout.write(`${set.name}: ${keys.length} differ: ${keys.join(' ')}\n`)
  }
  return isSame
}

process.exitCode = await main()
