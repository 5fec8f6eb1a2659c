/** `errata ocr` and `errata ocr install`: which engine reads scans, and the better one's models. */

import { settings, type Config } from '../config.ts'
import { installOcr, ocrChoice, ocrFolderOf } from '../operations/ocr-models.ts'

/** Which engine reads scans; 1 where it can't be used. */
export async function ocrStatus(config: Config): Promise<number> {
  const { engine, installed, why, state } = await ocrChoice(config)
  const models = { whole: 'installed', none: 'not installed', damaged: 'damaged' }[installed]
  process.stdout.write(`PP-OCR models: ${models} (${ocrFolderOf(config)})\n`)
  process.stdout.write(`engine: ${engine} (${settings.ocrEngine.env}=${config.ocrEngine})\n`)
  if (state !== 'chosen') process.stderr.write(`${why}\n`)
  if (installed !== 'whole') process.stderr.write('errata ocr install fetches them (27 MB)\n')
  return state === 'unusable' ? 1 : 0
}

/** 0: the models are there. `from`: the wheel, or a folder with it or with the models. */
export async function installOcrCommand(config: Config, from?: string): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const folder = ocrFolderOf(config)
  if (await installOcr(config, say, from === undefined ? {} : { from }))
    say(
      `installed: ${folder}\nRunning stages use them after a restart, unless ERRATA_OCR_ENGINE says otherwise.`,
    )
  else say(`the models of PP-OCR are installed already: ${folder}`)
  return 0
}
