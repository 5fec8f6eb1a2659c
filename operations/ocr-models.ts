/**
 * Installs the models of the better OCR engine, once, from PyPI's rapidocr wheel. pip
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

/**
 * Fetches the models unless they are there; false where they are. CONFIG_INVALID where that is not
 * possible here.
 */
export async function installOcr(config: Config, say: (line: string) => void): Promise<boolean> {
  const folder = ocrFolderOf(config)
  if ((await installedIn(folder)) === 'whole') return false
  const work = mkdtempSync(join(tmpdir(), 'errata-ocr-'))
  try {
    const python = await findPython(join(work, 'python'))
    if (python === null)
      throw new ErrataError(
        'CONFIG_INVALID',
        'installing the models needs Python 3 with pip or venv (Debian: apt install python3-venv)',
      )
    say(`fetching ${wheel} from the package registry of pip (27 MB)`)
    keep(await fetchModels(python, work), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  if ((await installedIn(folder)) !== 'whole')
    throw new ErrataError('CONFIG_INVALID', 'the models were not written whole', { folder })
  return true
}

const pipDownload = [
  ...['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-input'],
  ...['--disable-pip-version-check', '--only-binary', ':all:'],
]

/** The two models out of the wheel, checked, and the characters of the recogniser. */
async function fetchModels(python: string, work: string): Promise<Map<ModelFile, Buffer>> {
  const fetched = await run(python, [...pipDownload, '--dest', work, wheel], fetchMs)
  const archive = readdirSync(work).find((name) => name.endsWith('.whl'))
  if (fetched !== 0 || archive === undefined)
    throw new ErrataError('CONFIG_INVALID', 'pip could not fetch the models', {
      wheel,
      status: fetched ?? -1,
    })
  const { detector, recogniser, characters } = modelFiles
  const members = [detector, recogniser].map(({ name }) => `rapidocr/models/${name}`)
  const unpacked = await run(
    python,
    ['-c', unpacker, join(work, archive), work, ...members],
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
  return bytes.set(characters, charactersOf(bytes.get(recogniser) as Buffer))
}

function keep(files: ReadonlyMap<ModelFile, Buffer>, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [file, content] of files) {
    const partial = join(folder, `${file.name}.${process.pid}.partial`)
    writeFileSync(partial, content)
    renameSync(partial, join(folder, file.name))
  }
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
