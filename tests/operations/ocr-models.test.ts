/**
 * How the models of PP-OCR come to be installed, and what is said where they are not. Python and
 * pip are a script here: the registry is not asked.
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { installedIn, modelFiles } from '../../connectors/ppocr/models.ts'
import { costOfTesseract } from '../../connectors/reader/engine.ts'
import { openDocumentReader } from '../../connectors/reader/reader.ts'
import { examine } from '../../operations/doctor.ts'
import {
  fetchForStart,
  installOcr,
  ocrChoice,
  ocrFolderOf,
  type ModelsOnTheirWay,
} from '../../operations/ocr-models.ts'

const installed = ocrFolderOf(readConfig({ ERRATA_CACHE: process.env.ERRATA_CACHE }))
const withModels = existsSync(join(installed, modelFiles.recogniser.name)) ? test : test.skip

let folder: string
let said: string[]
const say = (line: string): void => void said.push(line)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-models-'))
  said = []
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})
const configOf = (ocrEngine: string): ReturnType<typeof readConfig> =>
  readConfig({
    ERRATA_CACHE: join(folder, 'cache'),
    ERRATA_HOME: join(folder, 'home'),
    ERRATA_OCR_ENGINE: ocrEngine,
  })

/** A start with a Python whose pip does what `script` says. */
function startWithPip(
  engine: string,
  script: string,
  stop = new AbortController(),
): ModelsOnTheirWay {
  const python = join(folder, 'python3')
  writeFileSync(python, `#!/bin/sh\ncase "$3" in --version) exit 0;; esac\n${script}\n`)
  chmodSync(python, 0o755)
  return fetchForStart(configOf(engine), say, stop.signal, [python])
}

describe('a start', () => {
  test('goes on without the models where the registry refuses, and says why once', async () => {
    const models = startWithPip(
      'auto',
      'echo "a warning" >&2; echo "ERROR: no route to the registry" >&2; exit 1',
    )
    expect(await models.arrived).toBe(false)
    expect(await models.areLate(0)).toBe(false)
    expect(said.filter((line) => line.includes('could not be installed'))).toEqual([
      expect.stringContaining('ERROR: no route to the registry') as string,
    ])
  })

  test('waits no longer than it should for models that take their time, and ends pip when it stops', async () => {
    const stop = new AbortController()
    const models = startWithPip('auto', 'exec sleep 60', stop)
    expect(await models.areLate(300)).toBe(true)
    stop.abort()
    expect(await models.arrived).toBe(false)
    expect(said.filter((line) => line.includes('could not be installed'))).toEqual([])
  })

  test('asks no registry where Tesseract is chosen', async () => {
    const models = startWithPip('tesseract', `touch ${folder}/asked; exit 1`)
    expect(await models.arrived).toBe(false)
    expect(existsSync(join(folder, 'asked'))).toBe(false)
    expect(said).toEqual([])
  })
})

describe('what is said where Tesseract reads because there is nothing better', () => {
  test('is what it costs and how to change it, by the reader and by the doctor', async () => {
    const config = configOf('auto')
    const reader = await openDocumentReader(config, { modelFolder: ocrFolderOf(config) })
    await reader.close()
    expect(reader.degraded).toBe(costOfTesseract)
    expect(reader.degraded).toMatch(/\d+ .* \d+.*errata ocr install/)
    const findings = await examine(config)
    expect(findings.find(({ what }) => what === 'OCR')).toMatchObject({
      grade: 'note',
      found: costOfTesseract,
      remedy: expect.stringContaining('errata ocr install') as string,
    })
  })

  test('is nothing where somebody chose it', async () => {
    const config = configOf('tesseract')
    const reader = await openDocumentReader(config, { modelFolder: ocrFolderOf(config) })
    await reader.close()
    expect(reader.degraded).toBeNull()
    expect(await ocrChoice(config)).toMatchObject({ engine: 'tesseract', state: 'chosen' })
  })

  test('is a fault where PP-OCR was chosen', async () => {
    expect(await ocrChoice(configOf('ppocr'))).toMatchObject({ state: 'unusable' })
  })
})

describe('an installation from a folder', () => {
  withModels('needs no network, and one begun before is finished', async () => {
    const config = configOf('auto')
    const from = join(folder, 'models')
    mkdirSync(from)
    for (const { name } of [modelFiles.detector, modelFiles.recogniser])
      copyFileSync(join(installed, name), join(from, name))
    mkdirSync(ocrFolderOf(config), { recursive: true })
    writeFileSync(join(ocrFolderOf(config), modelFiles.detector.name), 'half of it')
    expect(await installOcr(config, say, { from })).toBe(true)
    expect(await installedIn(ocrFolderOf(config))).toBe('whole')
    expect(readdirSync(ocrFolderOf(config)).filter((name) => name.endsWith('.partial'))).toEqual([])
    expect(await installOcr(config, say, { from })).toBe(false)
  })

  test('takes nothing with other bytes, and says what it takes', async () => {
    const config = configOf('auto')
    writeFileSync(join(folder, modelFiles.detector.name), 'another model')
    await expect(installOcr(config, say, { from: folder })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(modelFiles.detector.name) as string,
    })
    await expect(installOcr(config, say, { from: join(folder, 'no') })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    expect(await installedIn(ocrFolderOf(config))).toBe('none')
  })
})
