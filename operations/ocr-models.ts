/**
 * Installs the models of the better OCR engine, once, from PyPI's rapidocr wheel: `errata up` where
 * a start needs them, `errata ocr install` by hand. pip fetches it, so mirrors and proxies that are
 * set up for pip hold here too; where this machine has no network, the wheel or the models come
 * from a file or a folder. Only the two models are unpacked, and nothing in the wheel is run. What
 * is kept has the sha256 that connectors/ppocr/models.ts states, and is written beside its place
 * and renamed, so an installation that was interrupted is begun again. Nothing is ever downloaded
 * by a stage.
 */

import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { settings, type Config } from '../config.ts'
import { zipMember } from '../connectors/files/zip-member.ts'
import { fieldsOf, textsOf } from '../connectors/onnx/wire-format.ts'
import {
  installedIn,
  isRight,
  modelFiles,
  type Installed,
  type ModelFile,
} from '../connectors/ppocr/models.ts'
import { costOfTesseract } from '../connectors/reader/engine.ts'
import { openDocumentReader, type DocumentReader } from '../connectors/reader/reader.ts'
import { ErrataError } from '../errors.ts'
import { cacheOf } from '../deploy/stack/home.ts'

const wheel = 'rapidocr==3.10.0'
const usualPythons = ['python3', 'python']
const fetchMs = 600_000
const startPythonMs = 60_000

/** Where the models are, or would be. */
export function ocrFolderOf(config: Config): string {
  return join(cacheOf(config), 'ocr')
}

/** Which engine reads scans where a process starts now, and why. */
export interface OcrChoice {
  readonly engine: string
  readonly installed: Installed
  /** One sentence for people. */
  readonly why: string
  /** Whether it is what the settings ask for, and can be used. */
  readonly state: 'chosen' | 'fallback' | 'unusable'
}

export async function ocrChoice(config: Config): Promise<OcrChoice> {
  const installed = await installedIn(ocrFolderOf(config))
  const { ocrEngine } = config
  if (ocrEngine !== 'auto' && ocrEngine !== 'ppocr')
    return {
      engine: ocrEngine,
      installed,
      why: `scans are read by ${ocrEngine}, as ${settings.ocrEngine.env} says`,
      state: 'chosen',
    }
  if (installed === 'whole')
    return { engine: 'ppocr', installed, why: 'scans are read by PP-OCR', state: 'chosen' }
  if (installed === 'none' && ocrEngine === 'auto')
    return { engine: 'tesseract', installed, why: costOfTesseract, state: 'fallback' }
  const broken = installed === 'none' ? 'not installed' : 'damaged'
  return {
    engine: 'ppocr',
    installed,
    why: `the models of PP-OCR are ${broken}, so scans can't be read`,
    state: 'unusable',
  }
}

/** A reader for a command, which says so where it reads by the worse engine. CONFIG_INVALID. */
export async function openScanReader(
  config: Config,
  say: (line: string) => void,
): Promise<DocumentReader> {
  const reader = await openDocumentReader(config, { modelFolder: ocrFolderOf(config) })
  if (reader.degraded !== null) say(reader.degraded)
  return reader
}

/** The models of a start, fetched beside whatever else it does. */
export interface ModelsOnTheirWay {
  /** Whether they were installed now; never rejects. */
  readonly arrived: Promise<boolean>
  /** Waits for them so long; true where they are still on their way. */
  readonly areLate: (waitMs: number) => Promise<boolean>
}

/** Fetches them unless they are there or won't be used; says why where it fails. */
export function fetchForStart(
  config: Config,
  say: (line: string) => void,
  stop: AbortSignal,
  pythons: readonly string[] = usualPythons,
): ModelsOnTheirWay {
  const arrived = installForStart(config, say, stop, pythons)
  return {
    arrived,
    areLate: (waitMs) => {
      const waited = sleep(waitMs, true, { signal: stop, ref: false }).catch(() => true)
      return Promise.race([arrived.then(() => false), waited])
    },
  }
}

async function installForStart(
  config: Config,
  say: (line: string) => void,
  stop: AbortSignal,
  pythons: readonly string[],
): Promise<boolean> {
  if (config.ocrEngine === 'tesseract') return false
  return installOcr(config, say, { stop, pythons }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    if (!stop.aborted) say(`the models of PP-OCR could not be installed: ${why}`)
    return false
  })
}

export interface InstallOptions {
  /** The wheel, or a folder with it or with the models; otherwise pip fetches it. */
  readonly from?: string
  readonly stop?: AbortSignal
  /** Programs that may be a Python 3, the first one that has pip is taken. */
  readonly pythons?: readonly string[]
}

/**
 * Installs the models unless they are there; false where they are. CONFIG_INVALID where that is not
 * possible here.
 */
export async function installOcr(
  config: Config,
  say: (line: string) => void,
  { from, stop, pythons = usualPythons }: InstallOptions = {},
): Promise<boolean> {
  const folder = ocrFolderOf(config)
  if ((await installedIn(folder)) === 'whole') return false
  const work = mkdtempSync(join(tmpdir(), 'errata-ocr-'))
  try {
    if (from === undefined) await fetchWheel(work, pythons, say, stop)
    keep(modelsIn(from ?? work), folder)
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

async function fetchWheel(
  work: string,
  pythons: readonly string[],
  say: (line: string) => void,
  stop?: AbortSignal,
): Promise<void> {
  const python = await findPython(pythons, join(work, 'python'), stop)
  if (python === null)
    throw new ErrataError(
      'CONFIG_INVALID',
      'installing the models needs Python 3 with pip or venv (Debian: apt install python3-venv)',
    )
  say(`fetching ${wheel} from the package registry of pip (27 MB)`)
  const { status, said } = await run(python, [...pipDownload, '--dest', work, wheel], fetchMs, stop)
  if (status !== 0)
    throw new ErrataError('CONFIG_INVALID', `pip could not fetch ${wheel}: ${said}`, {
      status: status ?? -1,
    })
}

/** The two models, checked, and the characters of the recogniser. */
function modelsIn(path: string): Map<ModelFile, Buffer> {
  if (!existsSync(path)) throw new ErrataError('CONFIG_INVALID', 'no such file or folder', { path })
  const isFolder = statSync(path).isDirectory()
  const archive = isFolder
    ? readdirSync(path).find((name) => /^rapidocr-.*\.whl$/.test(name))
    : path
  const wheelBytes =
    archive === undefined ? null : readFileSync(isFolder ? join(path, archive) : archive)
  const { detector, recogniser, characters } = modelFiles
  const bytes = new Map<ModelFile, Buffer>()
  for (const file of [detector, recogniser]) {
    const loose = join(path, file.name)
    const content =
      isFolder && existsSync(loose)
        ? readFileSync(loose)
        : wheelBytes && zipMember(wheelBytes, `rapidocr/models/${file.name}`, file.bytes)
    if (content === null || !isRight(file, content))
      throw new ErrataError(
        'CONFIG_INVALID',
        `${file.name} is ${content === null ? 'missing' : 'another file than it should be'}`,
        { path, sha256: file.sha256 },
      )
    bytes.set(file, content)
  }
  return bytes.set(characters, charactersOf(bytes.get(recogniser) ?? Buffer.alloc(0)))
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
async function findPython(
  names: readonly string[],
  folder: string,
  stop?: AbortSignal,
): Promise<string | null> {
  const runs = async (name: string, words: readonly string[]): Promise<boolean> =>
    (await run(name, words, startPythonMs, stop)).status === 0
  for (const name of names) if (await runs(name, ['-m', 'pip', '--version'])) return name
  for (const name of names)
    if (await runs(name, ['-m', 'venv', folder]))
      return join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  return null
}

interface Ended {
  /** Null where it could not be started, took too long or was stopped. */
  readonly status: number | null
  /** The last line of what it complained about. */
  readonly said: string
}

function run(
  program: string,
  arguments_: readonly string[],
  timeout: number,
  signal?: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    let complaint = ''
    const child = spawn(program, arguments_, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout,
      ...(signal === undefined ? {} : { signal }),
    })
    const end = (status: number | null): void =>
      resolve({ status, said: complaint.trimEnd().split('\n').at(-1) ?? '' })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    child.once('error', () => end(null))
    child.once('close', end)
  })
}
