/**
 * `npm run mutants`: whether tests notice small faults. Each fault goes into a copy of the tree,
 * and the tests of the file are run there; a fault under which they stay green survives.
 *
 *   npm run mutants -- processors/values/money.ts trainer/gate.ts --sample 20 --seed 1
 *   npm run mutants -- processors/values/dates.ts --tests tests/processors/values/normalise.test.ts
 *
 * Without a path: all of processors/ and trainer/gate.ts. The sample is of each file. The tests of
 * a file are those of its folder that import it, unless --tests names others, with commas. Ends
 * with 1 where a fault survives or a file has no test, with 2 where tests fail without a fault.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { randomFrom } from '../../trainer/random.ts'
import { mutantsOf, type Mutant } from './mutate.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string' },
  },
})
const limitMs = 300_000 // of a run: a fault that never ends is noticed too

function main(): number {
  const files = filesOfTree()
  const wanted = positionals.length > 0 ? positionals : files.filter(isSubject)
  const place = mkdtempSync(join(tmpdir(), 'errata-mutants-'))
  try {
    const tree = copyOf(files, place)
    const results = wanted.map((file) => resultOf(file, files, tree))
    if (results.includes(null)) return 2
    return results.some((survivors) => (survivors ?? 0) > 0) ? 1 : 0
  } finally {
    rmSync(place, { recursive: true })
  }
}

function isSubject(file: string): boolean {
  return file === 'trainer/gate.ts' || /^processors\/.*\.ts$/.test(file)
}

function filesOfTree(): string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard']
  return execFileSync('git', words, { encoding: 'utf8' }).trim().split('\n')
}

/** The working tree as it stands; the documents lie beside it, as they do beside the real one. */
function copyOf(files: readonly string[], place: string): string {
  const tree = join(place, 'tree')
  for (const file of files) cpSync(file, join(tree, file))
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'))
  symlinkSync(resolve('../shared'), join(place, 'shared'))
  return tree
}

/** How many faults of a file survive; null where its tests fail without any. */
function resultOf(file: string, files: readonly string[], tree: string): number | null {
  const tests = testsOf(file, files)
  if (tests.length === 0) {
    process.stdout.write(`${file}: no test of its folder imports it: name some with --tests\n`)
    return 1
  }
  if (!isGreen(tests, tree)) {
    process.stdout.write(`${file}: its tests fail without a fault\n`)
    return null
  }
  const text = readFileSync(file, 'utf8')
  const all = mutantsOf(text)
  const chosen = sampleOf(all)
  const survivors = chosen.filter((mutant) => {
    writeFileSync(join(tree, file), mutant.text)
    return isGreen(tests, tree)
  })
  writeFileSync(join(tree, file), text)
  const killed = chosen.length - survivors.length
  const score = Math.round((100 * killed) / Math.max(1, chosen.length))
  const figures = `${killed} of ${chosen.length} noticed (${score} %), ${all.length} in all`
  process.stdout.write(`${file}: ${figures}\n`)
  for (const { line, was, becomes } of survivors) {
    const code = text.split('\n')[line - 1]?.trim()
    process.stdout.write(`  ${file}:${line}  ${was}  →  ${becomes}\n    ${code}\n`)
  }
  return survivors.length
}

function testsOf(file: string, files: readonly string[]): string[] {
  if (options.tests !== undefined) return options.tests.split(',')
  const folder = `tests/${file.split('/')[0]}/`
  const tests = files.filter((test) => test.startsWith(folder) && test.endsWith('.test.ts'))
  return tests.filter((test) => readFileSync(test, 'utf8').includes(`/${file}'`))
}

function sampleOf(all: readonly Mutant[]): Mutant[] {
  const random = randomFrom(Number(options.seed))
  const ordered = all.map((mutant) => ({ mutant, at: random() })).sort((a, b) => a.at - b.at)
  const chosen = ordered.slice(0, Number(options.sample)).map(({ mutant }) => mutant)
  return chosen.sort((a, b) => a.line - b.line)
}

function isGreen(tests: readonly string[], tree: string): boolean {
  const jest = resolve('node_modules/jest/bin/jest.js')
  const words = [jest, '--rootDir', tree, '--runInBand', '--bail', '--silent', ...tests]
  return spawnSync(process.execPath, words, { cwd: tree, timeout: limitMs }).status === 0
}

process.exitCode = main()
