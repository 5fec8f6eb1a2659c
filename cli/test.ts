/**
 * `errata test`: checks that this checkout works: types, format and lint, then all tests, real
 * broker, OCR and browser included. The last line is `N passed, N failed`; a check that finds
 * something counts as one failure, a test file that cannot run too. Requirements of tests are
 * fetched first; what can't be fetched is reported, with the tests that are skipped for it.
 */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { installOcrCommand } from './ocr.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const limitMs = 35 * 60_000 // for all tests; a run that hangs must still end with a verdict

/** What some tests use: a condition of the shell, and the Debian package that makes it true. */
const programs = [
  {
    name: 'chromium',
    present: 'command -v chromium || command -v chromium-browser || command -v google-chrome',
    debian: 'chromium',
    without: 'the tests of the review page in a browser',
  },
  {
    name: 'redis-server',
    present: 'command -v redis-server',
    debian: 'redis-server',
    without: 'the tests against a real Redis',
  },
  {
    name: 'pdftotext',
    present: 'command -v pdftotext',
    debian: 'poppler-utils',
    without: 'the comparison with poppler',
  },
  {
    name: 'python3 with venv',
    present: "python3 -c 'import venv, ensurepip'",
    debian: 'python3-venv',
    without: "the tests with Python's client",
  },
  {
    name: 'strace',
    present: 'command -v strace',
    debian: 'strace',
    without: 'the test without a network',
  },
  {
    name: 'promtool',
    present: 'command -v promtool',
    debian: 'prometheus',
    without: 'the tests of alerts and of the queries of dashboards',
  },
  {
    name: 'ip',
    present: 'command -v ip',
    debian: 'iproute2',
    without: 'the test without a network',
  },
  { name: 'kcat', present: 'command -v kcat', debian: 'kcat', without: 'the test with kcat' },
] as const

interface JestResult {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numRuntimeErrorTestSuites: number
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** Runs all tests, or those whose path matches; 0 where none failed. */
export async function test(config: Config, patterns: readonly string[]): Promise<number> {
  installPrograms()
  await installModels(config)
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const broken = await brokenChecks(say)
  const folder = mkdtempSync(join(tmpdir(), 'errata-jest-'))
  try {
    const output = join(folder, 'result.json')
    const options = [
      '--json',
      `--outputFile=${output}`,
      '--maxWorkers=2',
      '--forceExit',
      '--silent=false',
    ]
    await run(
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      [...options, ...patterns],
      limitMs,
    )
    const result = existsSync(output)
      ? (JSON.parse(readFileSync(output, 'utf8')) as JestResult)
      : null
    if (result === null) say('jest ended without a result')
    const skipped = (result?.testResults ?? [])
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'pending')
    if (skipped.length > 0)
      say(`${skipped.length} skipped: ${skipped.map(({ fullName }) => fullName).join('; ')}`)
    for (const name of broken) say(`${name} failed`)
    const failed =
      broken.length +
      (result === null ? 1 : result.numFailedTests + result.numRuntimeErrorTestSuites)
    say(`${result?.numPassedTests ?? 0} passed, ${failed} failed`)
    return failed === 0 && (result?.numPassedTests ?? 0) > 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is checked without running anything: program, its file below node_modules, arguments. */
const checks = [
  ['tsc', 'typescript/bin/tsc', ['--noEmit']],
  ['prettier', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ['oxlint', 'oxlint/bin/oxlint', ['--type-aware']],
] as const

/** Names of the checks that found something. */
async function brokenChecks(say: (line: string) => void): Promise<readonly string[]> {
  const broken: string[] = []
  for (const [name, file, words] of checks) {
    say(`check: ${name} ${words.join(' ')}`)
    const status = await run(join(root, 'node_modules', ...file.split('/')), words, 5 * 60_000)
    if (status !== 0) broken.push(name)
  }
  return broken
}

/** As root on Debian installs what is missing; elsewhere reports what will be skipped. */
function installPrograms(): void {
  const holds = (condition: string): boolean => spawnSync('sh', ['-c', condition]).status === 0
  const missing = (): readonly (typeof programs)[number][] =>
    programs.filter(({ present }) => !holds(present))
  if (missing().length === 0) return
  if (process.getuid?.() === 0 && holds('command -v apt-get')) {
    const packages = missing().map(({ debian }) => debian)
    process.stderr.write(`errata: installing ${packages.join(', ')} for the tests\n`)
    const apt = (...words: string[]): void =>
      void spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 2], timeout: 10 * 60_000 })
    apt('-qq', 'update')
    apt(
      '-qq',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      'install',
      ...packages,
    )
  }
  for (const { name, debian, without } of missing())
    process.stderr.write(
      `errata: there is no ${name} (Debian: ${debian}), so skipped: ${without}\n`,
    )
}

/**
 * The models of the better OCR engine, once. Where they can't be had, that engine's tests are
 * skipped.
 */
async function installModels(config: Config): Promise<void> {
  try {
    await installOcrCommand(config)
  } catch (error) {
    process.stderr.write(`errata: ${(error as Error).message}, so skipped: the tests of PP-OCR\n`)
  }
}

/** stdout is left to our own lines; what the tools print goes to stderr. */
function run(
  script: string,
  arguments_: readonly string[],
  timeoutMs: number,
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...arguments_], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    const stopChild = (): void => void child.kill('SIGTERM')
    const impatience = setTimeout(() => {
      process.stderr.write(`errata: not done after ${timeoutMs / 60_000} minutes: stopped\n`)
      stopChild()
      setTimeout(() => child.kill('SIGKILL'), 60_000).unref()
    }, timeoutMs)
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stopChild)
    child.once('close', (code) => {
      clearTimeout(impatience)
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stopChild)
      resolve(code)
    })
  })
}
