/** `errata ocr` and `errata ocr install`: which engine reads scans, and the better one's models. */

import type { Config } from '../config.ts'
import { installedIn } from '../connectors/ppocr/models.ts'
import { installOcr, ocrFolderOf } from '../operations/ocr-models.ts'

/** Which engine reads scans; 1 where it can't be used. */
export async function ocrStatus(config: Config): Promise<number> {
  const folder = ocrFolderOf(config)
  const installed = await installedIn(folder)
  const chosen = installed === 'none' ? 'tesseract' : 'ppocr'
  const engine = config.ocrEngine === 'auto' ? chosen : config.ocrEngine
  process.stdout.write(
    `PP-OCR models: ${{ whole: 'installed', none: 'not installed', damaged: 'damaged' }[installed]} (${folder})\n`,
  )
  process.stdout.write(`engine: ${engine} (ERRATA_OCR_ENGINE=${config.ocrEngine})\n`)
  const usable = installed === 'whole' || engine === 'tesseract'
  if (installed !== 'whole') process.stderr.write('errata ocr install fetches them (27 MB)\n')
  return usable ? 0 : 1
}

/** 0: the models are there. */
export async function installOcrCommand(config: Config): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const folder = ocrFolderOf(config)
  if (await installOcr(config, say))
    say(
      `installed: ${folder}\nRunning stages use them after a restart, unless ERRATA_OCR_ENGINE says otherwise.`,
    )
  else say(`the models of PP-OCR are installed already: ${folder}`)
  return 0
}
