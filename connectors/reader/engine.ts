/**
 * Which OCR engine a reader uses. `auto` takes PP-OCR where its models are installed, since it
 * reads far more words right, and Tesseract otherwise, which is said wherever it happens: quality
 * must not drop unnoticed. Damaged models are an error also then.
 */

import type { Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'
import { installedIn } from '../ppocr/models.ts'
import { openPpocr } from '../ppocr/ppocr.ts'
import { openTesseract, type OcrEngine } from '../tesseract/tesseract.ts'

export type EngineSettings = Pick<Config, 'readTimeoutMs' | 'ocrEngine' | 'ocrLanguages'>

export interface EngineParts {
  readonly workers: number
  /** Folder for Tesseract's language data; a temporary folder otherwise. */
  readonly cacheFolder?: string
  /** Folder of PP-OCR's models; otherwise none are installed. */
  readonly modelFolder?: string
}

/**
 * Said where Tesseract reads because there is nothing better. The figures: the share of the printed
 * header fields that `errata evaluate` finds read rightly on 48 scans at 150 to 200 dpi, skewed and
 * noisy, of 22 layouts in 12 languages: 75.3 and 90.0 % (F1 77.1 and 90.7).
 */
export const costOfTesseract =
  'scans are read by Tesseract, since the models of PP-OCR are not installed: of 100 header fields ' +
  'of a scan it gets 75 right, PP-OCR 90; `errata ocr install` installs them'

/** CONFIG_INVALID where the engine is unknown, or its files are missing or damaged. */
export async function openEngine(
  settings: EngineSettings,
  { workers, cacheFolder, modelFolder }: EngineParts,
): Promise<OcrEngine> {
  const { ocrEngine, ocrLanguages: languages, readTimeoutMs: deadlineMs } = settings
  if (!['auto', 'tesseract', 'ppocr'].includes(ocrEngine))
    throw new ErrataError('CONFIG_INVALID', 'ERRATA_OCR_ENGINE must be auto, tesseract or ppocr', {
      key: 'ERRATA_OCR_ENGINE',
    })
  if (ocrEngine === 'ppocr' && modelFolder === undefined)
    throw new ErrataError(
      'CONFIG_INVALID',
      'the models of PP-OCR are not installed: errata ocr install',
    )
  const better =
    ocrEngine === 'ppocr' ||
    (ocrEngine === 'auto' &&
      modelFolder !== undefined &&
      (await installedIn(modelFolder)) !== 'none')
  if (better) return openPpocr({ folder: modelFolder as string, workers, deadlineMs })
  return openTesseract({
    languages,
    workers,
    deadlineMs,
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  })
}
