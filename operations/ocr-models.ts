/**
 * `errata ocr install`: the models of the better OCR engine, once, from PyPI's rapidocr wheel. pip
 * fetches it, so mirrors and proxies that are set up for pip hold here too; only the two models are
 * unpacked, and nothing in the wheel is run. What is kept has the sha256 that
 * connectors/ppocr/models.ts states, and is written beside its place and renamed. Nothing is ever
 * downloaded by a stage.
 */

import { spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { fieldsOf, textsOf } from '../connectors/onnx/wire-format.ts'
import { installedIn, isRight, modelFiles, type ModelFile } from '../connectors/ppocr/models.ts'
import { ErrataError } from '../errors.ts'
import { cacheOf } from '../deploy/stack/stack.ts'

const wheel = 'rapidocr==3.10.0'
const fetchMs = 600_000
const unpackMs = 60_000

// Python's own reader of zip files: arguments are the wheel, the target and the names wanted.
const unpacker = `
import os, sys, zipfile
archive, target, *names = sys.argv[1:]
with zipfile.ZipFile(archive) as members:
    for name in names:
        with open(os.path.join(target, os.path.basename(name)), 'wb') as file:
            file.write(members.read(name))
`

/** Where the models are, or would be. */
export function ocrFolderOf(config: Config): string {
  return join(cacheOf(config), 'ocr')
}

/** One line for people. */
export async function ocrStatus(config: Config): Promise<number> {
  const folder = ocrFolderOf(config)
  const installed = await installedIn(folder)
  const engine =
    config.ocrEngine === 'auto' ? (installed === 'none' ? 'tesseract' : 'ppocr') : config.ocrEngine
  process.stdout.write(
    `PP-OCR models: ${{ whole: 'installed', none: 'not installed', damaged: 'damaged' }[installed]} (${folder})\n`,
  )
  process.stdout.write(`engine: ${engine} (ERRATA_OCR_ENGINE=${config.ocrEngine})\n`)
  const usable = installed === 'whole' || engine === 'tesseract'
  if (installed !== 'whole') process.stderr.write('errata ocr install fetches them (27 MB)\n')
  return usable ? 0 : 1
}

/** Fetches the models unless they are there. 0 done; 1 with the reason on stderr. */
export async function installOcr(config: Config): Promise<number> {
  const folder = ocrFolderOf(config)
  if ((await installedIn(folder)) === 'whole') {
    process.stderr.write(`the models of PP-OCR are installed already: ${folder}\n`)
    return 0
  }
  const work = mkdtempSync(join(tmpdir(), 'errata-ocr-'))
  try {
    const python = await findPython(join(work, 'python'))
    if (python === null)
      throw new ErrataError(
        'CONFIG_INVALID',
        'installing the models needs Python 3 with pip or venv (Debian: apt install python3-venv)',
      )
    process.stderr.write(`fetching ${wheel} from the package registry of pip (27 MB)\n`)
    const fetched = await run(
      python,
      [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--no-input',
        '--disable-pip-version-check',
        '--only-binary',
        ':all:',
        '--dest',
        work,
        wheel,
      ],
      fetchMs,
    )
    const archive = readdirSync(work).find((name) => name.endsWith('.whl'))
    if (fetched !== 0 || archive === undefined)
      throw new ErrataError('CONFIG_INVALID', 'pip could not fetch the models', {
        wheel,
        status: fetched ?? -1,
      })
    const { detector, recogniser, characters } = modelFiles
    const unpacked = await run(
      python,
      [
        '-c',
        unpacker,
        join(work, archive),
        work,
        ...[detector, recogniser].map(({ name }) => `rapidocr/models/${name}`),
      ],
      unpackMs,
    )
    if (unpacked !== 0)
      throw new ErrataError('CONFIG_INVALID', 'the wheel could not be unpacked', {
        wheel,
        status: unpacked ?? -1,
      })
    const bytes = new Map<ModelFile, Buffer>(
      [detector, recogniser].map((file) => [file, readFileSync(join(work, file.name))]),
    )
    const wrong = [...bytes].find(([file, content]) => !isRight(file, content))
    if (wrong !== undefined)
      throw new ErrataError('CONFIG_INVALID', 'a model has other bytes than it should', {
        model: wrong[0].name,
        sha256: wrong[0].sha256,
      })
    bytes.set(characters, charactersOf(bytes.get(recogniser) as Buffer))
    mkdirSync(folder, { recursive: true })
    for (const [file, content] of bytes) {
      const partial = join(folder, `${file.name}.${process.pid}.partial`)
      writeFileSync(partial, content)
      renameSync(partial, join(folder, file.name))
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  if ((await installedIn(folder)) !== 'whole')
    throw new ErrataError('CONFIG_INVALID', 'the models were not written whole', { folder })
  process.stderr.write(
    `installed: ${folder}\nRunning stages use them after a restart, unless ERRATA_OCR_ENGINE says otherwise.\n`,
  )
  return 0
}

/** What the recogniser can write: the entry `character` of its metadata, one a line. */
function charactersOf(model: Buffer): Buffer {
  const entries = fieldsOf(model)
    .filter(({ field }) => field === 14)
    .map(({ bytes }) => fieldsOf(bytes))
  const characters = entries.find((entry) => textsOf(entry, 1)[0] === 'character')
  return Buffer.from(characters === undefined ? '' : (textsOf(characters, 2)[0] ?? ''))
}

/** A Python with pip; where there is none, one with the pip that its venv brings, in `folder`. */
async function findPython(folder: string): Promise<string | null> {
  const names = ['python3', 'python']
  for (const name of names)
    if ((await run(name, ['-m', 'pip', '--version'], unpackMs)) === 0) return name
  for (const name of names)
    if ((await run(name, ['-m', 'venv', folder], unpackMs)) === 0)
      return join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  return null
}

/**
 * The exit status; null where it could not be started or took too long. What it complains about
 * goes to our stderr.
 */
function run(
  program: string,
  arguments_: readonly string[],
  timeout: number,
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, arguments_, { stdio: ['ignore', 'ignore', 'inherit'], timeout })
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
}
